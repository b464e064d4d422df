"""Keeps what stands in open forms and is not saved yet, so that a crash or a power cut takes no typing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.engine import bulk_engine
from baiyun_desktop.replica.store import Store
from sync.act import Base

AGAIN_S = 5.0
"""After a disk that took nothing: until then only something newly typed is tried."""
_PUT = "INSERT OR REPLACE INTO unsaved (id, at, body) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """One open form: `at` is when it was typed into last, by this PC's clock; `body` plain values that JSON knows."""

    id: str
    at: int
    body: dict[str, Any]


class Unsaved:
    """The table of what is typed and not saved. It is no record: it never travels and nobody else sees it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[KeptForm]:
        """What was kept, what was typed last at the end."""
        with self._store.reading() as conn:
            rows = conn.exec_driver_sql("SELECT id, at, body FROM unsaved ORDER BY at, id").all()
        return [KeptForm(form, at, msgspec.json.decode(body)) for form, at, body in rows]

    def write(self, forms: Iterable[KeptForm], gone: Iterable[str]) -> None:
        """Keeps these and lets go of those, in one transaction. Raises DiskTrouble."""
        rows = [(form.id, form.at, _text_of(form.body)) for form in forms]
        with self._store.aside() as conn:
            for row in rows:
                conn.exec_driver_sql(_PUT, row)
            for form in gone:
                conn.exec_driver_sql("DELETE FROM unsaved WHERE id = ?", (form,))


def _text_of(body: dict[str, Any]) -> bytes:
    """Whatever a declaration or an editor gives (SQLAlchemy's own kind of text for names): no form may be left out."""
    return json.dumps(body, ensure_ascii=False, default=str).encode()


class UnsavedWriter:
    """The thread that writes it: typing never waits for the disk, and of several states of a form only the last counts.

    `failed` is told, in that thread, once for each run of failures; what was not taken is tried again.
    """

    def __init__(self, unsaved: Unsaved, failed: Callable[[Exception], None] = lambda _error: None) -> None:
        self._unsaved, self._failed = unsaved, failed
        self._news = threading.Condition()
        self._waiting: dict[str, KeptForm | None] = {}
        self._writing = self._stopping = self._failing = False
        self._thread: threading.Thread | None = None

    def keep(self, form: KeptForm) -> None:
        """Have this form written as soon as the disk takes it."""
        self._put(form.id, form)

    def let_go(self, form: str) -> None:
        """It is saved, or was discarded on purpose."""
        self._put(form, None)

    def _put(self, name: str, form: KeptForm | None) -> None:
        with self._news:
            self._waiting[name] = form
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="unsaved", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def settled(self, seconds: float) -> bool:
        """Waits until all is written; whether it was in time."""
        with self._news:
            return self._news.wait_for(lambda: not self._waiting and not self._writing, seconds)

    def stop(self, seconds: float = 5.0) -> None:
        """Writes what waits and ends."""
        with self._news:
            self._stopping = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._stopping)
                if not self._waiting:
                    return
                taken, self._waiting, self._writing = self._waiting, {}, True
            done = self._write(taken)
            with self._news:
                self._writing = False
                if not done:  # what is typed meanwhile counts more than what could not be written
                    self._waiting = {**taken, **self._waiting}
                    if self._stopping:
                        return
                    self._news.wait(AGAIN_S)
                self._news.notify_all()

    def _write(self, taken: dict[str, KeptForm | None]) -> bool:
        try:
            gone = [name for name, form in taken.items() if form is None]
            self._unsaved.write([form for form in taken.values() if form is not None], gone)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next key is to be kept again
            if not self._failing:
                self._failing = True
                self._failed(error)
            return False
        self._failing = False
        return True


def carry(conn: Connection, staging: Path, key: bytes) -> None:
    """Puts what is kept here into a filled file that is to take this one's place."""
    rows = [tuple(row) for row in conn.exec_driver_sql("SELECT id, at, body FROM unsaved")]
    if not rows:
        return
    engine = bulk_engine(staging, key)
    try:
        with engine.begin() as filled:
            filled.exec_driver_sql(_PUT, rows)
    finally:
        engine.dispose()


# --- what a form had seen of its record: with it a save after a restart still merges rightly ----------------------------


def snapshot_of(seen: Snapshot | None) -> dict[str, Any] | None:
    """As JSON keeps it."""
    if seen is None:
        return None
    base = [seen.base.pos, seen.base.own]
    return {"kind": seen.kind, "id": seen.id, "values": dict(seen.values), "base": base, "voided": seen.voided}


def snapshot_from(kept: dict[str, Any], now: Base) -> Snapshot:
    """And back. A base beyond today's (the file is an older copy) has seen no more than today's."""
    pos, own = kept["base"]
    base = Base(min(pos, now.pos), min(own, now.own))
    return Snapshot(kept["kind"], kept["id"], kept["values"], base, kept["voided"])
