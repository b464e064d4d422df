"""The promises of the engine, looked for in what is left when a world has come to rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import select

from sync.act import Act, Op
from sync.codec import pack_acts
from sync.desk.audit import pristine_rows, shown_rows
from sync.desk.keeping import LET_GO
from sync.district.audit import lost_values, rows_for
from sync.district.chain import verify_chain
from sync.district.lines import find_line
from sync.district.tables import ACT, HEAD, META
from sync.protocol import VERSION, RoundReply, RoundRequest, decode, encode, unpack_verdicts
from tests.sync.small import SCHEMA
from tests.sync.wholeness import _differences, district_wrongs

from .boats import again
from .ground import sized
from .history import atoms, decisions, held, in_passing, steps
from .ledger import as_saved
from .office import Office
from .remains import erased_wrongs, photo_wrongs
from .town import Town

MARK = re.compile(rb"~[0-9a-f]{6}~")


def wrongs(town: Town, *, deep: bool = True) -> Iterator[str]:
    """Everything that is not as it was promised."""
    yield from town.wrongs
    for office in town.offices:
        yield from (f"{office.name} {w}" for w in (*office.line.wrongs, *office.store.wrongs))
    with town.engine.connect() as conn:
        if deep:
            yield from (f"district: {w}" for w in district_wrongs(conn) if not w.startswith("lost"))
        yield from (f"chain: {w}" for w in verify_chain(conn))
    whole = town.engine.copy()
    town.archive.unroll(whole.raw)
    with whole.connect() as conn:
        yield from town.ledger.wrongs(conn)
        passing = set(in_passing(conn))
        for key, name, value in lost_values(conn, SCHEMA):
            if (key, name, repr(value)) not in passing:
                yield f"I2 lost: {key} {name} {value!r}"
        yield from steps(conn)
        yield from decisions(conn)
        yield from atoms(conn)
        yield from held(conn, town.clock.ms)
    yield from (f"district: fault {fault}" for fault in town.district.faults)
    if town.handed is not None:
        yield from town.handed.wrongs(town)
    yield from erased_wrongs(town)
    yield from photo_wrongs(town)
    for office in town.alive():
        yield from (f"{office.name}: {w}" for w in _desk(town, office))
    for office in town.alive():
        yield from (f"{office.name}: {w}" for w in _again(town, office))
    yield from again(town)


def _desk(town: Town, office: Office) -> Iterator[str]:
    """I1 and I5: what a desk holds is what its areas hold, shown as it is, and nothing else is in its file."""
    with town.engine.connect() as conn:
        there = rows_for(conn, town.district.scope, office.replica)
        heads = {(r.collection, r.record) for r in conn.execute(select(HEAD))}
    with office.store.reading() as conn:
        pristine, shown = pristine_rows(conn, SCHEMA), shown_rows(conn, SCHEMA)
        unsent, held = conn.exec_driver_sql("SELECT sum(outcome IS NULL), sum(outcome='held') FROM sync_journal").one()
        alarm = conn.exec_driver_sql("SELECT alarm FROM sync_state").scalar_one()
        typed = b"".join(body for (body,) in conn.exec_driver_sql("SELECT body FROM sync_journal WHERE kept=0"))
        answered = conn.exec_driver_sql("SELECT body FROM sync_journal WHERE kept=0 AND outcome IS NOT NULL").all()
        named = conn.exec_driver_sql("SELECT record, hash FROM sync_blob_named").all()
        left = [t for t in ("sync_touch", "sync_pristine", "sync_leaving") if not held and _count(conn, t)]
    yield from (f"I1 {w}" for w in _differences("pristine", pristine, there))
    if alarm:
        yield f"I1 alarm {alarm}"
    if unsent:
        yield f"I6 {unsent} acts without an answer"
    if held:
        return
    for (body,) in answered:
        act = msgspec.msgpack.decode(body, type=Act)
        said = [c for c in act.changes if c.op is not Op.ERASE]
        gone = [c for c in said if (c.collection, c.id) not in there and (c.collection, c.id) in heads]
        if gone:
            yield f"I5 act {act.number} in the journal tells of what has left: {gone}"
    known = {k: v for k, v in pristine.items() if SCHEMA.get(k[0]) is not None}
    yield from (f"I1 {w}" for w in _differences("shown", shown, known))
    yield from (f"I1 {t} is not empty" for t in left)
    # A desk's own journal keeps what was typed here; of all else only what its areas hold may stand in the file.
    held_here = json.dumps(list(map(list, there.values()))).encode()
    photos = b"".join(c for name, c in town.photos.items() if name.encode() in held_here or name.encode() in typed)
    photos += b"".join(town.photos[name] for record, name in named if any(record == r for _, r in there))
    may = set(MARK.findall(held_here)) | set(MARK.findall(typed)) | set(MARK.findall(photos))
    stays = set(MARK.findall(office.store.tidied())) - may
    if stays:
        yield f"I5 content that left is in the file: {sorted(stays)[:4]}"


def _count(conn: Any, table: str) -> int:
    return int(conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def _again(town: Town, office: Office) -> Iterator[str]:
    """I4: everything sent again changes nothing and is answered as it was."""
    for acts in _runs(office):
        request = _request(office, acts)
        with town.engine.connect() as conn:
            before, heads = conn.execute(select(META)).one(), conn.execute(select(HEAD.c.rowhash)).scalars().all()
            line = find_line(conn, office.replica, request.epoch)
            assert line is not None
            given = {r.number: (r.outcome, r.pos) for r in conn.execute(select(ACT).where(line.acts))}
        try:
            with sized(replace(town.sizes, transaction=len(acts))):
                reply = decode(town.district.round(office.replica, encode(request)), RoundReply)
        except Exception as error:  # noqa: BLE001 - whatever it is, sending again did not change nothing
            yield f"I4 sending again: {type(error).__name__}: {error}"
            return
        with town.engine.connect() as conn:
            after, now = conn.execute(select(META)).one(), conn.execute(select(HEAD.c.rowhash)).scalars().all()
        if after != before or now != heads:
            yield "I4 sending again changed the district"
        said = {v.number: (v.outcome.value, v.pos) for v in unpack_verdicts(reply.verdicts)}
        if said != {a.number: given.get(a.number) for a in acts} or reply.fork is not None:
            yield f"I4 sending again is answered otherwise: {said}, fork {reply.fork}"


def _runs(office: Office) -> Iterator[list[Act]]:
    """A desk's acts, in runs of consecutive numbers: a restored file lacks some."""
    with office.store.reading() as conn:
        sql = "SELECT number, body, kept, own, (SELECT replica FROM sync_state) FROM sync_journal WHERE kept<>? ORDER BY number"
        written = conn.exec_driver_sql(sql, (LET_GO,)).all()
    run: list[Act] = []
    for number, *rest in written:
        if run and number != run[-1].number + 1:
            yield run
            run = []
        run.append(as_saved(number, *rest))
    if run:
        yield run


def _request(office: Office, acts: list[Act]) -> RoundRequest:
    """One request above all rounds there have been."""
    with office.store.reading() as conn:
        sql = "SELECT epoch, pos, tag, scope, timeline, old_upto, old_pos FROM sync_state"
        epoch, pos, tag, scope, *past = conn.exec_driver_sql(sql).one()
    request = RoundRequest(VERSION, epoch, 2**30, pos, tag, scope, pack_acts(acts))
    request.timeline, request.old_upto, request.old_pos = past
    return request


def essence(town: Town) -> list[Any]:
    """What was decided about everything, without any instant of a desk's clock: I7 compares it between clocks."""
    with town.engine.connect() as conn:
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
