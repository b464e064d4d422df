"""The one canonical encoding: how rows are hashed and how many changes become few bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import msgspec
import zstandard

from .act import Act, Base, Change, Op
from .errors import Damaged
from .schema import Row

MESSAGE_BYTES_MAX = 64 * 2**20
"""The largest message that is unpacked; a batch is bounded far below it."""

_OPS = {op.value: op for op in Op}


def canonical(row: Row) -> bytes:
    """A row's bytes for hashing: keys in order, None left out, text as it was typed (no Unicode folding)."""
    return msgspec.msgpack.encode([(k, row[k]) for k in sorted(row) if row[k] is not None], order="sorted")


def row_hash(collection: str, record: str, voided: bool, row: Row) -> int:
    """The row's share of an additive digest: a signed 64-bit integer, never 0 (0 means "not counted")."""
    head = f"{collection}/{record}/{int(voided)}".encode()
    digest = hashlib.blake2b(head + b"\0" + canonical(row), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


def add_hash(total: int, *shares: int) -> int:
    """The sum of hashes modulo 2**64, as the signed integer that a database column holds."""
    value = (total + sum(shares)) & (2**64 - 1)
    return value - 2**64 if value >= 2**63 else value


def compress(data: bytes, level: int = 12) -> bytes:
    """`data` as one zstd frame with its length and checksum."""
    return zstandard.ZstdCompressor(level=level, write_checksum=True).compress(data)


def decompress(data: bytes, limit: int = MESSAGE_BYTES_MAX) -> bytes:
    """The content of a zstd frame; raises Damaged where it is broken or would be larger than `limit` bytes."""
    try:
        if zstandard.frame_content_size(data) > limit:
            raise Damaged(f"a message of more than {limit} bytes is not unpacked")
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=limit)
    except zstandard.ZstdError as error:
        raise Damaged(f"a message arrived damaged: {error}") from error


class _IdTable:
    """Each id of a batch once, in order of appearance; columns refer to it by index."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}

    def add(self, record: str) -> int:
        return self.index.setdefault(record, len(self.index))

    def dump(self) -> list[bytes]:
        """Time bytes as planes, then the random bytes: only the second half costs anything on the wire."""
        raw = [bytes.fromhex(i) for i in self.index]
        planes = b"".join(bytes(r[n] for r in raw) for n in range(6))
        return [planes, b"".join(r[6:] for r in raw)]

    @staticmethod
    def load(data: Sequence[bytes]) -> list[str]:
        planes, rest = data
        count = len(planes) // 6
        return [planes[n::count].hex() + rest[n * 10 : n * 10 + 10].hex() for n in range(count)]


def _is_id(value: Any) -> bool:
    return type(value) is str and len(value) == 32 and all(c in "0123456789abcdef" for c in value)


def deltas(values: Iterable[int]) -> list[int]:
    """Differences to the value before: small numbers that compress well; `accumulate` turns them back."""
    last, out = 0, []
    for value in values:
        out.append(value - last)
        last = value
    return out


def _pack(values: list[Any], ids: _IdTable) -> tuple[str, list[Any]]:
    """One column: integers and ids as differences, anything else as it is."""
    if values and all(type(v) is int and -(2**61) < v < 2**61 for v in values):
        return "i", deltas(values)
    if values and all(_is_id(v) for v in values):
        return "r", deltas(ids.add(v) for v in values)
    return "v", values


def _unpack(column: Sequence[Any], ids: list[str]) -> list[Any]:
    tag, values = column
    if tag == "v":
        return list(values)
    numbers = accumulate(values)
    return [ids[n] for n in numbers] if tag == "r" else list(numbers)


def pack_changes(changes: Sequence[Change]) -> list[Any]:
    """Changes as columns: per collection the records, and per field which of them have it and its values."""
    ids = _IdTable()
    by_collection: dict[str, list[int]] = {}
    for n, change in enumerate(changes):
        by_collection.setdefault(change.collection, []).append(n)
    sheets = []
    for name, places in by_collection.items():
        rows = [changes[n] for n in places]
        records = deltas(ids.add(r.id) for r in rows)
        fields: dict[str, tuple[list[int], list[Any]]] = {}
        for n, row in enumerate(rows):
            for key, value in row.fields.items():
                at, values = fields.setdefault(key, ([], []))
                at.append(n)
                values.append(value)
        columns = {key: [deltas(at), *_pack(values, ids)] for key, (at, values) in fields.items()}
        sheets.append([name, deltas(places), records, "".join(r.op.value for r in rows), columns])
    return [ids.dump(), sheets]


def unpack_changes(data: Sequence[Any]) -> list[Change]:
    """The changes of `pack_changes`, in their order."""
    ids = _IdTable.load(data[0])
    found: dict[int, Change] = {}
    for name, places, records, ops, columns in data[1]:
        rows: list[dict[str, Any]] = [{} for _ in ops]
        for key, (at, tag, values) in columns.items():
            for n, value in zip(accumulate(at), _unpack((tag, values), ids), strict=True):
                rows[n][key] = value
        for place, record, op, row in zip(accumulate(places), accumulate(records), ops, rows, strict=True):
            found[place] = Change(name, ids[record], _OPS[op], row)
    return [found[n] for n in range(len(found))]


def pack_acts(acts: Sequence[Act]) -> bytes:
    """A batch of acts with consecutive numbers as columns (not yet compressed)."""
    if any(b.number != a.number + 1 for a, b in pairwise(acts)):
        raise ValueError("a batch holds consecutive acts")
    data = [
        acts[0].number if acts else 0,
        [a.officer for a in acts],
        deltas(a.at for a in acts),
        [a.verb for a in acts],
        deltas(a.base.pos for a in acts),
        deltas(a.base.own for a in acts),
        [a.batch for a in acts],
        [len(a.changes) for a in acts],
        pack_changes([c for a in acts for c in a.changes]),
    ]
    return msgspec.msgpack.encode(data)


def unpack_acts(data: bytes) -> list[Act]:
    """The acts of `pack_acts`; raises Damaged where the bytes are not such a batch."""
    try:
        first, officers, ats, verbs, poss, owns, batches, counts, sheet = msgspec.msgpack.decode(data)
        changes = iter(unpack_changes(sheet))
        stamps = (accumulate(ats), verbs, accumulate(poss), accumulate(owns), batches, counts)
        columns = zip(officers, *stamps, strict=True)
        return [
            Act(first + n, officer, at, verb, Base(pos, own), tuple(next(changes) for _ in range(count)), batch)
            for n, (officer, at, verb, pos, own, batch, count) in enumerate(columns)
        ]
    except (msgspec.DecodeError, ValueError, TypeError, KeyError, IndexError, StopIteration, RuntimeError) as error:
        raise Damaged(f"a batch of acts could not be read: {error}") from error
