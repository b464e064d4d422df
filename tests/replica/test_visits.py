"""A second mandate's visits, declared in the same words: other kinds, no house, no step, no procedure of the note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.kernel.visit import NoteSpec, Outcome, Pending, VisitSpec
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.visit_changes import since
from baiyun_desktop.replica.visit_walk import walking
from baiyun_desktop.replica.visits import Visits
from tests.replica.desk import IDENTITY, ManualClock, SeededIds, make_desk
from tests.toy import MODULE as TOY

AREA, TODAY = IDENTITY.areas[0], date(2026, 9, 21)
LOOKING = VisitSpec(
    name="looking", title="寻找失主", en="Looking for owners", kind="lost_item", person="finder", address="story",
    where=(Condition("state", Test.IS, "KEPT"),),
    note=NoteSpec(kind="sighting", ref="item", text="place"),
    outcomes=(Outcome("k", "认得", "Known", onward="归还"), Outcome("x", "不认得", "Unknown")),
    pending=(Pending("lost_item", "贵重", "Of worth", where=(Condition("worth", Test.GIVEN),)),),
)  # fmt: skip


def program(spec: VisitSpec) -> Program:
    return Program((REGISTRY, replace(TOY, visits=(spec,))))


@pytest.fixture(scope="module")
def toy() -> Program:
    return program(LOOKING)


@pytest.fixture
def replica(tmp_path: Path, toy: Program) -> Iterator[Replica]:
    clock = ManualClock()
    with make_desk(tmp_path / "toy.baiyun", clock, SeededIds(clock), toy) as made:
        yield made


def test_another_mandate_declares_its_visits_in_the_same_words(replica: Replica) -> None:
    ids, door, visits = replica.ids, replica.door, Visits(replica)
    keys, cup, pen = (ids.new() for _ in range(3))
    door.save(
        [
            Draft.create("lost_item", keys, area=AREA, what="钥匙", worth="20", story="10号楼1单元201室"),
            Draft.create("lost_item", cup, area=AREA, what="杯子", worth="5", story="9号楼1单元201室"),
            Draft.create("lost_item", pen, area=AREA, what="钢笔", story="9号楼1单元201室"),
        ]
    )
    bundle = visits.prepare(LOOKING, [AREA], "寻找失主", TODAY, TODAY)
    assert [(stop.record, stop.waits[0].what) for _, stop in visits.open(bundle).stops] == [
        (cup, "贵重"),
        (keys, "贵重"),
    ]
    visits.type(bundle, cup, "对门的杯子")
    known = LOOKING.outcome("k")
    assert known is not None and visits.find(bundle, cup, known, TODAY) == ""
    done = visits.open(bundle).done(cup)
    note = replica.read.get("sighting", done.note)
    assert note is not None and (note.item, note.place) == (cup, "对门的杯子")
    unknown = LOOKING.outcome("x")
    assert unknown is not None and visits.find(bundle, cup, unknown, TODAY) == ""
    assert visits.open(bundle).done(cup).note == done.note  # another finding changes the note, it makes no second one
    found = since(replica, visits, bundle)
    assert [met.stop.record for met in found.met] == [cup] and found.untouched == 1 and not found.new
    post = {"name": replica.identity.post, "role": "GRID_WORKER", "area": AREA, "grants": [AREA]}
    door.save([Draft.create("post", ids.new(), **post)])
    assert visits.prepare(LOOKING, [AREA], "再走一趟", TODAY, TODAY), "who takes no lists out walks from door to door"
    assert [row.get("what") for row in replica.read.list("audit_entry", sort=("seq",)).rows] == ["准备走访"] * 2


def test_doors_are_walked_by_number_and_those_without_an_address_come_last() -> None:
    labels = ["12号楼3单元1102室", "", "2号楼1单元301室", "12号楼3单元502室", "十二号楼二单元101室"]
    assert sorted(labels, key=walking) == [
        "2号楼1单元301室", "十二号楼二单元101室", "12号楼3单元502室", "12号楼3单元1102室", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "lost"),
    [
        (replace(LOOKING, address="door"), "door"),
        (replace(LOOKING, note=replace(LOOKING.note, step="走访")), "走访"),
        (replace(LOOKING, outcomes=(Outcome("1", "x", "x", step="没有"),)), "没有"),
        (replace(LOOKING, pending=(Pending("nothing", "x", "x"),)), "nothing"),
    ],
)
def test_a_declaration_that_leads_nowhere_is_refused_at_once(spec: VisitSpec, lost: str) -> None:
    with pytest.raises(TypeError, match=lost):
        program(spec)
