"""Four communities' ledgers on four desks, reconciled: who is counted before and after decisions, as the key says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.intake.command import import_file
from baiyun_desktop.replica import Replica
from sync.district.engine import open_engine
from tests.end2end.offices import BAILING, BAOSHAN, DISTRICT, PROGRAM, XIANGYUN, XINGGUANG, Office, Offices

LEDGERS = Path(__file__).parent.parent / "data" / "ledgers"
KEY = json.loads((LEDGERS / "key.json").read_text("utf-8"))
FILES = {
    "宝山": (BAOSHAN, "宝山社区_流动人口台账.xlsx"),
    "百灵": (BAILING, "百灵社区_11月上报.xlsx"),
    "星光": (XINGGUANG, "星光社区_导出.csv"),
    "祥云": (XIANGYUN, "祥云社区_分网格.xlsx"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Offices, Office]]:
    folder = tmp_path_factory.mktemp("district")
    offices = Offices(open_engine(f"sqlite:///{folder / 'district.db'}"), folder)
    for name, (area, file) in FILES.items():
        office = offices.open(name, area)
        import_file(office.replica, PROGRAM, LEDGERS / file, area)
        office.round()
    district = offices.open("区", DISTRICT)
    offices.settle(2)
    yield offices, district
    offices.close()


def groups(replica: Replica) -> list[set[str]]:
    """The people a desk holds, linked records together."""
    ids = _all_ids(replica, "person")
    of: dict[str, set[str]] = {i: {i} for i in ids}
    with replica.reading() as conn:
        links = conn.exec_driver_sql("SELECT subject, head FROM link WHERE state='live' AND voided=0").all()
    for subject, head in links:
        joined = of[subject] | of[head]
        for member in joined:
            of[member] = joined
    return [set(g) for g in {frozenset(g) for g in of.values()}]


def _all_ids(replica: Replica, kind: str) -> list[str]:
    with replica.reading() as conn:
        return [i for (i,) in conn.exec_driver_sql(f'SELECT id FROM "{kind}" WHERE voided=0')]


def people_without_checked_id(replica: Replica) -> int:
    checked = {i for i in _all_ids(replica, "person") if (p := replica.read.get("person", i)) and p.id_checked}
    return sum(1 for group in groups(replica) if not group & checked)


def test_every_row_is_a_registration(world: tuple[Offices, Office]) -> None:
    _, district = world
    rows = sum(f["rows"] for f in KEY["files"].values()) - KEY["files"]["宝山社区_流动人口台账.xlsx"]["duplicate_rows"]
    assert len(_all_ids(district.replica, "residence_reg")) == rows
    assert len(_all_ids(district.replica, "person")) == rows


def test_each_desk_holds_what_the_district_holds_for_it(world: tuple[Offices, Office]) -> None:
    offices, _ = world
    assert [offices.equal(o) for o in offices.all] == [True] * 5
    assert [o.replica.status().unsent + o.replica.status().tray for o in offices.all] == [0] * 5


def test_certain_pairs_are_linked_and_facts_that_differ_are_asked(world: tuple[Offices, Office]) -> None:
    _, district = world
    with district.replica.reading() as conn:
        links = conn.exec_driver_sql("SELECT subject, head FROM link WHERE state='live' AND how='certain'").all()
    assert len(links) == KEY["people_in_two_communities"]["same_checked_id"]
    differing = set()
    for subject, head in links:
        a, b = district.replica.read.get("person", subject), district.replica.read.get("person", head)
        assert a is not None and b is not None
        if a.phone and b.phone and a.phone != b.phone:
            differing.add(frozenset((subject, head)))
    asked = {frozenset(d.ids) for d in district.replica.read.doubts() if d.grade == "facts" and "phone" in d.facts}
    assert asked == differing


def test_people_before_and_after_decisions_are_the_keys(world: tuple[Offices, Office]) -> None:
    offices, district = world
    assert len(groups(district.replica)) == KEY["people_before_any_decision"]
    grades = Counter(d.grade for d in district.replica.read.doubts())
    assert grades["ask"] == KEY["people_in_two_communities"]["name_and_more_to_ask_about"]
    assert all(d.grade != "ask" for o in offices.all[:4] for d in o.replica.read.doubts())
    for doubt in district.replica.read.doubts():
        if doubt.grade == "ask":
            district.replica.door.decide_doubt(doubt.id, "same")
    offices.settle(2)
    assert len(groups(district.replica)) == KEY["people_after_all_decisions"]
    assert people_without_checked_id(district.replica) == KEY["people_without_checked_id"]
    assert [offices.equal(o) for o in offices.all] == [True] * 5


def test_again_adds_nothing(world: tuple[Offices, Office]) -> None:
    offices, _ = world
    for office, (area, file) in zip(offices.all, FILES.values(), strict=False):
        report = import_file(office.replica, PROGRAM, LEDGERS / file, area)
        assert report.imported == 0
        assert office.replica.status().unsent == 0
