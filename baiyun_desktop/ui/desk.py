"""What a window is given: the replica, the program's declarations, and the two switches that are not the window's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.role import Role, may_create
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.approvals import Approvals, Prove
from baiyun_desktop.replica.audit import Audit
from baiyun_desktop.replica.lookup import LookedUp
from baiyun_desktop.replica.returned import TrayItem
from baiyun_desktop.replica.safety import Safety
from baiyun_desktop.replica.visits import Visits
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

    look_up: Callable[[str, str, str], LookedUp] | None = None
    """(by, value, reason): asks the district for a person outside this post's areas; a round trip, raises as the line does."""

    @property
    def role(self) -> Role | None:
        """The role of this desk's post."""
        return self.replica.role

    def may_create(self, kind: str) -> bool:
        """Whether records of a kind are made at this post."""
        module = self.program.module_of.get(kind)
        return module is None or may_create(self.role, module)

    @property
    def second(self) -> Prove | None:
        """How another officer proves himself at this PC; None where officers do not log in."""
        return self.accounts.second if self.accounts is not None and self.accounts.required else None

    @property
    def audit(self) -> Audit:
        """This desk's chain of entries."""
        return self.replica.audit

    @cached_property
    def approvals(self) -> Approvals:
        """What needs a second person."""
        return Approvals(self.replica)

    @cached_property
    def visits(self) -> Visits:
        """The walks from door to door that are prepared here."""
        return Visits(self.replica)

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.replica.clock.now_ms()
