"""The door's half for what people decide: contests, doubts, links and rescues, each one once, by whoever came first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.replica.acting import Write
from baiyun_desktop.replica.changes import Changes, merge
from baiyun_desktop.replica.drafts import travelling
from baiyun_desktop.replica.errors import DoorRefusal, Unknown
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.store import Store, Transaction
from sync.act import Change, Op
from sync.desk.journal import Journal
from sync.system import CONTEST, DOUBT, LINK, RESCUE

ACTS_PER_TRANSACTION = 20
DECIDE = "裁决"
OPEN = "open"
"""The state of a contest or doubt that waits."""
ABOUT_TWO, ABOUT_ONE = ("same", "different"), ("stands", "wrong")
"""The answers to a doubt."""
QUESTIONS = frozenset({"date", "step", "paper"})
"""The grades of doubts that ask about one record."""
Decision = tuple[str, Mapping[str, Any], Sequence[tuple[str, int]]]
"""(contest, the value that holds, the sides that were seen)."""


class Deciding:
    """What the door is built on: each method is one transaction, as all of the door's are."""

    def __init__(self, store: Store, journal: Journal, write: Write) -> None:
        self._store = store
        self._journal = journal
        self._write_act = write

    def decide(
        self,
        contest_id: str,
        value: Mapping[str, Any] | int,
        *,
        saw: Sequence[tuple[str, int]] | None = None,
        officer: str = "",
    ) -> Changes:
        """Settles a contest with one of its sides (by number) or another value. The decision names the sides seen:

        `saw` where a screen showed them, else those of now. Raises DoorRefusal where it has been settled meanwhile.
        """
        with self._store.transaction(Priority.CLERK) as txn:
            row = self._open_row(txn.conn, CONTEST, contest_id)
            self._decision(txn, CONTEST, contest_id, _decided(row, value, saw), officer)
        return txn.changes

    def decide_all(self, decisions: Sequence[Decision], *, officer: str = "") -> Changes:
        """Settles several contests, each in an act of its own; one that was settled meanwhile is left as it is."""
        done: list[Changes] = []
        for start in range(0, len(decisions), ACTS_PER_TRANSACTION):
            with self._store.transaction(Priority.CLERK) as txn:
                for contest_id, value, saw in decisions[start : start + ACTS_PER_TRANSACTION]:
                    row = self._system_row(txn.conn, CONTEST, contest_id)
                    if row.get("state") == OPEN:
                        self._decision(txn, CONTEST, contest_id, _decided(row, value, saw), officer)
            done.append(txn.changes)
        return merge(done)

    def decide_doubt(self, doubt_id: str, answer: str, *, officer: str = "") -> Changes:
        """Says of records that may be one thing whether they are: "same" or "different"; of a question about one record
        whether it "stands" or is "wrong". Raises DoorRefusal where it has been settled meanwhile.
        """
        with self._store.transaction(Priority.CLERK) as txn:
            row = self._open_row(txn.conn, DOUBT, doubt_id)
            allowed = ABOUT_ONE if row.get("grade") in QUESTIONS else ABOUT_TWO
            if answer not in allowed:
                raise ValueError(f"this doubt is answered by one of {allowed}, not {answer!r}")
            self._decision(txn, DOUBT, doubt_id, {"answer": answer}, officer)
        return txn.changes

    def undo_link(self, link_id: str, *, officer: str = "") -> Changes:
        """Takes back that two records are one thing; each keeps what was typed on it."""
        return self._answer(LINK, link_id, "undone", "live", officer)

    def decide_rescue(self, rescue_id: str, answer: str, *, officer: str = "") -> Changes:
        """Says of work that another desk left that it was "taken" over into the records, or is "dismissed".

        Raises DoorRefusal where somebody else has said so meanwhile.
        """
        if answer not in ("taken", "dismissed"):
            raise ValueError(f"a rescue is taken or dismissed, not {answer!r}")
        return self._answer(RESCUE, rescue_id, answer, OPEN, officer)

    def put_aside(self, number: int, *, aside: bool = True) -> None:
        """Takes an act that the district did not take out of the tray, or back into it; it is never forgotten."""
        with self._store.transaction(Priority.CLERK) as txn:
            txn.conn.exec_driver_sql("UPDATE sync_journal SET dismissed = ? WHERE number = ?", (int(aside), number))

    def _answer(self, collection: str, record: str, answer: str, while_it_is: str, officer: str) -> Changes:
        with self._store.transaction(Priority.CLERK) as txn:
            self._open_row(txn.conn, collection, record, while_it_is)
            self._decision(txn, collection, record, {"answer": answer}, officer)
        return txn.changes

    def _open_row(self, conn: Connection, collection: str, record: str, state: str = OPEN) -> dict[str, Any]:
        """What is to be decided. A second decision would only open it again: whoever came first is not overruled unseen."""
        row = self._system_row(conn, collection, record)
        if row.get("state") != state:
            raise DoorRefusal("这一项刚才已由别人定了，没有再改")
        return row

    def _decision(self, txn: Transaction, collection: str, record: str, fields: dict[str, Any], officer: str) -> None:
        change = Change(collection, record, Op.DECIDE, fields)
        self._write_act(txn, self._journal.base(txn.conn), [change], DECIDE, officer=officer)

    def _system_row(self, conn: Connection, collection: str, record: str) -> dict[str, Any]:
        stored = self._store.layout.rows.of(collection).get(conn, record)
        if stored is None:
            raise Unknown("这一项已不在本岗位的数据中")
        return stored.row


def _decided(
    row: Mapping[str, Any], value: Mapping[str, Any] | int, saw: Sequence[tuple[str, int]] | None
) -> dict[str, Any]:
    """What a decision on a contest says."""
    sides = row.get("sides") or []
    chosen = sides[value]["value"] if isinstance(value, int) else {n: travelling(v) for n, v in value.items()}
    seen = saw if saw is not None else [(side["desk"], side["number"]) for side in sides]
    return {
        "value": dict(chosen),
        "subject_kind": row["subject_kind"],
        "subject": row["subject"],
        "saw": [list(side) for side in seen],
    }
