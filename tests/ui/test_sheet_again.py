"""A sheet that is saved again makes nobody twice, whatever stood in the way of a line or was typed meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.errors import DiskTrouble
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, focused, idle, press, type_into
from tests.ui.test_kept_typing import slow_disk
from tests.ui.test_sheet import go_to, registrations, share, sheet


def family(window: MainWindow, *names: str) -> SheetPage:
    page = sheet(window)
    share(page, live_addr="宝山社区1号楼1单元101室", dwelling="自购房", arrive_date="2026-11-01", inflow_reason="务工")
    for at, name in enumerate(names):
        put(page, at, "person.name", name)
    return page


def put(page: SheetPage, line: int, path: str, words: str) -> None:
    go_to(page, line, path)
    press(focused(), Qt.Key.Key_A, CTRL)
    press(focused(), Qt.Key.Key_Delete)
    type_into(focused(), words)


def names_on(page: SheetPage) -> list[str]:
    return [line.cells["person.name"].text() for line in page.lines if not line.blank]


def people(desk: Desk) -> list[str]:
    rows = desk.replica.read.list("person", limit=50).rows
    return sorted(str(row.name) for row in rows if row.id not in desk.people.values())


def done(window: MainWindow, page: SheetPage) -> bool:
    return idle(window) and not page._saving


def test_lines_typed_while_a_save_runs_wait_for_the_next(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = family(window, "甲一")
    with slow_disk(desk):
        press(focused(), Qt.Key.Key_Return, CTRL)
        put(page, 1, "person.name", "乙二")
    qtbot.waitUntil(lambda: done(window, page) and len(registrations(desk)) == 1)
    assert names_on(page) == ["乙二"]
    assert page.unsaved()
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: done(window, page) and len(registrations(desk)) == 2)
    assert people(desk) == ["乙二", "甲一"]
    first = next(row for row in registrations(desk) if not row.get("with_reg"))
    assert {row.get("with_reg") for row in registrations(desk)} == {None, first.id}
    assert names_on(page) == [] and not page.unsaved()


def test_a_line_changed_while_it_is_saved_is_brought_up_to_date(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = family(window, "甲一")
    with slow_disk(desk):
        press(focused(), Qt.Key.Key_Return, CTRL)
        put(page, 0, "person.name", "甲乙")
    qtbot.waitUntil(lambda: done(window, page) and people(desk) == ["甲一"])
    assert names_on(page) == ["甲乙"]
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: done(window, page) and people(desk) == ["甲乙"])
    assert [row.state for row in registrations(desk)] == ["ACTIVE"]
    assert names_on(page) == []


def test_a_disk_error_at_one_line_doubles_no_other(
    window: MainWindow, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, calls = desk.replica.door, []
    real = door.step

    def flaky(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise DiskTrouble("磁盘已满")
        return real(*given, **named)

    monkeypatch.setattr(door, "step", flaky)
    page = family(window, "甲一", "乙二", "丙三")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: done(window, page) and len(registrations(desk)) == 2)
    assert names_on(page) == ["乙二"]
    assert any("磁盘已满" in label.text() for label in page.findChildren(QLabel))
    press(page.lines[0].cells["person.name"], Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: done(window, page) and len(registrations(desk)) == 3)
    assert people(desk) == ["丙三", "乙二", "甲一"]


def test_a_line_with_an_unreadable_cell_stays_and_is_named(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = family(window, "甲一", "乙二")
    put(page, 0, "person.birth_date", "1988.13.5")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: done(window, page) and people(desk) == ["乙二"])
    assert names_on(page) == ["甲一"]
    assert page.lines[0].cells["person.birth_date"].text() == "1988.13.5"
    assert "第 1 行 出生日期" in window.status.message
    put(page, 0, "person.birth_date", "1988.3.5")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: done(window, page) and people(desk) == ["乙二", "甲一"])


def test_nothing_is_written_while_what_all_share_cannot_be_read(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = family(window, "甲一")
    page.shared["arrive_date"].setFocus()
    press(focused(), Qt.Key.Key_A, CTRL)
    type_into(focused(), "2026.13.5")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: done(window, page))
    assert registrations(desk) == [] and names_on(page) == ["甲一"]
    assert page.shared["arrive_date"].name in window.status.message
