"""Writes the desk's audit through the one door: an entry first, and only then what it is about may be shown."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.audit import AUDIT_AREA, ENTRY, Doing, Link, link_of, sealed
from baiyun_desktop.replica.acting import Officers, Write
from baiyun_desktop.replica.drafts import travelling
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.numbers import CHINA
from baiyun_desktop.replica.papers import EXPORT, PaperUse
from baiyun_desktop.replica.store import Store, Transaction
from baiyun_desktop.replica.taking_out import not_done
from sync.act import Change, Op
from sync.desk.journal import Journal
from sync.desk.status import Status
from sync.outside import Ids

VERB = "审计"
REASON_CHARS_MAX = 200
_ENTRIES = f"""
    SELECT count(*) FROM sync_touch t JOIN sync_journal j ON j.number = t.number
    WHERE t.collection = '{ENTRY}' AND j.outcome IS NULL
"""
_OLDEST = f"""
    SELECT at FROM sync_journal j WHERE outcome IS NULL
    AND NOT EXISTS (SELECT 1 FROM sync_touch t WHERE t.number = j.number AND t.collection = '{ENTRY}')
    ORDER BY number LIMIT 1
"""


@lru_cache
def device() -> str:
    """The PC as its administrator knows it."""
    return platform.node()[:60]


class Audit:
    """One desk's chain. An entry is an act of its own: it is on the disk when `note` returns, and travels by itself.

    The district has it then, and this desk no more; the chain's end stays here, written in the entry's own transaction.
    """

    def __init__(self, store: Store, journal: Journal, ids: Ids, desk: Officers, write: Write) -> None:
        self._store, self._journal, self._ids, self._desk, self._write = store, journal, ids, desk, write
        self._reasons: dict[tuple[Doing, str], str] = {}

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
        """Appends one entry. Raises what the door raises; whoever calls shows nothing then.

        A list of people leaves the program after its entry and never without, and so is a covered value shown: a role
        that takes none out or sees none whole gets none. Raises DoorRefusal.
        """
        if why := not_done(self._desk.role, what):
            raise DoorRefusal(why)
        with self._store.transaction(Priority.CLERK) as txn:
            self.within(txn, what, kind=kind, record=record, fields=fields, reason=reason, officer=officer)
        self._reasons[what, officer or self._desk.officer] = reason.strip()

    def within(
        self,
        txn: Transaction,
        what: Doing,
        *,
        kind: str = "",
        record: str = "",
        fields: Sequence[str] = (),
        reason: str = "",
        officer: str = "",
    ) -> None:
        """The same, in the transaction of what it is about: there are both or neither."""
        now, who = self._store.clock.now_ms(), officer or self._desk.officer
        entry = {
            "area": AUDIT_AREA,
            "desk": self._desk.identity.replica,
            "epoch": txn.conn.exec_driver_sql("SELECT epoch FROM sync_state").scalar_one(),
            "at": now,
            "when": f"{datetime.fromtimestamp(now / 1000, CHINA):%Y-%m-%d %H:%M:%S}",
            "who": who,
            "post": self._desk.identity.post,
            "what": what.value,
            "kind": str(kind),  # a table's name is SQLAlchemy's own kind of text, which does not travel
            "record": record,
            "fields": " ".join(map(str, fields)),
            "reason": reason.strip()[:REASON_CHARS_MAX],
            "device": device(),
        }
        values = sealed({name: travelling(value) for name, value in entry.items()}, self._last(txn.conn))
        said = {name: value for name, value in values.items() if value not in (None, "")}
        change = Change(ENTRY, self._ids.new(), Op.CREATE, said)
        self._write(txn, self._journal.base(txn.conn), [change], VERB, officer=who)
        link = link_of(values)
        sql = "INSERT OR REPLACE INTO audit_chain (one, seq, hash) VALUES (1, ?, ?)"
        txn.conn.exec_driver_sql(sql, (link.seq, link.hash))

    def _last(self, conn: Connection) -> Link:
        found = conn.exec_driver_sql("SELECT seq, hash FROM audit_chain").first()
        return Link(*found) if found is not None else Link()

    def paper_used(self, txn: Transaction, use: PaperUse) -> None:
        """A paper with somebody's data has gone to a printer or into a file."""
        what = Doing.EXPORT if use.verb == EXPORT else Doing.PRINT
        about = (use.title, use.number, f"{use.copies}份", "" if use.masked else "未脱敏")
        said = [part for part in about if part]
        self.within(txn, what, kind=use.kind, record=use.record, fields=said, officer=use.officer)

    def last_reason(self, what: Doing = Doing.REVEAL) -> str:
        """The reason that this officer gave last since the program was started: it is offered first."""
        return self._reasons.get((what, self._desk.officer), "")


def without_entries(conn: Connection, status: Status) -> Status:
    """How the desk stands with what its officers did: entries travel beside that, and are nobody's unsent work."""
    entries = int(conn.exec_driver_sql(_ENTRIES).scalar_one())
    if not entries:
        return status
    oldest = conn.exec_driver_sql(_OLDEST).scalar()
    return replace(status, unsent=status.unsent - entries, oldest_unsent_at=oldest)
