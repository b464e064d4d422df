"""What a counter sends on reaches the role that decides: its desk holds that and nobody else, and takes what is its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest

from baiyun_desktop.district.assembly import Assembly
from baiyun_desktop.district.founding import init
from baiyun_desktop.district.posts import arrange, post_named
from baiyun_desktop.kernel.role import POWERS, Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import StepRefused
from tests.district.plain_bytes import plain_bytes
from tests.district.test_roles import World, name_of
from tests.end2end.offices import BAOSHAN, DISTRICT

pytestmark = pytest.mark.apart

KIND, LEGAL, DAY = "residence_permit", "legal_aid_app", "2026-09-10"
POLICE = POWERS[Role.POLICE_LIAISON].tasks


@dataclass
class Story:
    """A counter, a community, the police and the bureau of justice, with a permit at each of the first two."""

    world: World
    counter: Replica
    community: Replica
    police: Replica
    bureau: Replica
    sent: str
    kept: str

    def step(self, desk: Replica, verb: str, day: str, **values: Any) -> None:
        row = desk.read.get(KIND, self.sent)
        assert row is not None, "the permit is not at this desk"
        desk.door.step(KIND, self.sent, verb, drafts=[Draft.of(row, **values)] if values else [], stated_date=day)
        self.world.settle()

    def state(self, desk: Replica) -> str:
        row = desk.read.get(KIND, self.sent)
        return "" if row is None else str(row.get("state"))


def permit_of(desk: Replica, name: str) -> str:
    """A permit whose application was accepted, from the registration on."""
    person, reg, permit = desk.ids.new(), desk.ids.new(), desk.ids.new()
    desk.door.save(
        [
            Draft.create("person", person, area=BAOSHAN, name=name, birth_date="1990-01-02", hukou_code="130102"),
            Draft.create(
                "residence_reg", reg, area=BAOSHAN, person=person, live_addr="宝山社区1号楼101室", dwelling="01",
                arrive_date="2026-01-01", inflow_reason="12", source="1", declarer_kind="1",
            ),
        ]
    )  # fmt: skip
    desk.door.step("residence_reg", reg, "登记", stated_date="2026-01-01")
    values = {"basis": ["2"], "proofs": ["21"], "photo_held": True, "apply_by": "1", "reside_since": "2026-01-01"}
    desk.door.save([Draft.create(KIND, permit, area=BAOSHAN, person=person, reg=reg, **values)])
    desk.door.step(KIND, permit, "材料齐", stated_date=DAY)
    desk.door.step(KIND, permit, "受理", stated_date=DAY)
    return permit


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    tmp_path = tmp_path_factory.mktemp("sent_on")
    with redirect_stdout(io.StringIO()):
        init(tmp_path / "d", grids=1, key_file=tmp_path / "key.txt")
    with ExitStack() as stack:
        world = World(stack.enter_context(Assembly(tmp_path / "d")), tmp_path, stack)
        counter = world.desk(Role.MIGRANT_COUNTER, DISTRICT)
        community = world.desk(Role.COMMUNITY_WORKER, BAOSHAN)
        police, bureau = world.desk(Role.POLICE_LIAISON, DISTRICT), world.desk(Role.JUSTICE_BUREAU, DISTRICT)
        world.settle()
        sent, kept = permit_of(counter, "qwsent"), permit_of(community, "qwkept")
        world.settle()
        yield Story(world, counter, community, police, bureau, sent, kept)


def test_the_police_hold_what_was_sent_to_them_and_take_their_steps(story: Story) -> None:
    counter, community, police = story.counter, story.community, story.police
    assert story.state(police) == ""
    story.step(counter, "报公安", "2026-09-11")
    assert story.state(police) == "AT_POLICE"
    held = police.read.get(KIND, story.sent)
    assert held is not None and police.read.get(KIND, story.kept) is None
    assert [str(police.read.get("person", str(held.get("person"))).get("name"))] == ["qwsent"]  # type: ignore[union-attr]
    assert police.read.get("residence_reg", str(held.get("reg"))) is not None
    for desk, role in ((counter, "流动人口中心窗口"), (community, "社区工作者")):
        with pytest.raises(StepRefused, match=f"由派出所联络员办理，本岗位是{role}") as refused:
            story.step(desk, "制证", "2026-09-12")
        assert "《居住证暂行条例》第8条" in str(refused.value)
    story.step(police, "制证", "2026-09-12")
    story.step(police, "制成", "2026-09-15", permit_no="150206000001", issuer="公安分局")
    with pytest.raises(StepRefused, match="本岗位是派出所联络员"):
        story.step(police, "发放", "2026-09-16")
    story.step(counter, "发放", "2026-09-16")
    assert story.state(police) == story.state(community) == "VALID"
    story.step(police, "功能中止", "2027-09-20")
    story.step(police, "注销", "2027-09-21", cancel_reason="1")
    assert story.state(counter) == story.state(police) == "CANCELLED"
    assert [desk.status().tray for desk in (counter, community, police)] == [0, 0, 0]
    words = plain_bytes(police.path, police.store.key)
    assert b"qwsent" in words and b"qwkept" not in words


def test_the_bureau_of_justice_decides_what_was_applied_for(story: Story) -> None:
    counter, bureau = story.counter, story.bureau
    applied = {name: counter.ids.new() for name in ("qwclaim", "qwdraft")}
    who = {"birth_date": "1990-01-02", "sex": "1", "ethnic": "01", "phone": "13800000000"}
    said = {"matter": "05", "form": "1", "facts": "拖欠工资"}
    for name, record in applied.items():
        person = counter.ids.new()
        counter.door.save([Draft.create("person", person, area=BAOSHAN, name=name, **who)])
        counter.door.save([Draft.create(LEGAL, record, area=BAOSHAN, person=person, **said)])
    claim = applied["qwclaim"]
    counter.door.step(LEGAL, claim, "申请", stated_date=DAY)
    with pytest.raises(StepRefused, match="由司法局办理"):
        counter.door.step(LEGAL, claim, "给予援助", stated_date=DAY)
    story.world.settle()
    assert bureau.read.get(LEGAL, applied["qwdraft"]) is None
    bureau.door.step(LEGAL, claim, "给予援助", stated_date="2026-09-12")
    story.world.settle()
    row = counter.read.get(LEGAL, claim)
    assert row is not None and row.get("state") == "GRANTED" and row.get("income_basis") == "4"
    words = {desk: plain_bytes(desk.path, desk.store.key) for desk in (bureau, story.police)}
    assert b"qwclaim" in words[bureau] and b"qwdraft" not in words[bureau] and b"qwkept" not in words[bureau]
    assert b"qwclaim" not in words[story.police], "what is sent to one role is not another's"
    assert counter.status().tray == bureau.status().tray == 0


def test_what_is_sent_to_the_police_goes_with_the_role(story: Story) -> None:
    world, name = story.world, name_of(Role.POLICE_LIAISON)
    post = post_named(world.assembly, name)
    assert post["grants"] == [f"@{post['id']}", POLICE]
    held, _ = arrange(world.assembly, name, role="COMMUNITY_WORKER", areas=[BAOSHAN])
    assert held == [BAOSHAN]
    held, _ = arrange(world.assembly, name, role="POLICE_LIAISON", areas=[BAOSHAN])
    assert held == [BAOSHAN, POLICE]
    held, _ = arrange(world.assembly, name, role="COMMUNITY_WORKER")
    assert held == [BAOSHAN]
