"""An officer with the longest of names cuts no label of the log-in sheet, lies over nothing, and is told whole in a tip."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.ui.approval_words import asked_for
from baiyun_desktop.ui.window import MainWindow
from tests.replica.staff import FIRST
from tests.ui.allowing import ZHANG, staff
from tests.ui.desk import LONG_NAME, Desk, idle, type_into


def test_a_long_name_is_cut_nowhere_unsaid(desk: Desk, qtbot: QtBot) -> None:
    staff(desk)
    zhang = desk.replica.read.get("officer", ZHANG)
    assert zhang is not None
    desk.replica.door.save([Draft.of(zhang, name=LONG_NAME)])
    window = MainWindow(replace(desk.context(), accounts=Accounts(desk.replica)))
    with qtbot.waitExposed(window):
        window.show()
    assert window.gate is not None and window.gate.sheet is not None
    sheet = window.gate.sheet
    sheet.officer.setCurrentIndex(sheet.officer.findData(ZHANG))
    qtbot.waitUntil(lambda: idle(window))
    labels = [one for one in sheet.findChildren(QLabel) if one.isVisible() and one.text() and not one.wordWrap()]
    assert labels and all(one.width() >= one.sizeHint().width() for one in labels)
    assert LONG_NAME in sheet.officer.toolTip()
    type_into(sheet.password, FIRST)
    sheet.log_in()
    qtbot.waitUntil(lambda: idle(window) and window.gate is not None and not window.gate.locked)
    button, search = window.toolbar.officer, window.toolbar.search
    qtbot.waitUntil(lambda: button.isVisible() and button.width() >= button.sizeHint().width())
    assert button.geometry().left() >= search.geometry().right()
    assert "…" in button.text() and LONG_NAME in button.toolTip() and LONG_NAME in button.accessibleName()
    row = desk.replica.read.get("approval", _asked(desk))
    assert all(isinstance(one, QLabel) and one.wordWrap() for one in asked_for(row))
    window.discard()
    window.close()
    window.deleteLater()


def _asked(desk: Desk) -> str:
    record = desk.replica.ids.new()
    desk.replica.door.save(
        [Draft.create("approval", record, asked_by=LONG_NAME, asked_at_post="窗口", wanted=["MANY"])]
    )
    return record
