"""Two real desks and a real district in one process, over a line that a test can cut."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

from baiyun_desktop.replica import DeskIdentity, Replica
from sync.desk.courier import Courier, RoundReport
from sync.district.district import District
from sync.district.numbers import Numbering
from sync.district.scope import FixedScope
from sync.errors import LineDown
from tests.new_desk import new_desk
from tests.replica.desk import PROGRAM, ManualClock, SeededIds

BAOSHAN, XIANGYUN = "150206001006", "150206001007"
AREAS = {"150206": None, "150206001": "150206", BAOSHAN: "150206001", XIANGYUN: "150206001"}


@dataclass
class Wire:
    """A line in one thread. `on` is its switch."""

    district: District
    replica: str
    on: bool = True

    def post(self, path: str, body: bytes) -> bytes:
        if not self.on:
            raise LineDown("cut")
        return self.district.round(self.replica, body)

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        data = self.district.pack(self.replica, path.rsplit("/", 1)[1]).read_bytes()
        return data if span is None else data[span[0] : span[1]]


@dataclass
class Office:
    """One desk with its courier."""

    replica: Replica
    wire: Wire
    courier: Courier

    def round(self) -> RoundReport:
        report = self.courier.round()
        assert report.in_step
        return report


class Town:
    """A district and whoever enrols."""

    def __init__(self, folder: Path, numbering: Numbering | None = None) -> None:
        self.folder = folder
        self.clock = ManualClock()
        engine = create_engine(f"sqlite:///{folder / 'district.db'}")
        self.district = District(
            engine,
            PROGRAM.schema,
            FixedScope(AREAS),
            PROGRAM.judge,
            self.clock,
            SeededIds(self.clock, "d"),
            folder / "p",
            numbering=numbering,
        )
        self.district.found("150206")
        self.offices: list[Office] = []

    def office(self, name: str, *areas: str) -> Office:
        ids = SeededIds(self.clock, name)
        replica_id = ids.new()
        self.district.add_desk(replica_id, areas)
        identity = DeskIdentity(replica=replica_id, post=name, officer=name, areas=areas)
        replica = new_desk(self.folder / f"{name}.db", PROGRAM, identity, self.clock, ids)
        wire = Wire(self.district, replica_id)
        office = Office(replica, wire, Courier(replica.layout.schema, wire, replica, self.clock))
        self.offices.append(office)
        return office

    def settle(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            for office in self.offices:
                office.round()

    def close(self) -> None:
        for office in self.offices:
            office.replica.close()
