"""A desk whose key is lost opens again from its first screen: request, answer, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.keys.recovery import number_of
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.instead import enrol_instead
from baiyun_desktop.replica.lifeboats import Outcome, held_in
from baiyun_desktop.ui.file_lost import FileLost
from baiyun_desktop.ui.key_recovery import KeyRecovery
from baiyun_desktop.ui.unlocking import recovery_dialog, unlocked
from baiyun_desktop.ui.words import say
from sync.enrolment import BadCode, Enrolment
from tests.replica.desk import PROGRAM
from tests.replica.enrolled import SECRET, Desk, enrol_desk
from tests.replica.offices import BAOSHAN
from tests.replica.straight import carrier_of

NEW = "一把新的很长的口令"


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    return enrol_desk(tmp_path)


@pytest.fixture
def officer(qtbot: QtBot) -> Callable[..., None]:
    """Does one thing after the other with the dialogs that come up, each as soon as it is there."""

    def works(*steps: Callable[[QWidget], None]) -> None:
        left = list(steps)

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if left and dialog is not None:
                left.pop(0)(dialog)
            if left:
                QTimer.singleShot(20, look)

        QTimer.singleShot(20, look)

    return works


def types(passphrase: str) -> Callable[[QWidget], None]:
    def do(dialog: QWidget) -> None:
        assert isinstance(dialog, QInputDialog)
        edit = dialog.findChild(QLineEdit)
        assert isinstance(edit, QLineEdit)
        assert edit.echoMode() is QLineEdit.EchoMode.Password
        edit.setText(passphrase)
        dialog.accept()

    return do


def presses(words: str) -> Callable[[QWidget], None]:
    def do(dialog: QWidget) -> None:
        assert isinstance(dialog, QMessageBox)
        next(b for b in dialog.buttons() if b.text() == words).click()

    return do


def names(replica: Replica | None) -> set[str]:
    assert replica is not None
    with replica:
        return {row.name for row in replica.read.list("person").rows}


def test_a_wrong_passphrase_is_asked_for_again(office: Desk, officer: Callable[..., None]) -> None:
    officer(types("falsch, falsch"), presses(say("recovery.try_again")), types(SECRET))
    assert names(unlocked(office.home, office.open)) == {"王一", "王二", "王三"}


def test_whoever_gives_up_sees_no_window(office: Desk, officer: Callable[..., None]) -> None:
    officer(types("falsch, falsch"), presses(say("recovery.later")))
    assert unlocked(office.home, office.open) is None


def test_a_forgotten_one_is_replaced_on_the_spot(office: Desk, officer: Callable[..., None], qtbot: QtBot) -> None:
    def recovers(dialog: QWidget) -> None:
        assert isinstance(dialog, KeyRecovery)
        dialog.secret.setText(NEW)
        dialog.again.setText(NEW)
        qtbot.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
        dialog.answer.setPlainText(office.answer(dialog.request.toPlainText()))
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)

    officer(types("vergessen"), presses(say("recovery.offer")), recovers, types(NEW))
    assert names(unlocked(office.home, office.open)) == {"王一", "王二", "王三"}


def test_a_request_waits_over_a_restart_and_a_wrong_answer_says_why(office: Desk, qtbot: QtBot) -> None:
    first = recovery_dialog(office.home, "口令不对")
    qtbot.addWidget(first)
    assert first.message.text() == "口令不对"
    assert not first.go.isEnabled()
    first.secret.setText(NEW)
    first.make.click()
    assert "不一致" in first.message.text()
    first.again.setText(NEW)
    first.make.click()
    request = first.request.toPlainText()
    first.copy.click()
    assert QGuiApplication.clipboard().text() == request
    first.reject()

    later = recovery_dialog(office.home, "口令不对")
    qtbot.addWidget(later)
    assert later.request.toPlainText() == request
    assert number_of(request) in later.number.text()
    later.secret.setText(NEW)
    later.answer.setPlainText("BYA1:AAAAA")
    later.go.click()
    assert "抄错" in later.message.text()
    assert not later.result()
    later.answer.setPlainText(office.answer(request))
    later.go.click()
    assert later.result()
    assert names(office.open(NEW)) == {"王一", "王二", "王三"}


@pytest.mark.parametrize("spoilt", ["pages", "key"])
def test_another_desk_takes_the_place_of_a_file_that_opens_no_more(
    office: Desk, officer: Callable[..., None], qtbot: QtBot, spoilt: str
) -> None:
    """By the keyboard, from the first question to the window; what was saved in the lost file comes to the district."""
    path = office.home.path
    if spoilt == "key":
        office.home.keys.write_bytes(b"noise")
    else:
        content = path.read_bytes()
        path.write_bytes(content[:4096] + bytes(len(content)))

    def enrol(address: str, code: str, nonce: str) -> Enrolment:
        if code != "GOOD":
            raise BadCode("注册码不对")
        replica = office.ids.new()
        office.town.district.add_desk(replica, [BAOSHAN])
        return Enrolment(replica, 1, "token", "宝山社区·窗口", "王芳", [BAOSHAN], [], address, "ca")

    def go(address: str, code: str, passphrase: str) -> tuple[Outcome, str]:
        carrier = partial(carrier_of, office.town.district)
        given = address, code, passphrase, PROGRAM, enrol, carrier, office.clock, office.ids
        found, waits = enrol_instead(office.home, *given)
        return Outcome.of(found), waits

    seen: list[FileLost] = []

    def replaced(why: str) -> bool:
        dialog = FileLost(go, held_in(office.home), why=why, passphrase=True)
        seen.append(dialog)
        return bool(dialog.exec())

    def types_anew(dialog: QWidget) -> None:
        assert isinstance(dialog, FileLost)
        assert [label for label in dialog.findChildren(QLabel) if "3 项操作" in label.text()]
        for code in ("BAD", "GOOD"):
            for edit, words in ((dialog.address, "127.0.0.1:8443"), (dialog.code, code)):
                edit.setText(words)
            for edit in (dialog.secret, dialog.again):
                edit.setText(NEW)
            qtbot.keyClick(dialog.again, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: dialog.send.isEnabled())
            assert ("不对" in dialog.said.text()) is (code == "BAD")
        assert "新送到 1 项操作，2 项区里已有" in dialog.said.text()
        qtbot.keyClick(dialog.send, Qt.Key.Key_Return) if dialog.send.hasFocus() else dialog.send.click()

    asked = [presses(say("file_lost.offer"))] if spoilt == "key" else []
    before = [] if spoilt == "key" else [types(SECRET)]
    officer(*before, *asked, types_anew, types(NEW))
    assert names(unlocked(office.home, office.open, replaced)) == {"王一", "王二", "王三"}
    assert len(seen) == 1
    assert office.holds_all_at_the_district()
