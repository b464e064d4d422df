"""A second person's word counts at the district only where its records say that he holds the role that it was given in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from baiyun_desktop.kernel.approval import ApprovalState, Thing, Wanted
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.approvals import Approvals
from sync.act import Change, Op
from sync.desk.courier import Courier
from tests.end2end.offices import BAOSHAN

from .conftest import Town
from .test_officers import desk_of

COUNTER, STREET, GRID = "宝山社区·窗口", "矿山路街道·综治办", "宝山社区·网格"
STREET_AREA = "150206001"
Desk = tuple[Replica, Courier]


@pytest.fixture
def desks(lite: Town) -> Iterator[tuple[Town, Desk, Desk]]:
    """A counter and its street; 张敏 sits at the one, 李芳 at the other, and 吴刚 walks a grid."""
    posts = ((COUNTER, BAOSHAN, "COMMUNITY_WORKER"), (STREET, STREET_AREA, "STREET"), (GRID, BAOSHAN, "GRID_WORKER"))
    for name, organisation, role in posts:
        lite.run("posts", "add", lite.folder, name, "--organisation", organisation, "--role", role)
    for name, login, post in (("张敏", "zhangmin", COUNTER), ("李芳", "lifang", STREET), ("吴刚", "wugang", GRID)):
        lite.run("officers", "add", lite.folder, name, login, "--post", post)
    with ExitStack() as stack:
        counter, street = (stack.enter_context(desk_of(lite, post)) for post in (COUNTER, STREET))
        counter[0].officer, street[0].officer = "张敏", "李芳"
        yield lite, counter, street


def asked(desk: Desk, number: int) -> str:
    """What leaves unmasked, so that the street's word is needed; known at the street afterwards."""
    record = Approvals(desk[0]).ask(Thing((Wanted.UNMASK,), "台账", 3, str(number)), "上级核查")
    desk[1].round()
    return record


def state(desk: Desk, record: str) -> str:
    desk[1].round()
    row = desk[0].read.get("approval", record)
    assert row is not None
    return str(row.get("state"))


def reasons(desk: Desk) -> list[str]:
    return [item.reason for item in desk[0].read.tray()]


def test_the_word_of_who_holds_the_role_counts_wherever_it_was_given(desks: tuple[Town, Desk, Desk]) -> None:
    town, counter, street = desks
    there, here, forged, gone = (asked(counter, number) for number in range(4))
    street[1].round()
    Approvals(street[0]).give(there, "李芳", Role.STREET)
    street[1].round()
    at_the_counter = Approvals(counter[0])
    at_the_counter.give(here, "李芳", Role.STREET)  # she stood there and typed her password
    assert state(counter, there) == state(counter, here) == ApprovalState.GIVEN.name
    at_the_counter.use(here)
    assert state(counter, here) == ApprovalState.USED.name
    at_the_counter.give(forged, "吴刚", Role.STREET)  # as a changed program would say it
    at_the_counter.use(forged)
    assert state(counter, forged) == ApprovalState.ASKED.name
    assert any("“吴刚”现在没有“街道”的岗位" in why for why in reasons(counter))
    town.run("officers", "leave", town.folder, "lifang")
    Approvals(street[0]).give(gone, "李芳", Role.STREET)
    street[1].round()
    assert state(counter, gone) == ApprovalState.ASKED.name
    assert any("“李芳”现在没有“街道”的岗位" in why for why in reasons(street))


def test_nobody_asks_answers_or_takes_steps_back_in_anothers_name(desks: tuple[Town, Desk, Desk]) -> None:
    _, counter, street = desks
    record = asked(counter, 1)
    counter[0].door.save([Draft.create("approval", counter[0].ids.new(), asked_by="王某", asked_at_post=COUNTER)])
    row = counter[0].read.get("approval", record)
    assert row is not None
    counter[0].door.save([Draft.of(row, asked_by="王某")])
    counter[0].door.save([Draft.of(row, given_by="李芳", given_role="街道")])
    street[1].round()
    Approvals(street[0]).give(record, "李芳", Role.STREET)
    street[1].round()
    assert state(counter, record) == ApprovalState.GIVEN.name
    Approvals(counter[0]).use(record)
    assert state(counter, record) == ApprovalState.USED.name
    used = counter[0].read.movements(record)[-1]
    with counter[0].writing() as conn:  # past the door, to have it counted once more
        base = counter[0].journal.base(conn)
        void = [Change("movement", used.id, Op.VOID)]
        counter[0].journal.write(conn, officer="张敏", verb="作废", base=base, changes=void)
    assert state(counter, record) == ApprovalState.USED.name
    assert len(reasons(counter)) == 4
