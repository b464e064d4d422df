"""A desk's lifeboat: what is saved is in a second place at once, so that a replica that never opens again takes nothing along."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from ..act import Act
from ..lifeboat import (
    KNOWN,
    TAKEN,
    Answer,
    BoatReply,
    Found,
    Frame,
    frame_of,
    inside_of,
    mark_of,
    parts_of,
    request_of,
    scan,
    trace_of,
    written,
)
from ..outside import Random, system_random
from ..protocol import decode, encode
from ..wire import LIFEBOAT_PATH
from .keeping import PLAIN
from .packs import Line

log = logging.getLogger(__name__)

CUT_SHARE = 4
"""What is covered is cut off once it is one part in so many of the file."""
_STATE = "SELECT replica, epoch, next_number, seal, timeline, restores, old_upto, old_pos, lines FROM sync_state"
FILES_WAIT = "SELECT 1 FROM sync_blob WHERE own=1 AND confirmed=0 LIMIT 1"
_COVERED = (
    "SELECT coalesce(max(j.number), 0) FROM sync_journal j, sync_state s"
    " WHERE j.outcome IS NOT NULL AND j.pos>0 AND j.pos<=s.covered"
)


class Place(Protocol):
    """Where the bytes of a lifeboat lie."""

    def read(self) -> bytes: ...

    def append(self, data: bytes) -> None:
        """Outlives this process when it returns; raises OSError, and then the place is as it was."""
        ...

    def replace(self, data: bytes) -> None:
        """All of it or nothing; an empty one is no file."""
        ...


class FilePlace:
    """A file beside the replica.

    With `beside`, a thread of its own has what was appended reach the disk, at once but without a save that waits for it:
    a power cut in between leaves out what the replica has, and the next opening adds it. `close` waits for that.
    """

    def __init__(self, path: Path, *, beside: bool = False) -> None:
        self.path = path
        self._beside = ThreadPoolExecutor(1, "lifeboat") if beside else None
        self._due = self._named = False

    def read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    def append(self, data: bytes) -> None:
        new = not self.path.exists()
        with self.path.open("ab") as file:
            size = file.tell()
            try:
                file.write(data)
                file.flush()
            except OSError:
                with suppress(OSError):  # what stays of it is passed over when the file is read
                    file.truncate(size)
                raise
        if new:
            os.chmod(self.path, 0o600)
        if self._beside is None:
            self._to_disk()
        elif not self._due:
            self._due = True
            self._beside.submit(self._to_disk)

    def _to_disk(self) -> None:
        self._due = False  # what is appended from here on is the next turn's
        try:
            with self.path.open("rb+") as file:
                os.fsync(file.fileno())
            if not self._named:
                sync_folder(self.path.parent)
                self._named = True
        except OSError as error:
            log.error("the lifeboat did not reach the disk: %s", error)

    def close(self) -> None:
        if self._beside is not None:
            self._beside.shutdown()

    def replace(self, data: bytes) -> None:
        if not data:
            self.path.unlink(missing_ok=True)
            return
        aside = self.path.with_name(self.path.name + ".new")
        with aside.open("wb") as file:
            os.chmod(aside, 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path)
        sync_folder(self.path.parent)


class Boat:
    """Follows one journal: `prepare` at the end of each transaction, `put` right after its commit.

    A save stands whatever becomes of this file: `trouble` says what stood in the way, and the next save tries again.
    """

    def __init__(
        self,
        place: Place,
        secret: bytes,
        random: Random = system_random,
        *,
        named: Callable[[], None] = lambda: None,
    ) -> None:
        """`named` is called after an act was saved while files wait to be sent: see `lifeboat_files`."""
        self._place, self._secret, self._random = place, secret, random
        self._named, self._files_wait = named, False
        self._marks: set[bytes] = set()
        self._upto: tuple[int, int] | None = None
        """(epoch, next number) up to which all is in the file; None where that has to be looked up."""
        self._ready: list[Frame] = []
        self._next: tuple[int, int] | None = None
        self.trouble = ""

    def board(self, conn: Connection) -> None:
        """To be called when the replica is opened: cuts off what backups cover, and adds what a power cut left out."""
        try:
            data = self._place.read()
            frames, broken = scan(data)
            if broken:
                log.warning("%d places of the lifeboat cannot be read", broken)
            end = covered_end(frames, conn)
            if end and end * CUT_SHARE >= len(data):
                self._place.replace(data[end:])
                frames = [f for f in frames if f.end > end]
        except OSError as error:
            self._troubled(error)
            return
        self._marks = {f.frame.mark for f in frames}
        self._upto = None
        self.prepare(conn)
        self.put()

    def prepare(self, conn: Connection) -> None:
        """Seals what this transaction, or one before it, has saved and the file has not."""
        try:
            self._prepare(conn)
        except ValueError as error:  # no key to seal to: the save stands all the same
            self._troubled(error)

    def _prepare(self, conn: Connection) -> None:
        replica, epoch, following, public, timeline, restores, old_upto, old_pos, _ = conn.exec_driver_sql(_STATE).one()
        self._ready, self._next = [], None
        if not public or self._upto == (epoch, following):
            return
        since = self._upto[1] if self._upto and self._upto[0] == epoch and self._upto[1] < following else 0
        first = since or covered_number(conn) + 1
        sql = "SELECT number, body FROM sync_journal WHERE number>=? AND kept=? ORDER BY number"
        past = timeline, json.loads(restores), old_upto, old_pos
        for number, body in conn.exec_driver_sql(sql, (first, PLAIN)).all():
            mark = mark_of(body, self._secret)
            if mark not in self._marks:
                inside = inside_of(body, *past, _before(conn, number))
                whose = replica, epoch, number
                self._ready.append(frame_of(*whose, inside, mark, bytes(public), self._secret, self._random))
        self._next = epoch, following
        self._files_wait = bool(self._ready) and conn.exec_driver_sql(FILES_WAIT).first() is not None

    def put(self) -> None:
        """The transaction is committed: its acts go to the disk here too."""
        if self._next is None:
            return
        if self._files_wait:
            self._files_wait = False
            self._named()
        try:
            if self._ready:
                self._place.append(written(self._ready))
        except OSError as error:
            self._troubled(error)
        else:
            self._marks |= {f.mark for f in self._ready}
            self._upto, self.trouble = self._next, ""
        self._ready, self._next = [], None

    def _troubled(self, error: Exception) -> None:
        self.trouble = str(error)
        log.error("the lifeboat could not be written: %s", error)


def _before(conn: Connection, number: int) -> tuple[int, bytes]:
    """The act before one in this file, as `Inside.after` has it; where its content has been let go, nothing is said."""
    sql = "SELECT number, body, kept FROM sync_journal WHERE number<? ORDER BY number DESC LIMIT 1"
    found = conn.exec_driver_sql(sql, (number,)).first()
    if found is None or found[2] != PLAIN:
        return 0, b""
    return int(found[0]), trace_of(msgspec.msgpack.decode(found[1], type=Act))


def covered_end(frames: Sequence[Found], conn: Connection) -> int:
    """How many first bytes of a file hold nothing but acts that backups of the district have had for weeks.

    The file is in the order of saving. Acts are taken in theirs, so that one which is covered vouches for those before it.
    An act that a fork has renumbered stands in the file twice; its older frame goes with what was written after it.
    """
    _, epoch, *_, lines = conn.exec_driver_sql(_STATE).one()
    upto, end = covered_number(conn), 0
    forks = json.loads(lines)
    for found in frames:
        number = number_today(found.frame.epoch, found.frame.number, epoch, forks)
        if number is not None and number > upto:
            break
        end = found.end if number is not None else end
    return end


def covered_number(conn: Connection) -> int:
    """The last act that backups of the district have had for weeks."""
    return int(conn.exec_driver_sql(_COVERED).scalar_one())


def number_today(was: int, number: int, epoch: int, forks: Sequence[tuple[int, int]]) -> int | None:
    """The number in the journal of an act that had this one in an epoch, None where a fork gave it another."""
    if was == epoch:
        return number
    at = next((n for n, (old, _) in enumerate(forks) if old == was), None)
    shared = at is not None and all(number < parted for _, parted in forks[at:])
    return number if shared else None


@dataclass(slots=True)
class Sent:
    """What the district said of a lifeboat: how many acts came to which fate, and what to tell of single ones."""

    fates: dict[str, int] = field(default_factory=dict)
    broken: int = 0
    """Places of the file that are no frame any more."""
    reasons: list[str] = field(default_factory=list)
    left: int = 0
    """Frames that stay in the file until a backup covers them."""
    covered: int = 0
    """The position up to which a backup off the district's machine goes."""
    files: dict[str, int] = field(default_factory=dict)
    """The same of the files beside it (`lifeboat_files`)."""
    files_left: int = 0


def send(line: Line, place: Place, *, prune: bool = False, at: Callable[[str], None] = lambda _point: None) -> Sent:
    """Hands a lifeboat to the district over any desk's line; sent again, it changes nothing.

    With `prune`, where no replica follows the file any more, what a backup of the district covers leaves it. What cannot be
    opened stays and is counted. Raises LineDown and what `wire` names; what had been sent counts.
    """
    data = place.read()
    found, broken = scan(data)
    sent, answers, covered = Sent(broken=broken), list[Answer](), 0
    for repeated, part in parts_of([f.frame for f in found]):
        reply = decode(line.post(LIFEBOAT_PATH, encode(request_of(part))), BoatReply)
        at("part answered")
        answers += reply.answers[repeated:]
        covered = reply.covered
    for answer in answers:
        sent.fates[answer.fate] = sent.fates.get(answer.fate, 0) + 1
        if answer.reason and answer.reason not in sent.reasons:
            sent.reasons.append(answer.reason)
    sent.covered = covered
    end = _answered_end(found, answers, covered) if prune else 0
    if end:
        place.replace(data[end:])
    sent.left = sum(f.end > end for f in found)
    return sent


def _answered_end(found: Sequence[Found], answers: Sequence[Answer], covered: int) -> int:
    """The bytes before the first act that a backup may lack; nothing is cut behind what the district could not take."""
    end = 0
    for each, answer in zip(found, answers, strict=False):
        if answer.fate not in (TAKEN, KNOWN) or answer.pos > covered:
            break
        end = each.end if answer.pos else end
    return end


def sync_folder(folder: Path) -> None:
    """A name is on the disk once its folder is; Windows does that by itself, and opens no folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
