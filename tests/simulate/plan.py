"""What a seed means: the desks of its world, the sizes it works with, and a list of things that happen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

GRANTS = (("A",), ("B",), ("S1",), ("D",), ("C",), ("A", "B"), ("S2",), ("S1", "C"), ("A", "C"), ("S1", "S2"))
KINDS = {"type": 100, "round": 40, "pair": 10, "form": 8, "late": 6}
"""What happens in every world, by how often."""
SOMETIMES: tuple[tuple[float, dict[str, int]], ...] = (
    (0.6, {"import": 3}), (0.6, {"grant": 4}), (0.5, {"freeze": 4, "thaw": 5}), (0.4, {"jump": 5}), (0.4, {"restart": 3}),
    (0.4, {"wait": 4}), (0.3, {"part": 4, "meet": 4}), (0.5, {"chase": 5}), (0.25, {"backup": 6, "restore": 4}),
    (0.2, {"ghost": 3}), (0.2, {"keep": 4, "yesterday": 2}), (0.1, {"gone": 2}), (0.2, {"revoke": 2}),
    (0.2, {"erase": 4}), (0.2, {"compact": 4}), (0.3, {"photo": 6, "look": 5}),
)  # fmt: skip
"""What happens in some worlds only, so that each is about something: how many of them, and by how often there."""
NUMBERED = (0, 3, 5, 6, 7)
"""In these of eight worlds numbers are handed out; the others are as they were before, and show what they showed."""
LAST_DAYS = {3: 1_830_268_700_000, 6: 1_827_590_300_000}
"""Of these, some begin as a year ends in Beijing, or its November, 100 seconds before midnight."""
BOATED = (2, 4)
"""In these of eight worlds desks have lifeboats; what happens to files there comes of numbers of its own."""
SINKS_MAX, HANDED_IN_MAX = 4, 6
CROWDED = 0.3
"""In so many worlds the same few names and numbers come up again and again."""
OPS, OPS_LONG = 200, 2_000


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
    piece: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One seed's world."""

    seed: int
    grants: tuple[tuple[str, ...], ...]
    sizes: Sizes
    crowded: bool
    events: tuple[Event, ...]

    @property
    def numbered(self) -> bool:
        return self.seed % 8 in NUMBERED

    @property
    def begins_ms(self) -> int | None:
        """When it is that the world begins, where that matters."""
        return LAST_DAYS.get(self.seed % 8)

    @property
    def boated(self) -> bool:
        return self.seed % 8 in BOATED

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
        rng.choice((7, 2**20)),
    )  # fmt: skip
    crowded = rng.random() < CROWDED
    weights = dict(KINDS)
    for chance, kinds in SOMETIMES:
        weights |= kinds if rng.random() < chance else {}
    events = tuple(
        Event(kind, rng.randrange(desks), rng.getrandbits(48))
        for kind in rng.choices(list(weights), list(weights.values()), k=OPS_LONG if long else OPS)
    )
    plan = Plan(seed, grants, sizes, crowded, events)
    return plan.of(_with_sinks(plan)) if plan.boated else plan


def _with_sinks(plan: Plan) -> tuple[Event, ...]:
    """The same events, and among them files that are lost, and lifeboats that somebody sends though their desk lives."""
    rng, events = Random(f"sinks {plan.seed}"), list(plan.events)
    for _ in range(rng.randrange(1, SINKS_MAX + 1)):
        sunk = Event("sink", rng.randrange(len(plan.grants)), rng.getrandbits(48))
        events.insert(rng.randrange(len(events) // 4, len(events) + 1), sunk)
    rng = Random(f"handed in {plan.seed}")
    for _ in range(rng.choice((0, 0, 2, HANDED_IN_MAX))):
        given = Event("hand in", rng.randrange(len(plan.grants)), rng.getrandbits(48))
        events.insert(rng.randrange(len(events) // 4, len(events) + 1), given)
    return tuple(events)
