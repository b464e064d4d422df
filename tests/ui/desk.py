"""A desk to open a window on: real declarations, a real encrypted file, and people made up for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules import MODULES
from baiyun_desktop.modules.migrants.screens import SCREENS
from baiyun_desktop.registry.citizen_id import check_digit
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.registry.person import from_id
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.window import MainWindow
from sync.enrolment import NumberBlock
from sync.outside import SystemClock, SystemIds
from tests.new_desk import new_desk

PROGRAM = Program((REGISTRY, *MODULES))
AREA = "150206001006"
LONG_NAME = "特木尔·巴图孟克额尔德尼朝克图那仁满都拉图雅苏和巴特尔宝"
CTRL = Qt.KeyboardModifier.ControlModifier


def id_number(first17: str) -> str:
    """Eighteen characters with the right check digit."""
    return first17 + check_digit(first17)


@dataclass
class Courier:
    """Says what it is told to and counts how often it was asked."""

    problem: str = ""
    asked: int = 0

    def round_now(self) -> None:
        self.asked += 1


@dataclass
class Line:
    """The demo's switch."""

    on: bool = True

    def turn(self, on: bool) -> None:
        self.on = on


@dataclass
class Desk:
    """A replica with a handful of people, and the window on it."""

    replica: Replica
    courier: Courier = field(default_factory=Courier)
    line: Line = field(default_factory=Line)
    people: dict[str, str] = field(default_factory=dict)
    registrations: dict[str, str] = field(default_factory=dict)

    def context(self) -> DeskContext:
        return DeskContext(
            self.replica, PROGRAM, self.courier, self.replica.identity, self.line, (SCREENS,), self.replica.clock
        )

    def add(self, name: str, first17: str, phone: str, address: str = "宝山社区15号楼5单元102室", **more: Any) -> str:
        """A person and a draft of their registration; returns the person's id."""
        number = id_number(first17) if first17 else None
        person, registration = self.replica.ids.new(), self.replica.ids.new()
        facts = {"name": name, "id_no": number, "phone": phone, "live_addr": address}
        facts |= from_id(number, today=date(2026, 11, 1))
        stay = {"person": person, "live_addr": address, "dwelling": "01", "arrive_date": "2026-01-05"}
        stay |= {"inflow_reason": "01", **more}
        self.replica.door.save(
            [Draft.create("person", person, **facts), Draft.create("residence_reg", registration, **stay)]
        )
        self.people[name], self.registrations[name] = person, registration
        return person


def make_desk(folder: Path, name: str = "desk") -> Desk:
    """An empty replica of a community's counter."""
    clock = SystemClock()
    identity = DeskIdentity(
        replica="d" * 32,
        post="宝山社区·窗口",
        officer="张敏",
        areas=(AREA,),
        blocks=tuple(NumberBlock("residence", "宝山", year, 1, 99) for year in range(2025, 2035)),
    )
    path = folder / f"{name}.baiyun"
    return Desk(new_desk(path, PROGRAM, identity, clock, SystemIds(clock)))


def type_into(widget: QWidget, words: str) -> None:
    """Presses the keys of ASCII text; Chinese comes as an input method commits it."""
    if words.isascii():
        QTest.keyClicks(widget, words)
        return
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(widget, event)


def compose(widget: QWidget, preedit: str) -> None:
    """An input method shows characters that are not chosen yet."""
    QApplication.sendEvent(widget, QInputMethodEvent(preedit, []))


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One key."""
    QTest.keyClick(widget, key, modifier)


def focused() -> QWidget:
    """Where the caret is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def idle(window: MainWindow) -> bool:
    """Whether the window waits for nothing."""
    QApplication.processEvents()
    return not window.shell.work.busy
