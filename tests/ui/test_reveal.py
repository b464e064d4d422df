"""A number is seen after two keys, for a minute, and never without its line in the audit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.replica.errors import DiskTrouble
from baiyun_desktop.ui.fields.line import GuardedField
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import Desk, idle, press, type_into


def phone_of(window: MainWindow, desk: Desk, name: str = "王公平") -> GuardedField:
    page = window.open("person", desk.people[name])
    assert isinstance(page, RecordPage)
    field = page.body.rows["phone"].field
    assert isinstance(field, GuardedField)
    page.body.focus("phone")
    return field


def noted(desk: Desk) -> list[tuple[str, str, str, str]]:
    rows = desk.replica.read.list(ENTRY, sort=("seq",)).rows
    return [(r.get("what"), r.get("record"), r.get("fields"), r.get("reason")) for r in rows]


def test_two_keys_show_it_for_a_minute_and_the_last_reason_is_offered_first(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    field, person = phone_of(window, desk), desk.people["王公平"]
    press(field.edit, Qt.Key.Key_F2)
    assert field.dialog is not None and noted(desk) == []
    type_into(field.dialog.edit, "家属来电")
    assert field.edit.text() == "138****5678"
    press(field.dialog.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: field.edit.text() == "13812345678")
    assert noted(desk) == [("查看", person, "phone", "家属来电")]
    assert field._timer.isActive() and field._timer.interval() == 60_000
    field._timer.timeout.emit()
    assert field.edit.text() == "138****5678"
    next(b for b in field.findChildren(QPushButton) if b.text() == "显示").click()
    assert field.dialog is not None and field.dialog.reason == "家属来电"
    press(field.dialog.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: field.edit.text() == "13812345678")
    assert len(noted(desk)) == 2


def test_without_a_line_in_the_audit_nothing_is_shown(
    window: MainWindow, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = phone_of(window, desk)
    press(field.edit, Qt.Key.Key_F2)
    assert field.dialog is not None

    def full(point: str) -> None:
        raise DiskTrouble("disk full")

    monkeypatch.setattr(desk.replica.store, "at", full)
    press(field.dialog.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "没有记入审计" in window.status.message)
    monkeypatch.undo()
    assert field.edit.text() == "138****5678" and noted(desk) == []


def test_no_reason_no_number_and_escape_leaves_it_covered(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    field = phone_of(window, desk)
    press(field.edit, Qt.Key.Key_F2)
    assert field.dialog is not None
    field.dialog.edit.clear()
    press(field.dialog.edit, Qt.Key.Key_Return)
    assert field.dialog is not None and field.dialog.isVisible()
    press(field.dialog.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: idle(window))
    assert field.edit.text() == "138****5678" and noted(desk) == []


def test_a_call_shows_the_number_where_it_cannot_be_copied(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    field, person = phone_of(window, desk), desk.people["王公平"]
    next(b for b in field.findChildren(QPushButton) if b.text() == "拨打").click()
    qtbot.waitUntil(lambda: field.call_window is not None)
    assert field.call_window is not None
    assert field.call_window.number.text() == "138 1234 5678"
    assert not field.call_window.number.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert field.edit.text() == "138****5678" and noted(desk) == [("拨打", person, "phone", "电话联系")]


def test_what_was_noted_of_one_record_never_shows_another(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    field = phone_of(window, desk)
    press(field.edit, Qt.Key.Key_F2)
    dialog = field.dialog
    assert dialog is not None
    page = window.page
    assert isinstance(page, RecordPage)
    page.turn_to(desk.people["欧阳晓燕"])
    press(dialog.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and len(noted(desk)) == 1)
    assert field.edit.text() == "139****6789"
