"""What goes wrong before the window is there is told too: without values where it is a bug, with what to do where not."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.ui.trouble import TroubleDialog
from baiyun_desktop.ui.trouble_start import told

NAME, NUMBER = "王公平", "150206198803150028"


@pytest.fixture
def log_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BAIYUN_HOME", str(tmp_path / "home"))


def answering(look: Callable[[QWidget], None]) -> list[str]:
    """Looks at the dialog that comes up, and closes it; a list of what went wrong there."""
    wrong: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(20, answer)
            return
        try:
            look(dialog)
        except AssertionError as error:
            wrong.append(str(error))
        finally:
            dialog.close()

    QTimer.singleShot(20, answer)
    return wrong


def test_a_bug_at_the_start_is_told_without_its_values(qtbot: QtBot, tmp_path: Path, log_apart: None) -> None:
    def bug() -> int:
        raise LookupError(f"{NAME} {NUMBER}")

    def look(dialog: QWidget) -> None:
        assert isinstance(dialog, TroubleDialog), dialog
        said = " ".join(label.text() for label in dialog.findChildren(QLabel)) + dialog.details.toPlainText()
        assert "LookupError" in said and "数据没有动" in said and "暂存" not in said
        assert NAME not in said and NUMBER not in said
        dialog.save_to(tmp_path / "out.zip")

    wrong = answering(look)
    assert told(bug) == 1
    assert wrong == []
    with zipfile.ZipFile(tmp_path / "out.zip") as zipped:
        assert "not_opened" in zipped.read("desk.json").decode()


@pytest.mark.parametrize(
    ("error", "words"),
    [(OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"), (PermissionError(errno.EACCES, "x"), "不能读写")],
)
def test_a_disk_at_the_start_is_told_with_what_to_do(qtbot: QtBot, log_apart: None, error: OSError, words: str) -> None:
    def fails() -> int:
        raise error

    def look(dialog: QWidget) -> None:
        assert isinstance(dialog, QMessageBox), dialog
        assert words in dialog.text() and "打不开" in dialog.text() and "再试" not in dialog.text()

    wrong = answering(look)
    assert told(fails) == 1
    assert wrong == []


def test_a_bug_in_a_page_that_sets_the_pc_up_can_be_read_and_closed(qtbot: QtBot, log_apart: None) -> None:
    """A dialog behind a modal one takes no click."""
    page = QMessageBox()
    seen: list[bool] = []

    def bug() -> None:
        QTimer.singleShot(100, look)
        raise LookupError(NAME)

    def look() -> None:
        (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, TroubleDialog) and w.isVisible()]
        seen.append(dialog.parent() is page)
        dialog.close()
        page.close()

    def run() -> int:
        QTimer.singleShot(50, bug)
        page.exec()
        return 0

    assert told(run) == 0
    assert seen == [True]


def test_a_file_that_cannot_be_opened_says_so_in_the_officers_words(tmp_path: Path) -> None:
    (tmp_path / "a.baiyun").write_bytes(bytes(range(256)) * 32)
    for path in (tmp_path / "a.baiyun", tmp_path / "no" / "such.baiyun"):
        with pytest.raises(Exception, match=r"打不开.*请") as refused:
            open_raw(path, bytes(32))
        assert "cannot" not in str(refused.value) and "does not" not in str(refused.value)
