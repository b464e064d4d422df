"""One desk of a simulated world: a file, officers, a process that may end, and a line; and what may become of its file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

from sync.act import Base, Change
from sync.desk.blobs import attach
from sync.desk.courier import Courier
from sync.desk.journal import Journal
from tests.sync.small import SCHEMA
from tests.sync.world import Time

from .blinks import blinks
from .boats import MemoryPlace, board
from .line import Line
from .serials import Serials
from .store import Crash, MemoryStore

if TYPE_CHECKING:
    from .town import Town

LOCAL = {"A": ("A",), "B": ("B",), "C": ("C",), "S1": ("A", "B"), "S2": ("C",), "D": ("A", "B", "C")}
BACKUPS_KEPT = 2


def places(grants: Sequence[str]) -> list[str]:
    """The areas that an officer with these grants enters records for."""
    return [a for g in grants for a in LOCAL[g]]


class DeskClock:
    """A desk's own clock, which may be years off and jump."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.off = 0

    def now_ms(self) -> int:
        return self._time.ms + self.off

    def monotonic(self) -> float:
        return self._time.ms / 1000


class Office:
    """One desk. `family` are the copies of its file that are alive, itself among them."""

    def __init__(self, town: Town, name: str, grants: Sequence[str], copy_of: Office | None = None) -> None:
        self.town, self.name, self.ids = town, name, town.ids
        self.clock = DeskClock(town.clock)
        self.copied = False
        if copy_of is None:
            self.replica, self.lives = town.ids.new(), places(grants)
            town.district.add_desk(self.replica, grants, post=f"post {name}")
            self.family, fences = [self], {}
            self.store = MemoryStore(self.replica, town.folder / name)
        else:
            self.replica, self.lives = copy_of.replica, copy_of.lives
            self.family, fences = copy_of.family, copy_of.line.newest
            self.family.append(self)
            self.copied = copy_of.copied = True
            self.store = MemoryStore(self.replica, town.folder / name, copy_of.store.content())
        self.line = Line(town.district, self.replica, Random(0), fences)
        self.journal = Journal(SCHEMA, self.clock)
        self.forms: list[Base] = []
        self.backups: list[bytes] = []
        self.frozen = self.gone = False
        self.revoked = copy_of is not None and copy_of.revoked
        self.attaching = b""
        """The file that goes with the next act."""
        self.points: Random | None = None
        self.meanwhile: Callable[[], None] | None = None
        """What happens at this desk while its next request is under way."""
        self.overlap: Random | None = None
        self.rested: tuple[int, ...] = ()
        """The district's position and timeline when this desk last was in step, and its last own act then."""
        self.serials = Serials(self, copy_of.serials if copy_of else None) if town.handed is not None else None
        self.boat: MemoryPlace | None = None
        if town.boated:
            self.boat = MemoryPlace(copy_of.boat if copy_of else None)
        self.stow: Callable[[], None] = lambda: None
        self.sunk = False
        """Whether its file is lost for good, and whatever was in its lifeboat must come by that."""
        self.restart()

    def restart(self) -> None:
        """The process begins anew on the same file."""
        board(self)
        self.store.serials = self.serials
        if self.serials is not None:
            self.serials.settle()
        self.courier = Courier(SCHEMA, self.line, self.store, self.clock, crash=self._point, pause=lambda _s: None)

    def _point(self, point: str) -> None:
        """Between two parts of a round anything may happen: the officer types, another office is served."""
        if point == "after push" and self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        if point == "after apply":
            self.town.wrongs += [f"{self.name} {w}" for w in blinks(self.store, self.journal)]
        self._overlapped()
        rng = self.points
        if rng is None:
            return
        chance = rng.random()
        if chance < 0.15:
            raise Crash(point)
        if chance < 0.45:
            self.town.type(self, rng)
        elif chance < 0.6:
            other = rng.choice(self.town.alive())
            if other is not self and not other.frozen:
                self.town.round(other)

    def _overlapped(self) -> None:
        """A round that was given up still runs while the next one begins, on the same file."""
        rng = self.overlap
        if rng is not None and rng.random() < 0.4:
            self.overlap = None
            self.restart()
            self.town.round(self)

    # --- the file -----------------------------------------------------------------------------------------------

    def backup(self) -> None:
        self.backups = [*self.backups, self.store.content()][-BACKUPS_KEPT:]

    def restore(self, content: bytes) -> None:
        """The file is lost and an older copy takes its place; so do the forms that stood open."""
        old, self.store = self.store, MemoryStore(self.replica, self.store.folder, content)
        if self.serials is not None:
            self.serials.begin_life()
        self.town.ledger.lose(old, [o.store for o in self.family], self.town.timeline())
        self.copied, self.forms = True, []
        self.restart()

    def leave(self) -> None:
        """The office never comes back: what only its file had is lost."""
        self.gone = True
        self.family.remove(self)
        self.town.ledger.lose(self.store, [o.store for o in self.family], self.town.timeline())

    def sink(self) -> None:
        """The file is no more; what it did not yet know the district's key for was in no lifeboat."""
        shutil.rmtree(self.store.folder, ignore_errors=True)
        self.gone = True
        self.family.remove(self)
        (known,) = self.store.raw.execute("SELECT length(seal) FROM sync_state").fetchone()
        self.sunk = bool(known)
        if not known:
            self.town.ledger.lose(self.store, [o.store for o in self.family], self.town.timeline())

    @property
    def ended(self) -> bool:
        """Whether the program has heard that it is served no more; nobody types there then."""
        return bool(self.store.raw.execute("SELECT revoked FROM sync_state").fetchone()[0])

    # --- its officers -------------------------------------------------------------------------------------------

    def base(self) -> Base:
        with self.store.reading() as conn:
            return self.journal.base(conn)

    def act(self, changes: Sequence[Change], base: Base, officer: str, batch: str = "") -> int:
        content, self.attaching = self.attaching, b""
        with self.store.writing() as conn:
            if content:
                attach(conn, content, self.clock.now_ms())
            if self.serials is not None:
                changes = self.serials.numbered(conn, changes)
            verb = "导入" if batch else "保存"
            act = self.journal.write(conn, officer=officer, verb=verb, base=base, changes=changes, batch=batch)
        if self.serials is not None:
            self.serials.show()
        return act.number

    def row(self, collection: str, record: str) -> dict[str, Any]:
        with self.store.reading() as conn:
            stored = self.journal.rows.of(collection).get(conn, record)
        assert stored is not None
        return stored.row
