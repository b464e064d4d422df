"""Lists come from declarations, masked before Qt sees them, with words where there is nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.listing import columns_of
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.table_model import PAGE_ROWS
from baiyun_desktop.ui.table_view import declared_px
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.words import LANGUAGES, language, set_language
from tests.ui.desk import CTRL, PROGRAM, Desk, focused, idle, press, type_into


def people(window: MainWindow, qtbot: QtBot) -> ListPage:
    page = window.go("people")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: idle(window))
    return page


def column(page: ListPage, key: str) -> list[str]:
    at = [c.key for c in page.table.rows.columns].index(key)
    lines = [page.table.rows.line(row) for row in range(page.table.rows.rowCount())]
    return [line.cells[at] for line in lines if line is not None]


def test_cells_are_masked_and_in_the_order_of_their_sounds(window: MainWindow, qtbot: QtBot) -> None:
    page = people(window, qtbot)
    assert column(page, "name") == ["欧**燕", "特*·巴*", "王*平"]
    assert column(page, "id_no")[2] == "1502**********0028"
    assert column(page, "phone")[2] == "138****5678"
    assert column(page, "live_addr")[2] == "宝山社区15号楼***"


def test_copying_copies_the_mask(window: MainWindow, qtbot: QtBot) -> None:
    page = people(window, qtbot)
    press(page.table, Qt.Key.Key_Down)
    press(page.table, Qt.Key.Key_Down)
    QTest.keySequence(page.table, QKeySequence(QKeySequence.StandardKey.Copy))
    copied = QGuiApplication.clipboard().text()
    assert copied.split("\t")[:4] == ["王*平", "女", "1988-03-15", "1502**********0028"]
    assert "13812345678" not in copied


def test_enter_opens_the_marked_row(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = people(window, qtbot)
    assert focused() is page.table
    press(page.table, Qt.Key.Key_Return)
    assert isinstance(window.page, RecordPage)
    assert window.page.record == desk.people["欧阳晓燕"]
    press(focused(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.page is page


def test_the_filter_finds_as_the_search_box_does(window: MainWindow, qtbot: QtBot) -> None:
    page = people(window, qtbot)
    press(page.table, Qt.Key.Key_F, CTRL)
    assert focused() is page.filter
    type_into(page.filter, "wgp")
    qtbot.waitUntil(lambda: idle(window) and column(page, "name") == ["王*平"])
    page.filter.clear()
    type_into(page.filter, "nobody")
    qtbot.waitUntil(lambda: any("没有符合“nobody”的人员" in label.text() for label in page.findChildren(QLabel)))


def test_an_empty_list_says_so_and_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    page = window.go("residence_active")
    qtbot.waitUntil(lambda: any(label.text() == "这里还没有居住登记。" for label in page.findChildren(QLabel)))
    button = next(b for b in page.findChildren(QPushButton) if b.text() == "新建居住登记" and b.isVisible())
    press(button, Qt.Key.Key_Space)
    assert isinstance(window.page, SheetPage)


def test_a_list_of_some_state_says_that_none_is_in_it_and_makes_none(window: MainWindow, qtbot: QtBot) -> None:
    page = window.go("residence_to_check")
    assert isinstance(page, ListPage)
    words = "“待核实”里现在没有居住登记。"
    qtbot.waitUntil(lambda: words in [label.text() for label in page._nothing.findChildren(QLabel)])
    assert page._nothing.findChildren(QPushButton) == []
    assert focused() is page.filter, "the keys of this list work here too"
    window.go("people")
    window.go("residence_to_check")
    assert focused() is page.filter


@pytest.mark.parametrize("speech", LANGUAGES)
def test_each_column_of_each_list_is_as_wide_as_its_head(speech: str, qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    metrics, before = table.horizontalHeader().fontMetrics(), language()
    set_language(speech)
    try:
        shown = [(spec.name, c) for spec in PROGRAM.lists.values() for c in columns_of(PROGRAM, spec)]
        cut = [(name, c.title) for name, c in shown if declared_px(c) < metrics.horizontalAdvance(c.title) + 12]
    finally:
        set_language(before)
    assert len(shown) > 200 and cut == []


def test_registrations_show_whom_they_are_about(window: MainWindow, qtbot: QtBot) -> None:
    page = window.go("residence_drafts")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 3)
    assert sorted(column(page, "person.name")) == ["欧**燕", "特*·巴*", "王*平"]


def test_only_the_pages_in_view_are_fetched(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    groups = [[Draft.create("person", desk.replica.ids.new(), name=f"居民{n:04}")] for n in range(950)]
    desk.replica.door.save_all(groups)
    page = people(window, qtbot)
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 953)
    assert page.table.rows.line(0) is not None
    assert page.table.rows.line(8 * PAGE_ROWS) is None
    qtbot.waitUntil(lambda: page.table.rows.line(8 * PAGE_ROWS) is not None)


def test_the_ledger_is_filed_masked(window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: object) -> None:
    from pathlib import Path

    from openpyxl import load_workbook

    desk.replica.door.step("residence_reg", desk.registrations["王公平"], "登记", stated_date="2026-11-02")
    page = window.go("residence_active")
    assert isinstance(page, ListPage)
    path = Path(str(tmp_path)) / "ledger.xlsx"
    page.export_to(path)
    qtbot.waitUntil(lambda: window.status.message == "已导出 ledger.xlsx")
    cells = [str(cell) for row in load_workbook(path).active.iter_rows(values_only=True) for cell in row if cell]
    assert any(cell.startswith("1502") and cell.endswith("0028") and "****" in cell for cell in cells)
    assert not any("13812345678" in cell for cell in cells)
