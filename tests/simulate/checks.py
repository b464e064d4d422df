"""The promises of the engine, looked for in what is left when a world has come to rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from sync.act import Act, Op, Outcome
from sync.codec import pack_acts
from sync.desk.audit import pristine_rows, shown_rows
from sync.district.audit import acts as arrived
from sync.district.audit import lost_values, rows_for
from sync.district.tables import ACT, FEED, HEAD, META
from sync.protocol import VERSION, RoundReply, RoundRequest, decode, encode, unpack_verdicts
from tests.sync.wholeness import _differences, district_wrongs
from tests.sync.world import SCHEMA

from .ground import sized
from .town import Office, Town

MARK = re.compile(rb"~[0-9a-f]{6}~")


def wrongs(town: Town, *, deep: bool = True) -> Iterator[str]:
    """Everything that is not as it was promised."""
    yield from town.wrongs
    for office in town.offices:
        yield from (f"{office.name} {w}" for w in office.line.wrongs)
    with town.engine.connect().execution_options(reads=True) as conn:
        if deep:
            yield from (f"district: {w}" for w in district_wrongs(conn) if not w.startswith("lost"))
        passing = set(_in_passing(conn))
        for key, name, value in lost_values(conn, SCHEMA):
            if (key, name, repr(value)) not in passing:
                yield f"I2 lost: {key} {name} {value!r}"
        yield from _steps(conn)
        yield from _atoms(conn)
        yield from _held(conn)
    yield from (f"district: fault {fault}" for fault in town.district.faults)
    for office in town.offices:
        yield from (f"{office.name}: {w}" for w in _desk(town, office))
    for office in town.offices:
        yield from (f"{office.name}: {w}" for w in _again(town, office))


def _desk(town: Town, office: Office) -> Iterator[str]:
    """I1 and I5: what a desk holds is what its areas hold, shown as it is, and nothing else is in its file."""
    with town.engine.connect().execution_options(reads=True) as conn:
        there = rows_for(conn, town.district.scope, office.replica)
    with office.store.reading() as conn:
        pristine, shown = pristine_rows(conn, SCHEMA), shown_rows(conn, SCHEMA)
        unsent, held = conn.exec_driver_sql("SELECT sum(outcome IS NULL), sum(outcome='held') FROM sync_journal").one()
        alarm = conn.exec_driver_sql("SELECT alarm FROM sync_state").scalar_one()
        typed = b"".join(body for (body,) in conn.exec_driver_sql("SELECT body FROM sync_journal"))
        left = [t for t in ("sync_touch", "sync_pristine", "sync_leaving") if not held and _count(conn, t)]
    yield from (f"I1 {w}" for w in _differences("pristine", pristine, there))
    if alarm:
        yield f"I1 alarm {alarm}"
    if unsent:
        yield f"I6 {unsent} acts without an answer"
    if held:
        return
    known = {k: v for k, v in pristine.items() if SCHEMA.get(k[0]) is not None}
    yield from (f"I1 {w}" for w in _differences("shown", shown, known))
    yield from (f"I1 {t} is not empty" for t in left)
    # A desk's own journal keeps what was typed here; of all else only what its areas hold may stand in the file.
    may = set(MARK.findall(json.dumps(list(map(list, there.values()))).encode())) | set(MARK.findall(typed))
    stays = set(MARK.findall(office.store.content())) - may
    if stays:
        yield f"I5 content that left is in the file: {sorted(stays)[:4]}"


def _count(conn: Any, table: str) -> int:
    return int(conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def _again(town: Town, office: Office) -> Iterator[str]:
    """I4: everything sent again changes nothing and is answered as it was."""
    with office.store.reading() as conn:
        bodies = [b for (b,) in conn.exec_driver_sql("SELECT body FROM sync_journal ORDER BY number")]
        epoch, fence, pos, tag, scope = conn.exec_driver_sql(
            "SELECT epoch, fence, pos, tag, scope FROM sync_state"
        ).one()
    if not bodies:
        return
    acts = [msgspec.msgpack.decode(b, type=Act) for b in bodies]
    request = RoundRequest(VERSION, epoch, fence + 1, pos, tag, SCHEMA.fingerprint, scope, pack_acts(acts))
    with town.engine.connect().execution_options(reads=True) as conn:
        before, heads = conn.execute(select(META)).one(), conn.execute(select(HEAD.c.rowhash)).scalars().all()
        given = {r.number: (r.outcome, r.pos) for r in conn.execute(select(ACT).where(ACT.c.replica == office.replica))}
    try:
        with sized(replace(town.sizes, transaction=len(acts))):
            reply = decode(town.district.round(office.replica, encode(request)), RoundReply)
    except Exception as error:  # noqa: BLE001 - whatever it is, sending again did not change nothing
        yield f"I4 sending again: {type(error).__name__}: {error}"
        return
    with town.engine.connect().execution_options(reads=True) as conn:
        if conn.execute(select(META)).one() != before or conn.execute(select(HEAD.c.rowhash)).scalars().all() != heads:
            yield "I4 sending again changed the district"
    said = {v.number: (v.outcome.value, v.pos) for v in unpack_verdicts(reply.verdicts)}
    if said != given:
        yield "I4 sending again is answered otherwise"


def _in_passing(conn: Connection) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Values that an act wrote and then wrote over itself: its author had them on the screen, the feed has one entry."""
    for _, _, act in arrived(conn):
        for n, change in enumerate(act.changes):
            later = {f for c in act.changes[n + 1 :] if c.id == change.id for f in c.fields}
            for name in later & set(change.fields):
                yield (change.collection, change.id), name, repr(change.fields[name])


def _steps(conn: Connection) -> Iterator[str]:
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


def _atoms(conn: Connection) -> Iterator[str]:
    """I3: of an act all records are there, or none; of an overtaken one its steps alone."""
    heads = {(r.collection, r.record) for r in conn.execute(select(HEAD.c.collection, HEAD.c.record))}
    for replica, outcome, act in arrived(conn):
        made = {(c.collection, c.id) for c in act.changes if c.op is Op.CREATE}
        there = made & heads
        wanted = made
        if outcome in (Outcome.REFUSED.value, Outcome.HELD.value):
            wanted = set()
        elif outcome == Outcome.OVERTAKEN.value:
            wanted = {k for k in made if k[0] == "step"}
        if there != wanted:
            yield f"I3 act {act.number} of {replica[-3:]} ({outcome}) is half there: {there} of {wanted}"


def _held(conn: Connection) -> Iterator[str]:
    """I6: an act is held for a record that is nowhere, or for a contest that is open, and for nothing else."""
    heads = {f"{r.collection}/{r.record}": r for r in conn.execute(select(HEAD))}
    for r in conn.execute(select(ACT).where(ACT.c.outcome == Outcome.HELD.value)):
        head = heads.get(r.waits_for or "")
        if r.waits_for is None:
            yield f"I6 act {r.number} of {r.replica[-3:]} is held for nothing: {r.reason}"
        elif head is not None:
            state = msgspec.msgpack.decode(head.payload).get("state")
            if head.collection != "contest" or state != "open":
                yield f"I6 act {r.number} of {r.replica[-3:]} waits for {r.waits_for[-12:]}, which is there ({state})"


def essence(town: Town) -> list[Any]:
    """What was decided about everything, without any instant of a desk's clock: I7 compares it between clocks."""
    with town.engine.connect().execution_options(reads=True) as conn:
        query = select(ACT.c.replica, ACT.c.number, ACT.c.outcome, ACT.c.pos).order_by(ACT.c.replica, ACT.c.number)
        found: list[Any] = [tuple(r) for r in conn.execute(query)]
        for r in conn.execute(select(HEAD).order_by(HEAD.c.collection, HEAD.c.record)):
            payload = _timeless(msgspec.msgpack.decode(r.payload))
            found.append((r.collection, r.record, r.pos, r.voided, r.areas, json.dumps(payload, sort_keys=True)))
    return found


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if k not in ("at", "decided_at")}
    return [_timeless(v) for v in value] if isinstance(value, list) else value
