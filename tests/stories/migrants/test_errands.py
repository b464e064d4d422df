"""Each errand as it is declared, on one desk with no district: what is meant to be refused is, and all else goes through."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules import MODULES
from baiyun_desktop.modules.migrants.ticket import catalogue
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.stories.migrants.acts import Acts, NotHereYet
from baiyun_desktop.stories.migrants.errands import ERRANDS
from baiyun_desktop.stories.migrants.matters import TICKETS
from baiyun_desktop.stories.migrants.people import visitor, visitors
from baiyun_desktop.stories.migrants.script import MONTH, Errand, Seat, Turn
from baiyun_desktop.support.stated_clock import StatedClock
from sync.outside import SystemIds
from tests.new_desk import new_desk

COUNTER, POLICE = "流动人口服务中心·流动人口中心窗口", "公安分局·派出所联络员"
DAY = MONTH + timedelta(days=9)
FAMILIES = {"person", "residence_reg", "residence_permit", "permit_endorse", "service_ticket", "social_security",
            "health_service", "job_seeker", "job_post", "job_match", "school_need", "legal_aid_app", "relief_case",
            "landlord", "rental_house", "inspect"}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    folder = tmp_path_factory.mktemp("month")
    clock = StatedClock(folder / "clock")
    clock.put(MONTH, 9)
    identity = DeskIdentity(replica="1" * 32, post=COUNTER, officer="乌云", areas=("150206",))
    program = Program((REGISTRY, *MODULES))
    with new_desk(folder / "desk.baiyun", program, identity, clock, SystemIds(clock)) as replica:
        for name, role in ((COUNTER, "MIGRANT_COUNTER"), (POLICE, "POLICE_LIAISON")):
            replica.door.save([Draft.create("post", replica.ids.new(), area="150206", name=name, role=role)])
        replica.door.save([Draft.create(kind, record, **values) for kind, record, values in catalogue.items()])
        yield replica


def play(desk: Replica, errand: Errand, number: int) -> Acts:
    acts, rng = Acts(), random.Random(number)
    visit = visitor(number, rng)
    visit.offers = (_offer(desk, visit.area),)
    for turn in (*errand.before, *errand.turns):
        visit.on = DAY
        post = POLICE if turn.seat is Seat.POLICE else COUNTER
        desk.identity = msgspec.structs.replace(desk.identity, post=post)
        acts.take(turn, visit, desk)
    return acts


def _offer(desk: Replica, area: str) -> str:
    post = Draft.create("job_post", desk.ids.new(), area=area, post="保洁员", trade="7", valid_to="2026-06-30")
    desk.door.save([post])
    return post.id


def test_each_errand_goes_as_declared(desk: Replica) -> None:
    meant = {errand.title: sum(bool(turn.refused) for turn in errand.turns) for errand in ERRANDS}
    assert len(meant) == len(ERRANDS), "two errands have one title"
    desk_steps: set[tuple[str, str, str]] = set()
    for number, errand in enumerate((*ERRANDS, *5 * TICKETS), start=1):  # each service that may be drawn, too
        acts = play(desk, errand, number)
        desk_steps |= acts.steps.keys()
        assert all(desk.read.get(kind, record) is not None for record, (kind, _) in acts.made.items()), errand.title
        assert acts.unmeant == [], errand.title
        assert acts.refusals.total() == meant[errand.title], errand.title
        assert acts.acts == len(errand.before) + len(errand.turns) - meant[errand.title], errand.title
    assert sum(meant.values()) > 20
    assert {verb for _, verb, _ in desk_steps} >= {"报公安", "制证", "制成", "发放", "签注", "补签注", "功能中止"}
    assert {k for k in FAMILIES if not desk.read.list(k, limit=1).total} == set(), "nobody comes for these"


def test_a_refusal_that_nobody_meant_is_told(desk: Replica) -> None:
    acts, visit = Acts(), visitor(901, random.Random(1))
    plain = next(errand for errand in ERRANDS if errand.title == "新登记").turns[0]
    acts.take(replace(plain, values={**plain.values, "arrive_date": "2026-12-01"}), visit, desk)
    assert acts.unmeant == ["登记: 登记日期早于来本地日期"] and not visit.records
    acts.take(replace(plain, refused="别的理由"), visit, desk)
    assert acts.unmeant[1:] == ["登记: was not refused, though “别的理由”"]
    with pytest.raises(NotHereYet):
        acts.take(Turn("签注", "residence_permit"), visit, desk)


def test_visitors_are_drawn_from_one_seed() -> None:
    first, again = (visitors(len(ERRANDS) + 200, random.Random(7)) for _ in "12")
    assert [[v.area, v.people, e.title] for v, e in first] == [[v.area, v.people, e.title] for v, e in again]
    assert {errand.title for _, errand in first} == {errand.title for errand in ERRANDS}
    numbers = [person["id_no"] for visit, _ in first for person in visit.people.values()]
    assert len(set(numbers)) == len(numbers)
    assert sum(errand.share for errand in ERRANDS) == 1000


def test_a_stated_clock_goes_on_from_where_it_was_put(tmp_path: Path) -> None:
    clock, other = StatedClock(tmp_path / "clock"), StatedClock(tmp_path / "clock")
    clock.put(date(2026, 3, 1), 0)
    assert other.today() == date(2026, 3, 1)
    before = other.now_ms()
    assert clock.now_ms() >= before
    clock.put(date(2026, 3, 31), 23)
    assert other.today() == date(2026, 3, 31) and other.now_ms() - before > 30 * 86_400_000
