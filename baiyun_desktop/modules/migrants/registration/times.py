"""How long a registration stands before somebody looks again whether the person still lives there."""

from __future__ import annotations

from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.modules.migrants.law import PRIVACY
from baiyun_desktop.modules.migrants.registration.states import STANDS

CHECK = Deadline(
    "RR-CHK", "居住核实", Span(90, Unit.DAYS), after=("reg_date", "checked_on"), until="leave_date", runs=STANDS,
    rolls=False, asks_why=False, cite=PRIVACY[8], en="Check of residence",
)  # fmt: skip
"""The office's own measure, of no law: it is not rolled, and nobody answers for it when the person leaves."""
