"""One pasted line fills a form or a sheet; each value is seen as a proposal, and what was not understood stays in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, focused, id_number, idle, press, type_into

NUMBER = id_number("15263019880315001")
LINE = f"张三 男 {NUMBER} 13847250011 出租房 宝山社区3号楼2单元401室 老客户"


def paste(words: str) -> None:
    QGuiApplication.clipboard().setText(words)
    press(focused(), Qt.Key.Key_V, CTRL)


def lines(page: RecordPage) -> list[str]:
    return [label.text() for label in page.hints.findChildren(QLabel)]


def test_pasted_in_the_search_box_it_begins_a_sheet_about_who_is_not_on_file(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    press(focused(), Qt.Key.Key_K, CTRL)
    paste(LINE)
    qtbot.waitUntil(lambda: idle(window) and bool(window.toolbar.search.hits))
    assert [hit.title for hit in window.toolbar.search.hits] == ["填入新的“全家登记”"]
    press(focused(), Qt.Key.Key_Return)
    page = window.page
    assert isinstance(page, SheetPage)
    cells = page.lines[0].cells
    told = {name: cells[f"person.{name}"] for name in ("name", "sex", "id_no", "phone", "birth_date")}
    assert {name: cell.text() for name, cell in told.items()} == {
        "name": "张三", "sex": "男", "id_no": NUMBER, "phone": "13847250011", "birth_date": "1988-03-15",
    }  # fmt: skip
    assert {told[name].property("tone") for name in ("name", "sex", "id_no", "phone")} == {"proposed"}
    assert (page.shared["dwelling"].value(), page.shared["live_addr"].value()) == ("02", "宝山社区3号楼2单元401室")
    notes = page._notes.text()
    assert "请核对：现住址、住所类型" in notes or "请核对：住所类型、现住址" in notes
    assert "第 1 行 这些内容没有填入：老客户" in notes
    assert "有底色的是读卡或粘贴填入的，请核对" in notes
    assert focused() is page.shared["arrive_date"].focusProxy()  # the first that is still to be asked
    page.shared["dwelling"].setFocus()
    press(focused(), Qt.Key.Key_A, CTRL)
    type_into(focused(), "自购房")
    assert "住所类型" not in page._notes.text() and window.toolbar.search.text() == ""
    page.save(step=False)
    qtbot.waitUntil(lambda: idle(window) and not page.unsaved())
    assert "老客户" in window.status.message


def test_who_is_on_file_is_opened_and_what_the_line_says_anew_is_a_key_away(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    known = desk.replica.read.get("person", desk.people["王公平"])
    assert known is not None
    line = f"王公平 {known.id_no} 13999998888 出租房"
    press(focused(), Qt.Key.Key_K, CTRL)
    paste(line)
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(window.page, RecordPage) and window.page.record == known.id)
    press(focused(), Qt.Key.Key_K, CTRL)
    assert window.toolbar.search.text() == line  # his page had no place for the new telephone
    qtbot.waitUntil(lambda: idle(window) and len(window.toolbar.search.hits) == 2)
    press(focused(), Qt.Key.Key_Return, CTRL)
    page = window.page
    assert isinstance(page, SheetPage)
    first = page.lines[0]
    assert first.known is not None and first.known.id == known.id
    assert first.cells["person.phone"].text() == "13999998888" and first.cells["person.phone"].proposed
    assert first.cells["person.id_no"].isReadOnly() and page.shared["dwelling"].value() == "02"


def test_a_new_persons_form_is_filled_and_says_what_found_no_place(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    rows = page.body.rows
    page.body.focus("former_name")
    paste(LINE)
    told = {name: rows[name].field.value() for name in ("name", "sex", "id_no", "phone", "birth_date", "live_addr")}
    assert told == {
        "name": "张三", "sex": "1", "id_no": NUMBER, "phone": "13847250011", "birth_date": "1988-03-15",
        "live_addr": "宝山社区3号楼2单元401室",
    }  # fmt: skip
    assert rows["id_no"].field.focusProxy().text() == NUMBER  # type: ignore[union-attr]
    assert rows["phone"].help.text() == "读卡或粘贴填入的，请核对"
    assert lines(page) == ["这些内容没有填入：出租房 老客户"]
    page.body.focus("phone")
    type_into(focused(), "9")
    assert "请核对" not in rows["phone"].help.text()
    page.body.focus("former_name")
    paste("张小三")
    assert rows["former_name"].field.value() == "张小三"
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.record is not None and idle(window))
    saved = desk.replica.read.get("person", page.record or "")
    assert saved is not None and (saved.name, saved.id_no) == ("张三", NUMBER)


def test_a_new_matter_is_about_whom_the_line_names(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    known = desk.replica.read.get("person", desk.people["王公平"])
    assert known is not None
    page = window.new("service_ticket", {})
    assert isinstance(page, RecordPage)
    paste(f"王公平 男 {known.id_no} 13999998888")
    qtbot.waitUntil(lambda: idle(window) and page.body.rows["person"].field.value() == known.id)
    assert lines(page) == ["这些内容没有填入：13999998888"]


def test_who_is_on_file_is_hinted_at_while_he_is_typed_and_opened_by_keys(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    known = desk.replica.read.get("person", desk.people["王公平"])
    assert known is not None
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    type_into(focused(), "王公平")
    assert lines(page) == []
    page.body.focus("id_no")
    type_into(focused(), str(known.id_no))
    qtbot.waitUntil(lambda: idle(window) and bool(page.hints.alike))
    assert [words[:10] for words in lines(page)] == ["可能已经在册：王*平"]
    opener = page.hints.findChild(QPushButton)
    for _ in range(60):
        if focused() is opener:
            break
        press(focused(), Qt.Key.Key_Backtab)
    press(focused(), Qt.Key.Key_Return)
    assert isinstance(window.page, RecordPage) and window.page.record == known.id
    window.back()
    page.body.focus("id_no")
    press(focused(), Qt.Key.Key_A, CTRL)
    type_into(focused(), NUMBER)
    qtbot.waitUntil(lambda: idle(window) and lines(page) == [])
