"""Names the points that a district's transactions come to, seen from its database alone, whatever its code looks like."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event

JUDGING, HELLO, ENROLLING = "judging", "hello", "enrolling"
STATEMENTS = {
    "insert into head": "publishing heads",
    "insert into feed ": "publishing the feed",
    "insert into feed_area": "publishing areas",
    "insert into position": "publishing positions",
    "update meta": "publishing the cursor",
    "insert into act": "writing the verdicts",
}
"""What a worker is about to do, by how the statement for it begins."""
_WHICH = {"insert into act": JUDGING, "insert into desk": ENROLLING, "update epoch": HELLO}


class Points:
    """Tells where transactions of an engine are; the last word is what the transaction turned out to be."""

    def __init__(self, engine: Engine, at: Callable[[str], None]) -> None:
        self._at = at
        self._doing = threading.local()
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._commit)
        self._do_commit: Callable[[Any], None] = engine.dialect.do_commit
        engine.dialect.do_commit = self._committed  # type: ignore[assignment,method-assign]

    def _begin(self, _conn: Connection) -> None:
        self._doing.what = ""

    def _statement(self, _conn: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        text = statement.lower()
        for beginning, point in STATEMENTS.items():
            if text.startswith(beginning):
                self._at(point)
        for beginning, what in _WHICH.items():
            if text.startswith(beginning) and getattr(self._doing, "what", "") not in (JUDGING, ENROLLING):
                self._doing.what = what

    def _commit(self, _conn: Connection) -> None:
        if what := getattr(self._doing, "what", ""):
            self._at(f"before commit of {what}")

    def _committed(self, connection: Any) -> None:
        self._do_commit(connection)
        if what := getattr(self._doing, "what", ""):
            self._doing.what = ""
            self._at(f"after commit of {what}")
