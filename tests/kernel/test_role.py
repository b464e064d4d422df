"""The table of roles: every role has its row, and a step says to a post of another role who takes it."""

from __future__ import annotations

import pytest

from baiyun_desktop.kernel.role import (
    POWERS,
    Export,
    Role,
    Sight,
    may_create,
    may_export,
    may_reveal,
    role_in_name,
    role_named,
)
from baiyun_desktop.kernel.step import Step
from baiyun_desktop.modules.migrants.registration.procedure import REGISTRATION, S
from baiyun_desktop.registry.post import ROLES

ADMINS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


def test_every_role_has_its_row_and_may_be_chosen_for_a_post() -> None:
    assert set(POWERS) == set(Role)
    assert {*ROLES.items} == {r.name for r in Role if r is not Role.SYSTEM}
    assert len({p.en for p in POWERS.values()}) == len(Role)


def test_the_three_administrators_hold_no_residents() -> None:
    for role in ADMINS:
        powers = POWERS[role]
        assert not powers.has_business
        assert powers.sight is Sight.NOTHING
        assert powers.creates == powers.advances == ()
    assert POWERS[Role.GRID_WORKER].has_business


def test_what_the_district_rules_say_of_some_roles() -> None:
    assert POWERS[Role.DISTRICT_CENTRE].sight is Sight.CASE
    assert POWERS[Role.MIGRANT_COUNTER].creates == ("registry", "migrants")
    assert POWERS[Role.GRID_WORKER].export is Export.NOTHING
    assert POWERS[Role.PROFESSIONAL].advances == ("talent",)


def test_the_table_says_who_makes_uncovers_and_takes_out() -> None:
    exporting = {r for r in Role if may_export(r)}
    assert {Role.COMMUNITY_WORKER, Role.STREET, Role.JUSTICE_BUREAU} <= exporting
    assert not exporting & {Role.GRID_WORKER, Role.MIGRANT_COUNTER, Role.PROFESSIONAL, Role.LEADER, Role.SYSTEM_ADMIN}
    blind = {r for r in Role if not may_reveal(r)}
    assert {Role.HALL_MEMBER, Role.LEADER, Role.AUDIT_ADMIN} <= blind and Role.GRID_WORKER not in blind
    assert may_create(Role.MIGRANT_COUNTER, "migrants") and not may_create(Role.STREET, "registry")
    assert may_export(None) and may_reveal(None) and may_create(None, "registry")


def test_a_role_of_a_newer_version_is_none_here() -> None:
    assert role_named("STREET") is Role.STREET
    assert role_named("太空员") is None
    assert role_named(None) is None


def test_a_step_tells_a_post_of_another_role_who_takes_it() -> None:
    step = REGISTRATION.step("登记", S.DRAFT)
    assert step is not None
    reason = REGISTRATION.barred(step, Role.STREET)
    assert reason is not None and step.cite is not None
    assert reason.text.startswith(f"按{step.cite.citation}，“登记”由社区工作者、")
    assert reason.text.endswith("本岗位是街道，请交给他们办理")
    assert REGISTRATION.barred(step, Role.COMMUNITY_WORKER) is None
    unknown = REGISTRATION.barred(step, None)
    assert unknown is not None and "本岗位还没有登记职责" in unknown.text
    assert REGISTRATION.barred(Step("看", S.DRAFT, S.DRAFT), None) is None


@pytest.mark.parametrize(
    ("post", "role"),
    [
        ("宝山社区·社区主任", Role.COMMUNITY_HEAD), ("矿山路派出所·派出所联络员", Role.POLICE_LIAISON),
        ("宝山社区·窗口", Role.COMMUNITY_WORKER), ("宝山社区居委会·窗口", Role.COMMUNITY_WORKER),
        ("宝山社区·主任", Role.COMMUNITY_WORKER), ("宝山社区·第一网格", Role.GRID_WORKER),
        ("流动人口中心·窗口", Role.MIGRANT_COUNTER), ("社区矫正中心·窗口", None), ("矿山路街道·综治办", None),
        ("宝山社区·系统", Role.COMMUNITY_WORKER), ("社区主任", None), ("窗口", None), ("", None),
    ],
)  # fmt: skip
def test_a_post_without_a_record_is_what_it_is_called_or_the_least_that_its_office_says(
    post: str, role: Role | None
) -> None:
    assert role_in_name(post) is role


def test_a_mandate_that_the_table_does_not_name_is_open_to_all() -> None:
    assert may_create(Role.GRID_WORKER, "lost_property")
    assert not may_create(Role.GRID_WORKER, "mediation")
