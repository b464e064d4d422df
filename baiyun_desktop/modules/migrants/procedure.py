"""How a residence registration begins and ends."""

from __future__ import annotations

from enum import Enum

from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Step
from baiyun_desktop.modules.migrants import rules
from baiyun_desktop.modules.migrants.law import PERMIT_RULES, PRIVACY
from baiyun_desktop.modules.migrants.records import ResidenceReg


class S(Enum):
    """States of a registration."""

    DRAFT = "草稿"
    ACTIVE = "有效"
    ENDED = "已注销"


CHECK = Deadline(
    "RR-CHK", "居住核实", Span(90, Unit.DAYS), after="reg_date", until="leave_date", runs=(S.ACTIVE,), rolls=False,
    asks_why=False, cite=PRIVACY[8], en="Check of residence",
)  # fmt: skip
"""So long after a registration someone looks whether the person still lives there. The office's own measure, of no law:
it is not rolled, and nobody answers for it when the person leaves."""

_COUNTER = (Role.COMMUNITY_WORKER, Role.COMMUNITY_HEAD, Role.GRID_WORKER, Role.MIGRANT_COUNTER)

REGISTRATION = Procedure(
    ResidenceReg,
    S,
    (
        Step(
            "登记",
            S.DRAFT,
            S.ACTIVE,
            by=_COUNTER,
            cite=PERMIT_RULES[2],
            needs=("person", ("live_addr", "house")),
            spares=rules.taken_over,
            when=(
                rules.stay_runs_forward,
                rules.registered_after_arrival,
                rules.landlord_known,
                rules.agent_known,
            ),
            sets=("reg_date",),
            number="residence",
            writes="residence_form",
            en="Register",
        ),
        Step(
            "注销",
            S.ACTIVE,
            S.ENDED,
            by=_COUNTER,
            cite=PRIVACY[8],
            needs=("leave_date",),
            when=rules.left_after_arrival,
            sets=("leave_date",),
            ask=("leave_reason", "leave_to"),
            en="End",
        ),
    ),
    initial=S.DRAFT,
    deadlines=(CHECK,),
)
