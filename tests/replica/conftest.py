"""A real encrypted replica of the real registry, and a small module of its own with steps, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.replica import Replica
from tests.new_desk import KEY, new_desk
from tests.replica.desk import IDENTITY, PROGRAM, ManualClock, SeededIds


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ids(clock: ManualClock) -> SeededIds:
    return SeededIds(clock)


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> Iterator[Replica]:
    replica = new_desk(tmp_path / "desk.db", PROGRAM, IDENTITY, clock, ids)
    yield replica
    replica.close()


@pytest.fixture
def key() -> bytes:
    return KEY
