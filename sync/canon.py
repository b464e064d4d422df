"""Version 1 of the one encoding that hashes rest on: the same row has the same bytes, on whatever machine and in whatever year.

A row is the list of its fields in the order of their names (by code points), each with its value, as MessagePack in its
shortest form. None is left out: an empty field and one that never was are the same, the empty text is not. Text is what
was typed, character for character: whoever lets people type normalises there. Whole numbers fit in 64 bits, signed;
truth is not 1; there are no floats: a decimal is text. Lists stand in their order (a set is sorted when it is merged),
and maps by their keys.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection
from typing import Any

import msgspec

from .schema import Row

VERSION = 1
DEPTH_MAX = 32
"""So deep may lists and maps stand in each other."""
SAID_DEPTH_MAX = 24
"""So deep in what an act says: a contest or a rescue that keeps it puts some more around it."""

_NOTHING_IN_IT = frozenset((bool, type(None)))
_PLAIN = frozenset((str, bool, type(None)))


class NotCanonical(ValueError):
    """A value that has no place in a row."""


def canonical(row: Row) -> bytes:
    """A row's bytes for hashing. Raises NotCanonical where a value has none."""
    if not _PLAIN.issuperset(map(type, row.values())):
        check(list(row.values()))
    try:
        return msgspec.msgpack.encode([(k, row[k]) for k in sorted(row) if row[k] is not None], order="sorted")
    except (UnicodeEncodeError, OverflowError) as error:
        raise NotCanonical(str(error)) from error


def check(value: Any, depth: int = 0) -> None:
    """Raises NotCanonical where a value, or a part of it, may not stand in a row."""
    kind = type(value)
    if depth > DEPTH_MAX:
        raise NotCanonical("lists in lists without end")
    if kind is str:
        if not value.isascii():
            _check_text(value)
    elif kind is int:
        if not -(2**63) <= value < 2**63:
            raise NotCanonical(f"{value} does not fit in 64 bits")
    elif kind is list or kind is tuple:
        _check_parts(value, depth + 1)
    elif kind is dict:
        for key in value:
            if type(key) is not str:
                raise NotCanonical(f"{key!r} names nothing")
        _check_parts(value, 0)
        _check_parts(value.values(), depth + 1)
    elif kind is not bool and value is not None:
        raise NotCanonical(f"{value!r} is a {kind.__name__}; a decimal travels as text")


def _check_parts(parts: Collection[Any], depth: int) -> None:
    """The same for each of several values; most are texts, for which nothing is called."""
    if parts and depth > DEPTH_MAX:
        raise NotCanonical("lists in lists without end")
    for part in parts:
        kind = type(part)
        if kind is str:
            if not part.isascii():
                _check_text(part)
        elif kind not in _NOTHING_IN_IT:
            check(part, depth)


def check_said(fields: Any) -> None:
    """Raises NotCanonical where an act may not say this of a record."""
    check(fields, DEPTH_MAX - SAID_DEPTH_MAX)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(f"half a character: {error}") from error


def is_canonical(value: Any) -> bool:
    """Whether a value may stand in a row, also with what a contest or a rescue puts around it."""
    try:
        check_said(value)
    except NotCanonical:
        return False
    return True


def typed(text: str) -> str:
    """Text as a form hands it over: one code point for what reads as one character (NFC), half characters replaced.

    For the edge where people type; the engine itself never changes a text.
    """
    if text.isascii():
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole)


def row_hash(collection: str, record: str, voided: bool, row: Row) -> int:
    """The row's share of an additive digest: a signed 64-bit integer, never 0 (0 means "not counted")."""
    head = f"{collection}/{record}/{int(voided)}".encode()
    digest = hashlib.blake2b(head + b"\0" + canonical(row), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


def add_hash(total: int, *shares: int) -> int:
    """The sum of hashes modulo 2**64, as the signed integer that a database column holds."""
    value = (total + sum(shares)) & (2**64 - 1)
    return value - 2**64 if value >= 2**63 else value
