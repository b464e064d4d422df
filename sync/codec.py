"""How acts and changes become few bytes, and how what arrives is unpacked without trusting it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import zstandard

from .act import Act, Base, Change, Op
from .columns import IdTable, pack_column, pack_ints, unpack_column, unpack_ints, unpack_places
from .errors import Damaged
from .limits import LIMITS

MESSAGE_BYTES_MAX = LIMITS.message_bytes_desk
"""The largest message that a desk unpacks; a batch is bounded far below it."""

CHANGES_MAX = 2_000_000
"""So many changes are unpacked at once at most: a few bytes may claim any number of equal ones."""

ACT_CHANGES_FAR = 4 * LIMITS.changes_per_act
"""An act of more changes is refused in words as long as it is no more than this; then the message is damaged."""

BROKEN = (
    msgspec.DecodeError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, StopIteration, RuntimeError,
)  # fmt: skip
"""What reading a message that is not what it should be may raise."""


class _Kept(threading.local):
    """One decompressor a thread: making one takes longer than unpacking what an act says."""

    def __init__(self) -> None:
        self.decompressor = zstandard.ZstdDecompressor()


_KEPT = _Kept()
_OPS = {op.value: op for op in Op}


def compress(data: bytes, level: int = 12) -> bytes:
    """`data` as one zstd frame with its length and checksum."""
    return zstandard.ZstdCompressor(level=level, write_checksum=True).compress(data)


def decompress(data: bytes, limit: int = MESSAGE_BYTES_MAX) -> bytes:
    """The content of a zstd frame; raises Damaged where it is broken or would be larger than `limit` bytes."""
    try:
        if zstandard.frame_content_size(data) > limit:
            raise Damaged(f"a message of more than {limit} bytes is not unpacked")
        return _KEPT.decompressor.decompress(data, max_output_size=limit)
    except zstandard.ZstdError as error:
        raise Damaged(f"a message arrived damaged: {error}") from error


def pack_changes(changes: Sequence[Change]) -> list[Any]:
    """Changes as columns: per collection the records, which fields each has, and a column of values a field.

    What a change is unpacked to does not depend on what else is in the batch: its fields come in the order of names.
    """
    ids = IdTable()
    sheets = _pack_sheets(changes, ids)
    return [ids.dump(), sheets]


def unpack_changes(data: Sequence[Any]) -> list[Change]:
    """The changes of `pack_changes`, in their order; raises one of `BROKEN` where they are none."""
    return _unpack_sheets(data[1], IdTable.load(data[0]))


def _pack_sheets(changes: Sequence[Change], ids: IdTable) -> list[Any]:
    by_collection: dict[str, list[int]] = {}
    for n, change in enumerate(changes):
        by_collection.setdefault(change.collection, []).append(n)
    return [_pack_sheet(name, places, [changes[n] for n in places], ids) for name, places in by_collection.items()]


def _pack_sheet(name: str, places: list[int], rows: list[Change], ids: IdTable) -> list[Any]:
    """One collection: where its changes stand in the batch, records, operations, fields, shapes and columns.

    A shape is a set of fields that some change has; most batches know few.
    """
    records = pack_ints([ids.add(row.id) for row in rows])
    columns: dict[str, list[Any]] = {key: [] for key in sorted({key for row in rows for key in row.fields})}
    number = {key: n for n, key in enumerate(columns)}
    shapes: dict[tuple[int, ...], int] = {}
    shape_of = []
    for row in rows:
        shape_of.append(shapes.setdefault(tuple(sorted(number[key] for key in row.fields)), len(shapes)))
        for key, value in row.fields.items():
            columns[key].append(value)
    return [
        name,
        len(rows),
        pack_ints(places),
        records,
        pack_column([row.op.value for row in rows], ids),
        list(columns),
        list(shapes),
        pack_ints(shape_of),
        [pack_column(values, ids) for values in columns.values()],
    ]


def _unpack_sheets(sheets: Sequence[Any], ids: list[str], most: int = CHANGES_MAX) -> list[Change]:
    found: dict[int, Change] = {}
    counts = [sheet[1] for sheet in sheets]
    if counts and (min(counts) < 0 or sum(counts) > most):
        raise ValueError("more changes than any message holds")
    for name, count, at, records, ops, keys, shapes, shape_of, columns, *_ in sheets:
        if not _all_text([name, *keys]):
            raise ValueError("a collection and its fields are named by text")
        places = unpack_places(at, count)  # first of all, since it holds `count` against what is there
        shape_at = unpack_places(shape_of, count)
        values = _unpack_values(keys, shapes, Counter(shape_at), columns, ids)
        named = [tuple(keys[n] for n in shape) for shape in shapes]
        heads = zip(places, unpack_places(records, count), unpack_column(ops, count, ids), shape_at, strict=True)
        for place, record, op, shape in heads:
            found[place] = Change(name, ids[record], _OPS[op], {key: next(values[key]) for key in named[shape]})
    return [found[n] for n in range(len(found))]


def _all_text(values: Iterable[Any]) -> bool:
    return all(type(value) is str for value in values)


def _unpack_values(
    keys: Sequence[str], shapes: Sequence[Sequence[int]], used: Counter[int], columns: Sequence[Any], ids: list[str]
) -> dict[str, Iterator[Any]]:
    """Each field's values in order; `used` says how many changes have a shape, and so how long each column is."""
    sizes = [0] * len(keys)
    for n, shape in enumerate(shapes):
        if len(set(shape)) != len(shape):
            raise ValueError("a shape names a field twice")
        for field in shape:
            sizes[field] += used[n]
    pairs = zip(keys, columns, sizes, strict=True)
    return {key: iter(unpack_column(column, size, ids)) for key, column, size in pairs}


def pack_acts(acts: Sequence[Act]) -> bytes:
    """A batch of acts with consecutive numbers as columns (not yet compressed)."""
    if any(b.number != a.number + 1 for a, b in pairwise(acts)):
        raise ValueError("a batch holds consecutive acts")
    ids = IdTable()
    columns = [
        acts[0].number if acts else 0,
        len(acts),
        pack_ints([a.at for a in acts]),
        pack_ints([a.base.pos for a in acts]),
        pack_ints([a.base.own for a in acts]),
        pack_ints([len(a.changes) for a in acts]),
        pack_column([a.officer for a in acts], ids),
        pack_column([a.verb for a in acts], ids),
        pack_column([a.batch for a in acts], ids),
        _pack_sheets([c for a in acts for c in a.changes], ids),
    ]
    return msgspec.msgpack.encode([ids.dump(), *columns])


def unpack_acts(data: bytes, most: int = LIMITS.acts_per_batch) -> list[Act]:
    """The acts of `pack_acts`; raises Damaged where the bytes are not such a batch, or hold more than `most`."""
    try:
        table, first, count, ats, poss, owns, sizes, officers, verbs, batches, sheets, *_ = msgspec.msgpack.decode(data)
        if count > most:
            raise Damaged(f"a batch has at most {most} acts")
        numbers = [unpack_ints(column, count) for column in (ats, poss, owns, sizes)]
        claimed = sum(sheet[1] for sheet in sheets)  # before any is built: a few bytes may claim very many
        if (
            max(numbers[3], default=0) > ACT_CHANGES_FAR
            or claimed > LIMITS.changes_per_batch
            or claimed != sum(numbers[3])
        ):
            raise Damaged("a batch claims more changes than its acts can have")
        ids = IdTable.load(table)
        changes = iter(_unpack_sheets(sheets, ids, LIMITS.changes_per_batch))
        words = [unpack_column(column, count, ids) for column in (officers, verbs, batches)]
        if type(first) is not int or not all(map(_all_text, words)):
            raise ValueError("an act's number is none, or its officer, verb or batch no text")
        return [
            Act(first + n, officer, at, verb, Base(pos, own), tuple(next(changes) for _ in range(size)), batch)
            for n, (at, pos, own, size, officer, verb, batch) in enumerate(zip(*numbers, *words, strict=True))
        ]
    except BROKEN as error:
        raise Damaged(f"a batch of acts could not be read: {error}") from error
