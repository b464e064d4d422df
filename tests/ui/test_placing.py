"""A window comes back where it was left, and onto a screen that is there when it was left on one that has gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QDialog, QMainWindow
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui import looks
from baiyun_desktop.ui.parts import column, text
from baiyun_desktop.ui.placing import TITLE_PX, Placed, fitted, screens, tall_enough

OFFICE = QRect(0, 0, 1366, 728)
LEFT_OF_IT = QRect(-1920, 0, 1920, 1040)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "looks.ini"
    looks.use(path)
    yield path
    looks.use(None)


@pytest.mark.parametrize(
    ("wanted", "there", "found"),
    [
        (QRect(100, 80, 1000, 600), [OFFICE], QRect(100, 80, 1000, 600)),
        (QRect(-1800, 60, 1240, 780), [OFFICE, LEFT_OF_IT], QRect(-1800, 60, 1240, 780)),
        (QRect(-1800, 60, 1240, 600), [OFFICE], QRect(63, 80, 1240, 600)),  # its screen has gone: the middle
        (QRect(-100, 60, 1000, 600), [OFFICE, LEFT_OF_IT], QRect(0, 60, 1000, 600)),  # most of it was here
        (QRect(900, 500, 1240, 780), [OFFICE], QRect(126, TITLE_PX, 1240, 728 - TITLE_PX)),  # cut and moved in
        (QRect(1300, 40, 1000, 600), [OFFICE], QRect(183, 80, 1000, 600)),  # nothing of it to take hold of
        (QRect(100, 20, 910, 485), [QRect(0, 0, 683, 364)], QRect(0, TITLE_PX, 683, 364 - TITLE_PX)),
    ],
)
def test_a_window_lies_whole_on_a_screen_that_is_there(wanted: QRect, there: list[QRect], found: QRect) -> None:
    assert fitted(wanted, there) == found
    assert any(screen.contains(found) for screen in there)


def test_a_window_comes_back_as_it_was_left(kept: Path, qtbot: QtBot) -> None:
    assert screens()
    left, again = QMainWindow(), QMainWindow()
    for window in (left, again):
        qtbot.addWidget(window)
    left.setGeometry(60, 50, 640, 420)
    Placed(left, "宝山社区·窗口/一").keep()
    looks.use(kept)  # as after a start of the program
    Placed(again, "宝山社区·窗口/一").restore()
    assert again.geometry() == QRect(60, 50, 640, 420)
    Placed(again, "另一个岗位").restore()
    assert again.size() == QSize(640, 420), "another post's window was never placed"


def test_what_somebody_wrote_into_the_file_keeps_no_window_away(kept: Path, qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(500, 400)
    for words in ("", "a b c d e", "1 2 3", "99999 99999 500 400 0"):
        looks.current().put("window/x", words)
        Placed(window, "x").restore()
        assert any(screen.contains(window.geometry()) for screen in screens()), words


def test_a_dialog_is_as_tall_as_its_words(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    label = text("很长的一句话，要换好几行才写得下。" * 12, wrap=True)
    dialog.setLayout(column(label))
    dialog.resize(320, 40)
    tall_enough(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
