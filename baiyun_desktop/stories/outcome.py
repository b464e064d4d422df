"""What a story came to: both sides compared row by row, and the figures of its report."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from baiyun_desktop.registry.organisation import Organisation
from baiyun_desktop.stories.stage import StoryDesk
from sync.desk.audit import Held, pristine_rows, shown_rows
from sync.district.audit import lost_values, rows_for
from sync.district.engine import open_engine
from sync.district.scope import AreaScope
from sync.district.tables import ACT, HEAD


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of report.json. `bytes` are HTTP bytes both ways; `equal` says that all sides hold the same."""

    people: int
    registrations: int
    acts: int
    contests: int
    bytes: int
    seconds: float
    equal: bool
    lost: int

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / "report.json").write_text(text + "\n", "utf-8")


def compare(district: Path, desks: Sequence[StoryDesk], seconds: float) -> Report:
    """Reads the district's database beside the desks' files; nothing is written."""
    engine = open_engine(f"sqlite:///{district / 'district.db'}")
    scope = AreaScope(Organisation.__tablename__, "code", "parent_code", "successor")
    shown: list[Held] = []
    equal = True
    with engine.connect().execution_options(reads=True) as conn:
        for desk in desks:
            with desk.replica.reading() as here:
                schema = desk.replica.layout.schema
                pristine = pristine_rows(here, schema)
                shown.append(shown_rows(here, schema))
            there = rows_for(conn, scope, desk.replica.identity.replica)
            equal = equal and _same(desk.place.name, pristine, there)
        equal = equal and _agree(shown)
        lost = lost_values(conn, desks[0].replica.layout.schema)
        counts = {name: _count(conn, name) for name in ("person", "residence_reg", "contest", "link")}
        acts = conn.execute(select(func.count()).select_from(ACT)).scalar_one()
    engine.dispose()
    return Report(
        people=counts["person"] - counts["link"],
        registrations=counts["residence_reg"],
        acts=acts,
        contests=counts["contest"],
        bytes=sum(d.meter.up + d.meter.down for d in desks),
        seconds=round(seconds, 1),
        equal=equal,
        lost=len(lost),
    )


def _count(conn: Connection, collection: str) -> int:
    query = select(func.count()).where(HEAD.c.collection == collection, HEAD.c.voided.is_(False))
    return int(conn.execute(query).scalar_one())


def _same(name: str, here: Held, there: Held) -> bool:
    if here == there:
        return True
    odd = [key for key in here.keys() | there.keys() if here.get(key) != there.get(key)]
    sys.stderr.write(f"{name}: {len(odd)} rows differ from the district's, first {odd[:3]}\n")
    return False


def _agree(shown: Sequence[Held]) -> bool:
    """Whether records that several desks hold look the same on each."""
    seen: Held = {}
    for rows in shown:
        for key, row in rows.items():
            if seen.setdefault(key, row) != row:
                sys.stderr.write(f"two desks show {key} differently\n")
                return False
    return True
