"""The log-in sheet and the lock: nothing is seen or typed behind it, nothing typed is lost, and it says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.telephone import code_for, token_digest
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.lock import IDLE_MS, Gate
from baiyun_desktop.ui.log_in import LogIn
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.words import say
from tests.replica.desk import ManualClock, SeededIds
from tests.replica.staff import CHOSEN, FIRST, cheap
from tests.ui.desk import AREA, CTRL, PROGRAM, Courier, idle, press, type_into

POST, WANG, LI = "a" * 32, "b" * 32, "c" * 32
WHO = DeskIdentity(replica="d" * 32, post="宝山社区·窗口", officer="", areas=(AREA,), token="t" * 22)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def replica(tmp_path: Path, clock: ManualClock) -> Iterator[Replica]:
    path = tmp_path / "desk.baiyun"
    made = Replica.create(path, new_key(), PROGRAM, WHO, clock, SeededIds(clock))
    with made.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET last_round_at = ?", (clock.now_ms(),))
    yield made
    made.close()


def staff(replica: Replica) -> None:
    """As the district would have sent them."""
    both = {"areas": [AREA], "posts": [POST], "state": "active", "password": cheap(FIRST)}
    replica.door.save(
        [
            Draft.create("post", POST, name=WHO.post, area=AREA, grants=[AREA], role="COMMUNITY_WORKER"),
            Draft.create("officer", WANG, name="王芳", login="wangfang", **both),
            Draft.create("officer", LI, name="李四", login="lisi", must_change=True, **both),
        ]
    )


def opened(replica: Replica, qtbot: QtBot) -> MainWindow:
    window = MainWindow(DeskContext(replica, PROGRAM, Courier(), replica.identity, accounts=Accounts(replica)))
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: idle(window))
    return window


@pytest.fixture
def window(replica: Replica, qtbot: QtBot) -> Iterator[MainWindow]:
    staff(replica)
    made = opened(replica, qtbot)
    yield made
    made.discard()
    made.close()
    made.deleteLater()


def gate_of(window: MainWindow) -> Gate:
    assert window.gate is not None
    return window.gate


def sheet_of(window: MainWindow) -> LogIn:
    sheet = gate_of(window).sheet
    assert sheet is not None and sheet.isVisible()
    return sheet


def log_in(window: MainWindow, qtbot: QtBot, officer: str = WANG, password: str = FIRST) -> LogIn:
    sheet = sheet_of(window)
    sheet.officer.setCurrentIndex(sheet.officer.findData(officer))
    type_into(sheet.password, password)
    press(sheet.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    return sheet


def seen(window: QWidget) -> list[QWidget]:
    """What could be read or typed into."""
    return [w for w in window.findChildren(QLineEdit) if w.isVisible()]


def test_a_desk_without_officers_opens_as_ever_and_has_nothing_to_lock(replica: Replica, qtbot: QtBot) -> None:
    window = opened(replica, qtbot)
    assert not gate_of(window).locked
    press(window, Qt.Key.Key_L, CTRL)
    assert not gate_of(window).locked
    assert window.status.message == say("log_in.no_officers")
    assert not window.toolbar.officer.isVisible()
    window.close()


def test_officers_that_the_district_names_while_it_is_open_have_to_log_in(replica: Replica, qtbot: QtBot) -> None:
    window = opened(replica, qtbot)
    staff(replica)
    qtbot.waitUntil(lambda: gate_of(window).locked)
    log_in(window, qtbot)
    assert not gate_of(window).locked
    window.close()


def test_nothing_is_shown_before_somebody_has_logged_in(window: MainWindow, replica: Replica, qtbot: QtBot) -> None:
    assert seen(window) == [sheet_of(window).password]
    press(sheet_of(window), Qt.Key.Key_Escape)
    sheet_of(window).reject()
    sheet_of(window).close()
    assert sheet_of(window).isVisible()
    log_in(window, qtbot, password="wrong")
    assert "还可以试 4 次" in sheet_of(window).message.text()
    assert sheet_of(window).password.selectedText() == "wrong" or sheet_of(window).password.hasFocus()
    sheet_of(window).password.clear()
    log_in(window, qtbot)
    assert not gate_of(window).locked
    assert replica.officer == "王芳"
    assert "王芳" in window.toolbar.officer.text() and window.toolbar.officer.isVisible()
    assert window.toolbar.search.isVisible()


def test_typing_waits_behind_the_lock_unread(window: MainWindow, qtbot: QtBot, clock: ManualClock) -> None:
    log_in(window, qtbot)
    page = window.new("house", {})
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window))
    edit = next(w for w in page.findChildren(QLineEdit) if w.isVisible() and not w.isReadOnly())
    edit.setFocus()
    type_into(edit, "15号楼")
    press(window, Qt.Key.Key_L, CTRL)
    assert gate_of(window).locked
    assert not edit.isVisible()
    assert window.windowTitle() == say("shell.title")
    picture = window.grab().toImage()
    qtbot.mouseClick(sheet_of(window)._quit, Qt.MouseButton.LeftButton)
    assert say("log_in.not_saved", n=1) == sheet_of(window).message.text()
    assert window.isVisible()
    log_in(window, qtbot)
    assert edit.isVisible() and edit.text() == "15号楼" and page.unsaved()
    assert window.grab().toImage() != picture
    assert window.page is page


def test_ten_minutes_without_input_lock_and_input_puts_it_off(
    window: MainWindow, qtbot: QtBot, clock: ManualClock
) -> None:
    log_in(window, qtbot)
    window.activateWindow()
    gate, handle = gate_of(window), window.windowHandle()
    gate._watch(handle)
    clock.ms += IDLE_MS - 1
    gate.look()
    assert not gate.locked
    QTest.keyClick(handle, Qt.Key.Key_F7)
    clock.ms += IDLE_MS - 1
    gate.look()
    assert not gate.locked
    clock.ms += 1
    gate.look()
    assert sheet_of(window).message.text() == say("log_in.idle")


def test_a_question_that_waits_is_covered_and_waits_on(window: MainWindow, qtbot: QtBot) -> None:
    log_in(window, qtbot)
    box = QMessageBox(QMessageBox.Icon.Question, "王公平的登记", "王公平的登记要作废吗?", parent=window)
    box.open()
    gate_of(window).lock()
    assert not box.isEnabled() and box.windowTitle() == say("shell.title")
    cover = next(w for w in box.findChildren(QWidget) if w.objectName() == "curtain")
    assert cover.isVisible() and cover.geometry() == box.rect()
    assert box.childAt(box.rect().center()) in (cover, *cover.findChildren(QWidget))
    log_in(window, qtbot)
    assert box.isVisible() and box.isEnabled() and box.windowTitle() != say("shell.title")
    box.done(0)
    box.deleteLater()


def test_another_officer_takes_over_without_the_window_closing(
    window: MainWindow, replica: Replica, qtbot: QtBot
) -> None:
    log_in(window, qtbot)
    page = window.new("house", {})
    edit = next(w for w in page.findChildren(QLineEdit) if w.isVisible() and not w.isReadOnly())
    type_into(edit, "15号楼")
    window.toolbar.officer.switch_wanted.emit()
    sheet = log_in(window, qtbot, LI)
    assert sheet.message.text() == say("log_in.first")
    type_into(sheet.new, "12345678")
    press(sheet.new, Qt.Key.Key_Return)
    type_into(sheet.again, "12345678")
    press(sheet.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    assert "太常见" in sheet.message.text()
    for field in (sheet.new, sheet.again):
        field.clear()
        type_into(field, CHOSEN)
    press(sheet.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    assert not gate_of(window).locked
    assert replica.officer == "李四" and "李四" in window.toolbar.officer.text()
    assert window.status.message == say("log_in.left_over", n=1)
    assert edit.text() == "15号楼"


def test_a_forgotten_password_over_the_telephone(window: MainWindow, qtbot: QtBot) -> None:
    sheet = sheet_of(window)
    sheet.officer.setCurrentIndex(sheet.officer.findData(WANG))
    press(sheet.forgot, Qt.Key.Key_Return)
    assert "wangfang" in sheet.said.text() and "dddddddd" in sheet.said.text()
    digits = sheet.digits.text().replace(" ", "")
    type_into(sheet.code, "00000-00000")
    press(sheet.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    assert "代码不对" in sheet.message.text()
    sheet.code.clear()
    code = code_for(token_digest(WHO.token), desk=WHO.replica, officer=WANG, challenge=digits)
    type_into(sheet.code, code.lower())
    press(sheet.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    for field in (sheet.new, sheet.again):
        type_into(field, CHOSEN)
    press(sheet.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    assert not gate_of(window).locked


def test_seven_days_lock_and_a_round_opens_the_sheet(
    window: MainWindow, replica: Replica, qtbot: QtBot, clock: ManualClock
) -> None:
    clock.ms += 8 * 24 * 3600 * 1000
    sheet = log_in(window, qtbot)
    assert "8 天没有和区里同步" in sheet.message.text()
    sheet._offer()
    with replica.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET last_round_at = ?", (clock.now_ms(),))
    gate_of(window).look()
    qtbot.waitUntil(lambda: idle(window))
    assert sheet.message.text() == say("log_in.hint")
    log_in(window, qtbot)
    assert not gate_of(window).locked


def test_who_is_locked_at_the_district_is_out_in_the_middle_of_work(
    window: MainWindow, replica: Replica, qtbot: QtBot
) -> None:
    log_in(window, qtbot)
    held = replica.read.get("officer", WANG)
    assert held is not None
    replica.door.save([Draft.of(held, state="locked")])
    qtbot.waitUntil(lambda: gate_of(window).locked)
    assert "已停用" in sheet_of(window).message.text()


def test_whoever_is_in_changes_his_password(window: MainWindow, qtbot: QtBot) -> None:
    log_in(window, qtbot)
    sheet = gate_of(window).change_password()
    assert sheet is not None
    for field, words in ((sheet.old, "wrong"), (sheet.new, CHOSEN), (sheet.again, CHOSEN)):
        type_into(field, words)
    press(sheet.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    assert "密码不对" in sheet.message.text() and sheet.isVisible()
    sheet.old.clear()
    type_into(sheet.old, FIRST)
    press(sheet.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    assert window.status.message == say("password.done")
    gate_of(window).lock()
    log_in(window, qtbot, password=CHOSEN)
    assert not gate_of(window).locked


@pytest.mark.parametrize("page", ["first", "call", "choose"])
def test_every_control_of_the_sheet_has_a_name(window: MainWindow, page: str) -> None:
    sheet = sheet_of(window)
    if page == "call":
        sheet.call()
    if page == "choose":
        sheet._turn(sheet._choosing, sheet.new)
    QApplication.processEvents()
    focusable = [w for w in sheet.findChildren(QWidget) if w.isVisible() and w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert [w for w in focusable if not w.accessibleName() and not getattr(w, "text", str)()] == []


def test_the_identity_of_these_tests_is_a_real_one() -> None:
    assert msgspec.json.decode(msgspec.json.encode(WHO), type=DeskIdentity) == WHO
