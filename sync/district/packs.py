"""Ready-made snapshots of what one cover holds (areas, whole or in views): built once, immutable, fetched in pieces."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import zstandard
from sqlalchemy import Connection, select

from ..act import Change, Op
from ..codec import pack_changes
from ..protocol import VERSION, PackHead
from .feed import digest_of
from .parts import Parts
from .scope import fingerprint
from .sight import Cover
from .tables import DIGEST, HEAD, META

ROWS_PER_FRAME = 4_000
LEVEL = 12
REUSE_POSITIONS_MAX = 2_000
"""A pack older than this many positions is made anew: its tail would cost more than it saves."""

KEPT_S = 24 * 3600


class Packs:
    """The packs of one district, as files in a folder. `order` names its collections, parents before children."""

    def __init__(self, folder: Path, schema: str, order: Sequence[str] = ()) -> None:
        self.folder = folder
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
        meta = conn.execute(select(META.c.pos, META.c.tag, META.c.horizon, META.c.timeline)).one()
        prefix = f"{meta.timeline}-{fingerprint(cover.names)}-{self._schema}-"
        for link in sorted(self.folder.glob(prefix + "*"), reverse=True):
            pos = int(link.name.removeprefix(prefix))
            if max(meta.horizon, since) <= pos and meta.pos - pos <= REUSE_POSITIONS_MAX:
                return link.read_text("ascii"), pos
        name = self._build(conn, cover, meta.pos, meta.tag, fresh)
        link = self.folder / f"{prefix}{meta.pos:012d}"
        self._put(link, name.encode())
        self._forget_old(prefix, keep=link)
        return name, meta.pos

    def held_by(self, name: str, cover: Cover) -> bool:
        """Whether a pack was built for exactly this cover: nobody fetches another post's."""
        mark = f"-{fingerprint(cover.names)}-{self._schema}-"
        return any(mark in link.name and link.read_text("ascii") == name for link in self.folder.glob(f"*{mark}*"))

    def forget(self) -> None:
        """Makes all packs unusable: what they hold may be of a past that is none any more."""
        for link in self.folder.glob("*-*-*-*"):
            link.unlink(missing_ok=True)

    def _put(self, path: Path, content: bytes) -> None:
        """Writes a small file so that a reader finds it whole or not at all."""
        staging = self.folder / f".{uuid4().hex}.part"
        staging.write_bytes(content)
        staging.replace(path)

    def _forget_old(self, prefix: str, keep: Path) -> None:
        """Removes packs of the same areas that no desk is told of any more, a day after the last could have begun."""
        for link in self.folder.glob(prefix + "*"):
            if link != keep and time.time() - link.stat().st_mtime > KEPT_S:
                (self.folder / f"{link.read_text('ascii')}.pack").unlink(missing_ok=True)
                link.unlink(missing_ok=True)

    def _build(self, conn: Connection, cover: Cover, pos: int, tag: bytes, fresh: Parts | None) -> str:
        total, rows = digest_of(conn, cover, fresh)
        head = PackHead(VERSION, pos, tag, fingerprint(cover.names), self._schema, rows, total)
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


def _frames(conn: Connection, cover: Cover, order: Mapping[str, int]) -> Iterator[list[Any]]:
    """The rows that are covered, each as far as it is seen: by collection and id, as (collection, voided ids, positions, columns).

    A file in use is filled in slices, and shows no child before its parent.
    """
    sets = [s for s in conn.execute(select(DIGEST.c.areas)).scalars() if cover.sight(s) is not None]
    names = conn.execute(select(HEAD.c.collection).distinct()).scalars().all()
    for name in sorted(names, key=lambda n: (order.get(n, len(order)), n)):
        query = select(HEAD.c.record, HEAD.c.pos, HEAD.c.voided, HEAD.c.payload, HEAD.c.areas)
        query = query.where(HEAD.c.collection == name, HEAD.c.areas.in_(sets)).order_by(HEAD.c.record)
        result = conn.execution_options(yield_per=ROWS_PER_FRAME).execute(query)
        for part in result.partitions(ROWS_PER_FRAME):
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
