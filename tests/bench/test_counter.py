"""The made-up counter takes the steps that its procedures know, and leaves nothing open for years."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.modules.migrants.permit.procedure import PERMIT
from baiyun_desktop.modules.migrants.ticket.procedure import TICKET
from sync.act import Change
from tests.bench import counter
from tests.bench.chance import Chance
from tests.bench.register import DAYS, FIRST_DAY

PEOPLE = [(f"{n:032x}", "150206001001001") for n in range(200)]
ENDED = {"FILED", "RETURNED"}


def states(records: list[Change], procedure: Procedure) -> dict[str, str]:
    """The state of each record; each of its steps must have been taken."""
    moved: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in records:
        if change.collection == MOVEMENT:
            moved[change.fields["subject"]].append({**change.fields, "id": change.id, "pos": 1})
    found = {}
    for change in records:
        if change.collection == procedure.kind:
            state, taken = procedure.taken(moved[change.id])
            assert len(taken) == len(moved[change.id]), change
            found[change.id] = state.name
    return found


def test_tickets_take_the_steps_of_their_procedure_and_old_ones_have_ended() -> None:
    records = list(counter.tickets(PEOPLE, Chance(1)))
    found = states(records, TICKET)
    assert len(found) == len(PEOPLE) * counter.TICKETS_A_PERSON
    last = (FIRST_DAY + timedelta(days=DAYS - counter.OPEN_DAYS)).isoformat()
    waiting = [c for c in records if c.collection == TICKET.kind and found[c.id] not in ENDED]
    assert waiting
    assert all(c.fields["accepted_on"] > last for c in waiting)
    known = {c.id for c in counter.catalogue()}
    assert {c.fields["item"] for c in records if c.collection == TICKET.kind} <= known


def test_permits_take_the_steps_of_theirs() -> None:
    found = states(list(counter.permits(PEOPLE, Chance(2))), PERMIT)
    assert len(found) == len(PEOPLE) // counter.PERMITS_EVERY
    assert "VALID" in found.values()
