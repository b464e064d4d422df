"""Writes the desk's audit through the one door: an entry first, and only then what it is about may be shown."""

from __future__ import annotations

import platform
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from baiyun_desktop.kernel.audit import ENTRY, Doing, sealed
from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.replica.drafts import travelling
from baiyun_desktop.replica.numbers import CHINA
from baiyun_desktop.replica.replica import Replica

VERB = "审计"
REASON_CHARS_MAX = 200


@lru_cache
def device() -> str:
    """The PC as its administrator knows it."""
    return platform.node()[:60]


class Audit:
    """One desk's book. An entry is an act like any other: it is on the disk when `note` returns, and travels by itself."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._one = threading.Lock()
        """Between reading the last entry and writing the next; one process holds a replica, so no other can come between."""

    @property
    def book(self) -> str:
        """The id of this desk's book, which is the desk's own."""
        return self._replica.identity.replica

    def note(
        self,
        what: Doing,
        *,
        kind: str = "",
        record: str = "",
        fields: Sequence[str] = (),
        reason: str = "",
        officer: str = "",
    ) -> None:
        """Appends one entry. Raises what the door raises; whoever calls shows nothing then."""
        now = self._replica.clock.now_ms()
        entry = {
            "book": self.book,
            "at": now,
            "when": f"{datetime.fromtimestamp(now / 1000, CHINA):%Y-%m-%d %H:%M:%S}",
            "who": officer or self._replica.officer,
            "post": self._replica.identity.post,
            "what": what.value,
            "kind": str(kind),  # a table's name is SQLAlchemy's own kind of text, which does not travel
            "record": record,
            "fields": " ".join(map(str, fields)),
            "reason": reason.strip()[:REASON_CHARS_MAX],
            "device": device(),
        }
        said = {name: travelling(value) for name, value in entry.items()}
        with self._one:
            draft = Draft(ENTRY, self._replica.ids.new(), values=sealed(said, self._last()), new=True)
            self._replica.door.save([draft], VERB, officer=officer)

    def _last(self) -> dict[str, Any] | None:
        found = self.entries(limit=1)
        return dict(found[0].values) if found else None

    def entries(self, limit: int = 200) -> list[Snapshot]:
        """This desk's entries, the latest first."""
        own = (Condition("book", Test.IS, self.book),)
        return self._replica.read.list(ENTRY, own, ("-seq",), 0, limit).rows

    def last_reason(self, what: Doing = Doing.REVEAL) -> str:
        """The reason that this officer gave last: it is offered first."""
        own = (
            Condition("book", Test.IS, self.book),
            Condition("what", Test.IS, what.value),
            Condition("who", Test.IS, self._replica.officer),
        )
        found = self._replica.read.list(ENTRY, own, ("-seq",), 0, 1).rows
        return str(found[0].get("reason", "")) if found else ""
