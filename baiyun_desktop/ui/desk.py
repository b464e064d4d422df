"""What a window is given: the replica, the program's declarations, and the two switches that are not the window's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.returned import TrayItem
from baiyun_desktop.replica.safety import Safety
from baiyun_desktop.ui.screens import Screens


class CourierControl(Protocol):
    """The courier as a window may know it; it runs in a thread of its own."""

    @property
    def problem(self) -> str:
        """Plain words for why the last round did not end well; empty where it did."""
        ...

    def round_now(self) -> None:
        """Do a round as soon as possible."""
        ...


class LineSwitch(Protocol):
    """The demo's switch that cuts and restores the line to the district."""

    @property
    def on(self) -> bool: ...

    def turn(self, on: bool) -> None: ...


@dataclass(frozen=True)
class DeskContext:
    """One desk as its window sees it. `screens` are what modules add beyond declarations."""

    replica: Replica
    program: Program
    courier: CourierControl
    identity: Any
    """Post, officer and areas of this desk: `.post`, `.officer`, `.areas`."""
    line: LineSwitch | None = None
    screens: tuple[Screens, ...] = ()
    rescued: Callable[[int], TrayItem] | None = None
    """Reads from the district an act that it alone keeps, by its number; may take a round trip, raises where there is no
    line. None where the courier cannot."""
    second_desk: Callable[[], None] | None = None
    """The demo's way to open another desk's window beside this one."""
    accounts: Accounts | None = None
    """Who may sit here; None where a story or a test asks nobody."""
    safety: Safety | None = None
    """The desk's backups and key; None where a story or a test shows no page for them."""
    other_posts: Callable[[], Sequence[tuple[str, Callable[[], None]]]] = tuple
    """The other posts of this PC by name, each with what brings its window up."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.replica.clock.now_ms()
