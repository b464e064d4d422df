"""Lets everything that a district's parts write in transactions of their own be one transaction, which counts whole or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Engine


def joined(conn: Connection) -> Engine:
    """What stands in an engine's place: each transaction and each look through it is this open one."""
    return cast("Engine", _Joined(conn))


class _Joined:
    """As much of an engine as the district's parts ask for. It commits nothing: whoever opened the transaction does."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.dialect = conn.dialect

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        yield self._conn

    def connect(self) -> _Look:
        return _Look(self._conn)


class _Look:
    """A connection that is only lent: its end ends nothing."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def execution_options(self, **_: object) -> _Look:
        return self

    def __enter__(self) -> Connection:
        return self._conn

    def __exit__(self, *_: object) -> None:
        pass
