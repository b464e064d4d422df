"""A counter where Zhang has logged in, and Li of the street, whom the PC knows too, can be called over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.lookup import LookedUp
from baiyun_desktop.ui.window import MainWindow
from tests.replica.staff import FIRST, cheap
from tests.ui.desk import AREA, Desk, idle, press, type_into

COUNTER, STREET = "a" * 32, "b" * 32
ZHANG = "c" * 32
LookUp = Callable[[str, str, str], LookedUp]


def staff(desk: Desk) -> None:
    """As the district would have sent them."""
    both = {"areas": [AREA], "state": "active", "password": cheap(FIRST)}
    street = {"name": "矿山路街道·综治办", "area": AREA, "grants": ["150206001"], "role": "STREET"}
    desk.replica.door.save(
        [
            Draft.create("post", COUNTER, name="宝山社区·窗口", area=AREA, grants=[AREA], role="COMMUNITY_WORKER"),
            Draft.create("post", STREET, **street),
            Draft.create("officer", ZHANG, name="张敏", login="zhangmin", posts=[COUNTER], **both),
            Draft.create("officer", desk.replica.ids.new(), name="李芳", login="lifang", posts=[STREET], **both),
        ]
    )
    with desk.replica.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET last_round_at = ?", (desk.replica.clock.now_ms(),))


def opened(desk: Desk, qtbot: QtBot, look_up: LookUp | None = None) -> MainWindow:
    """The window with Zhang logged in at it."""
    context = replace(desk.context(), accounts=Accounts(desk.replica), look_up=look_up)
    window = MainWindow(context)
    with qtbot.waitExposed(window):
        window.show()
    sheet = window.gate.sheet if window.gate is not None else None
    assert sheet is not None
    chosen: QComboBox = sheet.officer
    chosen.setCurrentIndex(chosen.findData(ZHANG))
    type_into(sheet.password, FIRST)
    press(sheet.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and window.gate is not None and not window.gate.locked)
    return window


def noted(desk: Desk) -> list[tuple[str, str]]:
    rows = desk.replica.read.list(ENTRY, sort=("seq",)).rows
    return [(str(row.get("who")), str(row.get("what"))) for row in rows]
