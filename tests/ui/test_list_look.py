"""A list is used like a spreadsheet: several columns sort it, conditions narrow it, and what was set is there next time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.documents.preview import page_count
from baiyun_desktop.kernel.approval import ROWS_FREE_MAX
from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.narrowing import How, Narrow
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.window import MainWindow
from tests.documents.reading import one_line, page_texts
from tests.ui.desk import CTRL, Desk, focused, idle, press, type_into
from tests.ui.test_list import column, people

SHIFT = Qt.KeyboardModifier.ShiftModifier
WOMEN = Narrow("sex", How.ONE_OF, ("2",))


def settled(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: idle(window))


def heads(page: ListPage) -> list[str]:
    model = page.table.rows
    return [str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(model.columnCount())]


def click_head(page: ListPage, key: str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    head = page.table.horizontalHeader()
    at = [c.key for c in page.table.rows.columns].index(key)
    where = QPoint(head.sectionViewportPosition(at) + 12, head.height() // 2)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, held, where)


def chips(page: ListPage) -> list[QPushButton]:
    """The conditions above the list."""
    return [b for b in page.filters.findChildren(QPushButton) if b.text().endswith("×") and b.isVisible()]


def test_several_columns_sort_it_by_mouse_and_by_keys(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = people(window, qtbot)
    assert [head for head in heads(page) if "▲" in head or "▼" in head] == ["姓名 ▲"]
    press(page.table, Qt.Key.Key_Right)  # the caret stands in the sex
    press(page.table, Qt.Key.Key_F3)
    settled(window, qtbot)
    assert column(page, "sex") == ["男", "男", "女"]
    press(page.table, Qt.Key.Key_Right)
    press(page.table, Qt.Key.Key_F3, SHIFT)
    settled(window, qtbot)
    assert page.look.sort == ("sex", "birth_date") and heads(page)[1:3] == ["性别 ▲1", "出生日期 ▲2"]
    upwards = column(page, "birth_date")
    press(page.table, Qt.Key.Key_F3, SHIFT)
    settled(window, qtbot)
    assert column(page, "birth_date") == [upwards[1], upwards[0], upwards[2]]
    click_head(page, "name")
    settled(window, qtbot)
    assert heads(page)[0] == "姓名 ▲" and column(page, "name") == ["欧**燕", "特*·巴*", "王*平"]
    click_head(page, "sex", SHIFT)
    settled(window, qtbot)
    assert page.look.sort == ("name", "sex")


def test_columns_are_chosen_by_keys_and_stay_as_they_were_left(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = people(window, qtbot)
    press(page.table, Qt.Key.Key_F4)
    dialog = page.columns
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and focused() is dialog.list)
    press(dialog.list, Qt.Key.Key_Down, CTRL)  # the name goes behind the sex
    press(dialog.list, Qt.Key.Key_Up)
    press(dialog.list, Qt.Key.Key_S)  # and the sex sorts after it
    names = [dialog.list.item(at).text() for at in range(dialog.list.count())]
    dialog.list.setCurrentRow(names.index("民族"))
    press(dialog.list, Qt.Key.Key_Space)
    dialog.accept()
    settled(window, qtbot)
    assert heads(page)[:2] == ["性别 ▲2", "姓名 ▲1"] and heads(page)[-1] == "民族"
    assert column(page, "name") == ["欧**燕", "特*·巴*", "王*平"]
    page.table.horizontalHeader().resizeSection(0, 211)
    kept = desk.replica.lists
    qtbot.waitUntil(lambda: [c.px for c in kept.left("people").columns][:1] == [211])
    again = ListPage(window.shell, page.spec)
    qtbot.addWidget(again)
    settled(window, qtbot)
    assert heads(again) == heads(page) and again.table.columnWidth(0) == 211
    again.look.restore()
    settled(window, qtbot)
    assert heads(again)[0] == "姓名 ▲" and "民族" not in heads(again)
    qtbot.waitUntil(lambda: kept.left("people").columns == ())


def test_a_condition_is_made_by_keys_named_and_used_again(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = people(window, qtbot)
    filters = page.filters
    filters.add()
    dialog = filters.dialog
    assert dialog is not None
    offered = [words for _, words in dialog.field._entries]
    assert "性别" in offered and "拼音" not in offered
    type_into(dialog.field.filter, "性别")
    assert dialog.path == "sex"
    dialog._editor.tick("2")  # type: ignore[attr-defined]
    press(dialog.take, Qt.Key.Key_Return)
    settled(window, qtbot)
    assert column(page, "name") == ["王*平"] and filters.isVisible()
    filters.save()
    assert filters.naming is not None
    type_into(filters.naming.edit, "女居民")
    press(filters.naming.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message.startswith("已存为“女居民”") and bool(chips(page)))
    assert "女居民" in desk.replica.lists.saved("people")
    press(chips(page)[0], Qt.Key.Key_Return)
    settled(window, qtbot)
    assert len(column(page, "name")) == 3 and not filters.isVisible()
    menu = filters.menu()
    assert menu.actions()[0].text() == "女居民"
    menu.actions()[0].trigger()
    settled(window, qtbot)
    assert column(page, "name") == ["王*平"]
    page.look.narrow([WOMEN, Narrow("birth_date", How.LAST_DAYS, (30,))])
    qtbot.waitUntil(
        lambda: "没有人员符合这些条件" in "".join(x.text() for x in page._nothing.findChildren(type(page._count)))
    )
    (again,) = page._nothing.findChildren(QPushButton)
    assert again.text() == "全部去掉"
    press(again, Qt.Key.Key_Space)
    settled(window, qtbot)
    assert column(page, "name") == ["欧**燕", "特*·巴*", "王*平"]


def test_numbers_that_are_covered_can_only_be_asked_for_as_given_or_not(window: MainWindow, qtbot: QtBot) -> None:
    page = people(window, qtbot)
    page.look.narrow([Narrow("id_no", How.CONTAINS, ("1502",)), Narrow("phone", How.GIVEN)])
    assert [condition.field for condition in page.look.where()] == ["phone"]  # type: ignore[union-attr]


def test_rows_that_were_never_in_sight_are_copied_as_a_table_and_noted(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    groups = [
        [Draft.create("person", desk.replica.ids.new(), name=f"居民{n:04}", phone="13812345678")] for n in range(190)
    ]
    desk.replica.door.save_all(groups)
    page = people(window, qtbot)
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 193)
    page.table.selectAll()
    press(page.table, Qt.Key.Key_C, CTRL | SHIFT)
    qtbot.waitUntil(lambda: window.status.message == "已复制 193 行")
    data = QGuiApplication.clipboard().mimeData()
    lines = data.text().split("\n")
    assert len(lines) == 194 and lines[0].split("\t")[:2] == ["姓名", "性别"]
    assert "13812345678" not in data.text() + data.html() and data.html().count("<tr>") == 194
    assert "138****5678" in data.text()
    settled(window, qtbot)
    entries = desk.replica.read.list(ENTRY, sort=["-id"]).rows
    assert any("复制到剪贴板" in str(dict(entry.values)) and "193" in str(dict(entry.values)) for entry in entries)
    desk.replica.door.save_all([[Draft.create("person", desk.replica.ids.new(), name="又一位")] for _ in range(10)])
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 203)
    page.table.selectAll()
    page.table.copy()
    assert str(ROWS_FREE_MAX) in window.status.message
    assert len(QGuiApplication.clipboard().text().split("\n")) == 194, "what was copied before stays"


def test_a_list_goes_onto_paper_with_its_heads_on_each_page(
    window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    groups = [[Draft.create("person", desk.replica.ids.new(), name=f"居民{n:04}", sex="2")] for n in range(80)]
    desk.replica.door.save_all(groups)
    page = people(window, qtbot)
    page.look.narrow([WOMEN])
    settled(window, qtbot)
    press(page.table, Qt.Key.Key_P, CTRL)
    assert page.printed is not None
    printed = page.printed
    qtbot.waitUntil(lambda: bool(printed.pdf))
    pages = ["".join(words.split()) for words in page_texts(printed.pdf)]
    assert page_count(printed.pdf) == len(pages) >= 2
    assert all("姓名" in words and "出生日期" in words for words in pages), "the heads repeat"
    assert f"第1页共{len(pages)}页" in pages[0] and "共81条" in pages[0] and "只列出：性别是女" in pages[0]
    assert pages[0].startswith("人员白矿") and "王*平" in "".join(pages) and "13812345678" not in one_line(printed.pdf)
    qtbot.waitUntil(lambda: printed.pages.shown == len(pages))
    assert printed.pages.area.horizontalScrollBar().maximum() == 0, "all columns are in sight on a small screen too"
    printed.keep_at(tmp_path / "人员.pdf")
    qtbot.waitUntil(lambda: window.status.message == "已存为 人员.pdf")
    assert (tmp_path / "人员.pdf").read_bytes() == printed.pdf
    printed.close()


@pytest.mark.parametrize("typed", ["", "欧阳"])
def test_what_is_exported_is_what_the_screen_shows(
    window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: Path, typed: str
) -> None:
    from openpyxl import load_workbook

    for name in desk.registrations:
        desk.replica.door.step("residence_reg", desk.registrations[name], "登记", stated_date="2026-11-02")
    page = window.go("residence_active")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 3)
    page.look.narrow([Narrow("person.sex", How.ONE_OF, ("1",))])
    page.filter.setText(typed)
    settled(window, qtbot)
    press(page.table, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(lambda: page.dialog is not None)
    assert page.dialog is not None
    page.export_to(tmp_path / "ledger.xlsx", page.dialog.wish)
    qtbot.waitUntil(lambda: window.status.message == "已导出 ledger.xlsx")
    cells = [
        str(cell) for row in load_workbook(tmp_path / "ledger.xlsx").active.iter_rows(values_only=True) for cell in row
    ]
    assert ("特*·巴*" in cells) == (not typed) and "欧**燕" in cells and "王*平" not in cells
    page.dialog.close()
