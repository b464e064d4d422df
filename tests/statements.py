"""One compiled form of each statement for all databases of a test process: each test has new ones, and would compile anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event


class Statements(dict[Any, Any]):
    """By statement alone; SQLAlchemy asks by the database's dialect too, of which there is a new one for each engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


_shared: dict[Any, Statements] = {}


def _share(conn: Connection) -> None:
    dialect = conn.dialect
    conn.execution_options(compiled_cache=_shared.setdefault((type(dialect), dialect.dbapi), Statements()))


def share() -> None:
    """From now on, in this process."""
    event.listen(Engine, "engine_connect", _share)
