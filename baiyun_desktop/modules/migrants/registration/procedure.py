"""How a residence registration begins, is looked at again, changes and ends."""

from __future__ import annotations

from dataclasses import replace

from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brings, Falls, Step, always
from baiyun_desktop.modules.migrants.law import PERMIT_RULES, PRIVACY
from baiyun_desktop.modules.migrants.people import COUNTER
from baiyun_desktop.modules.migrants.registration import rules, times
from baiyun_desktop.modules.migrants.registration.records import ONE_ACTIVE, ResidenceReg
from baiyun_desktop.modules.migrants.registration.states import STANDS, S

CHANGED, RENEWED, CLOSED = "2", "3", "4"

HOME = Brings("house", "door", rules.house_to_begin, rules.same_house)
"""Whoever registers leads to the house of that door, which is begun where nobody knows it; a chosen one stays."""
NEXT_HOME = replace(HOME, outdated=rules.at_another_door)
"""Whoever moves leads to the next one."""

REGISTRATION = Procedure(
    ResidenceReg,
    S,
    (
        Step(
            "登记",
            S.DRAFT,
            S.ACTIVE,
            by=COUNTER,
            cite=PERMIT_RULES[2],
            needs=("person", ("live_addr", "house")),
            spares=rules.taken_over,
            when=(
                rules.stay_runs_forward,
                rules.registered_after_arrival,
                rules.landlord_known,
                rules.agent_known,
                rules.guardian_declares,
                rules.foreigner_told,
                rules.clock_is_one,
            ),
            advises=(rules.told_police_duty, rules.home_is_here, rules.employer_named, rules.children_to_school),
            loads=("person",),
            gives=rules.on_registering,
            sets=("reg_date",),
            brings=(HOME,),
            number="residence",
            writes="residence_form",
            en="Register",
        ),
        Step(
            "转待核实",
            S.ACTIVE,
            S.TO_CHECK,
            by=Role.SYSTEM,
            cite=PRIVACY[8],
            falls=Falls(times.CHECK.code),
            en="Check falls due",
        ),
        Step(
            "核实",
            STANDS,
            S.ACTIVE,
            by=COUNTER,
            cite=PRIVACY[8],
            when=rules.checked_after_registration,
            renews=("checked_on",),
            en="Check",
        ),
        Step(
            "变更",
            STANDS,
            S.ACTIVE,
            by=COUNTER,
            cite=PRIVACY[8],
            when=(rules.stay_runs_forward, rules.landlord_known),
            ask=("live_addr", "dwelling", "inflow_reason", "plan_until"),
            loads=("house",),
            brings=(NEXT_HOME,),
            gives=always(reg_kind=CHANGED),
            renews=("changed_on",),
            en="Change",
        ),
        Step(
            "续报",
            STANDS,
            S.ACTIVE,
            by=COUNTER,
            cite=PRIVACY[8],
            needs=("plan_until",),
            when=(rules.stay_runs_forward, rules.renewed_for_longer),
            ask=("plan_until",),
            gives=always(reg_kind=RENEWED),
            renews=("checked_on",),
            en="Renew",
        ),
        Step(
            "转为变更历史",
            STANDS,
            S.REPLACED,
            by=COUNTER,
            cite=PRIVACY[8],
            needs=("replaced_by",),
            when=rules.replaced_by_the_same_person,
            loads=("replaced_by",),
            ask=("replaced_by",),
            sets=("replaced_on",),
            en="Replaced",
        ),
        Step(
            "注销",
            STANDS,
            S.ENDED,
            by=COUNTER,
            cite=PRIVACY[8],
            needs=("leave_date",),
            when=rules.left_after_arrival,
            gives=always(reg_kind=CLOSED),
            sets=("leave_date",),
            ask=("leave_reason", "leave_to"),
            settles=(ONE_ACTIVE.name,),
            en="End",
        ),
    ),
    initial=S.DRAFT,
    deadlines=(times.CHECK, times.FOREIGNER),
)
