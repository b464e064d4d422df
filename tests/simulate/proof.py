"""Proof that the simulator is no weak one: each breakage of the engine must be caught within a few seeds."""

from __future__ import annotations

from .breakages import BREAKAGES
from .plan import make
from .runs import Outcome, run

SEEDS_PER_BREAKAGE = 40
"""So many seeds may pass before a breakage is noticed; those that need a copied file or a restored district take most."""

RARE = {
    "files stay when their record leaves": 20,
    "nothing is rescued when its time is over": 17,
    "the lifeboat is cut before the backup covers it": 10,
    "what is saved does not go to the lifeboat": 4,
    "a lifeboat takes no files": 188,
    "a lifeboat's acts go where the frame before them went": 938,
}
"""Where a breakage is noticed late, the seed that did so: it is tried first."""


def caught(name: str) -> tuple[int, Outcome] | None:
    """A seed that notices a breakage, and what it says."""
    for seed in (*([RARE[name]] if name in RARE else ()), *range(1, SEEDS_PER_BREAKAGE + 1)):
        outcome = run(make(seed), breakage=BREAKAGES[name], deep=True)
        if any(f"{kind}Error" in words for words in outcome.wrongs for kind in ("Type", "Attribute", "Name")):
            raise TypeError(f"{name}: the engine is not broken but called wrongly: {outcome.wrongs[:3]}")
        if outcome.wrongs and not run(make(seed), deep=True).wrongs:
            return seed, outcome
    return None


def prove() -> int:
    """Breaks the engine in every way and prints which seed noticed; returns how many breakages none did."""
    missed = 0
    for name in BREAKAGES:
        found = caught(name)
        missed += found is None
        said = f"seed {found[0]}: {found[1].wrongs[0][:100]}" if found else f"not within {SEEDS_PER_BREAKAGE} seeds"
        print(f"{name}: {said}", flush=True)
    print(f"breakages: {len(BREAKAGES)}, not noticed: {missed}")
    return missed
