"""How long a registration stands before somebody looks again whether the person still lives there."""

from __future__ import annotations

from enum import Enum

from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.modules.migrants.law import PRIVACY

CHECK = "RR-CHK"
DAYS = 90
"""An office may want another; it is nobody's law."""


def deadlines(stands: tuple[Enum, ...]) -> tuple[Deadline, ...]:
    """The limits of a registration, which run while it `stands`.

    The office's own measure, of no law: it is not rolled, and nobody answers for it when the person leaves.
    """
    return (
        Deadline(
            CHECK, "居住核实", Span(DAYS, Unit.DAYS), after=("reg_date", "checked_on"), until="leave_date", runs=stands,
            rolls=False, asks_why=False, cite=PRIVACY[8], en="Check of residence",
        ),
    )  # fmt: skip
