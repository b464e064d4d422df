"""The engine broken on purpose, one promise at a time: a simulator that does not notice is no simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

import sync.district.feed
from sync.desk.apply import Applier
from sync.district.accept import Acceptor, UnitReader
from sync.district.doubts import Doubts
from sync.district.membership import Membership
from sync.district.taking import Taker
from sync.district.unit import Unit
from sync.merge import Author


@dataclass(frozen=True, slots=True)
class Breakage:
    """Attributes that stand otherwise while it lasts."""

    puts: tuple[tuple[Any, str, Any], ...]

    def __call__(self) -> AbstractContextManager[None]:
        return self._broken()

    @contextmanager
    def _broken(self) -> Iterator[None]:
        before = [(owner, name, owner.__dict__[name]) for owner, name, _ in self.puts]
        for owner, name, value in self.puts:
            setattr(owner, name, value)
        try:
            yield
        finally:
            for owner, name, value in before:
                setattr(owner, name, value)


def _nothing(*_args: Any, **_named: Any) -> None:
    return None


_desk = Taker._desk
_cursor = Applier._cursor
_with_own = Applier._with_own
_take = Applier._take
_settle_acts = Applier._settle_acts


def _any_fence(self: Any, conn: Any, replica: str, request: Any, *, fence: bool = False) -> Any:
    return _desk(self, conn, replica, msgspec.structs.replace(request, fence=2**40), fence=False)


def _last_cursor(self: Any, conn: Any, pos: int, tag: bytes, change: int, count: int) -> None:
    if tag:
        _cursor(self, conn, pos, tag, change, count)


def _no_own(self: Any, entries: Any, *_rest: Any) -> Any:
    return entries


def _early(self: Any, conn: Any, pos: int) -> Any:
    return _settle_acts(self, conn, 2**60)


def _seen_again(self: Any, conn: Any, entry: Any, *, repair: bool = False) -> Any:
    return _take(self, conn, entry, repair=True)


def _half(self: Any, mark: int) -> None:
    del self._undo[mark:]


def _kept(self: Any, conn: Any, key: Any, current: Any) -> tuple[int, int]:
    return (-current.rowhash, -1) if current else (0, 0)


BREAKAGES = {
    "everything counts as seen": Breakage(((Author, "saw", lambda self, stamp: True),)),
    "fences are ignored": Breakage(((Taker, "_desk", _any_fence),)),
    "digests are not kept": Breakage(((sync.district.feed, "sum_up", _nothing),)),
    "held acts are never released": Breakage(((Taker, "_release", _nothing),)),
    "rows that leave stay in the file": Breakage(((Applier, "_leave", _kept),)),
    "what waited to leave never does": Breakage(((Applier, "_leave_at_last", _nothing),)),
    "slices without a cursor": Breakage(((Applier, "_cursor", _last_cursor),)),
    "own acts are not written down": Breakage(((Applier, "_with_own", _no_own),)),
    "acts leave the shown sum with their verdict": Breakage(((Applier, "_settle_acts", _early),)),
    "a refused act stays half": Breakage(((Unit, "rollback", _half),)),
    "areas do not follow": Breakage(((Membership, "refresh", lambda self, keys: {}),)),
    "steps are not judged": Breakage(((Acceptor, "_judged", lambda self, change: False),)),
    "a guard sees no history": Breakage(((UnitReader, "children", lambda self, collection, parent: []),)),
    "doubts are not looked for": Breakage(((Doubts, "check", lambda self, keys: []),)),
    "a base is what the desk knows now": Breakage(
        ((Author, "made", lambda self, desk, number: desk == self.stamp.desk or number < self.base.pos),)
    ),
    "packs keep what has left": Breakage(((Applier, "held", lambda self, conn, upto: []),)),
}
"""Each by what an engineer would say of it."""
