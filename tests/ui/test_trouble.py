"""A bug, in whatever thread, is told once in plain words without a value; what has words of its own needs no dialog."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qCritical
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.errors import DiskTrouble, ReplicaError
from baiyun_desktop.ui.trouble import TroubleDialog, Troubles
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import Desk, focused, idle
from tests.ui.test_form import fill, opened

NAME, NUMBER = "王公平", "150206198803150028"


@pytest.fixture
def troubles(window: MainWindow) -> Iterator[Troubles]:
    made = window.support.troubles
    made.install()
    yield made
    made.uninstall()


def bug() -> None:
    raise LookupError(f"{NAME} {NUMBER}")


def shown(troubles: Troubles, qtbot: QtBot) -> TroubleDialog:
    qtbot.waitUntil(lambda: troubles.dialog is not None and troubles.dialog.isVisible())
    assert troubles.dialog is not None
    return troubles.dialog


def test_a_bug_in_a_slot_is_told_without_its_values(window: MainWindow, troubles: Troubles, qtbot: QtBot) -> None:
    QTimer.singleShot(0, bug)
    dialog = shown(troubles, qtbot)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "不是您的操作" in said and "暂存" in said and "诊断文件" in said
    details = dialog.details.toPlainText()
    assert "LookupError" in details and "test_trouble" in details and " bug" in details
    assert NAME not in details + said and NUMBER not in details + said
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "复制").click()
    assert QApplication.clipboard().text() == details


def test_a_bug_in_a_thread_is_told_too(troubles: Troubles, qtbot: QtBot) -> None:
    thread = threading.Thread(target=bug)
    thread.start()
    thread.join()
    assert "LookupError" in shown(troubles, qtbot).details.toPlainText()


def test_what_qt_finds_wrong_inside_it_is_told(troubles: Troubles, qtbot: QtBot) -> None:
    qCritical(f"broken {NAME}")
    assert "QtComplaint" in shown(troubles, qtbot).details.toPlainText()


def test_ten_times_the_same_is_one_dialog_and_once_closed_none(
    window: MainWindow, troubles: Troubles, qtbot: QtBot
) -> None:
    for _ in range(10):
        try:
            bug()
        except LookupError as error:
            troubles.hear(error)
    dialog = shown(troubles, qtbot)
    assert window.findChildren(TroubleDialog) == [dialog]
    assert "10 次" in dialog.said.text()
    dialog.close()
    qtbot.waitUntil(lambda: troubles.dialog is None)
    try:
        bug()
    except LookupError as error:
        troubles.hear(error)
    QApplication.processEvents()
    assert troubles.dialog is None or not troubles.dialog.isVisible()


def test_the_caret_stays_where_somebody_types(window: MainWindow, troubles: Troubles, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "person", desk.people[NAME])
    fill(page, "work_unit", "ABC")
    editor = focused()
    QTimer.singleShot(0, bug)
    dialog = shown(troubles, qtbot)
    assert not [b for b in dialog.findChildren(QPushButton) if b.isDefault() or b.autoDefault()]
    assert page.body.rows["work_unit"].field.focusProxy() is editor


def test_the_diagnostic_is_saved_from_the_dialog(troubles: Troubles, qtbot: QtBot, tmp_path: Path) -> None:
    troubles.hear(LookupError(NAME))
    dialog = shown(troubles, qtbot)
    dialog.save_to(tmp_path / "out.zip")
    assert dialog.said.text() == "已保存 out.zip。"
    assert {"desk.json", "log.txt", "fonts.json"} <= set(zipfile.ZipFile(tmp_path / "out.zip").namelist())
    dialog.save_to(tmp_path / "no" / "folder" / "out.zip")
    assert "FileNotFoundError" in dialog.said.text()


def test_what_has_words_of_its_own_makes_no_dialog(window: MainWindow, troubles: Troubles, qtbot: QtBot) -> None:
    window.shell.work.trouble.emit(ReplicaError("请联系管理员"))
    assert window.status.message == "没有完成：请联系管理员" and troubles.dialog is None
    error = DiskTrouble("x")
    error.__cause__ = OSError(28, "x")
    window.shell.work.trouble.emit(error)
    assert window.support.hindrance.isVisible() and "磁盘已满" in window.support.hindrance.words
    assert troubles.dialog is None


def test_a_job_that_fails_by_a_bug_is_told(window: MainWindow, troubles: Troubles, qtbot: QtBot) -> None:
    window.shell.work.ask(window, lambda job: bug(), lambda answer: None)
    assert " bug" in shown(troubles, qtbot).details.toPlainText()
    assert idle(window)
