"""Real desks in two communities and one above them, on a real district, in one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import create_engine

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.registry.divisions import organisations
from baiyun_desktop.replica import DeskIdentity
from baiyun_desktop.replica.layout import Layout
from sync.act import Change, Op
from sync.desk.courier import Courier
from sync.district.district import District
from sync.district.scope import AreaScope
from sync.outside import SystemIds
from tests.kernel.program import PROGRAM
from tests.new_desk import new_desk
from tests.replica.desk import ManualClock

HERE, THERE = "150206001006", "150206002007"
POSTS = ("宝山社区·窗口", "祥云社区·窗口", "区·流动人口中心窗口")
POLICE = "公安派出所·派出所联络员"
"""What the desks' posts are called: no district has records of them here."""
TODAY_MS = 1_795_400_000_000
"""2026-11-23 10:13 at +08:00: steps state dates, and the district compares them with its own."""


@dataclass
class Wire:
    """A line to a district in the same thread."""

    district: District
    replica: str

    def post(self, path: str, body: bytes) -> bytes:
        return self.district.round(self.replica, body)

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        data = self.district.pack(self.replica, path.rsplit("/", 1)[1]).read_bytes()
        return data if span is None else data[span[0] : span[1]]


class Office:
    """One desk with its line."""

    def __init__(
        self, folder: Path, district: District, area: str, number: int, post: str, program: Program = PROGRAM
    ) -> None:
        name = f"{number:032x}"
        district.add_desk(name, [area], post=post)
        identity = DeskIdentity(replica=name, post=post, officer=f"officer-{number}", areas=(area,))
        clock = ManualClock(TODAY_MS)
        self.district = district
        self.desk = new_desk(folder / f"{area.partition('|')[0]}.db", program, identity, clock, SystemIds(clock))
        self._courier = Courier(self.desk.layout.schema, Wire(district, name), self.desk, clock)

    def round(self) -> None:
        assert self._courier.round().in_step

    def save(self, kind: str, /, **values: Any) -> str:
        record = self.desk.ids.new()
        self.desk.door.save([Draft.create(kind, record, **values)])
        return record

    def step(self, kind: str, record: str, verb: str, day: str, *, late: str = "", **values: Any) -> None:
        """A step a second after the last one, with what its sheet asks for.

        Where the verb is another role's, that role's post is played at the same PC: who may is tested elsewhere.
        """
        assert isinstance(self.desk.clock, ManualClock)
        self.desk.clock.ms += 1_000
        drafts = [Draft.of(self.row(kind, record), **values)] if values else []
        own, roles = self.desk.identity, self._roles(kind, verb)
        if roles and self.desk.role not in roles:
            self.desk.identity = replace(own, post=f"别处·{roles[0].value}")
        try:
            self.desk.door.step(kind, record, verb, drafts=drafts, stated_date=day, late_reason=late)
        finally:
            self.desk.identity = own

    def _roles(self, kind: str, verb: str) -> tuple[Role, ...]:
        procedure = self.desk.layout.program.procedure(kind)
        assert procedure is not None
        return next((step.roles for step in procedure.steps if step.verb == verb and not step.by_time), ())

    def row(self, kind: str, record: str) -> Snapshot:
        found = self.desk.read.get(kind, record)
        assert found is not None, (kind, record)
        return found


Offices = tuple[Office, Office, Office]


@contextmanager
def three_offices(
    folder: Path, program: Program = PROGRAM, above: str = "150206", posts: tuple[str, ...] = POSTS
) -> Iterator[Offices]:
    """A desk each in two communities, and one for the district, whole or through a view."""
    engine = create_engine(f"sqlite:///{folder / 'district.db'}")
    clock = ManualClock(TODAY_MS)
    scope = AreaScope("organisation", "code", "parent_code", "successor")
    district = District(engine, Layout(program).schema, scope, program.judge, clock, SystemIds(clock), folder / "packs")
    district.found("150206")
    district.write([Change(kind, key, Op.CREATE, values) for kind, key, values in organisations(grids=2)], "设立")
    places = enumerate(zip((HERE, THERE, above), posts, strict=True), 1)
    made = tuple(Office(folder, district, area, n, post, program) for n, (area, post) in places)
    for office in made:
        office.round()
    yield made[0], made[1], made[2]
    for office in made:
        office.desk.close()
    engine.dispose()
