"""One world of the simulator: a district in memory, its offices, and the events of a plan happening to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.exc import OperationalError

from sync.act import Base, Change
from sync.desk.courier import RoundReport
from sync.desk.journal import ClosedForWriting
from sync.district.district import District
from sync.district.scope import FixedScope
from sync.errors import Damaged, LineDown, Refused, Superseded
from tests.sync.small import AREAS, SCHEMA, OneOfEach
from tests.sync.world import Counter, Dice, Time

from .archive import Archive
from .blinks import blinks
from .boats import MemoryPlace, grants_of
from .events import EVENTS
from .ground import district_engine
from .hands import Hands, words
from .ledger import Ledger
from .office import Office
from .plan import Event, Plan
from .serials import NUMBERING, Handed
from .store import Crash
from .trail import Trail


class Archived(District):
    """A district whose feed is put aside before any of it is removed: by the administrator's order, or as it grows old."""

    def __init__(self, *args: Any, put_aside: Callable[[int], None], **more: Any) -> None:
        super().__init__(*args, **more)
        self._put_aside = put_aside

    def compact(self, upto: int) -> int:
        self._put_aside(upto)
        return super().compact(upto)


class Town:
    """A district with its offices, and what is wrong with them so far."""

    def __init__(self, plan: Plan, folder: Path, *, skew: bool = False) -> None:
        self.folder, self.sizes, self.crowded = folder, plan.sizes, plan.crowded
        self.clock, self.ids = Time(), Counter()
        self.clock.ms = plan.begins_ms or self.clock.ms
        self.handed = Handed() if plan.numbered else None
        self.boated = plan.boated
        self.adrift: list[MemoryPlace] = []
        """Lifeboats whose files are lost."""
        self.home: list[MemoryPlace] = []
        self.restores = 0
        """How often the district was restored, as its administrator knows."""
        self.engine = district_engine()
        self.district = Archived(
            self.engine.as_engine(),
            SCHEMA,
            FixedScope(AREAS),
            OneOfEach(),
            self.clock,
            self.ids,
            folder / "packs",
            random=Dice(),
            numbering=NUMBERING if plan.numbered else None,
            put_aside=self.put_aside,
        )
        self.ledger, self.trail, self.archive = Ledger(), Trail(), Archive(self.engine.raw)
        self.log: list[str] = []
        self.wrongs: list[str] = []
        self.acts = 0
        self.photos: dict[str, bytes] = {}
        self.kept: list[tuple[bytes, Trail, Archive]] = []
        """The district's backups, each with its past: one may be of a past that an earlier restore had left."""
        self.offices = [Office(self, f"d{n}", grants) for n, grants in enumerate(plan.grants)]
        self.planned = len(self.offices)
        self.skew = Random(7) if skew else None

    def take_place_of(self, lost: Office) -> None:
        """Somebody goes on at another PC, enrolled for the same areas."""
        fresh = Office(self, f"{lost.name}+{len(self.offices)}", ())
        self.kept.clear()  # a district restored from before it would not know it
        self.district.grant(fresh.replica, grants_of(self, lost))
        fresh.lives = lost.lives
        self.offices.append(fresh)
        if not lost.family:  # what the plan has happen at this desk happens there from now on
            lost.family.append(fresh)
            fresh.family = lost.family

    def alive(self) -> list[Office]:
        return [o for o in self.offices if not o.gone]

    def put_aside(self, upto: int) -> None:
        """What the district is about to remove from its feed stays readable for the checks."""
        self.trail.follow(self)
        self.archive.keep(upto)

    def timeline(self) -> int:
        """The district's."""
        return int(self.engine.raw.execute("SELECT timeline FROM meta").fetchone()[0])

    # --- what happens -------------------------------------------------------------------------------------------

    def play(self, events: Sequence[Event]) -> None:
        for each in events:
            rng = Random(each.seed)
            family = self.offices[each.desk].family
            self.clock.ms += 1_000
            if not family:
                continue
            office = family[0] if len(family) == 1 else rng.choice(family)
            if self.skew is not None and self.skew.random() < 0.5:
                office.clock.off = self.skew.randrange(-(10**11), 10**11)
            if not office.frozen or each.kind == "thaw":
                EVENTS[each.kind](self, office, rng)

    def type(self, office: Office, rng: Random) -> None:
        """One act on the form opened last, or on one that stood open while the world went on."""
        old = office.forms and rng.random() < 0.2
        base = rng.choice(office.forms) if old else office.base()
        self.save(office, Hands(office, rng).act(), base, rng)

    def save(self, office: Office, changes: Sequence[Change], base: Base, rng: Random, batch: str = "") -> None:
        """One act of one officer; several of them work at each desk."""
        if not changes or office.ended:
            return
        if rng.random() < 0.02:
            office.store.trap.set(rng.choice(("crash", "database or disk is full")), rng.randrange(1, 8))
        officer = f"{rng.choice('甲乙')}{self.acts}"
        try:
            number = office.act(changes, base, officer, batch)
        except ClosedForWriting:
            self.say(office, "closed for writing")
        except (Crash, OperationalError) as error:
            self.say(office, f"not saved: {type(error).__name__}")
        else:
            self.acts += 1
            self.ledger.save(office.store, number)
            self.say(office, words(number, base, changes))
        finally:
            office.store.trap.clear()

    # --- rounds -------------------------------------------------------------------------------------------------

    def round(self, office: Office) -> RoundReport | None:
        """One round as it comes; what may not happen even among faults is a wrong."""
        others = office.copied or len(office.family) > 1 or office.overlap is not None
        try:
            report = office.courier.round()
        except (LineDown, Damaged, Crash, OperationalError) as end:
            self.say(office, f"  ended: {type(end).__name__}")
            if isinstance(end, Crash):
                office.points = None
                office.restart()
            report = None
        except Exception as error:  # noqa: BLE001 - whatever else comes out of a round is what is looked for
            self.say(office, f"  ended: {type(error).__name__}")
            allowed = (others and isinstance(error, Superseded)) or (office.ended and isinstance(error, Refused))
            if not allowed:
                self.wrongs.append(f"round: {office.name} {type(error).__name__}: {error}")
            report = None
        finally:
            office.store.trap.clear()
        self._look(office)
        if report is not None:
            office.stow()
            said = [f"{v.number}{v.outcome.value[0]}{v.pos}" for v in report.verdicts]
            self.say(office, f"  {report.received} in, {' '.join(said)}")
            if report.repaired or not report.in_step:
                self.wrongs.append(f"I1 {office.name}: a round had to be repaired (in step: {report.in_step})")
        return report

    def look(self, office: Office, photo: str) -> None:
        """An officer looks at a photograph, which may not have come yet."""
        try:
            content = office.courier.blob(photo)
        except (FileNotFoundError, LineDown, Damaged, Superseded, Refused) as error:
            self.say(office, f"no photograph: {type(error).__name__}")
            if isinstance(error, Refused) and not office.revoked:
                self.wrongs.append(f"I2 {office.name}: no photograph: {error}")
        else:
            if content != self.photos[photo]:
                self.wrongs.append(f"I2 {office.name}: a photograph is another")

    def knows(self, key: tuple[str, str]) -> bool:
        """Whether the district has a record, and has not erased it."""
        sql = "SELECT 1 FROM head WHERE collection=? AND record=? AND record NOT IN (SELECT record FROM erased)"
        return self.engine.raw.execute(sql, key).fetchone() is not None

    def _look(self, office: Office) -> None:
        """What must be so whenever anybody looks, however a round ended."""
        self.wrongs += [f"{office.name} {w}" for w in blinks(office.store, office.journal)]
        self.wrongs += self.trail.wrongs(self, office)

    def say(self, office: Office, what: str) -> None:
        self.log.append(f"{office.name}: {what}")

    def trace(self) -> str:
        """A hash of all that was done and said."""
        digest = hashlib.blake2b(digest_size=8)
        for line in (*self.log, *self.wrongs):
            digest.update(line.encode() + b"\n")
        digest.update(bytes(self.engine.raw.execute("SELECT tag FROM meta").fetchone()[0]))
        return digest.hexdigest()
