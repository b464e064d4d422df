"""What a recovery story came to: its figures and checks, each worked out from the databases when it had been played."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from baiyun_desktop.registry.organisation import Organisation
from baiyun_desktop.stories.recovery.office import Office, Pc, Typed
from sync.desk.audit import Held, pristine_rows, shown_rows
from sync.district.audit import acts, lost_values, rows_for
from sync.district.engine import open_engine
from sync.district.scope import AreaScope, decode_payload
from sync.district.tables import HEAD

PERSON, STAY = "person", "residence_reg"


@dataclass
class Told:
    """One story's part of the report. `refused` says who was not let in, and in which words."""

    story: str
    typed: int = 0
    at_district: int = 0
    at_desks: int = 0
    lost: int = 0
    doubled: int = 0
    refused: list[str] = field(default_factory=list)
    checks: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    @property
    def equal(self) -> bool:
        return bool(self.checks) and all(self.checks.values()) and not self.lost and not self.doubled

    def check(self, what: str, holds: object) -> None:
        self.checks[what] = bool(holds)

    def close(self, office: Office, typed: Sequence[Typed], desks: Iterable[Pc]) -> Told:
        """The figures that each story has: all that was typed against the district's rows and those of its desks."""
        books, desks = Books(office), list(desks)
        self.typed = len(typed)
        self.at_district = sum(books.has(one) for one in typed)
        self.lost = self.typed - self.at_district
        self.doubled = books.doubled(typed)
        self.at_desks = min((_shown(pc, typed) for pc in desks), default=0)
        self.check("each desk shows all of it", self.at_desks == self.typed)
        self.check("the desks hold what the district holds for them", all(books.equal(pc) for pc in desks))
        self.check("nothing waits on any desk", all(not unsent(pc) for pc in desks))
        self.seconds = round(time.monotonic() - self._began, 1)
        return self

    def figures(self) -> dict[str, Any]:
        found = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        return {**found, "equal": self.equal}


class Books:
    """The district's database, read as it is now."""

    def __init__(self, office: Office) -> None:
        self._office = office
        engine = open_engine(f"sqlite:///{office.district.folder / 'district.db'}")
        with engine.connect().execution_options(reads=True) as conn:
            rows = conn.execute(select(HEAD.c.collection, HEAD.c.record, HEAD.c.payload).where(~HEAD.c.voided))
            self.rows = {(r.collection, r.record): decode_payload(r.payload) for r in rows}
            self.acts = list(acts(conn))
        engine.dispose()

    def has(self, one: Typed) -> bool:
        """Whether a person stands in the rows with the name, and a stay with the number that is on the paper."""
        person, stay = self.rows.get((PERSON, one.person), {}), self.rows.get((STAY, one.stay), {})
        return (person.get("name"), stay.get("biz_no"), stay.get("person")) == (one.name, one.number, one.person)

    def doubled(self, typed: Iterable[Typed]) -> int:
        """How many of the names, and of all numbers of papers, stand there more than once."""
        names = [row.get("name") for (kind, _), row in self.rows.items() if kind == PERSON]
        numbers = [row["biz_no"] for (kind, _), row in self.rows.items() if kind == STAY and row.get("biz_no")]
        return sum(names.count(one.name) > 1 for one in typed) + len(numbers) - len(set(numbers))

    def outcomes(self, replica: str, typed: Iterable[Typed]) -> list[str]:
        """What became of the acts in which a desk typed these."""
        persons = {one.person for one in typed}
        return [
            outcome for who, outcome, act in self.acts if who == replica and any(c.id in persons for c in act.changes)
        ]

    def of(self, kinds: Sequence[str], typed: Iterable[Typed]) -> dict[tuple[str, str], Any]:
        """The rows of these kinds that belong to what was typed, movements by the stay they move."""
        ids = {i for one in typed for i in (one.person, one.stay)}
        return {k: r for k, r in self.rows.items() if k[0] in kinds and (k[1] in ids or r.get("subject") in ids)}

    def equal(self, pc: Pc) -> bool:
        """Whether a desk's rows are what the district holds for it, row by row."""
        office = self._office
        engine = open_engine(f"sqlite:///{office.district.folder / 'district.db'}")
        scope = AreaScope(Organisation.__tablename__, "code", "parent_code", "successor")
        with pc.open() as replica, replica.reading() as here:
            mine: Held = pristine_rows(here, replica.layout.schema)
            shown: Held = shown_rows(here, replica.layout.schema)
            with engine.connect().execution_options(reads=True) as conn:
                theirs = rows_for(conn, scope, replica.identity.replica)
        engine.dispose()
        return mine == theirs and {k: v for k, v in shown.items() if k in mine} == mine


def lost_anywhere(office: Office) -> int:
    """Values that were ever typed and that are nowhere at the district, by the engine's own audit."""
    engine = open_engine(f"sqlite:///{office.district.folder / 'district.db'}")
    with engine.connect().execution_options(reads=True) as conn:
        found = lost_values(conn, office.program.schema)
    engine.dispose()
    return len(found)


def unsent(pc: Pc) -> int:
    with pc.open() as replica:
        return replica.status().unsent


def _shown(pc: Pc, typed: Sequence[Typed]) -> int:
    """How many of these a desk's officer sees, each with the number on its paper."""
    with pc.open() as replica:
        found = [(one, replica.read.get(PERSON, one.person), replica.read.get(STAY, one.stay)) for one in typed]
    return sum(p is not None and s is not None and (p.name, s.biz_no) == (one.name, one.number) for one, p, s in found)


def write(told: Sequence[Told], lost: int, folder: Path) -> bool:
    """Leaves report.json; returns whether all stories hold."""
    equal = all(one.equal for one in told) and not lost
    report = {
        "equal": equal,
        "lost": lost + sum(one.lost for one in told),
        "doubled": sum(one.doubled for one in told),
        "stories": [one.figures() for one in told],
    }
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return equal
