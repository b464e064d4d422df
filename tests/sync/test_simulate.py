"""The simulator itself: it finds nothing in the engine, everything in a broken one, and says the same twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.simulate.__main__ import main
from tests.simulate.breakages import BREAKAGES
from tests.simulate.plan import make
from tests.simulate.runs import run

SEEDS = range(1, 13)
SEEDS_PER_BREAKAGE = 30


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Broken engines are loud."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(before)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_in_a_world(seed: int) -> None:
    outcome = run(make(seed), clocks=seed == 1)
    assert outcome.wrongs == []
    assert outcome.acts > 40


def test_the_same_seed_gives_the_same_trace() -> None:
    assert run(make(3)).trace == run(make(3)).trace
    assert run(make(3)).trace != run(make(4)).trace


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_engine_is_caught(name: str) -> None:
    for seed in range(1, SEEDS_PER_BREAKAGE + 1):
        if run(make(seed), breakage=BREAKAGES[name]).wrongs:
            return
    pytest.fail(f"{name}: not noticed in {SEEDS_PER_BREAKAGE} seeds")


def test_the_command_says_how_many_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "1", "--first", "5", "--trace"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "seeds: 1, violations: 0"
