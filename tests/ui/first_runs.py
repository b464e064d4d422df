"""A district in this process and a PC that is set up at it, for tests of the first run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.first_run import begun
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.reaching import NotReached, Reached
from baiyun_desktop.replica.setting_up import SettingUp
from baiyun_desktop.ui.first_run import FirstRun
from sync.enrolment import Code, Enrolment
from sync.errors import LineDown, Refused
from sync.outside import SystemIds
from tests.replica.desk import PROGRAM
from tests.replica.offices import BAOSHAN, Town
from tests.ui.desk import focused, press, type_into
from tests.ui.test_lock_posts import Line

POST = "宝山社区·窗口"
REACHED = Reached("https://10.1.2.3:8443", bytes(range(10)))
CODE = str(Code("7K3M9QXT4H", REACHED.fingerprint))
RETURN = Qt.Key.Key_Return


@dataclass
class Pc:
    """`lost` answers are given by the district and do not arrive; `desks` are those that it has made, by nonce."""

    town: Town
    home: DeskHome
    lost: int = 0
    desks: dict[tuple[str, str], str] = field(default_factory=dict)

    def enrol(self, address: str, code: str, nonce: str) -> Enrolment:
        if any(c == code and n != nonce for c, n in self.desks):
            raise Refused("注册码已在另一台电脑上用过")
        if (code, nonce) not in self.desks:
            self.desks[code, nonce] = SystemIds(self.town.clock).new()
            self.town.district.add_desk(self.desks[code, nonce], [BAOSHAN], post=POST)
        if self.lost:
            self.lost -= 1
            raise LineDown("应答不完整，线路中断")
        return Enrolment(self.desks[code, nonce], 1, "t" * 22, POST, "王芳", [BAOSHAN], [], address, "ca")

    def reach(self, typed: str) -> Reached:
        if not typed.startswith("10.1.2.3"):
            raise NotReached("找不到；请核对")
        return REACHED

    def carrier(self, replica: Replica) -> Carrier:
        lines = [Line(self.town.district, replica.identity.replica) for _ in "12"]
        return Carrier(replica, lines[0], lines[1], lambda: 0.5)

    def start(self, qtbot: QtBot, passphrase: str = "", *, further: bool = False) -> FirstRun:
        """The program is started; a desk that was made is opened first."""
        clock = self.town.clock
        ids = SystemIds(clock)
        replica = self.home.open(passphrase, PROGRAM, clock, ids) if self.home.enrolled else None
        assert replica is None or begun(self.home) is not None
        setup = SettingUp(
            self.home, PROGRAM, self.enrol, self.carrier, clock, ids, replica=replica, reach=self.reach,
            further=further,
        )  # fmt: skip
        window = FirstRun(setup)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        qtbot.waitUntil(lambda: window._shown and window._errand is None)
        qtbot.wait(1)
        qtbot.waitUntil(lambda: window._errand is None)
        return window


def types(qtbot: QtBot, window: FirstRun, *lines: str) -> None:
    """Each line into what has the focus, and Return; then until nothing is under way."""
    for line in lines:
        if line:
            type_into(focused(), line)
        press(focused(), RETURN)
        settled(qtbot, window)


def settled(qtbot: QtBot, window: FirstRun, until: Callable[[], bool] = lambda: True) -> None:
    qtbot.waitUntil(lambda: window._errand is None and until())


def pc(folder: Path) -> Pc:
    return Pc(Town(folder), DeskHome(folder / "home"))
