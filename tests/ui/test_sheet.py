"""A whole family on one sheet by keyboard: nothing typed twice, nobody made twice, nothing lost that cannot go on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, compose, focused, id_number, idle, press, type_into

FATHER, MOTHER = id_number("15263019880315001"), id_number("15263019900722020")


def sheet(window: MainWindow) -> SheetPage:
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    return page


def share(page: SheetPage, **values: str) -> None:
    for name, words in values.items():
        page.shared[name].setFocus()
        type_into(focused(), words)
        press(focused(), Qt.Key.Key_Return)


def go_to(page: SheetPage, line: int, path: str) -> None:
    page.focus_line(line, path)


def registrations(desk: Desk) -> list[Snapshot]:
    made = desk.replica.read.list("residence_reg", limit=50).rows
    return [row for row in made if row.id not in desk.registrations.values()]


def test_a_family_is_registered_by_keyboard(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = sheet(window)
    qtbot.waitUntil(lambda: page.shared["live_addr"].focusProxy() is focused())
    share(page, live_addr="宝山社区1号楼1单元101室", dwelling="自购房", arrive_date="2026.11.1", inflow_reason="务工")
    go_to(page, 0, "person.name")
    for words in ("张建国", FATHER, "", "13847250011", ""):  # sex and birth date follow, and are passed over
        type_into(focused(), words) if words else None
        press(focused(), Qt.Key.Key_Return)
    assert focused() is page.lines[1].cells["person.name"]
    type_into(focused(), "乌云其其格")
    press(focused(), Qt.Key.Key_Return)
    type_into(focused(), MOTHER)
    assert page.lines[0].cells["person.birth_date"].text() == "1988-03-15"
    assert page.lines[1].cells["person.sex"].text() == "女"
    go_to(page, 2, "person.name")
    type_into(focused(), "张小白")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and len(registrations(desk)) == 3)
    rows = registrations(desk)
    assert {row.state for row in rows} == {"ACTIVE"}
    assert {row.arrive_date for row in rows} == {"2026-11-01"}
    first = next(row for row in rows if not row.get("with_reg"))
    assert {row.with_reg for row in rows if row is not first} == {first.id}
    father = desk.replica.read.get("person", str(first.person))
    assert father is not None
    assert (father.name, father.id_no, father.live_addr) == ("张建国", FATHER, "宝山社区1号楼1单元101室")
    qtbot.waitUntil(lambda: all(line.blank for line in page.lines) and not page.unsaved())


def test_what_the_step_still_needs_keeps_the_sheet_as_it_is(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = sheet(window)
    share(
        page, live_addr="宝山社区1号楼1单元101室", dwelling="租赁房屋", arrive_date="2026-11-01", inflow_reason="务工"
    )
    go_to(page, 0, "person.name")
    type_into(focused(), "张建国")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: any("还不能办理" in label.text() for label in page.findChildren(QLabel)))
    assert registrations(desk) == []
    assert page.lines[0].cells["person.name"].text() == "张建国"
    assert focused() is page.shared["landlord_name"].focusProxy()
    type_into(focused(), "刘德")
    page.shared["landlord_phone"].setFocus()
    type_into(focused(), "13900001111")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and [row.state for row in registrations(desk)] == ["ACTIVE"])


def test_drafts_can_always_be_saved(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = sheet(window)
    go_to(page, 0, "person.name")
    type_into(focused(), "张建国")
    page.save(step=False)
    qtbot.waitUntil(lambda: idle(window) and [row.state for row in registrations(desk)] == ["DRAFT"])


def test_somebody_on_file_is_found_while_typing_and_not_made_again(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    people = desk.replica.read.list("person", limit=1).total
    page = sheet(window)
    share(page, live_addr="宝山社区1号楼1单元101室", dwelling="自购房", arrive_date="2026-11-01", inflow_reason="务工")
    go_to(page, 0, "person.name")
    cell = focused()
    type_into(cell, "王公")
    qtbot.waitUntil(lambda: idle(window) and page.lines[0].offers)
    press(cell, Qt.Key.Key_Down)
    press(cell, Qt.Key.Key_Return)
    assert page.lines[0].known is not None
    assert page.lines[0].cells["person.id_no"].text() == "1502**********0028"
    assert page.lines[0].cells["person.id_no"].isReadOnly()
    assert page.lines[0].mark.text() == "在册"
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and len(registrations(desk)) == 1)
    assert registrations(desk)[0].person == desk.people["王公平"]
    assert desk.replica.read.list("person", limit=1).total == people
    held = desk.replica.read.get("person", desk.people["王公平"])
    assert held is not None and held.id_no == id_number("15020619880315002")


def test_as_above_is_one_key_or_one_word(window: MainWindow, qtbot: QtBot) -> None:
    page = sheet(window)
    go_to(page, 0, "person.ethnic")
    type_into(focused(), "蒙古")
    press(focused(), Qt.Key.Key_Return)
    go_to(page, 1, "person.ethnic")
    press(focused(), Qt.Key.Key_D, CTRL)
    assert page.lines[1].cells["person.ethnic"].value() == "02"
    go_to(page, 2, "person.ethnic")
    type_into(focused(), "同上")
    assert page.lines[2].cells["person.ethnic"].value() == "02"


def test_a_damaged_number_is_named_and_nothing_is_derived_from_it(window: MainWindow, qtbot: QtBot) -> None:
    page = sheet(window)
    go_to(page, 0, "person.id_no")
    type_into(focused(), FATHER)
    assert page.lines[0].cells["person.birth_date"].text() == "1988-03-15"
    press(focused(), Qt.Key.Key_Backspace)
    type_into(focused(), "0" if FATHER[-1] != "0" else "1")
    assert page.lines[0].cells["person.birth_date"].text() == ""
    assert page.lines[0].notes == ["第 1 行 校验码不符"]


def test_enter_waits_for_the_input_method(window: MainWindow, qtbot: QtBot) -> None:
    page = sheet(window)
    go_to(page, 0, "person.name")
    cell = focused()
    compose(cell, "zhang")
    press(cell, Qt.Key.Key_Return)
    assert focused() is cell
    compose(cell, "")
    type_into(cell, "张三")
    press(cell, Qt.Key.Key_Return)
    assert focused() is page.lines[0].cells["person.id_no"]


def test_a_line_can_be_taken_out(window: MainWindow, qtbot: QtBot) -> None:
    page = sheet(window)
    for at, name in enumerate(("甲一", "乙二", "丙三")):
        go_to(page, at, "person.name")
        type_into(focused(), name)
    page.lines[1].remove.click()
    assert [line.cells["person.name"].text() for line in page.lines] == ["甲一", "丙三", ""]
    assert [line.number for line in page.lines] == [1, 2, 3]
