"""What the scenarios share: a small world on SQLite and on PostgreSQL, quiet and whole when a scenario has ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.sync.net.conftest import enrolled, lite_district, toy_district
from tests.sync.wholeness import wrongs
from tests.sync.world import World

__all__ = ["enrolled", "lite_district", "toy_district"]


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[World]:
    """A district without desks. However a scenario ends, all desks are then in step, nothing waits, nothing is lost.

    A scenario takes a desk that is gone for good out of `desks`.
    """
    made = World(district_engine, tmp_path)
    yield made
    made.settle(2)
    found = wrongs(made)
    for desk in made.desks:
        desk.store.engine.dispose()
    assert found == []
