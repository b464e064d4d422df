"""What a clerk typed outlives a save: text that cannot be read, keys pressed meanwhile, a step that is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, focused, idle, press, type_into
from tests.ui.test_form import fill, opened


@contextmanager
def slow_disk(desk: Desk) -> Iterator[None]:
    """Saves that begin inside wait until its end."""
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with desk.replica.store.lock.hold(Priority.CLERK):
            held.set()
            go.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    try:
        yield
    finally:
        go.set()
        thread.join()


def step_button(page: RecordPage, verb: str) -> QPushButton:
    return next(b for b in page.head.steps.findChildren(QPushButton) if b.text() == verb)


def test_what_cannot_be_read_erases_nothing_and_stays(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.registrations["王公平"]
    page = opened(window, qtbot, "residence_reg", record)
    fill(page, "arrive_date", "2026.13.5")
    fill(page, "dwelling", "朋友家车库")
    fill(page, "live_addr", "宝山社区9号楼1单元101室")
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and window.status.message.startswith("已保存"))
    now = desk.replica.read.get("residence_reg", record)
    assert now is not None
    assert (now.arrive_date, now.dwelling, now.live_addr) == ("2026-01-05", "01", "宝山社区9号楼1单元101室")
    shown = [page.body.rows[name].field.focusProxy().text() for name in ("arrive_date", "dwelling")]  # type: ignore[union-attr]
    assert shown == ["2026.13.5", "朋友家车库"]
    assert page.unsaved()
    names = "、".join(page.body.rows[name].field.name for name in page.body.rows if name in ("arrive_date", "dwelling"))
    assert names in window.status.message
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window))
    assert page.unsaved() and names in window.status.message
    fill(page, "arrive_date", "2026.10.5")
    fill(page, "dwelling", "租赁")
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and not page.unsaved())
    now = desk.replica.read.get("residence_reg", record)
    assert now is not None and (now.arrive_date, now.dwelling) == ("2026-10-05", "02")


def test_what_is_typed_while_a_save_runs_is_kept(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.people["王公平"]
    page = opened(window, qtbot, "person", record)
    fill(page, "work_unit", "ABC")
    with slow_disk(desk):
        press(focused(), Qt.Key.Key_S, CTRL)
        type_into(focused(), "DEF")
        fill(page, "former_name", "later")
    qtbot.waitUntil(lambda: idle(window) and window.status.message == "已保存")
    stored = desk.replica.read.get("person", record)
    assert stored is not None and (stored.work_unit, stored.former_name) == ("ABC", None)
    assert page.body.rows["work_unit"].field.value() == "ABCDEF"
    assert page.body.rows["former_name"].field.value() == "later"
    assert page.unsaved()
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and not page.unsaved())
    stored = desk.replica.read.get("person", record)
    assert stored is not None and (stored.work_unit, stored.former_name) == ("ABCDEF", "later")


def test_what_is_typed_while_a_step_is_taken_is_kept(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.registrations["王公平"]
    page = opened(window, qtbot, "residence_reg", record)
    step_button(page, "登记").click()
    with slow_disk(desk):
        press(focused(), Qt.Key.Key_Return, CTRL)
        fill(page, "live_addr", "ABC")
    qtbot.waitUntil(lambda: idle(window) and window.status.message == "已办理“登记”")
    assert page.head.sheet is None
    assert page.body.rows["live_addr"].field.value() == "ABC" and page.unsaved()


def test_a_refused_step_keeps_its_sheet_and_marks_what_is_lacking(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.registrations["欧阳晓燕"]
    desk.replica.door.step("residence_reg", record, "登记", stated_date="2026-10-01")
    page = opened(window, qtbot, "residence_reg", record)
    step_button(page, "注销").click()
    sheet = page.head.sheet
    assert sheet is not None and sheet.body is not None
    sheet._reason.setFocus()
    type_into(focused(), "called")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and window.status.message.startswith("没有办理“注销”："))
    assert page.head.sheet is sheet and sheet.isVisible() and sheet._reason.text() == "called"
    row = sheet.body.rows["leave_reason"]
    assert row.help.text() == "办理前要填好这一项"
    assert focused() is row.field.focusProxy()
    type_into(focused(), "离开")
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and window.status.message == "已办理“注销”")
    assert page.head.sheet is None
