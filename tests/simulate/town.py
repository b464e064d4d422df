"""One world of the simulator: a district in memory, its offices, and the events of a plan happening to them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.exc import OperationalError

from sync.act import Base, Change
from sync.desk.courier import Courier, RoundReport
from sync.desk.journal import ClosedForWriting, Journal
from sync.district.district import District
from sync.district.scope import FixedScope
from sync.errors import Damaged, LineDown
from tests.sync.world import AREAS, SCHEMA, Counter, OneOfEach, Time

from .blinks import blinks
from .ground import district_engine
from .hands import Hands, decision, words
from .line import Line
from .plan import Event, Plan
from .store import Crash, MemoryStore

ROUNDS_MAX = 8
"""So many rounds after the last fault everything must have come to rest."""
LOCAL = {"A": ("A",), "B": ("B",), "C": ("C",), "S1": ("A", "B"), "S2": ("C",), "D": ("A", "B", "C")}
FAULTS = ("", "before", "reply", "delayed", "twice", "byte up", "byte down", "crash", "disk", "district", "points")
FAULT_WEIGHTS = (45, 7, 9, 6, 6, 2, 3, 9, 5, 4, 9)


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
    """One desk: a file, an officer or two, a process that may end, and a line."""

    def __init__(self, town: Town, name: str, grants: Sequence[str]) -> None:
        self.town, self.name, self.ids = town, name, town.ids
        self.lives = [a for g in grants for a in LOCAL[g]]
        self.replica = town.ids.new()
        town.district.add_desk(self.replica, grants, post=f"post {name}")
        self.store = MemoryStore(self.replica, town.folder / name)
        self.clock = DeskClock(town.clock)
        self.line = Line(town.district, self.replica, Random(0))
        self.journal = Journal(SCHEMA, self.clock)
        self.forms: list[Base] = []
        self.frozen = False
        self.points: Random | None = None
        self.restart()

    def restart(self) -> None:
        """The process begins anew on the same file."""
        self.courier = Courier(SCHEMA, self.line, self.store, self.clock, crash=self._point)

    def _point(self, point: str) -> None:
        """Between two parts of a round anything may happen: the officer types, another office is served."""
        rng = self.points
        if rng is None:
            return
        chance = rng.random()
        if chance < 0.15:
            raise Crash(point)
        if chance < 0.45:
            self.town.type(self, rng)
        elif chance < 0.6:
            other = rng.choice(self.town.offices)
            if other is not self and not other.frozen:
                self.town.round(other)

    def base(self) -> Base:
        with self.store.reading() as conn:
            return self.journal.base(conn)

    def act(self, changes: Sequence[Change], base: Base, officer: str, batch: str = "") -> int:
        with self.store.writing() as conn:
            verb = "导入" if batch else "保存"
            return self.journal.write(conn, officer=officer, verb=verb, base=base, changes=changes, batch=batch).number

    def row(self, collection: str, record: str) -> dict[str, Any]:
        with self.store.reading() as conn:
            stored = self.journal.rows.of(collection).get(conn, record)
        assert stored is not None
        return stored.row


class Town:
    """A district with its offices, and what is wrong with them so far."""

    def __init__(self, plan: Plan, folder: Path, *, skew: bool = False) -> None:
        self.folder, self.sizes = folder, plan.sizes
        self.clock, self.ids = Time(), Counter()
        self.engine, self.trap = district_engine()
        self.district = District(
            self.engine, SCHEMA, FixedScope(AREAS), OneOfEach(), self.clock, self.ids, folder / "packs"
        )
        self.offices: list[Office] = []
        for n, grants in enumerate(plan.grants):
            self.offices.append(Office(self, f"d{n}", grants))
        self.skew = Random(7) if skew else None
        self.log: list[str] = []
        self.wrongs: list[str] = []
        self.acts = 0

    # --- what happens -------------------------------------------------------------------------------------------

    def play(self, events: Sequence[Event]) -> None:
        for each in events:
            office = self.offices[each.desk]
            self.clock.ms += 1_000
            if self.skew is not None and self.skew.random() < 0.5:
                office.clock.off = self.skew.randrange(-(10**11), 10**11)
            if office.frozen and each.kind != "thaw":
                continue
            rng = Random(each.seed)
            getattr(self, f"_{each.kind}")(office, rng)

    def _type(self, office: Office, rng: Random) -> None:
        self.type(office, rng)

    def type(self, office: Office, rng: Random) -> None:
        """One act on the form opened last, or on one that stood open while the world went on."""
        old = office.forms and rng.random() < 0.2
        base = rng.choice(office.forms) if old else office.base()
        self._save(office, Hands(office, rng).act(), base, rng)

    def _save(self, office: Office, changes: Sequence[Change], base: Base, rng: Random, batch: str = "") -> None:
        if not changes:
            return
        if rng.random() < 0.02:
            office.store.trap.set(rng.choice(("crash", "database or disk is full")), rng.randrange(1, 8))
        try:
            number = office.act(changes, base, rng.choice(("甲", "乙")), batch)
        except ClosedForWriting:
            self._say(office, "closed for writing")
        except (Crash, OperationalError) as error:
            self._say(office, f"not saved: {type(error).__name__}")
        else:
            self.acts += 1
            self._say(office, words(number, base, changes))
        finally:
            office.store.trap.clear()

    def _pair(self, office: Office, rng: Random) -> None:
        """Another office edits the same record at the same time."""
        hands = Hands(office, rng)
        for edit in (hands.edit_person(), hands.edit_person()):
            self._save(office, edit, office.base(), rng)
            holding = [o for o in self.offices if o is not office and edit and self._shows(o, edit[0])]
            if holding and edit:
                other = rng.choice(holding)
                changes = [Change("person", edit[0].id, edit[0].op, Hands(other, rng)._fields())]
                self._save(other, changes, other.base(), rng)

    @staticmethod
    def _shows(office: Office, change: Change) -> bool:
        with office.store.reading() as conn:
            return conn.exec_driver_sql("SELECT 1 FROM person WHERE id=?", (change.id,)).first() is not None

    def _import(self, office: Office, rng: Random) -> None:
        base = office.base()
        for _ in range(rng.randrange(4, 16)):
            self._save(office, Hands(office, rng).registration(), base, rng, batch="b")

    def _form(self, office: Office, rng: Random) -> None:
        office.forms = [*office.forms, office.base()][-3:]

    def _late(self, office: Office, rng: Random) -> None:
        if office.line.late:
            self._say(office, "a late request arrives")
            office.line.deliver_late()

    def _grant(self, office: Office, rng: Random) -> None:
        grants = rng.choice((["A"], ["B"], ["A", "B"], ["S1"], ["S1", "C"], ["D"], ["C"]))
        self._say(office, f"grants {grants}")
        self.district.grant(office.replica, grants)
        office.lives = [a for g in grants for a in LOCAL[g]]

    def _freeze(self, office: Office, rng: Random) -> None:
        office.frozen = True

    def _thaw(self, office: Office, rng: Random) -> None:
        office.frozen = False

    def _restart(self, office: Office, rng: Random) -> None:
        office.restart()

    def _jump(self, office: Office, rng: Random) -> None:
        off = rng.choice((0, -7 * 365 * 86_400_000, 86_400_000, -3_600_000))
        if self.skew is None:
            office.clock.off = off

    # --- rounds -------------------------------------------------------------------------------------------------

    def _round(self, office: Office, rng: Random) -> None:
        """One round, with one fault or none."""
        fault = rng.choices(FAULTS, FAULT_WEIGHTS)[0]
        if fault == "crash":
            office.store.trap.set("crash", rng.randrange(1, 60))
        elif fault == "disk":
            office.store.trap.set(rng.choice(("database is locked", "disk I/O error")), rng.randrange(1, 60))
        elif fault == "district":
            self.trap.set("disk I/O error", rng.randrange(1, 40))
        elif fault == "points":
            office.points = rng
        else:
            office.line.fault, office.line.skip, office.line.rng = fault, rng.choice((0, 0, 0, 1, 2)), rng
        self._say(office, f"round {fault}")
        self.round(office)
        office.points = None
        office.store.trap.clear()
        self.trap.clear()
        office.line.fault = ""

    def round(self, office: Office) -> RoundReport | None:
        """One round as it comes; what may not happen even among faults is a wrong."""
        try:
            report = office.courier.round()
        except (LineDown, Damaged, Crash, OperationalError) as end:
            self._say(office, f"  ended: {type(end).__name__}")
            if isinstance(end, Crash):
                office.points = None
                office.restart()
            report = None
        except Exception as error:  # noqa: BLE001 - whatever else comes out of a round is what is looked for
            self.wrongs.append(f"round: {office.name} {type(error).__name__}: {error}")
            return None
        finally:
            office.store.trap.clear()
        self.wrongs += [f"{office.name} {w}" for w in blinks(office.store, office.journal)]
        if report is not None:
            said = [f"{v.number}{v.outcome.value[0]}{v.pos}" for v in report.verdicts]
            self._say(office, f"  {report.received} in, {' '.join(said)}")
            if report.repaired or not report.in_step:
                self.wrongs.append(f"I1 {office.name}: a round had to be repaired (in step: {report.in_step})")
        return report

    def heal(self) -> None:
        """All faults end; everything must come to rest within so many rounds, and decisions release what waits."""
        for office in self.offices:
            office.frozen = False
            while office.line.late:
                office.line.deliver_late()
        self.rest()
        for n in range(6):
            if not self._decide_all(Random(n)):
                return
            self.rest()
        self.wrongs.append("I6: contests that are decided open again and again")

    def rest(self) -> None:
        for _ in range(ROUNDS_MAX):
            quiet = True
            for office in self.offices:
                report = self.round(office)
                quiet &= report is not None and report.requests == 1 and not report.received and not report.sent
            if quiet:
                return
        self.wrongs.append(f"I6: not at rest after {ROUNDS_MAX} rounds")

    def _decide_all(self, rng: Random) -> bool:
        """Someone with the right decides every contest."""
        self.district.grant(self.offices[3 % len(self.offices)].replica, ["D"])
        boss = self.offices[3 % len(self.offices)]
        self.rest()
        with boss.store.reading() as conn:
            sql = "SELECT id FROM contest WHERE state='open' ORDER BY id"
            found = [i for (i,) in conn.exec_driver_sql(sql)]
        for contest in found:
            self._save(boss, [decision(contest, boss.row("contest", contest), Random(1))], boss.base(), Random(1))
        return bool(found)

    def _say(self, office: Office, what: str) -> None:
        self.log.append(f"{office.name}: {what}")

    def trace(self) -> str:
        """A hash of all that was done and said."""
        digest = hashlib.blake2b(digest_size=8)
        for line in (*self.log, *self.wrongs):
            digest.update(line.encode() + b"\n")
        with self.engine.connect().execution_options(reads=True) as conn:
            digest.update(bytes(conn.exec_driver_sql("SELECT tag FROM meta").scalar_one()))
        return digest.hexdigest()
