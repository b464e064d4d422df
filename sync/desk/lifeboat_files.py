"""The files of a lifeboat: photographs and scans that the district has not got lie a second time, sealed, outside the replica."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from ..lifeboat import (
    DAMAGED,
    KNOWN,
    TAKEN,
    Answer,
    BoatReply,
    FilePiece,
    Frame,
    mark_of,
    parts_of,
    piece_frame,
    request_of,
    scan,
    written,
)
from ..limits import LIMITS
from ..outside import Random, system_random
from ..protocol import decode, encode
from ..wire import LIFEBOAT_PATH
from .lifeboat import Sent, covered_number, number_today, sync_folder
from .packs import Line

log = logging.getLogger(__name__)

TRIES_MAX = 3
NO_ROOM = "the files that the district has not got are more than a lifeboat takes"
_STATE = "SELECT replica, epoch, next_number, seal, covered, lines FROM sync_state"
_OWN = (
    "SELECT hash, size, confirmed, pos, sealed, EXISTS (SELECT 1 FROM sync_blob_named n WHERE n.hash=b.hash)"
    " FROM sync_blob b WHERE own=1 ORDER BY at, hash"
)
_PIECES = "SELECT at, body FROM sync_blob_piece WHERE hash=? ORDER BY at"


class Hold(Protocol):
    """Where the files of a lifeboat lie, each under a name."""

    def sizes(self) -> dict[str, int]:
        """What lies there, the oldest first."""
        ...

    def read(self, name: str) -> bytes: ...

    def write(self, name: str, data: bytes) -> None:
        """Whole and on the disk when it returns; raises OSError, and then it is not there."""
        ...

    def rename(self, name: str, to: str) -> None: ...

    def remove(self, name: str) -> None: ...


class FolderHold:
    """A folder beside the replica; it is there as long as there is something in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def sizes(self) -> dict[str, int]:
        if not self.path.is_dir():
            return {}
        found = {p.name: p.stat() for p in self.path.iterdir() if not p.name.endswith(".new")}
        return {name: found[name].st_size for name in sorted(found, key=lambda n: (found[n].st_mtime_ns, n))}

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        self.path.mkdir(mode=0o700, exist_ok=True)
        aside = self.path / f"{name}.new"
        try:
            with aside.open("wb") as file:
                os.chmod(aside, 0o600)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        aside.replace(self.path / name)
        sync_folder(self.path)

    def rename(self, name: str, to: str) -> None:
        (self.path / name).replace(self.path / to)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)
        with suppress(OSError):  # there is more in it
            self.path.rmdir()


@dataclass(frozen=True, slots=True)
class Aboard:
    """What a name in a hold says: whose file it is, its desk's last act by then, and where the district got it by a lifeboat."""

    mark: str
    epoch: int
    number: int
    sent: int | None = None

    @classmethod
    def of(cls, name: str) -> Aboard | None:
        mark, *numbers = name.split("-")
        if len(numbers) not in (2, 3) or not all(n.isdigit() for n in numbers):
            return None
        return cls(mark, *map(int, numbers))

    @property
    def name(self) -> str:
        return "-".join(str(n) for n in (self.mark, self.epoch, self.number, self.sent) if n is not None)


class Cargo:
    """Brings a hold in line with one replica: in what the district has not got, out what its backups have had for weeks.

    Files go in a thread of their own with `beside`: no save waits for a photograph to be written twice. What a power cut
    leaves out is added when the replica is opened again. `trouble` says what stood in the way.
    """

    def __init__(
        self,
        hold: Hold,
        secret: bytes,
        reading: Callable[[], AbstractContextManager[Connection]],
        random: Random = system_random,
        *,
        beside: bool = False,
        most: int = LIMITS.lifeboat_files_bytes,
    ) -> None:
        self._hold, self._secret, self._reading, self._random = hold, secret, reading, random
        self._most = most
        self._beside = ThreadPoolExecutor(1, "lifeboat-files") if beside else None
        self._due = False
        self.trouble = ""

    def soon(self) -> None:
        """An act that names a file was saved, or the district has answered."""
        if self._beside is None:
            self._stow()
        elif not self._due:
            self._due = True
            self._beside.submit(self._stow)

    def close(self) -> None:
        """Ends when what is due lies there."""
        if self._beside is not None:
            self._beside.shutdown()

    def _stow(self) -> None:
        self._due = False  # what is attached from here on is the next turn's
        try:
            self.trouble = "" if self._in_line() else NO_ROOM
        except Exception as error:
            self.trouble = str(error)
            log.exception("the files of the lifeboat could not be written")

    def _in_line(self) -> bool:
        """Whether all that has to be there is."""
        with self._reading() as conn:
            replica, epoch, following, public, covered, lines = conn.exec_driver_sql(_STATE).one()
            own = {self._mark(row[0]): row for row in conn.exec_driver_sql(_OWN).all()}
            upto = covered_number(conn)
        sizes, there = self._hold.sizes(), dict[str, str]()
        for name in sizes:
            aboard = Aboard.of(name)
            number = None if aboard is None else number_today(aboard.epoch, aboard.number, epoch, json.loads(lines))
            if aboard is not None and _over(aboard, own.get(aboard.mark), covered, number, upto):
                self._hold.remove(name)
            elif aboard is not None:
                there[aboard.mark] = name
        left = {mark: sizes[name] for mark, name in there.items()}
        for mark, (name, size, confirmed, _, sealed, named) in own.items():
            if not public or confirmed or sealed or not named or mark in there:
                continue
            if not self._room(left, size, there, own):
                return False
            self._hold.write(Aboard(mark, epoch, following - 1).name, self._content(name, size, replica, bytes(public)))
            left[mark] = size
        return True

    def _room(self, left: dict[str, int], size: int, there: dict[str, str], own: dict[str, Any]) -> bool:
        """Makes room: what the district has is there twice anyway, and goes before anything that only this PC has."""
        for mark in [m for m in left if m in there and m in own and own[m][2]]:
            if sum(left.values()) + size <= self._most:
                break
            self._hold.remove(there[mark])
            del left[mark]
        return sum(left.values()) + size <= self._most

    def _content(self, name: str, size: int, replica: str, public: bytes) -> bytes:
        with self._reading() as conn:
            pieces = conn.exec_driver_sql(_PIECES, (name,)).all()
        return written(self._frames(name, size, pieces, replica, public))

    def _frames(self, name: str, size: int, pieces: Any, replica: str, public: bytes) -> Iterator[Any]:
        for at, body in pieces:
            piece = FilePiece(name, size, at, bytes(body))
            mark = mark_of(name.encode(), self._secret)
            yield piece_frame(replica, piece, mark, public, self._secret, self._random)

    def _mark(self, name: str) -> str:
        """A file's name outside the replica, which tells nobody what is in it."""
        return mark_of(name.encode(), self._secret).hex()


def _over(aboard: Aboard, row: Any, covered: int, number: int | None, upto: int) -> bool:
    """Whether backups of the district have had a file for weeks.

    The replica says it of its own ones. It may have gone back in time and know nothing of a file: then whoever sent the
    lifeboat has noted it. One that it dropped, since it was erased, goes when the acts of its day do.
    """
    if row is not None:
        _, _, confirmed, pos, *_ = row
        return bool(confirmed) and pos is not None and pos < covered
    return (aboard.sent is not None and aboard.sent < covered) or (number is not None and number <= upto)


def send_files(
    line: Line, hold: Hold, sent: Sent, *, prune: bool = False, at: Callable[[str], None] = lambda _point: None
) -> None:
    """Hands the files to the district, after the acts that name them (`lifeboat.send`, whose `sent` it adds to).

    Sent again, it changes nothing; cut, it goes on from there. With `prune` what a backup of the district covers leaves the
    hold. Raises as `send` does.
    """
    names = hold.sizes()
    if names and not sent.covered:  # all its acts have left the lifeboat
        sent.covered = decode(line.post(LIFEBOAT_PATH, encode(request_of([]))), BoatReply).covered
    for name in names:
        aboard = Aboard.of(name)
        if aboard is None:
            continue
        if prune and aboard.sent is not None and aboard.sent < sent.covered:
            hold.remove(name)
            continue
        sent.files_left += 1
        found, broken = scan(hold.read(name))
        frames = [f.frame for f in found]
        said = _send_one(line, frames, at) if frames and not broken else Answer(DAMAGED)
        sent.files[said.fate] = sent.files.get(said.fate, 0) + 1
        if said.reason and said.reason not in sent.reasons:
            sent.reasons.append(said.reason)
        if said.pos and aboard.sent is None:
            hold.rename(name, replace(aboard, sent=said.pos).name)


def _send_one(line: Line, frames: list[Frame], at: Callable[[str], None]) -> Answer:
    """One file's pieces, on from what the district has; its first piece asks how much that is."""
    fate, have, again, part = "", -1, 0, frames[:1]
    while True:
        reply = decode(line.post(LIFEBOAT_PATH, encode(request_of(part))), BoatReply)
        at("file answered")
        last = reply.answers[-1]
        fate = fate or last.fate
        if last.pos or last.fate not in (TAKEN, KNOWN):
            return msgspec.structs.replace(last, fate=fate if last.pos else last.fate)
        again = again + 1 if last.have <= have else 0
        have = max(have, last.have)
        start = max((n for n, f in enumerate(frames) if f.number <= last.have), default=0)
        if again > TRIES_MAX:
            return Answer(DAMAGED)
        _, part = next(iter(parts_of(frames[start:])))
