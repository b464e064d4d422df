"""An ended desk says so once, closes its window, and is wiped when nothing of it is left to send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.unsaved import KeptForm, Unsaved
from baiyun_desktop.replica.wiping import is_over, wipe_where_over
from baiyun_desktop.ui.ending import Ending
from baiyun_desktop.ui.words import say
from sync.errors import LineDown
from tests.replica.enrolled import SECRET, enrol_desk
from tests.replica.offices import Wire


class Line(Wire):
    """The wire with the two calls that only a real line has."""

    def wait(self, pos: int, seconds: float = 0.0) -> bool:
        raise LineDown

    def close(self) -> None:
        pass


@pytest.fixture
def said(qtbot: QtBot) -> Iterator[list[str]]:
    """What message boxes said, each read and shut."""
    found: list[str] = []

    def shut() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            found.append(box.text())
            box.accept()

    timer = QTimer(interval=20)
    timer.timeout.connect(shut)
    timer.start()
    yield found
    timer.stop()


def test_a_revoked_desk_sends_says_so_closes_and_is_wiped(qtbot: QtBot, tmp_path: Path, said: list[str]) -> None:
    desk = enrol_desk(tmp_path)
    replica = desk.open(SECRET)
    line = Line(desk.town.district, replica.identity.replica, on=False)
    carrier = Carrier(replica, line, line, lambda: 0.5)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    ending = Ending(window, lambda: is_over(desk.home, replica))
    carrier.listeners.append(ending.look)
    desk.town.district.revoke(replica.identity.replica)

    carrier.run()  # no line: revoked, and nobody knows
    assert not is_over(desk.home, replica)
    line.on = True
    carrier.run()
    qtbot.waitUntil(lambda: not window.isVisible())
    carrier.run()
    assert said == [say("ending.over")]
    assert wipe_where_over(desk.home, replica) is not None
    assert not desk.home.enrolled
    assert desk.holds_all_at_the_district()


def test_who_saves_once_more_after_the_end_is_not_wiped_before_that_is_sent(qtbot: QtBot, tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    replica = desk.open(SECRET)
    line = Line(desk.town.district, replica.identity.replica)
    carrier = Carrier(replica, line, line, lambda: 0.5)
    desk.town.district.revoke(replica.identity.replica)
    carrier.run()
    unsaved = Unsaved(replica.store)
    unsaved.write([KeptForm("form", 0, {"name": "王五"})], [])
    assert not is_over(desk.home, replica)
    desk.save(replica, "王五")
    unsaved.write([], ["form"])
    assert wipe_where_over(desk.home, replica) is None
    replica = desk.open(SECRET)
    assert replica.status().unsent == 1
    Carrier(replica, line, line, lambda: 0.5).run()
    assert wipe_where_over(desk.home, replica) is not None
    assert desk.holds_all_at_the_district()
