"""A module with time limits: three states, what pauses and extends, as mediation has it."""

from __future__ import annotations

from baiyun_desktop.kernel.listing import Condition, ListSpec, Test
from baiyun_desktop.kernel.module import Module
from tests.timed.records import APPLYING, Application

MODULE = Module(
    name="timed",
    title="调解申请",
    en="Mediation",
    records=(Application,),
    procedures=(APPLYING,),
    lists=(
        ListSpec(
            name="applications",
            title="待审查申请",
            en="To be examined",
            kind="application",
            columns=("title", "applied_on", "due_on"),
            where=(Condition("state", Test.IS, "APPLIED"),),
            sort=("due_on",),
        ),
    ),
)
