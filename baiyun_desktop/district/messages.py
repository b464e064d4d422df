"""What a backup says, message by message: whose it is, its files, its rows, and what they must add up to."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec


class Head(msgspec.Struct, tag="head"):
    """The first message. `made_at` is in milliseconds since 1970 UTC, `pos` the last position the backup holds."""

    district: str
    made_at: int
    pos: int
    timeline: int
    schema_version: int
    database: str
    """The kind it was on; rows go back to either."""


class File(msgspec.Struct, tag="file"):
    """A file of the district's folder, by its path there."""

    path: str
    content: bytes


class Rows(msgspec.Struct, tag="rows"):
    """Some rows of a table."""

    table: str
    columns: list[str]
    rows: list[list[Any]]


class End(msgspec.Struct, tag="end"):
    """The last message: per table, how many rows there are and what they add up to."""

    tables: dict[str, tuple[int, str]]


Message = Head | File | Rows | End


class Tally:
    """Counts rows and adds up their hashes: the same whatever their order, and on either kind of database."""

    def __init__(self) -> None:
        self.count = 0
        self._total = 0
        self._encoder = msgspec.msgpack.Encoder()

    def add(self, row: list[Any]) -> None:
        digest = hashlib.blake2b(self._encoder.encode(row), digest_size=16).digest()
        self._total = (self._total + int.from_bytes(digest, "big")) % 2**128
        self.count += 1

    def said(self) -> tuple[int, str]:
        return self.count, f"{self._total:032x}"
