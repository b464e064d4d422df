"""A procedure whose time limits name what there is not must not start."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any

import pytest

from baiyun_desktop.kernel.deadline import Span, Unit
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Falls, Step
from tests.timed.records import APPLYING, Application, S

EXAMINE, MEDIATE = APPLYING.deadlines


class Other(Enum):
    """States of something else."""

    OPEN = "开"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"after": "no_such_day"}, "no_such_day"),
        ({"after": "title"}, "no day"),
        ({"until": "state"}, "no day"),
        ({"code": "MD-1M"}, "one code"),
        ({"runs": (Other.OPEN,)}, "no states"),
        ({"span": Span(24, Unit.HOURS)}, "in hours"),  # it has a ground on which it would pause
        ({"clock": "title"}, "time of day"),
        ({"clock": "applied_on", "span": Span(24, Unit.HOURS), "grounds": ()}, "time of day"),
        ({"grounds": ("补正", "鉴定")}, "no step pauses"),
        ({"extension": Span(1, Unit.DAYS)}, "extended by steps"),
        ({"again": Span(1, Unit.MONTHS)}, "round again"),
    ],
)
def test_what_a_limit_names_must_be_there(wrong: dict[str, Any], why: str) -> None:
    limits = (replace(EXAMINE, **wrong), MEDIATE)
    with pytest.raises((TypeError, KeyError), match=why):
        Procedure(Application, S, APPLYING.steps, initial=S.APPLIED, deadlines=limits)


def test_a_pause_that_never_ends_must_not_start() -> None:
    steps = [step for step in APPLYING.steps if not step.resumes]
    with pytest.raises(TypeError, match="never end"):
        Procedure(Application, S, steps, initial=S.APPLIED, deadlines=APPLYING.deadlines)


def test_what_time_alone_brings_is_the_systems_and_fills_nothing_in() -> None:
    for wrong, why in (
        (Step("到期", S.APPLIED, S.ACCEPTED, by=Role.SYSTEM), "not both"),
        (Step("到期", S.APPLIED, S.ACCEPTED, falls=Falls("MD-ACC")), "not both"),
        (Step("到期", S.APPLIED, S.ACCEPTED, by=Role.SYSTEM, falls=Falls("MD-ACC"), sets=("accepted_on",)), "fills"),
        (Step("到期", S.APPLIED, S.ACCEPTED, by=Role.SYSTEM, falls=Falls("MD-2M")), "no time limits"),
    ):
        with pytest.raises(TypeError, match=why):
            Procedure(
                Application, S, (*APPLYING.steps, wrong), initial=S.APPLIED, deadlines=APPLYING.deadlines
            )  # fmt: skip
