"""A second person's word counts at the district only where its records say that he holds the role that it was given in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.district.judging import DistrictJudge
from baiyun_desktop.district.roles import PostRoles
from baiyun_desktop.kernel.approval import ApprovalState, Thing, Wanted
from baiyun_desktop.kernel.judge import Judge
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.approvals import Approvals
from baiyun_desktop.replica.errors import StepRefused
from sync.act import Change, Op
from sync.district.engine import open_engine
from sync.outside import SystemClock
from tests.end2end.offices import BAOSHAN, PROGRAM, Office, Offices

PERMIT = "residence_permit"
COUNTER, STREET, GRID = "宝山社区·窗口", "矿山路街道·综治办", "宝山社区·网格"
STREET_AREA = "150206001"
STAFF = (
    (COUNTER, BAOSHAN, "COMMUNITY_WORKER", "张敏"), (STREET, STREET_AREA, "STREET", "李芳"),
    (GRID, BAOSHAN, "GRID_WORKER", "吴刚"),
)  # fmt: skip


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    """A counter and its street; 张敏 sits at the one, 李芳 at the other, and 吴刚 walks a grid."""
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    roles = PostRoles(engine, SystemClock())
    made = Offices(engine, tmp_path, DistrictJudge(Judge(PROGRAM.procedures), roles, PROGRAM.module_of))
    for name, area, role, officer in STAFF:
        post = made.set_up(name, area, role)
        made.district.write(
            [
                Change(
                    "officer",
                    who(officer),
                    Op.CREATE,
                    {"areas": [area], "name": officer, "posts": [post], "state": "active"},
                ),
            ],
            "设岗",
        )
    yield made
    made.close()
    engine.dispose()


def who(officer: str) -> str:
    """The officer's id."""
    return officer.encode().hex().ljust(32, "0")


def asked(desk: Office, number: int) -> str:
    """What leaves unmasked, so that the street's word is needed; known at the street afterwards."""
    record = Approvals(desk.replica).ask(Thing((Wanted.UNMASK,), "台账", 3, str(number)), "上级核查")
    desk.round()
    return record


def rename(offices: Offices, officer: str, name: str) -> None:
    offices.district.write([Change("officer", who(officer), Op.FIELDS, {"name": name})], "改名")


def state(desk: Office, record: str) -> str:
    desk.round()
    row = desk.replica.read.get("approval", record)
    assert row is not None
    return str(row.get("state"))


def reasons(desk: Office) -> list[str]:
    return [item.reason for item in desk.replica.read.tray()]


def test_a_second_persons_word_counts_where_he_holds_the_role_and_speaks_for_himself(offices: Offices) -> None:
    counter, street = offices.open(COUNTER, BAOSHAN), offices.open(STREET, STREET_AREA)
    counter.replica.officer, street.replica.officer = "张敏", "李芳"
    here, there = Approvals(counter.replica), Approvals(street.replica)
    elsewhere, beside, forged, gone, own, old_name, oneself = (asked(counter, number) for number in range(7))
    street.round()
    there.give(elsewhere, "李芳", Role.STREET)
    street.round()
    here.give(beside, "李芳", Role.STREET)  # she stood there and typed her password
    assert state(counter, elsewhere) == state(counter, beside) == ApprovalState.GIVEN.name
    here.use(beside)
    assert state(counter, beside) == ApprovalState.USED.name

    there.give(old_name, "李芳", Role.STREET)
    rename(offices, "李芳", "李红")  # while her word was on its way
    rename(offices, "张敏", "张慧敏")
    street.round()
    assert state(counter, old_name) == ApprovalState.GIVEN.name
    there.give(oneself, "张慧敏", Role.STREET)  # what she asked for under her name of before
    street.round()
    assert "改了姓名的也是本人" in " ".join(reasons(street))
    rename(offices, "李芳", "李芳")
    rename(offices, "张敏", "张敏")

    here.give(forged, "吴刚", Role.STREET)  # as a changed program would say it
    here.use(forged)
    assert state(counter, forged) == ApprovalState.ASKED.name
    assert any("“吴刚”现在没有“街道”的岗位" in why for why in reasons(counter))

    counter.replica.door.save(
        [Draft.create("approval", offices.ids.new(), asked_by="王某", asked_at_post=COUNTER, wanted=["UNMASK"])]
    )
    row = counter.replica.read.get("approval", own)
    assert row is not None
    counter.replica.door.save([Draft.of(row, thing="another list")])
    counter.replica.door.save([Draft.of(row, given_by="李芳", given_role="街道")])
    used = counter.replica.read.movements(beside)[-1]
    with counter.replica.writing() as conn:  # past the door, to have it counted once more
        void = [Change("movement", used.id, Op.VOID)]
        counter.replica.journal.write(
            conn, officer="张敏", verb="作废", base=counter.replica.journal.base(conn), changes=void
        )
    assert state(counter, beside) == ApprovalState.USED.name
    assert {"申请只能以本人和本岗位的名义提出", "办理记录不能改动或作废，请另办一步"} <= set(reasons(counter))
    assert reasons(counter).count("申请发出后不能改动，批准只能以本人的名义作出") == 2

    for office in (counter, street):
        office.replica.door.save([Draft.create("person", offices.ids.new(), name="王公平", area=BAOSHAN)])
        office.round()
    assert reasons(street)[:1] == ["街道的岗位不新建这类记录，请交给办理的岗位登记"]
    offices.district.write([Change("officer", who("李芳"), Op.FIELDS, {"state": "left"})], "离岗")
    there.give(gone, "李芳", Role.STREET)
    street.round()
    assert state(counter, gone) == ApprovalState.ASKED.name
    assert "区里的登记中“李芳”现在没有“街道”的岗位，批准不算数" in reasons(street)


def forced(desk: Office, verb: str, record: str) -> None:
    """A step of a permit past the desk's own door, as a changed program would send it."""
    move = {"subject_kind": PERMIT, "subject": record, "verb": verb, "stated_date": "2026-11-02", "officer": "张敏"}
    with desk.replica.writing() as conn:
        made = [Change("movement", desk.replica.ids.new(), Op.CREATE, dict(move))]
        base = desk.replica.journal.base(conn)
        desk.replica.journal.write(conn, officer="张敏", verb=verb, base=base, changes=made)
    desk.round()


def test_a_step_counts_at_the_district_where_the_posts_role_is_one_of_those_declared_for_it(offices: Offices) -> None:
    bare, named, police = "矿山路·窗口", "宝山社区·便民", "矿山路·民警"
    offices.posts |= {bare, named, police}  # enrolled by area alone: the district has no records of them
    desks = {name: offices.open(name, BAOSHAN) for name in (bare, named, police)}
    permit = offices.ids.new()
    asked = {"area": BAOSHAN, "lacking": ["21"]}
    offices.district.write([Change(PERMIT, permit, Op.CREATE, asked)], "录入")
    for desk in desks.values():
        desk.round()
    told = "一次性告知"
    for name in (bare, police):
        with pytest.raises(StepRefused, match=r"“一次性告知”由社区工作者、.*本岗位还没有登记职责"):
            desks[name].replica.door.step(PERMIT, permit, told, stated_date="2026-11-02")
        forced(desks[name], told, permit)
        assert ["本岗位还没有登记职责" in why and "《居住证暂行条例》" in why for why in reasons(desks[name])] == [True]
    offices.set_up(bare, BAOSHAN, "POLICE_LIAISON")  # now it has a record: the next step is judged by that at once
    desks[bare].round()
    forced(desks[bare], told, permit)
    assert "本岗位是派出所联络员" in reasons(desks[bare])[0]
    desks[named].replica.door.step(PERMIT, permit, told, stated_date="2026-11-02")
    desks[named].round()
    assert [m.judgement for m in desks[named].replica.read.movements(permit)].count("accepted") == 1
    assert reasons(desks[named]) == []
    offices.set_up(police, BAOSHAN, "COMMUNITY_WORKER")
    desks[police].round()
    assert desks[police].replica.role is Role.COMMUNITY_WORKER
    forced(desks[police], "材料齐", permit)
    assert "职责" not in reasons(desks[police])[0], "its role is known; something else stands in the way"
