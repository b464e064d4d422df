"""A seventh module at the window: its list, form, search, step and sync come from its declarations, by the keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.navigation import Navigation
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.kernel.program import PROGRAM
from tests.modules.offices import HERE, Office, three_offices
from tests.toy import MODULE
from tests.ui.desk import CTRL, Courier, focused, idle, press, type_into

(LIST,) = MODULE.lists
TYPED = {
    "what": "蓝色钥匙",
    "item_kind": "钥匙",
    "colours": "蓝、银",
    "found_on": "2026.11.1",
    "worth": "12.50",
    "pieces": "2",
    "owner_phone": "13812345678",
    "owner_name": "李四",
    "story": "在楼道里拾到",
}
"""One of each kind that is typed; the reference is searched for, the tick is a space."""


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """A community's desk and one above it."""
    with three_offices(tmp_path) as (here, _, above):
        yield here, above


def shown(replica: Replica, qtbot: QtBot) -> MainWindow:
    """A window on the program with the toy in it: nothing else tells the window of the toy."""
    window = MainWindow(DeskContext(replica, PROGRAM, Courier(), replica.identity))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: idle(window))
    return window


def in_front(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitActive(window):
        window.raise_()
        window.activateWindow()


def walk_to_list(window: MainWindow) -> None:
    """Down the navigation by its arrow keys, and Enter."""
    navigation = window.findChild(Navigation)
    assert navigation is not None
    navigation.setFocus()
    press(navigation, Qt.Key.Key_Home)
    for _ in range(navigation.count()):
        if navigation.currentItem().data(Qt.ItemDataRole.UserRole) == LIST.name:
            break
        press(navigation, Qt.Key.Key_Down)
    press(navigation, Qt.Key.Key_Return)


def at_list(window: MainWindow, qtbot: QtBot) -> ListPage:
    """By the keys."""
    walk_to_list(window)
    page = window.page
    assert isinstance(page, ListPage)
    assert page.title == "待领物品"
    qtbot.waitUntil(lambda: idle(window))
    return page


def rows_of(page: ListPage) -> list[tuple[str, ...]]:
    lines = [page.table.rows.line(n) for n in range(page.table.rows.rowCount())]
    return [line.cells for line in lines if line is not None]


def new_item(window: MainWindow, qtbot: QtBot) -> RecordPage:
    """Ctrl+N on the list, each field typed, Ctrl+S."""
    press(at_list(window, qtbot).table, Qt.Key.Key_N, CTRL)
    page = window.page
    assert isinstance(page, RecordPage)
    assert page.kind.name == "lost_item"
    assert focused() is editor(page, "what")
    for name, words in TYPED.items():
        go_to(page, name)
        type_into(focused(), words)
    go_to(page, "fragile")
    press(focused(), Qt.Key.Key_Space)
    go_to(page, "finder")
    type_into(focused(), "wgp")
    qtbot.waitUntil(lambda: idle(window) and page.body.rows["finder"].field._suggest.isVisible())  # type: ignore[attr-defined]
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.record is not None and not page.unsaved() and idle(window))
    return page


def editor(page: RecordPage, name: str) -> QWidget | None:
    return page.body.rows[name].field.focusProxy()


def go_to(page: RecordPage, name: str) -> None:
    """Tab until the caret stands in a field."""
    for _ in range(200):
        if focused() is editor(page, name):
            return
        press(focused(), Qt.Key.Key_Tab)
    raise AssertionError(f"the Tab key never comes to {name}")


def test_what_is_typed_in_its_form_is_what_its_declarations_say(offices: tuple[Office, Office], qtbot: QtBot) -> None:
    here, _ = offices
    finder = here.save("person", name="王公平")
    window = shown(here.desk, qtbot)
    page = new_item(window, qtbot)
    row = here.row("lost_item", page.record or "")
    assert row.area == HERE
    assert (row.what, row.item_kind, row.colours, row.found_on) == ("蓝色钥匙", "1", ["蓝", "银"], "2026-11-01")
    assert (row.worth, row.pieces, row.fragile, row.finder) == ("12.50", 2, True, finder)
    assert (row.owner_phone, row.owner_name, row.story) == ("13812345678", "李四", "在楼道里拾到")
    assert (row.state, row.digest) == ("KEPT", "蓝色钥匙×2")
    window.close()


@pytest.mark.parametrize("typed", ["蓝色", "5678"])
def test_the_search_box_finds_it_and_enter_opens_its_form(
    offices: tuple[Office, Office], qtbot: QtBot, typed: str
) -> None:
    here, _ = offices
    item = here.save("lost_item", what="蓝色钥匙", owner_phone="13812345678", colours=["蓝"])
    window = shown(here.desk, qtbot)
    press(window, Qt.Key.Key_K, CTRL)
    type_into(focused(), typed)
    qtbot.waitUntil(lambda: [hit.data for hit in window.toolbar.search.hits] == [("lost_item", item)])
    press(focused(), Qt.Key.Key_Return)
    page = window.page
    assert isinstance(page, RecordPage)
    assert page.record == item
    assert page.body.rows["what"].field.value() == "蓝色钥匙"
    assert page.body.rows["colours"].field.value() == ["蓝"]
    window.close()


def test_what_one_desk_types_stands_in_the_other_desks_list(offices: tuple[Office, Office], qtbot: QtBot) -> None:
    here, above = offices
    here.save("person", name="王公平")
    windows = [shown(office.desk, qtbot) for office in offices]
    theirs = at_list(windows[1], qtbot)
    assert rows_of(theirs) == []
    in_front(windows[0], qtbot)
    page = new_item(windows[0], qtbot)
    mine = at_list(windows[0], qtbot)
    line = ("蓝色钥匙", "钥匙", "2026-11-01", "王*平")
    qtbot.waitUntil(lambda: rows_of(mine) == [line])
    here.round()
    above.round()
    in_front(windows[1], qtbot)
    qtbot.waitUntil(lambda: rows_of(theirs) == [line])
    press(theirs.table, Qt.Key.Key_Return)
    opened = windows[1].page
    assert isinstance(opened, RecordPage)
    assert opened.record == page.record
    go_to(opened, "what")
    press(focused(), Qt.Key.Key_A, CTRL)
    type_into(focused(), "车钥匙")
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not opened.unsaved() and idle(windows[1]))
    for office in (above, here):
        office.round()
    in_front(windows[0], qtbot)
    qtbot.waitUntil(lambda: [cells[0] for cells in rows_of(mine)] == ["车钥匙"])
    for window in windows:
        window.close()


def test_its_step_is_offered_only_when_its_guard_lets_it_and_then_empties_the_list(
    offices: tuple[Office, Office], qtbot: QtBot
) -> None:
    here, _ = offices
    item = here.save("lost_item", what="钥匙", found_on="2026-11-01", owner_name="李四")
    window = shown(here.desk, qtbot)
    assert [cells[0] for cells in rows_of(at_list(window, qtbot))] == ["钥匙"]
    press(focused(), Qt.Key.Key_Return)
    page = window.page
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: any("目击" in label.text() for label in page.head.findChildren(QLabel)))
    here.save("sighting", item=item, place="宝山社区")
    qtbot.waitUntil(lambda: idle(window) and not any("目击" in t.text() for t in page.head.findChildren(QLabel)))
    take(page, qtbot, "归还")
    qtbot.waitUntil(lambda: idle(window) and here.row("lost_item", item).state == "RETURNED")
    left = at_list(window, qtbot)
    qtbot.waitUntil(lambda: idle(window) and rows_of(left) == [])
    window.close()


def take(page: RecordPage, qtbot: QtBot, verb: str) -> None:
    """The step's button by Tab and Space, its sheet by Ctrl+Enter."""
    for _ in range(200):
        if focused().accessibleName() == verb:
            break
        press(focused(), Qt.Key.Key_Tab)
    press(focused(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.head.sheet is not None)
    press(focused(), Qt.Key.Key_Return, CTRL)
