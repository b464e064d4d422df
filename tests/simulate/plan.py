"""What a seed means: the desks of its world, the sizes it works with, and a list of things that happen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

GRANTS = (("A",), ("B",), ("S1",), ("D",), ("C",), ("A", "B"), ("S2",), ("S1", "C"), ("A", "C"), ("S1", "S2"))
KINDS = {"type": 100, "round": 40, "pair": 10, "form": 8, "late": 6}
"""What happens in every world, by how often."""
SOMETIMES = {
    "import": (0.6, 3), "grant": (0.6, 4), "freeze": (0.5, 4), "thaw": (0.9, 5), "jump": (0.4, 5), "restart": (0.4, 3),
    "wait": (0.4, 3), "part": (0.3, 4), "meet": (0.9, 4), "backup": (0.25, 6), "restore": (0.25, 4), "ghost": (0.2, 3),
    "keep": (0.15, 4), "yesterday": (0.15, 2), "gone": (0.1, 2),
}  # fmt: skip
"""What happens in some worlds only, so that each is about something: how many of them, and by how often there."""
OPS, OPS_LONG = 190, 1_900


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens at one desk; its own seed decides how, so that others can be left out."""

    kind: str
    desk: int
    seed: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bounds of the engine, made so small that a seed meets their edges."""

    slice: int
    batch_acts: int
    batch_bytes: int
    feed_entries: int
    transaction: int
    reuse: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One seed's world."""

    seed: int
    grants: tuple[tuple[str, ...], ...]
    sizes: Sizes
    events: tuple[Event, ...]

    def of(self, events: tuple[Event, ...]) -> Plan:
        """The same world in which only these things happen."""
        return replace(self, events=events)


def make(seed: int, *, long: bool = False) -> Plan:
    """The plan of a seed, always the same."""
    rng = Random(seed)
    desks = min(10, max(3, int(rng.expovariate(1 / 1.6)) + 3))
    # The first ones meet everywhere: two neighbours, the street above them, and the district.
    grants = tuple(GRANTS[:4][n] if n < 4 else rng.choice(GRANTS) for n in range(desks))
    sizes = Sizes(
        rng.choice((2, 5, 12, 40)), rng.choice((3, 20, 5_000)), rng.choice((700, 4_000, 4 * 2**20)),
        rng.choice((150, 20_000)), rng.choice((1, 4, 32)), rng.choice((0, 30, 2_000)),
    )  # fmt: skip
    weights = {**KINDS, **{kind: weight for kind, (chance, weight) in SOMETIMES.items() if rng.random() < chance}}
    events = tuple(
        Event(kind, rng.randrange(desks), rng.getrandbits(48))
        for kind in rng.choices(list(weights), list(weights.values()), k=OPS_LONG if long else OPS)
    )
    return Plan(seed, grants, sizes, events)
