"""The month's figures by SQL that knows nothing of the program's queries: at the district and in each desk's file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.stories.stage import StoryDesk
from sync.district.engine import open_engine

Tally = Counter[tuple[str, str, str]]
"""How many records there are, by kind, state and area."""
MODULE = "migrants"
SHARED = ("person", "enterprise", "house")

_AT_DISTRICT = """
WITH taken AS (
  SELECT said(payload, 'subject') AS record, said(payload, 'verb') AS verb,
         row_number() OVER (PARTITION BY said(payload, 'subject') ORDER BY created DESC) AS back
  FROM head WHERE collection = 'movement' AND NOT voided AND said(payload, 'judgement') = 'accepted'
    AND said(payload, 'verb') <> '督办'
)
SELECT coalesce(taken.verb, ''), coalesce(said(head.payload, 'area'), ''), count(*)
FROM head LEFT JOIN taken ON taken.record = head.record AND taken.back = 1
WHERE head.collection = ? AND NOT head.voided
GROUP BY 1, 2
"""
"""The last accepted movement of each record but for 督办, which moves nothing; where it leads to is looked up."""
_NUMBERS = """
SELECT said(payload, 'biz_no') FROM head WHERE collection NOT IN ('doc_instance', 'movement')
  AND said(payload, 'biz_no') IS NOT NULL
"""
_PAPERS = (
    "SELECT said(payload, 'template'), count(*) FROM head WHERE collection = 'doc_instance' AND NOT voided GROUP BY 1"
)
_SHARED_NUMBERS = """
SELECT count(*) FROM (
  SELECT 1 FROM head WHERE collection = 'doc_instance' AND said(payload, 'doc_no') IS NOT NULL
  GROUP BY said(payload, 'doc_no') HAVING count(DISTINCT said(payload, 'subject')) > 1
)
"""
_OPEN = "SELECT count(*) FROM head WHERE collection IN ('contest', 'doubt') AND said(payload, 'state') = 'open'"
_ENDED_AS_DOUBLE = """
SELECT count(*) FROM head
WHERE collection = 'residence_reg' AND NOT voided AND said(payload, 'leave_reason') = '4'
"""
_COUNT = "SELECT count(*) FROM head WHERE collection = ? AND NOT voided"


def kinds(program: Program) -> list[str]:
    """The centre's kinds that stand in an area of their own, and the shared nouns it writes."""
    own = [kind for kind, module in program.module_of.items() if module == MODULE]
    return [*SHARED, *(k for k in own if "area" in program.kind(k).by_name and k != "service_item")]


class Books:
    """The district's database, read as it is now beside the serving process."""

    def __init__(self, folder: Path, program: Program) -> None:
        self._path = folder / "district.db"
        self._program = program

    @contextmanager
    def open(self) -> Iterator[Connection]:
        engine = open_engine(f"sqlite:///{self._path}")
        with engine.connect().execution_options(reads=True) as conn:
            bare: Any = conn.connection.driver_connection
            bare.create_function("said", 2, _said, deterministic=True)
            yield conn
        engine.dispose()

    def tally(self) -> Tally:
        found: Tally = Counter()
        with self.open() as conn:
            for kind in kinds(self._program):
                procedure = self._program.procedure(kind)
                for verb, area, count in conn.exec_driver_sql(_AT_DISTRICT, (kind,)):
                    found[kind, _leads_to(procedure, verb), area] += count
        return found

    def papers(self) -> dict[str, int]:
        """How many papers were given, by their layout."""
        with self.open() as conn:
            return {str(layout): int(count) for layout, count in sorted(conn.exec_driver_sql(_PAPERS))}

    def numbers(self) -> list[str]:
        """The numbers of all records."""
        with self.open() as conn:
            return [row[0] for row in conn.exec_driver_sql(_NUMBERS)]

    def shared_numbers(self) -> int:
        """How many numbers stand on papers of more than one matter."""
        with self.open() as conn:
            return int(conn.exec_driver_sql(_SHARED_NUMBERS).scalar_one())

    def open_questions(self) -> int:
        with self.open() as conn:
            return int(conn.exec_driver_sql(_OPEN).scalar_one())

    def ended_as_double(self) -> int:
        """How many registrations were ended because their person was registered twice."""
        with self.open() as conn:
            return int(conn.exec_driver_sql(_ENDED_AS_DOUBLE).scalar_one())

    def count(self, collection: str) -> int:
        with self.open() as conn:
            return int(conn.exec_driver_sql(_COUNT, (collection,)).scalar_one())


def tally_of(desk: StoryDesk, program: Program) -> Tally:
    """The same out of a desk's decrypted file, by the states that it shows."""
    found: Tally = Counter()
    with desk.replica.reading() as conn:
        for kind in kinds(program):
            procedure = program.procedure(kind)
            state = "''" if procedure is None else f"coalesce(state, '{procedure.initial.name}')"
            query = f"SELECT {state}, coalesce(area, ''), count(*) FROM \"{kind}\" WHERE NOT voided GROUP BY 1, 2"  # noqa: S608
            for shown, area, count in conn.exec_driver_sql(query):
                found[kind, shown, area] += count
    return found


def within(tally: Tally, area: str) -> Tally:
    """What stands in an area; all of it where none is named."""
    return Counter({key: count for key, count in tally.items() if key[2].startswith(area)})


def listed(desk: StoryDesk, program: Program) -> dict[str, int]:
    """How many records of each kind the desk's own lists count."""
    return {kind: desk.replica.read.list(kind, limit=1).total for kind in kinds(program)}


def by_kind(tally: Tally) -> dict[str, int]:
    found: Counter[str] = Counter()
    for (kind, _, _), count in tally.items():
        found[kind] += count
    return dict(found)


def by_state(tally: Tally) -> dict[str, dict[str, int]]:
    """For the report: kinds with their states."""
    found: dict[str, Counter[str]] = {}
    for (kind, state, _), count in sorted(tally.items()):
        found.setdefault(kind, Counter())[state or "-"] += count
    return {kind: dict(states) for kind, states in found.items()}


def _leads_to(procedure: Procedure | None, verb: str) -> str:
    if procedure is None:
        return ""
    if not verb:
        return str(procedure.initial.name)
    (state,) = {step.to.name for step in procedure.steps if step.verb == verb}
    return state


def _said(payload: bytes, name: str) -> Any:
    value = msgspec.msgpack.decode(payload).get(name)
    return value if isinstance(value, str | int | float | None) else str(value)
