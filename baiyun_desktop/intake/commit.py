"""Writes a plan through the replica's one door: an act a row, whole or not at all, in one batch that can be undone."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from baiyun_desktop.intake.compose import ADDRESS, HOUSE, PERSON, REGISTRATION
from baiyun_desktop.intake.finding import Finding, Oddity
from baiyun_desktop.intake.matching import UNCOMPARED, Who
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.intake.plan import ImportPlan, PlannedRow, Standing
from baiyun_desktop.intake.report import findings_xlsx
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.step import Brief
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.replica import Replica

VERB = "导入"
STEP = "登记"
ROWS_AT_ONCE = 20
"""Rows between two looks at the cancel button and two pieces of news; the door writes as many acts in a transaction."""
DONE, DRAFTED, LEFT, UNREACHED = Standing.DONE.value, "已导入为草稿", "未选", "未导入（已取消）"
EARLIER = "先前已导入"
SPARED = 50
"""Numbers that an import leaves for whoever stands at the counter while there is no line."""

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all, in the thread that imports."""
Cancelled = Callable[[], bool]


@dataclass(slots=True)
class ImportReport:
    """What an import did. `results` says by (sheet, row) what became of a row."""

    batch: str
    plan: ImportPlan
    results: dict[tuple[str, int], str] = field(default_factory=dict)
    cancelled: bool = False
    seconds: float = 0.0
    unnumbered: int = 0
    """Registrations that were taken up and left without a number, since this desk has hardly any left."""

    @property
    def imported(self) -> int:
        """Rows that are in the books now, drafts among them."""
        return self._count(DONE) + self._count(DRAFTED)

    @property
    def drafts(self) -> int:
        """Rows that were taken in and still lack what 登记 demands."""
        return self._count(DRAFTED)

    @property
    def skipped(self) -> int:
        """Rows that were not taken in: there already, said twice, not chosen, or not reached."""
        return len(self.plan.rows) - self.imported

    @property
    def findings(self) -> list[Finding]:
        return self.plan.findings

    def workbook(self) -> bytes:
        """The findings with what became of each row, to send back to the office (xlsx)."""
        return findings_xlsx(self.plan, self.results)

    def _count(self, result: str) -> int:
        return sum(1 for said in self.results.values() if said == result)


def commit(
    plan: ImportPlan,
    replica: Replica,
    only_rows: Collection[PlannedRow] | None = None,
    *,
    officer: str = "",
    batch: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ImportReport:
    """Imports the rows, all new ones unless `only_rows` chooses. What is there already is never added again.

    Each row is one act: person, home, registration and its 登记. Cancelling keeps the rows done so far, and committing
    the same plan again goes on with the rest. Raises
    DiskTrouble where the disk does not take it; then the rows before stand and importing again adds the rest.
    """
    started = time.monotonic()
    settled = (Standing.KNOWN, Standing.DONE)
    rows = [row for row in (plan.new_rows if only_rows is None else only_rows) if row.standing not in settled]
    report = ImportReport(batch or f"{VERB}-{replica.ids.new()}", plan)
    writer = _Writer(plan, replica, officer or replica.officer)
    for some in _slices(rows):
        if cancelled is not None and cancelled():
            report.cancelled = True
            break
        with writer.together():
            groups = [writer.group(row) for row in some]
            replica.door.save_all(
                groups, VERB, officer=officer, batch=report.batch, numbered=writer.numbered, spared=SPARED
            )
        for row in some:
            report.results[row.sheet, row.number] = DRAFTED if row in writer.drafted else DONE
            row.standing = Standing.DONE
        if progress is not None:
            progress(len(report.results), len(rows))
    _say_the_rest(report, rows)
    taken_up = replica.read.many(REGISTRATION, list(writer.numbered)).values()
    report.unnumbered = sum(1 for snap in taken_up if not snap.get("biz_no"))
    report.seconds = time.monotonic() - started
    return report


def _slices(rows: Sequence[PlannedRow]) -> Iterator[Sequence[PlannedRow]]:
    """Some rows at a time; a row that adds to an earlier row's person waits until that one is written."""
    some: list[PlannedRow] = []
    for row in rows:
        if some and (len(some) == ROWS_AT_ONCE or not row.is_first):
            yield some
            some = []
        some.append(row)
    if some:
        yield some


def _say_the_rest(report: ImportReport, chosen: Sequence[PlannedRow]) -> None:
    reached = {id(row) for row in chosen}
    for row in report.plan.rows:
        if id(row) in reached:
            said = UNREACHED
        elif row.standing is Standing.NEW:
            said = LEFT
        else:
            said = EARLIER if row.standing is Standing.DONE else row.standing.value
        report.results.setdefault((row.sheet, row.number), said)


class _Writer:
    """Turns rows into drafts. A person or home that several rows tell of is made by the first that is imported."""

    def __init__(self, plan: ImportPlan, replica: Replica, officer: str) -> None:
        self._plan = plan
        self._replica = replica
        self._role = replica.role
        self._officer = officer
        self._program = replica.layout.program
        self._people: list[Who] = []
        self._homes: list[str] = []
        self.drafted: list[PlannedRow] = []
        self.numbered: dict[str, str] = {}
        """Registrations that are taken up, to the series of their numbers."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Rows that are written in one transaction; where it fails, the plan forgets the records it was to make."""
        self._people, self._homes = [], []
        try:
            yield
        except BaseException:
            for who in self._people:
                who.person = ""
            for key in self._homes:
                del self._plan.houses[key]
            raise

    def group(self, row: PlannedRow) -> list[Draft]:
        """The drafts of one row's act."""
        drafts: list[Draft] = []
        home = self._home(row, drafts)
        if PERSON not in row.values:
            return drafts
        person = self._person(row, home, drafts)
        values = {**row.values[REGISTRATION], "person": person, "house": home}
        remark = self._unplaced(row)
        if remark:
            values["remark"] = "；".join(part for part in (values.get("remark"), remark) if part)
        registration = self._replica.ids.new()
        movement = self._movement(row, registration, values)
        drafts.append(Draft.create(REGISTRATION, registration, **values))
        return drafts if movement is None else [*drafts, movement]

    def _home(self, row: PlannedRow, drafts: list[Draft]) -> str | None:
        """The home's record, made where nobody has told of it yet; None where the address names no door."""
        if HOUSE not in row.values:
            return None
        key = row.house
        if key and key in self._plan.houses:
            return self._plan.houses[key]
        values = dict(row.values[HOUSE])
        if ADDRESS in row.values:
            values["address"] = self._replica.ids.new()
            drafts.append(Draft.create(ADDRESS, values["address"], **row.values[ADDRESS]))
        home = self._replica.ids.new()
        drafts.append(Draft.create(HOUSE, home, **values))
        if key:
            self._plan.houses[key] = home
            self._homes.append(key)
        return home

    def _person(self, row: PlannedRow, home: str | None, drafts: list[Draft]) -> str:
        """The person's record: made, or one that is held, whose empty fields the row may fill."""
        who, said = row.who, row.values[PERSON]
        if who is None or not who.person:
            person = self._replica.ids.new()
            if who is not None:
                who.person = person
                self._people.append(who)
            drafts.append(Draft.create(PERSON, person, **said, house=home))
            return person
        blanks = {name: value for name, value in said.items() if who.values.get(name) in (None, "")}
        if blanks:
            who.values |= blanks
            held = self._replica.read.get(PERSON, who.person)
            if held is not None:
                drafts.append(Draft.of(held, **blanks))
        return who.person

    def _unplaced(self, row: PlannedRow) -> str:
        """What the row says of a person who is held with something else there: kept in words, so that nothing is lost."""
        who = row.who
        if who is None or row.is_first:
            return ""
        info = self._program.kinds[PERSON]
        differs = [
            f"{info.field(name).label}“{self._program.label(PERSON, name, value)}”"
            for name, value in row.values[PERSON].items()
            if name not in UNCOMPARED | {"live_addr", "house"} and who.values.get(name) not in (None, "", value)
        ]
        return f"导入的台账中{'、'.join(differs)}" if differs else ""

    def _movement(self, row: PlannedRow, registration: str, values: dict[str, Any]) -> Draft | None:
        """The 登记 of an imported registration, on the day that the ledger says; None where it cannot be taken yet."""
        procedure = self._program.procedure(REGISTRATION)
        step = procedure.step(STEP, procedure.initial) if procedure is not None else None
        if procedure is None or step is None:
            return None
        stated = date.fromisoformat(values.get("reg_date") or self._plan.origin.today.isoformat())
        brief = Brief(REGISTRATION, registration, values, procedure.initial, stated_date=stated)
        reason = procedure.barred(step, self._role) or procedure.hindrance(step, brief)
        if reason is not None:
            self.drafted.append(row)
            row.facts.find(Oddity.NOT_YET_STEP, Meaning.NAME, more=str(reason))
            return None
        if step.number is not None:
            self.numbered[registration] = step.number
        for name in step.sets:
            values.setdefault(name, stated.isoformat())
        said = {
            "subject_kind": REGISTRATION,
            "subject": registration,
            "verb": step.verb,
            "stated_date": stated.isoformat(),
            "officer": self._officer,
            "article": step.cite.citation if step.cite is not None else None,
        }
        return Draft.create(MOVEMENT, self._replica.ids.new(), **said)
