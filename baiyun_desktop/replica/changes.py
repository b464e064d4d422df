"""The one refresh path: whoever changed data, clerk or courier, every screen hears of it as `Changes`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

log = logging.getLogger(__name__)

Touched = frozenset[tuple[str, str]]
"""(kind, id) of records whose shown row, history or state may look different now."""

ANY = ""
"""As an id in `Changes`: each record of that kind may be another one, since a new desk was filled."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one transaction changed. `act` is the journal's number where the clerk wrote, else 0."""

    ids: Touched = frozenset()
    act: int = 0
    batch: str = ""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that have a changed record: enough for a list to know whether to look again."""
        return frozenset(kind for kind, _ in self.ids)

    def __bool__(self) -> bool:
        return bool(self.ids)

    def of(self, kind: str) -> frozenset[str]:
        """The ids of one kind that changed."""
        return frozenset(record for name, record in self.ids if name == kind)


Subscriber = Callable[[Changes], None]


class Publisher:
    """Calls each subscriber in the thread that committed; a screen hands it to its own thread.

    One subscriber's bug must neither undo a save that is already on disk nor keep the news from the others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hear of every commit from now on; call the answer to stop."""
        with self._lock:
            self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            with self._lock:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return unsubscribe

    def publish(self, changes: Changes) -> None:
        """Tell everyone, unless nothing changed."""
        if not changes:
            return
        with self._lock:
            subscribers = tuple(self._subscribers)
        for subscriber in subscribers:
            try:
                subscriber(changes)
            except Exception:
                log.exception("a subscriber failed on %d changed records", len(changes.ids))


def merge(parts: Iterable[Changes]) -> Changes:
    """Several commits as one piece of news."""
    ids: set[tuple[str, str]] = set()
    act, batch = 0, ""
    for part in parts:
        ids |= part.ids
        act, batch = max(act, part.act), part.batch or batch
    return Changes(frozenset(ids), act, batch)
