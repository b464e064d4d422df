"""A real district in a process of its own with the three administrators, and their windows on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.role import POWERS, Role
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.ui.admin.asking import AskedPage
from baiyun_desktop.ui.admin.screens import SCREENS
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.window import MainWindow
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.outside import SystemClock, SystemIds
from tests.district.conftest import Run, Town, go, lite, run, serving
from tests.sync.net.conftest import Running
from tests.ui.conftest import dressed, qtbot
from tests.ui.desk import PROGRAM, Courier, idle, press

__all__ = ["Run", "dressed", "lite", "qtbot", "run"]

ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
P = TypeVar("P", bound=QWidget)


@dataclass
class Offices:
    """The district, and what each administrator was given for it."""

    town: Town
    running: Running
    tokens: dict[Role, str]
    qtbot: QtBot
    stack: ExitStack
    desks: dict[Role, Replica] = field(default_factory=dict)

    def enrolled(self, code: str, name: str, *, key: bytes | None = None) -> Replica:
        """A real file of a desk that has loaded what it may hold."""
        clock = SystemClock()
        enrolment = enrol_desk(self.running.url, code, new_nonce(os.urandom(16)), clock.now_ms)
        path = self.town.folder.parent / f"{name}.baiyun"
        desk = Replica.create(path, key or new_key(), PROGRAM, DeskIdentity.of(enrolment), clock, SystemIds(clock))
        self.stack.callback(desk.close)
        go(desk)
        return desk

    def desk(self, role: Role) -> Replica:
        """That administrator's."""
        if role not in self.desks:
            code = self.town.run("enrol", self.town.folder, "--post", role.value).splitlines()[0]
            self.desks[role] = self.enrolled(code, role.name)
        return self.desks[role]

    def window(self, role: Role, *, token: bool = True) -> MainWindow:
        """The administrator's window; nobody logs in, which has tests of its own."""
        desk = self.desk(role)
        if token:
            Administration(desk).enter(self.tokens[role])
        made = MainWindow(DeskContext(desk, PROGRAM, Courier(), desk.identity, screens=(SCREENS,)))
        self.stack.callback(made.close)
        self.stack.callback(made.discard)
        with self.qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        self.settle(made)
        return made

    def settle(self, window: MainWindow) -> None:
        """Until nothing is asked any more."""
        self.qtbot.waitUntil(lambda: idle(window) and not _asking(window))

    def page(self, window: MainWindow, place: str, kind: type[P]) -> P:
        """By the keyboard: the place's number."""
        self.front(window)
        number = [*window._places].index(place) + 1
        press(window, Qt.Key(int(Qt.Key.Key_0) + number), Qt.KeyboardModifier.AltModifier)
        page = window.page
        assert isinstance(page, kind)
        self.settle(window)
        self.front(window)
        return page

    def front(self, window: MainWindow) -> None:
        """In front of the other windows, with the caret in it."""
        window.activateWindow()
        self.qtbot.waitUntil(lambda: window.isActiveWindow() and QApplication.focusWidget() is not None)

    def sheet(self, page: AskedPage, kind: type[P]) -> P:
        """What the page has opened, in front."""
        sheet = page.opened_sheet
        assert isinstance(sheet, kind)
        self.qtbot.waitUntil(sheet.isActiveWindow)
        return sheet

    def wait(self, until: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(until()))


def _asking(window: MainWindow) -> bool:
    return isinstance(window.page, AskedPage) and window.page.asking


@pytest.fixture
def offices(lite: Town, qtbot: QtBot) -> Iterator[Offices]:
    folder, tokens = lite.folder, dict[Role, str]()
    for role in ADMINS:
        lite.run("posts", "add", folder, role.value, "--organisation", "150206", "--role", role.value)
        lite.run("officers", "add", folder, role.value, POWERS[role].home, "--post", role.value)
        tokens[role] = lite.run("token", folder, "--for", role.value, "--officer", POWERS[role].home).strip()
    with serving(folder) as running, ExitStack() as stack:
        yield Offices(lite, running, tokens, qtbot, stack)
        QApplication.processEvents()
