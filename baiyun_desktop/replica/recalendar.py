"""Reckons anew what is due when the district enters a calendar, while people work: some records at a time."""

from __future__ import annotations

import threading

from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.replica import dues, reckoning
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.store import Store

SLICE_ROWS = 100
"""Records of one transaction: a waiting save goes in between."""


class Reckoning:
    """Brings what is due in line with another calendar, some records a transaction, so that nobody waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._one_at_a_time = threading.Lock()  # or one of two that were heard of would be marked for the other
        self._leaving = threading.Event()
        self._beside: threading.Thread | None = None
        store.publisher.subscribe(self._heard)

    def begin(self) -> None:
        """When the file is opened: what was broken off goes on in a thread of its own, and nobody waits for it."""
        with self._store.reading() as conn:
            if reckoning.marked(conn) == reckoning.print_of(conn):
                return
        self._beside = threading.Thread(target=self.catch_up, name="reckoning", daemon=True)
        self._beside.start()

    def wait(self) -> None:
        """Until what was begun is done."""
        if self._beside is not None:
            self._beside.join()

    def stop(self) -> None:
        """Before the file is closed: the slice at work is the last, and the next opening goes on after it."""
        self._leaving.set()
        self.wait()

    def _heard(self, changes: Changes) -> None:
        if calendar_year.COLLECTION in changes.kinds:
            self.catch_up()

    def catch_up(self) -> None:
        """Does nothing where the table is of the calendar that the replica holds. Interrupted, it goes on from there."""
        layout = self._store.layout
        with self._one_at_a_time:
            with self._store.reading() as conn:
                held = reckoning.print_of(conn)
                if reckoning.marked(conn) == held:
                    return
                calendar, (reached, last) = dues.calendar_of(conn, layout), reckoning.reached(conn, held)
            kinds = list(layout.limited)
            for kind in kinds[kinds.index(reached) if reached in kinds else 0 :]:
                after: str | None = last if kind == reached else ""
                while after is not None:
                    if self._leaving.is_set():
                        return
                    after = self._slice(kind, after, calendar, held)
            with self._store.aside() as conn:
                reckoning.mark(conn, held)

    def _slice(self, kind: str, last: str, calendar: Calendar, held: str) -> str | None:
        """The next records after one; the last of them, or None where there are no more."""
        layout = self._store.layout
        with self._store.transaction(Priority.COURIER) as txn:
            part = reckoning.part_of(txn.conn, layout, kind, last, SLICE_ROWS)
            changed = reckoning.settle(txn.conn, layout, kind, part, calendar)
            txn.touch((kind, record) for record in changed)
            if part:
                reckoning.note(txn.conn, held, kind, part[-1][0])
        return part[-1][0] if part else None
