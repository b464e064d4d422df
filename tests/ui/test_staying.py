"""News from elsewhere moves nothing under a clerk's eyes: the caret and the scroll bars stay where they were."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.tray_page import TrayPage
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.worklist_page import WorklistPage
from tests.ui.desk import Desk, focused, idle, press

PEOPLE = 320
"""More than one page of a list."""


def people(desk: Desk, n: int, first: str = "赵") -> None:
    ids = desk.replica.ids
    drafts = [Draft.create("person", ids.new(), name=f"{first}甲{number:03d}") for number in range(n)]
    desk.replica.door.save(drafts)


def returned(desk: Desk, n: int) -> None:
    for number in range(n):
        desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), name=f"退回{number}", remark="字" * 90)])
    with desk.replica.store.transaction(Priority.CLERK) as txn:
        sql = "UPDATE sync_journal SET outcome = 'refused' WHERE number > (SELECT max(number) FROM sync_journal) - ?"
        txn.conn.exec_driver_sql(sql, (n,))


def open_list(window: MainWindow, qtbot: QtBot, total: int) -> ListPage:
    page = window.go("people")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: idle(window) and page.table.rows.rowCount() == total)
    return page


def test_a_list_stays_on_its_record_when_others_come_in_above_it(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    people(desk, PEOPLE)
    page = open_list(window, qtbot, PEOPLE + len(desk.people))
    table = page.table
    table.setFocus()
    table._mark(250)
    qtbot.waitUntil(lambda: idle(window) and table.rows.line(250) is not None)
    press(table, Qt.Key.Key_Down)
    line, scrolled = table.rows.line(251), table.verticalScrollBar().value()
    assert line is not None and scrolled > 100
    people(desk, 3, "阿")

    def followed() -> bool:
        now = table.rows.line(table.currentIndex().row())
        return idle(window) and table.rows.rowCount() == PEOPLE + len(desk.people) + 3 and now is not None

    qtbot.waitUntil(followed)
    now = table.rows.line(table.currentIndex().row())
    assert now is not None and now.record == line.record
    assert table.currentIndex().row() == 254
    assert table.verticalScrollBar().value() == scrolled + 3


def test_a_list_that_is_asked_for_something_else_begins_at_its_top(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    people(desk, 40)
    people(desk, 5, "阿")
    page = open_list(window, qtbot, 45 + len(desk.people))
    page.table._mark(30)
    page.filter.setText("赵甲")
    qtbot.waitUntil(lambda: idle(window) and page.table.rows.rowCount() == 40)
    assert page.table.currentIndex().row() == 0


def test_the_tray_keeps_its_place_and_its_caret(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    returned(desk, 12)
    page = window.go("tray")
    assert isinstance(page, TrayPage)
    qtbot.waitUntil(lambda: idle(window) and len(page.cards) == 12 and page.cards[0].isVisible())
    qtbot.waitUntil(lambda: page.cards[0].isAncestorOf(focused()))
    for _ in range(20):
        press(focused(), Qt.Key.Key_Tab)
    name, bar = focused().accessibleName(), page._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 300)
    at = bar.value()
    desk.replica.door.put_aside(page.cards[-1].item.number)
    people(desk, 1)
    qtbot.waitUntil(lambda: idle(window) and len(page.cards) == 11)
    qtbot.waitUntil(lambda: bar.value() == at and page._area.updatesEnabled())
    assert focused().accessibleName() == name


def test_the_worklist_keeps_its_place_and_its_caret(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    returned(desk, 6)
    people(desk, 1)
    window.resize(900, 400)
    page = window.go("worklist")
    assert isinstance(page, WorklistPage)
    qtbot.waitUntil(lambda: idle(window) and window.page.findChild(QScrollArea) is not None)
    bar = page.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 30 and any(b.text() == "6" for b in _badges(page)))
    while not (bar.value() and focused().accessibleName().startswith("打开")):
        press(focused(), Qt.Key.Key_Tab)
        assert page.isAncestorOf(focused())
    name, at = focused().accessibleName(), bar.value()
    returned(desk, 1)
    people(desk, 1)
    qtbot.waitUntil(lambda: idle(window) and any(b.text() == "7" for b in _badges(page)))
    qtbot.waitUntil(lambda: bar.value() == at and page._area.updatesEnabled())
    assert focused().accessibleName() == name


def _badges(page: QWidget) -> list[QLabel]:
    return [label for label in page.findChildren(QLabel) if label.property("badge") and not label.isHidden()]
