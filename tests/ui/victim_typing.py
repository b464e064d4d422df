"""A desk's window in a process of its own, typed into and killed in the middle: started by the tests of restored typing."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from baiyun_desktop.replica import Replica
from baiyun_desktop.ui import opening
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from sync.outside import SystemClock, SystemIds
from tests.ui.desk import CTRL, PROGRAM, Desk, focused, id_number, press, type_into


def main(path: Path, key: str, person: str) -> None:
    """Dies by SIGKILL as soon as the disk has what was typed; prints how long that took after the last key."""
    opening.application()
    clock = SystemClock()
    desk = Desk(Replica.open(path, bytes.fromhex(key), PROGRAM, clock, SystemIds(clock)))
    window = MainWindow(desk.context())
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    _type_family(window)
    _type_person(window, person)
    last = time.monotonic()
    while not _whole(desk):
        QApplication.processEvents()
        time.sleep(0.005)
    sys.stdout.write(f"kept {time.monotonic() - last:.3f}\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def _type_family(window: MainWindow) -> None:
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    page.shared["live_addr"].setFocus()
    type_into(focused(), "宝山社区9号楼1单元101室")
    page.focus_line(0, "person.name")
    type_into(focused(), "赵铁柱")
    page.focus_line(0, "person.id_no")
    type_into(focused(), id_number("15020619790101001"))
    page.focus_line(1, "person.name")
    type_into(focused(), "赵小")


def _type_person(window: MainWindow, person: str) -> None:
    page = window.open("person", person)
    assert isinstance(page, RecordPage)
    for name, words in (("work_unit", "白云铁矿"), ("edu", "xyz"), ("former_name", "wang xia")):
        page.body.focus(name)
        press(focused(), Qt.Key.Key_A, CTRL)
        press(focused(), Qt.Key.Key_Delete)
        type_into(focused(), words)
    press(focused(), Qt.Key.Key_Left)


def _whole(desk: Desk) -> bool:
    """The file has the last key of both; the caret is still in the field."""
    forms = [form.body for form in desk.replica.unsaved.all()]
    return len(forms) == 2 and any(
        body["page"] == "record" and body["fields"].get("former_name", {}).get("text") == "wang xia" for body in forms
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
