"""Columns of values as few bytes: each column takes the form that suits what stands in it, and zstd does the rest.

Forms, by tag: `i` integers, `r` record ids by their place in a table, `t` days, `n` digits of one length, `e` one of
few values, `v` anything, as it is. Integers stand as byte planes (all lowest bytes, then all second ones …), for what
is alike in a column stands at the same place of each value.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate, chain, pairwise
from typing import Any

INT_MAX = 2**61
"""Beyond it a difference might not fit in 64 bits; such integers stand as they are."""
FEW = 256
DIGITS_MAX = 18

_ID = re.compile(r"[0-9a-f]{32}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"[0-9]{1,18}")
_STEPS, _SIGNED = 0x80, 0x40
"""Set in a head byte: differences stand instead of values; numbers below 0 are among them."""
_SYMBOLS = {
    bits: [tuple(byte >> n & (1 << bits) - 1 for n in range(0, 8, bits)) for byte in range(256)] for bits in (1, 2, 4)
}
_BITS = [next(bits for bits in (0, 1, 2, 4, 8) if few <= 1 << bits) for few in range(FEW + 1)]
_WORDS = frozenset((str, bool, type(None)))
_DAMAGE = "a column does not hold what its head says"

Column = list[Any]
"""[tag, content …]"""


# --- integers -------------------------------------------------------------------------------------------------------


def pack_ints(values: Sequence[int]) -> bytes:
    """Integers within `INT_MAX` as planes, of the values or of their differences, whichever are the smaller numbers.

    Where one is below 0, each stands doubled with its sign as the lowest bit.
    """
    if not values:
        return b""
    if len(values) == 1:
        return _planes(values, 0)
    steps = [values[0], *(b - a for a, b in pairwise(values))]
    smaller = sum(map(int.bit_length, steps)) < sum(map(int.bit_length, values))
    if smaller and max(map(abs, steps)) < 2 * INT_MAX:
        return _planes(steps, _STEPS)
    return _planes(values, 0)


def _planes(numbers: Sequence[int], flags: int) -> bytes:
    if min(numbers) < 0:
        numbers = [n << 1 if n >= 0 else ~(n << 1) for n in numbers]
        flags |= _SIGNED
    width = max(1, (max(numbers).bit_length() + 7) // 8)
    if len(numbers) == 1 and width <= 8:
        return bytes((flags | width,)) + numbers[0].to_bytes(width, "little")
    raw = struct.pack(f"<{len(numbers)}Q", *numbers)
    return bytes((flags | width,)) + b"".join(raw[n::8] for n in range(width))


def unpack_ints(data: bytes, count: int) -> list[int]:
    """The integers of `pack_ints`; raises ValueError where they are not `count`, or beyond what it packs."""
    if not count:
        return []
    width = data[0] & 0x0F
    if not 1 <= width <= 8 or len(data) != 1 + width * count:
        raise ValueError(_DAMAGE)
    raw = bytearray(8 * count)
    for n in range(width):
        raw[n::8] = data[1 + n * count : 1 + (n + 1) * count]
    numbers: Iterable[int] = struct.unpack(f"<{count}Q", raw)
    if data[0] & _SIGNED:
        numbers = [n >> 1 if not n & 1 else ~(n >> 1) for n in numbers]
    found = list(accumulate(numbers)) if data[0] & _STEPS else list(numbers)
    if max(found) > 2 * INT_MAX or min(found) < -2 * INT_MAX:
        raise ValueError(_DAMAGE)
    return found


def unpack_places(data: bytes, count: int) -> list[int]:
    """Integers that are places; raises ValueError for one below 0, which Python would count from the end."""
    numbers = unpack_ints(data, count)
    if numbers and min(numbers) < 0:
        raise ValueError(_DAMAGE)
    return numbers


# --- ids ------------------------------------------------------------------------------------------------------------


def is_id(value: Any) -> bool:
    """Whether it looks like a record's id."""
    return type(value) is str and _ID.fullmatch(value) is not None


class IdTable:
    """Each id of a batch once, in order of appearance; columns refer to it by place."""

    def __init__(self) -> None:
        self._place: dict[str, int] = {}

    def add(self, record: str) -> int:
        """The place of an id, a new one where it has none; raises ValueError where it is none."""
        if record not in self._place and not is_id(record):
            raise ValueError(f"{record!r} is no record's id")
        return self._place.setdefault(record, len(self._place))

    def dump(self) -> list[bytes]:
        """Moments, the two bytes that a UUIDv7 half fixes, then what is random and costs every byte on the wire."""
        whole = bytes.fromhex("".join(self._place))
        moments = [int(i[:12], 16) for i in self._place]
        free = b"".join(whole[n + 7 : n + 8] + whole[n + 9 : n + 16] for n in range(0, len(whole), 16))
        return [pack_ints(moments), whole[6::16], whole[8::16], free]

    @staticmethod
    def load(data: Sequence[bytes]) -> list[str]:
        """The ids of `dump`, in order."""
        moments, version, variant, free = data
        count = len(version)
        if len(variant) != count or len(free) != 8 * count:
            raise ValueError(_DAMAGE)
        text, kinds, forms = free.hex(), version.hex(), variant.hex()
        times = unpack_ints(moments, count)
        if any(not 0 <= at < 2**48 for at in times):
            raise ValueError(_DAMAGE)
        return [
            f"{at:012x}{kinds[2 * n : 2 * n + 2]}{text[16 * n : 16 * n + 2]}{forms[2 * n : 2 * n + 2]}"
            f"{text[16 * n + 2 : 16 * n + 16]}"
            for n, at in enumerate(times)
        ]


# --- columns --------------------------------------------------------------------------------------------------------


def pack_column(values: list[Any], ids: IdTable) -> Column:
    """One column in the form that suits it."""
    kinds = set(map(type, values))
    if kinds == {int} and min(values) > -INT_MAX and max(values) < INT_MAX:
        return ["i", pack_ints(values)]
    if kinds == {str} and all(map(_ID.fullmatch, values)):
        return ["r", pack_ints([ids.add(v) for v in values])]
    if kinds <= _WORDS and values:
        few = dict.fromkeys(values)
        if len(few) <= FEW and 3 * len(few) <= len(values) + 2:
            return ["e", list(few), _pack_few(values, few)]
    if kinds == {str}:
        return _pack_texts(values)
    return ["v", values]


def _pack_texts(values: list[str]) -> Column:
    if all(map(_DAY.fullmatch, values)):
        days = [_day(v) for v in values]
        if None not in days:
            return ["t", pack_ints([d for d in days if d is not None])]
    size = len(values[0])
    if all(map(_DIGITS.fullmatch, values)) and all(len(v) == size for v in values):
        return ["n", size, pack_ints(list(map(int, values)))]
    return ["v", values]


def _day(text: str) -> int | None:
    """The day's number; None for a day that no calendar has."""
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def _pack_few(values: list[Any], few: dict[Any, Any]) -> bytes:
    """The place of each value among few ones, in as few bits each as two to a power."""
    place = {value: n for n, value in enumerate(few)}
    places = [place[v] for v in values]
    bits = _bits(len(few))
    if bits in (0, 8):
        return bytes(places) if bits else b""
    each = 8 // bits
    places += [0] * (-len(places) % each)
    return bytes(sum(places[n + k] << k * bits for k in range(each)) for n in range(0, len(places), each))


def _bits(few: int) -> int:
    return _BITS[few]


def unpack_column(column: Sequence[Any], count: int, ids: list[str]) -> list[Any]:
    """The values of `pack_column`; raises ValueError, IndexError or TypeError where they are not such a column."""
    match column:
        case ["v", values]:
            found: list[Any] = values
        case ["i", data]:
            return unpack_ints(data, count)
        case ["r", data]:
            found = [ids[n] for n in unpack_places(data, count)]
        case ["t", data]:
            found = [date.fromordinal(n).isoformat() for n in unpack_ints(data, count)]
        case ["n", int(size), data] if size <= DIGITS_MAX:
            found = [f"{n:0{size}d}" for n in unpack_ints(data, count)]
        case ["e", few, data]:
            found = _unpack_few(few, data, count)
        case _:
            raise ValueError(_DAMAGE)
    if len(found) != count:
        raise ValueError(_DAMAGE)
    return found


def _unpack_few(few: list[Any], data: bytes, count: int) -> list[Any]:
    bits = _bits(len(few))
    if not bits:
        return few * count
    places: Iterable[int] = data if bits == 8 else chain.from_iterable(map(_SYMBOLS[bits].__getitem__, data))
    return [few[n] for n, _ in zip(places, range(count), strict=False)]
