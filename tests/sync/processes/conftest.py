"""What the tests of real processes share: one nursery, and where a town finds its database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sync.processes.__main__ import sqlite
from tests.sync.processes.kills import Database
from tests.sync.processes.nursery import Nursery, nursery


@pytest.fixture(scope="session")
def born() -> Iterator[Nursery]:
    """Where processes come from."""
    with nursery() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Gives a town an empty database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return sqlite
    server = request.getfixturevalue("postgres")
    return lambda _folder: server.database()
