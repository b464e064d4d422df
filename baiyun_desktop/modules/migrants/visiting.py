"""The walk of those who are registered as living here: what waits for them, and what is found at their doors."""

from __future__ import annotations

from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.visit import NoteSpec, Outcome, Pending, VisitSpec

_STANDS = tuple(Condition("state", Test.IS_NOT, name) for name in ("DRAFT", "REPLACED", "ENDED"))
_AS_REGISTERED, _GONE, _NOBODY = ["1"], ["2"], ["5"]
"""Of code list INSPECT_RESULT."""
_OF_RESIDENCE = "1"
"""Of code list INSPECT_KIND."""


def _state(name: str) -> tuple[Condition, ...]:
    return (Condition("state", Test.IS, name),)


WALK = VisitSpec(
    name="residence_walk", title="居住走访", en="Visits to residents", kind="residence_reg", where=_STANDS,
    person="person", house="house", address="live_addr",
    note=NoteSpec(kind="inspect", ref="reg", text="note", by="visitors", step="走访", gives=(("kind", _OF_RESIDENCE),)),
    outcomes=(
        Outcome("1", "在住", "Lives here", finds=(("results", _AS_REGISTERED),), step="核实"),
        Outcome("2", "已搬离", "Moved away", finds=(("results", _GONE),), onward="注销"),
        Outcome("3", "未见到", "Not met", finds=(("results", _NOBODY),)),
        Outcome("4", "有新住户", "Somebody new", new=True),
    ),
    pending=(
        Pending("residence_reg", "待核实", "To check", where=_state("TO_CHECK")),
        Pending("residence_permit", "居住证到期", "Permit due", via="person", own="person", due=True),
        Pending("residence_permit", "居住证待领取", "Permit to fetch", via="person", own="person",
                where=_state("TO_FETCH")),
        Pending("service_ticket", "服务件待补材料", "Ticket lacks papers", via="person", own="person",
                where=_state("TO_COMPLETE")),
        Pending("service_ticket", "办结待送达", "Result to deliver", via="person", own="person", where=_state("DONE")),
    ),
    carried=("house", "live_addr", "dwelling", "landlord_name", "landlord_phone"),
)  # fmt: skip
"""Moved away ends no registration by itself: on which day, and where to, somebody has to ask (注销)."""
