"""Taking a pack in: fetched in pieces that survive a cut line, checked, then laid into a new file or one in use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import msgspec
import zstandard
from sqlalchemy import Connection

from ..canon import add_hash, row_hash
from ..codec import BROKEN, unpack_changes
from ..errors import Damaged, Refused
from ..limits import LIMITS
from ..protocol import TOO_OLD, VERSION, PackHead
from .pieces import opened, resume, sealed
from .rows import Rows, Stored

PIECE_BYTES = 4 * 2**20
FRAME_BYTES_MAX = LIMITS.pack_frame_bytes

Frame = tuple[str, list[tuple[str, Stored]]]
"""A collection and some of its rows, in id order."""


class Line(Protocol):
    """The way to the district."""

    def post(self, path: str, body: bytes) -> bytes: ...

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes: ...


def fetch(line: Line, name: str, folder: Path, key: bytes = b"") -> Path:
    """The file of a pack, fetched on from where an earlier attempt was cut; raises LineDown as the line does.

    With a key (32 bytes) it lies sealed by it: rows of people must not stand beside an encrypted file in plain.
    """
    kind = "-sealed" if key else ""
    path, part = folder / f"{name}.pack{kind}", folder / f"{name}.part{kind}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.p*"):
        if old != part:
            old.unlink()  # what an abandoned round left, or a version that sealed nothing
    part.touch()
    with part.open("r+b") as file:
        at = resume(file, key, name)
        while True:
            piece = line.get(f"/v1/pack/{name}", (at, at + PIECE_BYTES))
            file.write(sealed(key, name, at, piece))
            file.flush()
            at += len(piece)
            if len(piece) < PIECE_BYTES:
                break
    part.replace(path)
    return path


def open_pack(path: Path, name: str, key: bytes = b"") -> tuple[PackHead, Iterator[Frame]]:
    """What a pack holds; `key` as it was fetched with. Raises Damaged, and removes the file, where it is not what its
    name says.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        for raw in _raw_frames(path, name, key):
            digest.update(raw)
    except (zstandard.ZstdError, EOFError, Damaged) as error:
        path.unlink()
        raise Damaged(f"the pack {name} is damaged: {error}") from error
    if digest.hexdigest() != name:
        path.unlink()
        raise Damaged(f"the pack {name} is not what its name says")
    frames = _raw_frames(path, name, key)
    try:
        head = msgspec.msgpack.decode(next(frames), type=PackHead)
    except BROKEN as error:
        raise Damaged(f"the pack {name} could not be read: {error}") from error
    if head.version != VERSION:
        raise Refused(TOO_OLD)
    return head, (_rows(f) for f in frames)


def _raw_frames(path: Path, name: str, key: bytes) -> Iterator[bytes]:
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(opened(file, key, name)) as stream:
        while head := _read(stream, 4):
            size = int.from_bytes(head, "big")
            if size > FRAME_BYTES_MAX:
                raise EOFError("a frame is too large")
            yield _read(stream, size)


def _read(stream: Any, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = stream.read(size - len(data))
        if not piece:
            if data:
                raise EOFError("a frame is cut")
            return b""
        data += piece
    return data


def _rows(raw: bytes) -> Frame:
    try:
        return _rows_of(raw)
    except BROKEN as error:
        raise Damaged(f"a pack's rows could not be read: {error}") from error


def _rows_of(raw: bytes) -> Frame:
    collection, voided, steps, sheet, *_ = msgspec.msgpack.decode(raw)
    gone = set(voided)
    rows = []
    for n, (pos, change) in enumerate(zip(accumulate(steps), unpack_changes(sheet), strict=True)):
        row, void = change.fields, n in gone
        rows.append((change.id, Stored(row, void, pos, row_hash(collection, change.id, void, row))))
    return collection, rows


def fill(conn: Connection, rows: Rows, head: PackHead, frames: Iterator[Frame]) -> int:
    """Lays a pack into an empty replica, in the caller's one transaction; returns how many rows.

    Raises Damaged where the rows do not add up to the pack's own digest.
    """
    total, count = 0, 0
    for collection, part in frames:
        rows.of(collection).add_many(conn, part)
        total = add_hash(total, *(s.rowhash for _, s in part))
        count += len(part)
    if (total, count) != (head.digest, head.rows):
        raise Damaged("the pack's rows do not add up to its digest")
    set_state(conn, head, total, count)
    return count


def set_state(conn: Connection, head: PackHead, total: int, count: int) -> None:
    """Puts the cursor where the pack stands."""
    sql = "UPDATE sync_state SET pos=?, tag=?, scope=?, digest=?, rows=?"
    conn.exec_driver_sql(sql, (head.pos, head.tag, head.scope, total, count))


def discard(folder: Path, *, parts: bool = False) -> None:
    """Removes packs that have been taken in, and with `parts` what was fetched of others."""
    for path in folder.glob("*.p*" if parts else "*.pack*"):
        with suppress(OSError):
            path.unlink()
