"""A walk by keys: prepared, walked with one key a door, looked through at home, and locked after its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.visits_page import VisitsPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import AREA, LONG_NAME, Desk, focused, idle, press, type_into

GRID = f"{AREA}001"
LANDLORD = {"landlord_name": "陈房东", "landlord_phone": "13911112222", "landlord_rel": "02"}
TAIL = "有人应门，正在搬家"


@pytest.fixture
def street(desk: Desk) -> Desk:
    """Four who are to be checked in a week, and two areas to choose from."""
    desk.add("李四", "15020619770101001", "13700001111", "宝山社区2号楼1单元301室")
    door, ids = desk.replica.door, desk.replica.ids
    for code, name, above in ((AREA, "宝山社区", None), (GRID, "宝山第一网格", AREA)):
        door.save([Draft.create("organisation", ids.new(), area="*", code=code, name=name, parent_code=above)])
    for registration in desk.registrations.values():
        held = desk.replica.read.get("residence_reg", registration)
        assert held is not None
        door.save([Draft.of(held, **LANDLORD)])
        door.step("residence_reg", registration, "登记", stated_date=today() - timedelta(days=85))
    return desk


def prepared(window: MainWindow, qtbot: QtBot) -> VisitsPage:
    """As by the clerk's hands: a community, today, until tonight."""
    page = window.go("visits")
    assert isinstance(page, VisitsPage)
    qtbot.waitUntil(lambda: idle(window) and page.start.area.count() == 2)
    assert focused() is page.start.area
    press(page.start.area, Qt.Key.Key_Tab)
    press(focused(), Qt.Key.Key_Return)
    assert focused() is page.start.last
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and bool(page.walking.rows))
    assert page.stack.currentWidget() is page.walking
    assert focused() is page.walking.table
    return page


def test_a_round_is_walked_by_keys_and_looked_through_at_home(street: Desk, window: MainWindow, qtbot: QtBot) -> None:
    page, read = prepared(window, qtbot), street.replica.read
    table = page.walking.table
    assert [row.whole for row in page.walking.rows] == ["李四", "欧阳晓燕", "王公平", LONG_NAME]
    assert [row.door.partition("社区")[2] for row in page.walking.rows] == [
        "2号楼1单元301室", "12号楼3单元502室", "15号楼5单元102室", "",
    ]  # fmt: skip
    assert all("居住核实" in row.waits for row in page.walking.rows)

    assert not table.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled), "N would be composed"
    press(table, Qt.Key.Key_1)  # lives here: checked, and on to the next door
    press(table, Qt.Key.Key_N)
    type_into(focused(), "邻居说上月搬走")
    press(focused(), Qt.Key.Key_Return)
    press(table, Qt.Key.Key_2)  # moved: written down, and nothing ended
    press(table, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: idle(window) and [row.done.key for row in page.walking.rows][:3] == ["1", "2", "3"])
    first, second, third, _ = (row.done for row in page.walking.rows)
    checked, moved = (read.get("residence_reg", page.walking.rows[n].record) for n in (0, 1))
    assert checked is not None and moved is not None
    assert (checked.state, checked.checked_on) == ("ACTIVE", today().isoformat())
    assert (moved.state, moved.get("leave_date"), moved.get("checked_on")) == ("ACTIVE", None, None)
    notes = [read.get("inspect", done.note) for done in (first, second, third)]
    assert [note and (note.results, note.state, note.visited_on, note.visitors) for note in notes] == [
        ([result], "IN_ORDER", today().isoformat(), "张敏") for result in ("1", "2", "5")
    ]
    assert notes[1] is not None and notes[1].note == "邻居说上月搬走"

    press(table, Qt.Key.Key_4)  # somebody new at the fourth door
    sheet = window.page
    assert isinstance(sheet, SheetPage)
    assert sheet.shared["live_addr"].value() == page.walking.rows[3].label
    press(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.page is page

    page.look(page.walking.bundle)
    qtbot.waitUntil(lambda: idle(window) and len(page.back.cards) == 4)
    words = [button.accessibleName() for button in page.back.cards]
    assert len([name for name in words if "注销" in name]) == 1
    press(page.back.finish_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and page.stack.currentWidget() is page.start)
    assert street.replica.read.get("inspect", second.note) is not None
    assert not window.shell.desk.visits.heads()


def test_after_its_end_a_round_shows_nothing_and_loses_nothing(street: Desk, window: MainWindow, qtbot: QtBot) -> None:
    page = prepared(window, qtbot)
    replica, bundle, record = street.replica, page.walking.bundle, page.walking.rows[0].record
    press(page.walking.table, Qt.Key.Key_N)
    type_into(focused(), TAIL)
    assert page.unsaved()
    qtbot.waitUntil(lambda: idle(window) and not page.unsaved())  # kept while the caret is still in it
    assert window.shell.desk.visits.open(bundle).done(record).typed == TAIL
    hour, now = 3_600_000, replica.clock.now_ms()
    _times(street, until=now - hour, heard=now - 2 * hour)
    press(focused(), Qt.Key.Key_Return)  # the end has come while this was typed
    qtbot.waitUntil(lambda: idle(window) and page.stack.currentWidget() is page.start)
    assert page.walking.rows == [] and page.walking.note.text() == "" and not page.start.buttons
    assert [bool(head.locked) for head in window.shell.desk.visits.heads()] == [True]

    _times(street, until=now - hour, heard=now)  # a round with the district
    page.walk(bundle)
    qtbot.waitUntil(lambda: idle(window) and bool(page.walking.rows))
    assert page.walking.rows[0].note == TAIL
    press(page.walking.table, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: idle(window) and page.walking.rows[0].done.key == "1")
    note = replica.read.get("inspect", window.shell.desk.visits.open(bundle).done(record).note)
    assert note is not None and note.note == TAIL


def _times(desk: Desk, *, until: int, heard: int) -> None:
    with desk.replica.store.writing() as conn:
        conn.exec_driver_sql("UPDATE visit_bundle SET until = ?", (until,))
        conn.exec_driver_sql("UPDATE sync_state SET last_round_at = ?", (heard,))
