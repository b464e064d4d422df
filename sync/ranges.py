"""How both sides compare what they hold in parts: 256 ranges by the last byte of an id, a sum of row hashes each."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from .canon import add_hash

RANGES = 256
_FORMAT = struct.Struct(f">{RANGES}q")


def range_of(record: str) -> int:
    """The range a record falls in; ids end in random digits, so the ranges are even."""
    return int(record[-2:], 16)


def sums(rows: Iterable[tuple[str, int]]) -> bytes:
    """The sums of (id, row hash), range by range, as they travel."""
    found = [0] * RANGES
    for record, rowhash in rows:
        at = range_of(record)
        found[at] = add_hash(found[at], rowhash)
    return _FORMAT.pack(*found)


def differing(mine: bytes, theirs: bytes) -> list[int]:
    """The ranges whose sums differ; all of them where what came is no list of sums."""
    if len(theirs) != _FORMAT.size:
        return list(range(RANGES))
    pairs = zip(_FORMAT.unpack(mine), _FORMAT.unpack(theirs), strict=True)
    return [n for n, (a, b) in enumerate(pairs) if a != b]
