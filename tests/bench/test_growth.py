"""A round costs what changed, not what is held: on real parts, small enough to be looked at with every change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bench import growth
from tests.bench.growth import MEASURES, TASKS, Figures


def here(work: Callable[..., Any], *args: Any) -> Any:
    """In this process: starting others would take longer than the work."""
    return work(*args)


@pytest.fixture(scope="module")
def figures() -> Figures:
    return growth.run(600, 6_000, 90, here)


def test_a_round_costs_no_more_where_ten_times_as_much_is_held(figures: Figures) -> None:
    assert figures.missed() == []


def test_what_is_counted_is_there(figures: Figures) -> None:
    for task in TASKS:
        for size in (figures.small, figures.large):
            cost = figures.tasks[size][task]
            assert all(
                value(cost) > 0 for name, (_, value) in MEASURES.items() if task != "noop" or "steps" not in name
            )
    assert figures.tasks[figures.large]["push"].district_rows.written > figures.changes
