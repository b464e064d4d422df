"""An old file that is upgraded shows how far it is, and the event loop runs meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.upgrade_note import Tell, UpgradeNote, opened_beside
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds, make_desk
from tests.replica.test_upgrading import age


def test_an_old_file_is_upgraded_beside_the_event_loop_and_shown(qtbot: QtBot, tmp_path: Path) -> None:
    clock = ManualClock()
    ids = SeededIds(clock)
    make_desk(tmp_path / "desk.db", clock, ids).close()
    age(tmp_path / "desk.db")
    shown: list[str] = []

    def look() -> None:
        for note in QApplication.topLevelWidgets():
            if isinstance(note, UpgradeNote) and note.isVisible():
                shown.append(note.findChildren(QLabel)[0].text())
                qtbot.keyClick(note, Qt.Key.Key_Escape)
                assert note.isVisible()
                seen.set()

    seen = threading.Event()
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(5)

    def open_desk(tell: Tell) -> Replica:
        def slowly(part: str, done: int, of: int) -> None:
            tell(part, done, of)
            assert seen.wait(20), "the window is painted while the upgrade runs"

        assert threading.current_thread() is not threading.main_thread()
        return Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids, slowly)

    with opened_beside(open_desk) as desk:
        assert desk.status().unsent == 0
    timer.stop()
    assert shown and shown[0]
    assert not any(isinstance(w, UpgradeNote) and w.isVisible() for w in QApplication.topLevelWidgets())


def test_what_stands_in_the_way_is_raised_where_it_was_asked(qtbot: QtBot) -> None:
    def fails(_tell: Tell) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        opened_beside(fails)


def test_bytes_are_shown_where_they_are_known(qtbot: QtBot) -> None:
    note = UpgradeNote()
    qtbot.addWidget(note)
    note.show_part("copy", 40_000_000, 80_000_000)
    bar = note.findChildren(QProgressBar)[0]
    assert 0 < bar.value() < bar.maximum()
    assert "40 / 80 MB" in [label.text() for label in note.findChildren(QLabel)]
    note.show_part("check", 0, 0)
    assert (bar.minimum(), bar.maximum()) == (0, 0)
