"""What the month came to: its figures, and each check of one side against another that makes it equal or not."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.registry.organisation import Organisation
from baiyun_desktop.stories.migrants import figures, played
from baiyun_desktop.stories.migrants.month import Month
from baiyun_desktop.stories.stage import StoryDesk
from sync.desk.audit import Held, pristine_rows, shown_rows
from sync.district.audit import lost_values, rows_for
from sync.district.engine import open_engine
from sync.district.scope import AreaScope

PROVISIONAL = "暂"


@dataclass
class Report:
    """The figures of report.json. `refused` are the guards' words with how often they were meant to refuse and did;
    `asked` counts who was registered twice under two names, `halted` says why a play came to no end.
    """

    visitors: int = 0
    served: int = 0
    acts: int = 0
    waits: int = 0
    days_without_line: int = 0
    twice_registered: int = 0
    asked: int = 0
    namesakes: int = 0
    contested: int = 0
    killed: int = 0
    decided: int = 0
    lost: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    unmeant: list[str] = field(default_factory=list)
    records: dict[str, dict[str, int]] = field(default_factory=dict)
    papers: dict[str, int] = field(default_factory=dict)
    numbers: int = 0
    families: dict[str, int] = field(default_factory=dict)
    month: dict[str, int] = field(default_factory=dict)
    halted: str = ""
    checks: dict[str, bool] = field(default_factory=dict)
    seed: int = 0
    seconds: float = 0.0

    @property
    def equal(self) -> bool:
        """Whether all that was looked at holds."""
        return bool(self.checks) and all(self.checks.values()) and not self.lost and not self.halted

    def write(self, folder: Path) -> None:
        found: dict[str, Any] = {"equal": self.equal, **asdict(self)}
        (folder / "report.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def compared(month: Month, program: Program) -> Report:
    """Holds the district's database against each desk's file, and both against what was played."""
    office, mishaps = month.office, month.mishaps
    books = figures.Books(office.district.folder, program)
    report = Report(
        visitors=month.count, served=month.served, acts=office.acts, waits=month.waits, days_without_line=month.down,
        twice_registered=mishaps.twice, asked=mishaps.asked, namesakes=mishaps.namesakes, contested=mishaps.contested,
        decided=mishaps.decided, killed=month.accidents.killed, families=played.families(books),
        month=played.of_month(books),
        refused=dict(sorted(office.refusals.items())), unmeant=sorted(set(office.unmeant)),
        records=figures.by_state(books.tally()), papers=books.papers(), numbers=len(books.numbers()),
    )  # fmt: skip
    report.checks = {**_figures(month, books, program), **_numbers(books), **_queues(month, books)}
    report.checks |= played.checks(office, mishaps, books, figures.kinds(program)) | _accidents(month)
    refused = not office.unmeant and office.refusals.total() == month.meant
    report.checks["each guard refused what it was meant to, and nothing else"] = refused
    alike, report.lost = _rows(month, program)
    report.checks["each desk holds the district's rows, one by one"] = alike
    return report


def _figures(month: Month, books: figures.Books, program: Program) -> dict[str, bool]:
    """Counts by kind, state and area, of each desk within its areas."""
    everywhere, found = books.tally(), {}
    for desk in month.office.desks:
        there, here = everywhere, figures.tally_of(desk, program)
        if desk.place.area:
            there, here = figures.within(there, desk.place.area), figures.within(here, desk.place.area)
        found[f"{desk.place.name}: counts by kind, state and grid are the district's"] = _alike(desk, there, here)
        listed = figures.listed(desk, program)
        shown = figures.by_kind(figures.tally_of(desk, program))
        found[f"{desk.place.name}: its lists count what its file holds"] = listed == {
            k: shown.get(k, 0) for k in listed
        }
    return found


def _alike(desk: StoryDesk, there: figures.Tally, here: figures.Tally) -> bool:
    odd = [(key, there[key], here[key]) for key in there.keys() | here.keys() if there[key] != here[key]]
    if odd:
        sys.stderr.write(f"{desk.place.name}: {len(odd)} counts differ, such as {sorted(odd)[:3]}\n")
    return not odd and bool(here)


def _numbers(books: figures.Books) -> dict[str, bool]:
    numbers = books.numbers()
    return {
        "no number was given twice": len(numbers) == len(set(numbers)) and not books.shared_numbers(),
        "no number is provisional": not any(PROVISIONAL in number for number in numbers),
        "papers were given": bool(books.papers()),
    }


def _queues(month: Month, books: figures.Books) -> dict[str, bool]:
    status = [desk.replica.status() for desk in month.office.desks]
    return {
        "nothing waits to be sent": not any(s.unsent or s.held for s in status),
        "nothing was overtaken or sent back": not any(s.tray for s in status),
        "nothing waits for a decision": not books.open_questions(),
        "whoever was registered twice is one person and stands once": (
            books.count("link") == books.ended_as_double() == month.mishaps.twice
        ),
        "each fact that two desks told differently was decided": books.count("contest") == month.mishaps.contested,
        "everybody who came was served": month.served == month.count,
    }


def _accidents(month: Month) -> dict[str, bool]:
    accidents = month.accidents
    return {
        "a desk that lost its power had all of its work": accidents.kept and accidents.killed > 0,
        "a desk with a wrong clock knew how far it was off": accidents.told == accidents.met > 0,
    }


def _rows(month: Month, program: Program) -> tuple[bool, int]:
    """Whether each desk's rows are what the district holds for it, and how many typed values are nowhere."""
    engine = open_engine(f"sqlite:///{month.office.district.folder / 'district.db'}")
    scope, alike = AreaScope(Organisation.__tablename__, "code", "parent_code", "successor"), True
    with engine.connect().execution_options(reads=True) as conn:
        for desk in month.office.desks:
            schema = desk.replica.layout.schema
            with desk.replica.reading() as here:
                mine: Held = pristine_rows(here, schema)
                shown: Held = shown_rows(here, schema)
            theirs = rows_for(conn, scope, desk.replica.identity.replica, schema)
            odd = [key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)]
            odd += [key for key, row in mine.items() if shown.get(key) != row]
            if odd:
                sys.stderr.write(f"{desk.place.name}: {len(odd)} rows differ from the district's, such as {odd[:3]}\n")
            alike = alike and not odd
        lost = lost_values(conn, program.schema)
    engine.dispose()
    return alike, len(lost)
