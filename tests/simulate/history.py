"""The district's own history, read from its beginning: steps, decisions, whole acts, and what held acts wait for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from sync.act import Act, Op, Outcome
from sync.codec import decompress
from sync.district.audit import acts as arrived
from sync.district.tables import ACT, BLOB, FEED, HEAD
from sync.limits import LIMITS
from sync.system import CONTEST


def in_passing(conn: Connection) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Values that an act wrote and then wrote over itself: its author had them on the screen, the feed has one entry."""
    for _, _, act in arrived(conn):
        for n, change in enumerate(act.changes):
            later = {f for c in act.changes[n + 1 :] if c.id == change.id for f in c.fields}
            for name in later & set(change.fields):
                yield (change.collection, change.id), name, repr(change.fields[name])


def steps(conn: Connection) -> Iterator[str]:
    """I3: each verb once a record, and none that its guard forbade when it was judged."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    taken: set[tuple[str, str]] = set()
    for r in conn.execute(select(FEED).order_by(FEED.c.pos, FEED.c.n)):
        fields = msgspec.msgpack.decode(r.fields)
        row = rows.setdefault((r.collection, r.record), {})
        if r.collection == "step" and "judgement" not in {**row, **fields}:
            yield f"I3 {r.record[-3:]} was never judged"
        new = r.collection == "step" and "judgement" not in row and fields.get("judgement") == "accepted"
        if (
            r.collection == "step"
            and row.get("judgement")
            and fields.get("judgement", row["judgement"]) != row["judgement"]
        ):
            yield f"I3 {r.record[-3:]} was judged twice"
        row.update(fields)
        if new:
            place = (row["subject"], row["verb"])
            if place in taken:
                yield f"I3 {row['verb']} was accepted twice of {row['subject'][-3:]}"
            taken.add(place)
            subject = rows.get((row["subject_kind"], row["subject"]), {})
            if row["verb"] == "迁出" and subject.get("phone") == "9":
                yield f"I3 迁出 was accepted of {row['subject'][-3:]}, whose phone is 9"


def decisions(conn: Connection) -> Iterator[str]:
    """I2: a decision settles no contest with a side that its author did not see, and goes over no other decision."""
    rows: dict[str, dict[str, Any]] = {}
    saw = dict(_seen(conn))
    contests = select(FEED).where(FEED.c.collection == CONTEST).order_by(FEED.c.pos, FEED.c.n)
    for r in conn.execute(contests):
        before = rows.setdefault(r.record, {})
        row = rows[r.record] = {**before, **msgspec.msgpack.decode(r.fields)}
        if row.get("state") != "decided":
            continue
        if before.get("state") == "decided" and before["chosen"] != row["chosen"]:
            yield f"I2 a decision about {r.record[-3:]} went over another one at {r.pos}"
        shown = [[side["desk"], side["number"]] for side in before.get("sides", ())]
        if before.get("state") == "open" and saw.get((r.pos, r.record), shown) != shown:
            yield f"I2 {r.record[-3:]} was settled at {r.pos} though a side of it had not been seen"


def _seen(conn: Connection) -> Iterator[tuple[tuple[int, str], Any]]:
    """The sides that each decision names, by its position and its contest."""
    for r in conn.execute(select(ACT.c.pos, ACT.c.body).where(ACT.c.pos > 0)):
        for change in msgspec.msgpack.decode(decompress(r.body), type=Act).changes:
            if change.op is Op.DECIDE and change.collection == CONTEST:
                yield (r.pos, change.id), change.fields["saw"]


def atoms(conn: Connection) -> Iterator[str]:
    """I3: of an act all records are there, or none; of an overtaken one its steps alone."""
    heads = {(r.collection, r.record) for r in conn.execute(select(HEAD.c.collection, HEAD.c.record))}
    for replica, outcome, act in arrived(conn):
        made = {(c.collection, c.id) for c in act.changes if c.op is Op.CREATE}
        there = made & heads
        wanted = made
        if outcome in (Outcome.REFUSED.value, Outcome.HELD.value, Outcome.RESCUED.value):
            wanted = set()
        elif outcome == Outcome.OVERTAKEN.value:
            wanted = {k for k in made if k[0] == "step"}
        if there != wanted:
            yield f"I3 act {act.number} of {replica[-3:]} ({outcome}) is half there: {there} of {wanted}"


def held(conn: Connection, now_ms: int) -> Iterator[str]:
    """I6: an act is held for a record that is nowhere, or for a contest that is open, for so long and no longer."""
    heads = {f"{r.collection}/{r.record}": r for r in conn.execute(select(HEAD))}
    come = {f"blob/{r.hash}" for r in conn.execute(select(BLOB).where(BLOB.c.size > 0, BLOB.c.have == BLOB.c.size))}
    for r in conn.execute(select(ACT).where(ACT.c.outcome == Outcome.HELD.value)):
        head = heads.get(r.waits_for or "")
        if r.arrived_at < now_ms - LIMITS.hold_ms:
            yield f"I6 act {r.number} of {r.replica[-3:]} is held since {now_ms - r.arrived_at} ms"
        if r.waits_for is None:
            yield f"I6 act {r.number} of {r.replica[-3:]} is held for nothing: {r.reason}"
        elif r.waits_for in come:
            yield f"I6 act {r.number} of {r.replica[-3:]} waits for a file that has come"
        elif head is not None:
            state = msgspec.msgpack.decode(head.payload).get("state")
            if head.collection != "contest" or state != "open":
                yield f"I6 act {r.number} of {r.replica[-3:]} waits for {r.waits_for[-12:]}, which is there ({state})"
