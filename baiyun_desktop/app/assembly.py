"""What the window and the commands are both put together from: the program, a desk's file, its line to the district."""

from __future__ import annotations

import platform
import random
from pathlib import Path
from typing import Any

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.modules.migrants import screens as migrant_screens
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.desk_line import line_of
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.instead import enrol_instead
from baiyun_desktop.ui.admin import screens as admin_screens
from baiyun_desktop.ui.screens import Screens
from sync.desk.enrolling import enrol_desk
from sync.desk.lifeboat import Sent
from sync.enrolment import Enrolment
from sync.outside import SystemClock, SystemIds

SCREENS: tuple[Screens, ...] = (migrant_screens.SCREENS, admin_screens.SCREENS)
"""What modules add to the window beyond their declarations."""


def program() -> Program:
    """The registry and every mandate."""
    return Program((REGISTRY, *MODULES))


def open_desk(home: DeskHome, passphrase: str, **more: Any) -> Replica:
    """The desk's file of a home, with the program; raises what `DeskHome.open` raises."""
    clock = SystemClock()
    return home.open(passphrase, program(), clock, SystemIds(clock), **more)


def enrol_at(address: str, code: str, nonce: str) -> Enrolment:
    """Asks a district to make this PC one of its desks."""
    return enrol_desk(address, code, nonce, SystemClock().now_ms, machine=platform.node()[:60])


def carrier(replica: Replica) -> Carrier:
    """What takes a desk's acts to its district and brings the others'."""
    return Carrier(replica, line_of(replica), line_of(replica), random.SystemRandom().random)


def instead(home: DeskHome, address: str, code: str, passphrase: str) -> tuple[list[tuple[Path, Sent]], str]:
    """Enrols anew in place of a file that opens no more: what its lifeboats have sent, and where what they could not waits."""
    clock = SystemClock()
    return enrol_instead(home, address, code, passphrase, program(), enrol_at, carrier, clock, SystemIds(clock))
