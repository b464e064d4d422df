"""The tray shows all that was typed, masked, and lets go of what has been read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import Desk, focused, id_number, idle, press

FACTS = {
    "name": "外区人",
    "id_no": id_number("15020619991231001"),
    "phone": "13811110000",
    "birth_date": "1999-12-31",
    "sex": "1",
    "ethnic": "01",
    "live_addr": "祥云社区3号楼",
    "hukou_addr": "甘肃",
    "work_unit": "店",
    "former_name": "旧名",
    "remark": "打字十分钟",
}


def test_all_is_shown_masked_and_put_aside(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), **FACTS)])
    with desk.replica.store.transaction(Priority.CLERK) as txn:
        txn.conn.exec_driver_sql(
            "UPDATE sync_journal SET outcome = 'refused' WHERE number = (SELECT max(number) FROM sync_journal)"
        )
    window.go("tray")
    qtbot.waitUntil(lambda: idle(window))
    shown = " ".join(label.text() for label in window.page.findChildren(QLabel))
    assert "旧名" in shown and "打字十分钟" in shown
    assert FACTS["id_no"] not in shown and FACTS["phone"] not in shown
    next(b for b in window.page.findChildren(QPushButton) if b.text() == "移出…").click()
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and not desk.replica.read.tray())
    assert desk.replica.status().tray == 0
    qtbot.waitUntil(lambda: any("退回箱是空的" in w.text() for w in window.page.findChildren(QLabel)))
