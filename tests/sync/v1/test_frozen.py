"""A desk of version 1 works with the district of today, its file opens in the program of today, its messages are read."""

from __future__ import annotations

import base64
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from sync.act import Change, Op
from sync.codec import unpack_acts
from sync.desk.courier import Courier
from sync.desk.journal import Journal
from sync.desk.store import PlainStore
from sync.direct import DirectLine
from sync.district.audit import lost_values
from sync.district.district import District
from sync.district.judging import NoSteps
from sync.district.scope import FixedScope
from sync.outside import SystemClock, SystemIds
from sync.protocol import read_request

from .frozen import FILE, MESSAGES, PROGRAM, REPLICA, FrozenDesk
from .schema import SCHEMA

TREE = {"D": None, "A": "D", "B": "D"}


@pytest.fixture
def district(district_engine: Engine, tmp_path: Path) -> District:
    made = District(
        district_engine, SCHEMA, FixedScope(TREE), NoSteps(), SystemClock(), SystemIds(), tmp_path / "packs"
    )
    made.found("D")
    made.add_desk(REPLICA, ["A"])
    return made


@pytest.fixture
def frozen(district: District, tmp_path: Path) -> Iterator[FrozenDesk]:
    """The frozen desk on a copy of its own file; the district that it knew is gone, and this one was founded since."""
    district.new_timeline()
    path = tmp_path / "desk.db"
    shutil.copy(FILE, path)
    desk = FrozenDesk(path, DirectLine(district, REPLICA))
    yield desk
    desk.close()


class Today:
    """A desk of today beside it."""

    def __init__(self, district: District, folder: Path, path: Path | None = None, replica: str = "") -> None:
        self.replica = replica or SystemIds().new()
        engine = create_engine(f"sqlite:///{path or folder / 'today.db'}", connect_args={"check_same_thread": False})
        self.store = PlainStore(engine, SCHEMA, folder)
        if path is None:
            district.add_desk(self.replica, ["D"])
            self.store.create(self.replica)
        self.journal = Journal(self.store.schema, SystemClock())
        self.courier = Courier(self.store.schema, DirectLine(district, self.replica), self.store, SystemClock())

    def act(self, *changes: Change) -> None:
        with self.store.writing() as conn:
            base = self.journal.base(conn)
            self.journal.write(conn, officer="今天", verb="保存", base=base, changes=changes)

    def people(self) -> dict[str, Any]:
        with self.store.reading() as conn:
            ids = [i for (i,) in conn.exec_driver_sql("SELECT id FROM person WHERE voided=0")]
            return {s.row["name"]: s.row for i in ids if (s := self.journal.rows.of("person").get(conn, i))}


def test_the_frozen_program_is_of_its_own_day(district: District) -> None:
    with zipfile.ZipFile(PROGRAM) as file:
        names = file.namelist()
        assert "sync/desk/courier.py" in names and not any(n.startswith("sync/district") for n in names)
        assert b"VERSION = 1\n" in file.read("sync/protocol.py")


def test_what_it_had_typed_reaches_the_district_of_today(
    district: District, frozen: FrozenDesk, tmp_path: Path
) -> None:
    report = frozen.do("round")
    assert report["in_step"] and report["blobs"] == 1
    today = Today(district, tmp_path)
    today.courier.round()
    people = today.people()
    assert people["王公平"] == {
        "name": "王公平", "phone": "2", "note": "没有传走", "area": "A", "tags": ["a", "b", "z"], "visits": 2,
    }  # fmt: skip
    assert today.courier.blob(people["𠮷田"]["photo"]) == b"photograph"
    with district.engine.connect() as conn:
        assert lost_values(conn, district.schema) == []


def test_it_works_on_beside_a_desk_of_today(district: District, frozen: FrozenDesk, tmp_path: Path) -> None:
    frozen.do("round")
    today = Today(district, tmp_path)
    today.courier.round()
    (person,) = [i for i, row in frozen.do("rows", collection="person").items() if row["name"] == "王公平"]
    frozen.do("act", verb="保存", changes=[["person", person, "f", {"phone": "3", "tags": {"+": ["q"]}}]])
    today.act(Change("person", person, Op.FIELDS, {"phone": "4", "visits": 5}))
    today.courier.round()
    report = frozen.do("round")
    assert [outcome for _, outcome, _ in report["verdicts"]] == ["contested"] and report["in_step"]
    (contest,) = frozen.do("rows", collection="contest").values()
    assert [side["value"] for side in contest["sides"]] == [{"phone": "4"}, {"phone": "3"}]
    today.act(Change("person", person, Op.FIELDS, {"area": "B"}))
    today.courier.round()
    assert frozen.do("round")["in_step"]
    assert [row["name"] for row in frozen.do("rows", collection="person").values()] == ["𠮷田"]
    district.grant(REPLICA, ["A", "B"])
    report = frozen.do("round")
    assert report["in_step"] and not report["repaired"]
    row = frozen.do("rows", collection="person")[person]
    assert (row["phone"], row["visits"], row["tags"]) == ("4", 7, ["a", "b", "q", "z"])


def test_its_file_opens_in_the_program_of_today(district: District, tmp_path: Path) -> None:
    district.new_timeline()
    path = tmp_path / "desk.db"
    shutil.copy(FILE, path)
    today = Today(district, tmp_path, path, REPLICA)
    assert today.courier.round().in_step
    assert {n: r.get("note") for n, r in today.people().items()} == {"王公平": "没有传走", "𠮷田": None}


def test_its_messages_say_today_what_they_said() -> None:
    requests = [read_request(base64.b64decode(body)) for body in json.loads(MESSAGES.read_text("ascii"))]
    assert {r.version for r in requests} == {1}
    acts = [act for r in requests if r.acts for act in unpack_acts(r.acts)]
    assert [(a.number, a.officer, a.verb, a.base.pos, a.base.own) for a in acts] == [
        (1, "旧版", "登记", 0, 0),
        (2, "旧版", "保存", 1, 1),
    ]
    assert acts[1].changes[0].fields == {"phone": "2", "tags": {"+": ["b"]}, "visits": 1}
