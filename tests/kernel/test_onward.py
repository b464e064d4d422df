"""What is known goes along to the next record, and a step's further words say what they mean."""

from __future__ import annotations

import dataclasses

import pytest

from baiyun_desktop.kernel.onward import ITSELF, Onward
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step, always
from tests.kernel.program import PROGRAM
from tests.toy import MODULE as TOY
from tests.toy.records import S

BRIEF = Brief("lost_item", "a", {"what": "钥匙"}, S.KEPT)


def test_what_is_known_goes_along_and_what_is_empty_is_asked() -> None:
    onward = Onward("person", "lost_item", "拾到物品", takes={"finder": ITSELF, "owner_phone": "phone", "area": "area"})
    assert onward.values({"id": "p1", "phone": "", "area": "150206"}) == {"finder": "p1", "area": "150206"}


def test_a_program_that_goes_on_into_nothing_does_not_start() -> None:
    lost = Onward("person", "lost_item", "拾到物品", takes={"finder": ITSELF, "owner_phone": "telegraph"})
    wrong = dataclasses.replace(TOY, onward=(lost,))
    with pytest.raises(TypeError, match="telegraph"):
        Program((*(m for m in PROGRAM.modules if m is not TOY), wrong))


def test_a_step_advises_without_standing_in_the_way() -> None:
    step = Step("归还", S.KEPT, S.RETURNED, advises=(lambda brief: Reason("先看证件"), lambda brief: None))
    assert [hint.text for hint in step.advice(BRIEF)] == ["先看证件"]
    assert step.guards == ()


def test_what_follows_from_time_alone_is_the_systems() -> None:
    assert Step("到期", S.KEPT, S.RETURNED, by=Role.SYSTEM).by_time
    assert not Step("归还", S.KEPT, S.RETURNED).by_time


def test_a_step_gives_the_same_each_time() -> None:
    assert always(what="证件")(BRIEF) == {"what": "证件"}
