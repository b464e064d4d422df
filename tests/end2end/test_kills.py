"""kill -9 of a desk in a save and in a round, and of the district in a push: nothing is lost and nothing stands twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.registry.organisation import Organisation
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.desk.audit import pristine_rows, shown_rows
from sync.desk.courier import Courier, RoundReport
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.district.audit import acts, lost_values, rows_for
from sync.district.engine import open_engine
from sync.district.scope import AreaScope
from sync.district.tables import ACT, POSITION
from sync.errors import LineDown
from sync.outside import SystemClock, SystemIds
from tests.end2end.mortal_desk import line_of, register
from tests.end2end.mortal_district import MortalDistrict
from tests.end2end.offices import BAOSHAN, PROGRAM

pytestmark = pytest.mark.apart

SAVES = 3
NEIGHBOUR = 12
"""What the other desk of the community sends, so that a round brings several slices."""
SCOPE = AreaScope(Organisation.__tablename__, "code", "parent_code", "successor")


@dataclass
class Office:
    """A desk's file, opened in this process whenever no other has it."""

    path: Path
    key: bytes

    def open(self) -> Replica:
        clock = SystemClock()
        return Replica.open(self.path, self.key, PROGRAM, clock, SystemIds(clock))

    def killed(self, where: str, point: str, mark: str, saves: int = SAVES) -> list[tuple[str, str]]:
        """Lets a process work on it that is killed at a point; returns the (person, stay) that it said were saved."""
        words = [str(self.path), self.key.hex(), where, point, mark, str(saves)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.end2end.mortal_desk", *words],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
        return [(line.split()[0], line.split()[1]) for line in done.stdout.splitlines()]


def go(desk: Replica) -> RoundReport:
    """One round; both sides must add up without mending."""
    line = line_of(desk)
    try:
        report = Courier(desk.layout.schema, line, desk, desk.clock, pack_key=desk.pack_key).round()
    finally:
        line.close()
    assert report.in_step
    assert not report.repaired
    return report


@dataclass
class Town:
    """A district and two desks of one community; one of them does not always live."""

    district: MortalDistrict
    mine: Office
    other: Replica

    def enrol(self, name: str) -> Office:
        clock = SystemClock()
        code = self.district.code(name, [BAOSHAN], name)
        enrolment = enrol_desk(self.district.url, code, new_nonce(os.urandom(16)), clock.now_ms, machine=name)
        office = Office(self.district.folder.parent / f"{name}.baiyun", new_key())
        who = DeskIdentity.of(enrolment)
        Replica.create(office.path, office.key, PROGRAM, who, clock, SystemIds(clock)).close()
        with office.open() as desk:
            go(desk)
        return office

    def neighbours(self, mark: str) -> None:
        """People that the other desk registers meanwhile and has sent up."""
        register(self.other, f"{mark}邻", "13900000000")
        drafts = [Draft.create("person", self.other.ids.new(), name=f"{mark}邻{n}") for n in range(NEIGHBOUR - 1)]
        self.other.door.save_all([[d] for d in drafts])
        go(self.other)

    def check(self, mark: str, said: list[tuple[str, str]], saved: int) -> None:
        """After two rounds each: what was said is everywhere with its values, and nothing more than was saved."""
        with self.mine.open() as desk:
            for one in (desk, self.other, desk):
                go(one)
            for one in (desk, self.other):
                self._desk(one, mark, said, saved)
            self._district(desk, mark, saved)

    def _desk(self, desk: Replica, mark: str, said: list[tuple[str, str]], saved: int) -> None:
        for number, (person, stay) in enumerate(said):
            row = desk.read.get("person", person)
            assert row is not None
            assert (row.name, row.phone) == (f"{mark}{number}", f"1380000{number:04d}")
            assert desk.read.get("residence_reg", stay).state == "ACTIVE"  # type: ignore[union-attr]
            assert len(desk.read.history("person", person)) == 1, "one act is one line of the history"
            assert [m.judgement for m in desk.read.movements(stay)] == ["accepted"]
        assert desk.search.find(mark).total == saved + NEIGHBOUR
        status = desk.status()
        assert (status.unsent, status.held, status.tray, status.contests, status.alarm) == (0, 0, 0, 0, None)
        numbers = [row.biz_no for row in desk.read.list("residence_reg", limit=1000).rows]
        assert len(numbers) == len(set(numbers))
        with desk.reading() as conn:
            assert pristine_rows(conn, desk.layout.schema) == shown_rows(conn, desk.layout.schema)
            for table in ("sync_touch", "sync_pristine", "sync_leaving"):
                assert conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"

    def _district(self, desk: Replica, mark: str, saved: int) -> None:
        engine = open_engine(f"sqlite:///{self.district.folder / 'district.db'}")
        with engine.connect().execution_options(reads=True) as conn:
            people = [
                a for _, _, a in acts(conn) if any(str(c.fields.get("name", "")).startswith(mark) for c in a.changes)
            ]
            assert len(people) == saved + NEIGHBOUR
            for one in (desk, self.other):
                replica = one.identity.replica
                with one.reading() as here:
                    count = here.exec_driver_sql("SELECT count(*) FROM sync_journal").scalar_one()
                    assert pristine_rows(here, one.layout.schema) == rows_for(conn, SCOPE, replica)
                numbers = conn.execute(select(ACT.c.number).where(ACT.c.replica == replica).order_by(ACT.c.number))
                assert list(numbers.scalars()) == list(range(1, count + 1))
            positions = list(conn.execute(select(POSITION.c.pos).order_by(POSITION.c.pos)).scalars())
            assert positions == list(range(positions[0], positions[-1] + 1))
            assert lost_values(conn, desk.layout.schema) == []
        engine.dispose()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with MortalDistrict(tmp_path_factory.mktemp("town") / "district") as district:
        made = Town(district, Office(Path(), b""), None)  # type: ignore[arg-type]
        made.mine = made.enrol("宝山社区·甲岗")
        made.other = made.enrol("宝山社区·乙岗").open()
        yield made
        made.other.close()


@pytest.mark.parametrize(("point", "kept"), [("before commit", SAVES - 1), ("after commit", SAVES)])
def test_kill_9_of_a_desk_in_a_save(town: Town, point: str, kept: int) -> None:
    mark = {"before commit": "赵", "after commit": "钱"}[point]
    town.neighbours(mark)
    said = town.mine.killed("save", point, mark)
    assert len(said) == SAVES - 1
    town.check(mark, said, kept)


POINTS = {
    "before push": "孙",
    "after push": "李",
    "before commit 2": "周",  # the first slice: answers are not written yet
    "after commit 2": "吴",
    "before commit 4": "郑",
    "after commit 5": "王",
    "after apply": "冯",
}


@pytest.mark.parametrize("point", list(POINTS))
def test_kill_9_of_a_desk_in_a_round(town: Town, point: str) -> None:
    mark = POINTS[point]
    town.neighbours(mark)
    said = town.mine.killed("round", point, mark)
    assert len(said) == SAVES
    town.check(mark, said, SAVES)


@pytest.mark.parametrize(("moment", "mark"), [("before commit", "陈"), ("after commit", "褚"), ("before reply", "蒋")])
def test_kill_9_of_the_district_in_a_push(town: Town, moment: str, mark: str) -> None:
    town.neighbours(mark)
    with town.mine.open() as desk:
        said = [register(desk, f"{mark}{n}", f"1380000{n:04d}") for n in range(SAVES)]
        with town.district.dying(moment), pytest.raises(LineDown):
            go(desk)
        assert desk.status().unsent == SAVES
    town.check(mark, said, SAVES)
