"""Files on their way: up after the acts that name them, a piece a request, and down when somebody looks at one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from ..blobs import BLOB_BYTES_MAX, hash_of
from ..errors import Busy, Damaged, Refused
from ..outside import Clock
from ..protocol import decode
from ..schema import Schema
from ..wire import BLOB_PATH
from . import blobs
from .apply import Applier
from .journal import Key
from .packs import Line

TRIES_MAX = 3


class Store(Protocol):
    """What files need of the desk's own."""

    def reading(self) -> AbstractContextManager[Connection]: ...

    def writing(self, priority: str = ...) -> AbstractContextManager[Connection]: ...

    def after(self, conn: Connection, touched: frozenset[Key]) -> None: ...


class Report(Protocol):
    """What of a round's report is of files: how many have gone up, and the records whose rows say so."""

    blobs: int
    touched: set[Key]


class Files:
    """Sends and fetches the files of one desk. `writing` is a transaction of the round that runs, `at` names its points."""

    def __init__(
        self,
        schema: Schema,
        line: Line,
        store: Store,
        clock: Clock,
        applier: Applier,
        writing: Callable[[], AbstractContextManager[Connection]],
        alarm: Callable[[str], None],
        at: Callable[[str], None],
    ) -> None:
        self._schema = schema
        self._line = line
        self._store = store
        self._clock = clock
        self._applier = applier
        self._writing = writing
        self._alarm = alarm
        self._at = at
        self._from_s = 0.0

    def fetch(self, name: str) -> bytes:
        """A file that a record held here links, from the district where it is not here yet.

        Raises LineDown, Damaged, or FileNotFoundError where the district has it not (yet).
        """
        with self._store.reading() as conn:
            content = blobs.content_of(conn, name)
        if content is not None:
            return content
        content = b""
        while len(content) <= BLOB_BYTES_MAX and (piece := self._line.get(f"{BLOB_PATH}{name}?at={len(content)}")):
            content += piece
        if hash_of(content) != name:
            raise Damaged("附件传输有误，请重试")
        with self._store.writing("courier") as conn:  # whatever round runs: a file is what its name says
            blobs.attach(conn, content, self._clock.now_ms(), own=False)
            blobs.name_in_rows(conn, self._schema, name)
        return content

    def send_in_time(self, report: Report) -> None:
        """`send`, unless the district has asked for a rest from files: acts do not wait for files."""
        if self._clock.monotonic() < self._from_s:
            return
        try:
            self.send(report)
        except Busy as busy:
            self._from_s = self._clock.monotonic() + busy.retry_after_s

    def send(self, report: Report) -> None:
        """Files go after the acts that name them, on from where an earlier round was cut.

        Raises Busy, or Damaged once all the others have gone.
        """
        with self._store.reading() as conn:
            waiting = blobs.unconfirmed(conn)
        damaged: Damaged | None = None
        for name, size in waiting:
            with self._store.reading() as conn:
                broken = blobs.is_broken(conn, name)
            if broken:
                self._alarm("一份附件在本机已损坏，无法上传，请联系管理员")
                continue
            try:
                self._send_one(name, size)
            except Refused:
                continue  # what named it was erased by law, which this desk has not heard of yet
            except Damaged as error:
                damaged = error  # told when the others have gone up
                continue
            with self._writing() as conn:
                touched = self._applier.sent_blob(conn, name)
                self._store.after(conn, frozenset(touched))
            report.blobs += 1
            report.touched |= touched
        if damaged is not None:
            raise damaged

    def _send_one(self, name: str, size: int) -> None:
        at, again = 0, 0
        while at < size:
            with self._store.reading() as conn:
                piece, sealed = blobs.piece_at(conn, name, at)
            if not piece:
                return
            asked = f"?at={at}&size={size}" + ("&sealed=1" if sealed else "")
            have = decode(self._line.post(f"{BLOB_PATH}{name}{asked}", piece), int)
            again = again + 1 if have <= at else 0
            if have > size or again > TRIES_MAX:
                raise Damaged("附件传输有误，将重新上传")
            at = have
            self._at("blob piece sent")
