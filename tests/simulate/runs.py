"""Running seeds: one world from its plan, what is wrong with it, and the shortest list of events that still shows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from .checks import essence, wrongs
from .ground import folder, sized
from .plan import Event, Plan
from .rest import heal
from .town import Town

Breakage = Callable[[], AbstractContextManager[None]]
SHRINK_S = 60.0
DEEP_EVERY = 4
"""Areas and doubts are worked out afresh, row against row, in each so many seeds: it takes as long as the rest."""


@dataclass(slots=True)
class Outcome:
    """What a seed came to."""

    wrongs: list[str]
    acts: int
    trace: str
    log: list[str] = field(default_factory=list)


def run(plan: Plan, *, breakage: Breakage = nullcontext, clocks: bool = False, deep: bool = False) -> Outcome:
    """Plays a plan to its end and checks everything; `clocks` plays it again with other clocks and compares.

    `deep` has areas and doubts worked out afresh also where it is not this seed's turn.
    """
    with folder() as place, sized(plan.sizes):
        town = Town(plan, place)
        found: list[str] = []
        try:
            with breakage():
                town.play(plan.events)
                heal(town)
            found += wrongs(town, deep=deep or plan.seed % DEEP_EVERY == 0)
        except Exception as error:  # noqa: BLE001 - whatever breaks a world is what is looked for
            found += [*town.wrongs, f"broke: {type(error).__name__}: {error}"]
        trace = town.trace()
        log = town.log
    if clocks:
        here = essence(town)
        with folder() as place, sized(plan.sizes):
            other = Town(plan, place, skew=True)
            other.play(plan.events)
            heal(other)
            there = essence(other)
        if here != there:
            first = next((pair for pair in zip(here, there, strict=False) if pair[0] != pair[1]), None)
            found.append(f"I7 the outcome depends on a desk's clock: {first}")
    return Outcome(found, town.acts, trace, log)


def shrink(plan: Plan, *, breakage: Breakage = nullcontext, seconds: float = SHRINK_S) -> Plan:
    """Leaves out events, many at once and then fewer, while something is still wrong in the same way."""
    kind = _kind(run(plan, breakage=breakage).wrongs)
    end, size = time.monotonic() + seconds, max(1, len(plan.events) // 2)
    events = plan.events
    while time.monotonic() < end:
        at, before = 0, len(events)
        while at < len(events) and time.monotonic() < end:
            fewer: tuple[Event, ...] = events[:at] + events[at + size :]
            if _kind(run(plan.of(fewer), breakage=breakage).wrongs) == kind:
                events = fewer
            else:
                at += size
        if size == 1 and len(events) == before:
            break
        size = max(1, size // 2)
    return plan.of(events)


def _kind(found: list[str]) -> str:
    """What goes wrong first, in a few words."""
    return " ".join(w for w in (found[0].split()[:4] if found else []) if not w.startswith("d") or len(w) > 3)
