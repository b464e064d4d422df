"""What the tests of the district's parts share: a small world on one SQLite file, checked whole at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.district.engine import open_engine
from tests.sync.wholeness import wrongs
from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A district without desks; whatever a test does to it, both sides must add up when it is done."""
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    made = World(engine, tmp_path)
    yield made
    for _ in range(2):
        made.settle(1)
    found = wrongs(made)
    engine.dispose()
    assert found == []
