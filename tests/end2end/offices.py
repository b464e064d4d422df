"""Desks with real encrypted replicas and a district in one process, for stories that need no second process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from baiyun_desktop.district.assembly import RESERVED
from baiyun_desktop.district.scope import DistrictScope
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry import divisions
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.act import Change, Op
from sync.desk.audit import pristine_rows
from sync.desk.courier import Courier, RoundReport
from sync.district.audit import rows_for
from sync.district.district import District
from sync.district.judging import Judge
from sync.outside import SystemClock, SystemIds
from sync.wire import RESCUE_PATH
from tests.new_desk import new_desk

BAOSHAN, BAILING, XINGGUANG, XIANGYUN = "150206001006", "150206001007", "150206002006", "150206002007"
DISTRICT = "150206"
GRIDS = 5
PROGRAM = Program((REGISTRY, *MODULES))


@dataclass
class Wire:
    """A line to a district in the same process."""

    district: District
    replica: str

    def post(self, path: str, body: bytes) -> bytes:
        return self.district.round(self.replica, body)

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        if path.startswith(RESCUE_PATH):
            return self.district.rescued(self.replica, *map(int, path.removeprefix(RESCUE_PATH).split("/")))
        data = self.district.pack(self.replica, path.rsplit("/", 1)[1]).read_bytes()
        return data if span is None else data[span[0] : span[1]]


@dataclass
class Office:
    """One desk and its courier."""

    replica: Replica
    courier: Courier

    def round(self) -> RoundReport:
        report = self.courier.round()
        assert report.in_step
        return report


class Offices:
    """A district on the given database and desks in a folder."""

    def __init__(self, engine: Engine, folder: Path, judge: Judge = PROGRAM.judge) -> None:
        self.clock = SystemClock()
        self.ids = SystemIds(self.clock)
        self.folder = folder
        scope = DistrictScope()
        parts = engine, PROGRAM.schema, scope, judge, self.clock, self.ids
        self.district = District(*parts, folder / "packs", reserved=RESERVED)
        self.district.found(DISTRICT)
        rows = [Change(kind, i, Op.CREATE, row) for kind, i, row in divisions.organisations(DISTRICT, grids=GRIDS)]
        self.district.write(rows, "初始化")
        self.all: list[Office] = []
        self.posts: set[str] = set()
        """Of which the district has records."""

    def set_up(self, name: str, area: str, role: str) -> str:
        """Makes a post; returns its id."""
        post = self.ids.new()
        self.district.write(
            [Change("post", post, Op.CREATE, {"area": area, "name": name, "role": role, "grants": [area]})], "设岗"
        )
        self.posts.add(name)
        return post

    def open(self, name: str, area: str) -> Office:
        """Enrols a desk, of a post that registers people where nobody set up another, and lets it fetch what it may hold."""
        if name not in self.posts:
            self.set_up(name, area, "COMMUNITY_WORKER")
        replica = self.ids.new()
        self.district.add_desk(replica, [area], post=name, officer=name)
        identity = DeskIdentity(replica=replica, post=name, officer=name, areas=(area,))
        desk = new_desk(self.folder / f"{name}.baiyun", PROGRAM, identity, self.clock, self.ids)
        office = Office(desk, Courier(desk.layout.schema, Wire(self.district, replica), desk, self.clock))
        office.round()
        self.all.append(office)
        return office

    def settle(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            for office in self.all:
                office.round()

    def equal(self, office: Office) -> bool:
        """Whether the desk's pristine rows are what the district holds for it, row by row."""
        with office.replica.reading() as conn:
            here = pristine_rows(conn, office.replica.layout.schema)
        with self.district.engine.connect().execution_options(reads=True) as conn:
            there = rows_for(conn, self.district.scope, office.replica.identity.replica)
        return here == there

    def close(self) -> None:
        for office in self.all:
            office.replica.close()
