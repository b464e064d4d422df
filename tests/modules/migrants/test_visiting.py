"""A walk of a grid on a laptop that is out, while the district goes on: what each side wrote, and how the laptop locks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules.migrants.visiting import WALK
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.visit_changes import since
from baiyun_desktop.replica.visit_lock import AWAY_MS, end_of
from baiyun_desktop.replica.visits import Visits
from tests.modules.offices import HERE, Office, Offices, three_offices
from tests.replica.desk import ManualClock

TODAY = date(2026, 11, 23)
HOUR_MS = 3_600_000


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with three_offices(tmp_path) as made:
        yield made


def resident(office: Office, name: str, door: str, day: str = "2026-08-28") -> tuple[str, str]:
    """Somebody who is registered since that day; the check falls due ninety days later."""
    person = office.save("person", area=HERE, name=name, birth_date="1990-01-01")
    reg = office.save(
        "residence_reg", area=HERE, person=person, live_addr=f"宝山社区{door}", dwelling="01", arrive_date="2026-08-01",
        inflow_reason="01",
    )  # fmt: skip
    office.desk.door.step("residence_reg", reg, "登记", stated_date=day)
    return person, reg


def edit(office: Office, kind: str, record: str, **values: str) -> None:
    office.desk.door.save([Draft.of(office.row(kind, record), **values)])


def rounds(*offices: Office) -> None:
    for office in (*offices, *offices):
        office.round()


def clock_of(office: Office) -> ManualClock:
    assert isinstance(office.desk.clock, ManualClock)
    return office.desk.clock


def test_what_waits_is_found_and_ordered_and_what_changed_on_either_side_stands_side_by_side(offices: Offices) -> None:
    laptop, _, above = offices
    upstairs, regs = resident(laptop, "王公平", "3号楼2单元1002室"), {}
    first, regs["first"] = resident(laptop, "李四", "3号楼2单元202室")
    fresh, regs["fresh"] = resident(laptop, "赵六", "1号楼1单元101室", "2026-11-20")
    twice, regs["twice"] = resident(laptop, "孙八", "1号楼1单元102室", "2026-11-20")
    laptop.save("residence_reg", area=HERE, person=twice, live_addr="草稿不走，但是要问")
    visits, outcome = Visits(laptop.desk), WALK.outcome("1")
    assert outcome is not None
    rounds(laptop, above)

    bundle = visits.prepare(WALK, [HERE], "居住走访", TODAY, TODAY)
    stops = visits.open(bundle).stops
    assert [(door.label, [wait.what for wait in stop.waits]) for door, stop in stops] == [
        ("宝山社区1号楼1单元102室", ["doubt"]),
        ("宝山社区3号楼2单元202室", ["due RR-CHK"]),
        ("宝山社区3号楼2单元1002室", ["due RR-CHK"]),
    ]
    everybody = visits.open(visits.prepare(WALK, [HERE], "全部", TODAY, TODAY, everyone=True))
    assert [stop.person for _, stop in everybody.stops] == [fresh, twice, first, upstairs[0]]
    with pytest.raises(DoorRefusal, match="没有要走访的人员"):
        visits.prepare(WALK, [f"{HERE}999"], "别处", TODAY, TODAY)

    # out, with no line: here somebody is found and a telephone typed; there the same telephone, and a registration ends
    assert visits.find(bundle, regs["first"], outcome, TODAY) == ""
    edit(laptop, "person", first, phone="13800000001")
    edit(above, "person", first, phone="13900000002")
    clock_of(above).ms += 1_000
    edit(above, "residence_reg", upstairs[1], leave_reason="1")
    above.desk.door.step("residence_reg", upstairs[1], "注销", stated_date=TODAY)
    _, late = resident(above, "钱七", "9号楼1单元101室", "2026-11-22")
    rounds(above, laptop)

    found = since(laptop.desk, visits, bundle)
    mine, theirs = found.met
    assert (mine.stop.record, mine.asked, theirs.stop.record) == (regs["first"], True, upstairs[1])
    assert {(c.verb, c.op) for c in mine.here if c.op == "step"} == {("核实", "step"), ("走访", "step")}
    assert "13800000001" in {pair[1] for c in mine.here for pair in [c.fields.get("phone", ("", ""))]}
    assert {(c.verb, c.officer) for c in theirs.there if c.op == "step"} == {("注销", "officer-3")}
    assert not theirs.here and ("leave_reason" in {name for c in theirs.there for name in c.fields})
    assert [stop.record for _, stop in found.new] == [late]
    assert (found.waiting, found.untouched) == (0, 1)

    # a contest is a question for the next walk; what has ended meanwhile is refused in words, and the finding stands
    again = visits.open(visits.prepare(WALK, [HERE], "再走", TODAY, TODAY, everyone=True))
    waits = {stop.person: [wait.what for wait in stop.waits] for _, stop in again.stops}
    assert "contest" in waits[first] and upstairs[0] not in waits
    refused = visits.find(bundle, upstairs[1], outcome, TODAY)
    done = visits.open(bundle).done(upstairs[1])
    assert "核实" in refused and (done.refused, done.step) == (refused, "")
    assert laptop.row("inspect", done.note).state == "IN_ORDER"
    rounds(laptop, above)
    assert above.row("inspect", visits.open(bundle).done(regs["first"]).note).results == ["1"]


def test_the_laptop_locks_after_the_end_while_it_is_out_and_opens_with_a_round(offices: Offices) -> None:
    laptop, _, _ = offices
    _, reg = resident(laptop, "王公平", "3号楼2单元1002室")
    laptop.round()
    visits, accounts, clock = Visits(laptop.desk), Accounts(laptop.desk), clock_of(laptop)
    bundle = visits.prepare(WALK, [HERE], "居住走访", TODAY, TODAY)
    with pytest.raises(DoorRefusal, match="早于"):
        visits.prepare(WALK, [HERE], "居住走访", TODAY, date(2026, 11, 22))
    visits.type(bundle, reg, "没人应门")
    clock.ms = end_of(TODAY) - 1
    assert accounts.expired() == "" and visits.open(bundle).plan.day == "2026-11-23"

    clock.ms += 2
    assert "2026-11-23 24:00" in accounts.expired() and "一条没丢" in accounts.expired()
    for refused in (
        lambda: visits.open(bundle),
        lambda: since(laptop.desk, visits, bundle),
        lambda: visits.finish(bundle),
    ):
        with pytest.raises(DoorRefusal, match="到期"):
            refused()
    clock.ms -= 5 * HOUR_MS  # the PC's clock set back opens nothing, once a log-in has looked at it
    accounts._clock.keep()
    assert accounts.expired() and visits.heads()[0].locked

    clock.ms = end_of(TODAY) + HOUR_MS
    laptop.round()
    assert accounts.expired() == "" and visits.open(bundle).done(reg).typed == "没人应门"
    clock.ms += 2 * AWAY_MS  # heard of the district since: this end is behind
    assert accounts.expired() == ""

    later = visits.prepare(WALK, [HERE], "居住走访", date(2026, 11, 24), date(2026, 11, 24))
    visits.finish(bundle)
    visits.finish(later)
    assert laptop.desk.read.list("inspect").rows[0].note == "没人应门"
    clock.ms = end_of(date(2026, 11, 24)) + HOUR_MS
    assert accounts.expired() == "" and not visits.heads()  # finished walks lock nothing
