"""Ready-made snapshots of what one cover holds (areas, whole or in views): built once, immutable, fetched in pieces."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import zstandard
from sqlalchemy import Connection, bindparam, select

from ..act import Change, Op
from ..codec import pack_changes
from ..limits import LIMITS, Limits
from ..outside import Clock
from ..protocol import VERSION, PackHead
from . import erased
from .feed import digest_of
from .parts import Parts
from .scope import fingerprint
from .sight import Cover
from .tables import DIGEST, HEAD, META

ROWS_PER_FRAME = 4_000
ROWS_READ = 200
"""So many rows are in memory at once beside those of a frame: one may be a mebibyte."""
FRAME_BYTES = LIMITS.frame_rows_bytes
LEVEL = 12
_META = select(META.c.pos, META.c.tag, META.c.horizon, META.c.timeline)
_SETS = select(DIGEST.c.areas)
_NAMES = select(HEAD.c.collection).distinct()
_ROWS = (
    select(HEAD.c.record, HEAD.c.pos, HEAD.c.voided, HEAD.c.payload, HEAD.c.areas)
    .where(HEAD.c.collection == bindparam("name"), HEAD.c.areas.in_(bindparam("sets", expanding=True)))
    .order_by(HEAD.c.record)
)
REUSE_POSITIONS_MAX = LIMITS.pack_reuse_positions
"""A pack older than this many positions is made anew: its tail would cost more than it saves."""


class Packs:
    """The packs of one district, as files in a folder. `order` names its collections, parents before children.

    Beside each pack lies a link, named by its areas and position, with the pack's name and when it was made.
    """

    def __init__(self, folder: Path, schema: str, order: Sequence[str], clock: Clock, limits: Limits = LIMITS) -> None:
        self.folder = folder
        self._clock = clock
        self._limits = limits
        self._order = {name: n for n, name in enumerate(order)}
        self._schema = schema
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """The file of a pack; raises FileNotFoundError where there is none of that name."""
        if len(name) != 32 or not all(c in "0123456789abcdef" for c in name):
            raise FileNotFoundError(name)
        path = self.folder / f"{name}.pack"
        if not path.exists():
            raise FileNotFoundError(name)
        return path

    def for_scope(self, conn: Connection, cover: Cover, since: int = 0, fresh: Parts | None = None) -> tuple[str, int]:
        """(name, position) of a recent pack for this cover, built in this transaction if there is none.

        A desk whose cursor stands at `since` gets none from before: it could not tell which of its newer rows to drop.
        """
        meta = conn.execute(_META).one()
        prefix = f"{meta.timeline}-{fingerprint(cover.names)}-{self._schema}-"
        for link in sorted(self.folder.glob(prefix + "*"), reverse=True):
            pos = int(link.name.removeprefix(prefix))
            if max(meta.horizon, since, erased.floor(conn)) <= pos and meta.pos - pos <= REUSE_POSITIONS_MAX:
                return _name(link), pos
        name = self._build(conn, cover, meta.pos, meta.tag, fresh)
        link = self.folder / f"{prefix}{meta.pos:012d}"
        self._put(link, f"{name} {self._clock.now_ms()}".encode())
        return name, meta.pos

    def held_by(self, name: str, cover: Cover, since: int = 0) -> bool:
        """Whether a pack was built for exactly this cover, after a position: nobody fetches another post's."""
        mark = f"-{fingerprint(cover.names)}-{self._schema}-"
        links = [link for link in self.folder.glob(f"*{mark}*") if int(link.name.rpartition("-")[2]) >= since]
        return any(_name(link) == name for link in links)

    def forget(self) -> None:
        """Makes all packs unusable: what they hold may be of a past that is none any more."""
        for link in self.folder.glob("*-*-*-*"):
            link.unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Removes every file: what they hold was erased. One that is being built now is too old to be told of."""
        for path in self.folder.iterdir():
            path.unlink(missing_ok=True)

    def _put(self, path: Path, content: bytes) -> None:
        """Writes a small file so that a reader finds it whole or not at all."""
        staging = self.folder / f".{uuid4().hex}.part"
        staging.write_bytes(content)
        staging.replace(path)

    def tidy(self, since: int) -> None:
        """Removes packs that no desk is told of any more, a day after the last could have begun, those from before
        position `since` at once, and what a builder left that ended in the middle."""
        now, kept = self._clock.now_ms(), set[str]()
        links = sorted(self.folder.glob("*-*-*-*"))
        newest = {link.name.rpartition("-")[0]: link for link in links}
        for link in links:
            name, made = _read(link)
            old = link not in newest.values() and now - made > self._limits.pack_kept_ms
            if old or int(link.name.rpartition("-")[2]) < since:
                link.unlink(missing_ok=True)
                (self.folder / f"{name}.pack").unlink(missing_ok=True)
            else:
                kept.add(name)
        for path in self.folder.glob("*.pa*"):
            if path.stem not in kept and _age_ms(path) > self._limits.pack_kept_ms:
                path.unlink(missing_ok=True)

    def _build(self, conn: Connection, cover: Cover, pos: int, tag: bytes, fresh: Parts | None) -> str:
        total, rows = digest_of(conn, cover, fresh)
        head = PackHead(VERSION, pos, tag, fingerprint(cover.names), self._schema, rows, total)
        head.erased = erased.every(conn)
        raw = self.folder / f".{uuid4().hex}.part"
        digest = hashlib.blake2b(digest_size=16)
        with raw.open("wb") as file:
            compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
            with compressor.stream_writer(file, closefd=False) as stream:
                for frame in (head, *_frames(conn, cover, self._order)):
                    data = msgspec.msgpack.encode(frame)
                    stream.write(len(data).to_bytes(4, "big") + data)
                    digest.update(data)
            file.flush()
            os.fsync(file.fileno())
        name = digest.hexdigest()
        raw.replace(self.folder / f"{name}.pack")
        return name


def _read(link: Path) -> tuple[str, int]:
    """The pack that a link names, and when it was made."""
    name, _, made = link.read_text("ascii").partition(" ")
    return name, int(made or 0)


def _name(link: Path) -> str:
    return _read(link)[0]


def _age_ms(path: Path) -> float:
    """By the file system's own clock: nobody is told of these, so that they are judged by their files alone."""
    try:
        return (time.time() - path.stat().st_mtime) * 1000
    except FileNotFoundError:
        return 0.0


def _frames(conn: Connection, cover: Cover, order: Mapping[str, int]) -> Iterator[list[Any]]:
    """The rows that are covered, each as far as it is seen: by collection and id, as (collection, voided ids, positions, columns).

    A file in use is filled in slices, and shows no child before its parent.
    """
    sets = [s for s in conn.execute(_SETS).scalars() if cover.sight(s) is not None]
    names = conn.execute(_NAMES).scalars().all()
    for name in sorted(names, key=lambda n: (order.get(n, len(order)), n)):
        found = conn.execution_options(yield_per=ROWS_READ).execute(_ROWS, {"name": name, "sets": sets})
        for part in _parts(found):
            rows = [
                (r, cut)
                for r in part
                if (cut := cover.cut(r.areas, name, msgspec.msgpack.decode(r.payload))) is not None
            ]
            last, steps = 0, []
            for r, _ in rows:
                steps.append(r.pos - last)
                last = r.pos
            changes = [Change(name, r.record, Op.FIELDS, cut) for r, cut in rows]
            yield [name, [n for n, (r, _) in enumerate(rows) if r.voided], steps, pack_changes(changes)]


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Rows as the frames take them: a desk unpacks a frame at once."""
    part: list[Any] = []
    size = 0
    for row in rows:
        if part and (len(part) == ROWS_PER_FRAME or size + len(row.payload) > FRAME_BYTES):
            yield part
            part, size = [], 0
        part.append(row)
        size += len(row.payload)
    if part:
        yield part
