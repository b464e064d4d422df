"""What the engine's tests share: a district's database on SQLite and on PostgreSQL, each test once on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.district.engine import open_engine
from tests.postgres import postgres
from tests.sync.world import World

__all__ = ["database_url", "district_engine", "postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'district.db'}"
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture
def district_engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database, without tables yet."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A district without desks on one SQLite file; folders whose worlds are more than that have their own."""
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    yield World(engine, tmp_path)
    engine.dispose()
