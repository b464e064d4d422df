"""How long a registration stands before somebody looks again whether the person still lives there."""

from __future__ import annotations

from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.modules.migrants.law import EXIT_ENTRY, PRIVACY
from baiyun_desktop.modules.migrants.registration.states import STANDS

FOREIGNER = Deadline(
    "RR-FOR", "境外人员住宿登记", Span(24, Unit.HOURS), after="moved_in_on", clock="moved_in_at", until="police_on",
    runs=STANDS, asks_why=False, cite=EXIT_ENTRY[39], en="Lodging of a foreigner at the police",
)  # fmt: skip
"""The foreigner's and the host's own duty, at the police: the centre tells them and asks whether it is done."""
CHECK = Deadline(
    "RR-CHK", "居住核实", Span(90, Unit.DAYS), after=("reg_date", "checked_on"), until="leave_date", runs=STANDS,
    rolls=False, asks_why=False, cite=PRIVACY[8], en="Check of residence",
)  # fmt: skip
"""The office's own measure, of no law: it is not rolled, and nobody answers for it when the person leaves."""
