"""What must be true of a district and its desks once faults have stopped, worked out afresh and not as the engine does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select

import sync.district.doubts
from sync.canon import add_hash, row_hash
from sync.desk.audit import pristine_rows, shown_rows
from sync.district.audit import lost_values, rows_for
from sync.district.feed import digest_of
from sync.district.sight import Cover
from sync.district.tables import DIGEST, HEAD
from sync.schema import Unique
from sync.system import CONTEST, DOUBT, LINK
from tests.sync.small import SCHEMA
from tests.sync.world import DeskInTest, World

Key = tuple[str, str]


@dataclass
class Record:
    """A head as it is stored."""

    payload: dict[str, Any]
    voided: bool
    areas: frozenset[str]
    home: str
    created: int


def wrongs(world: World) -> list[str]:
    """Everything that is not as it must be; empty where all is well."""
    found = [f"{desk.name}: {words}" for desk in world.desks for words in desk_wrongs(world, desk)]
    with world.district.engine.connect().execution_options(reads=True) as conn:
        found += [f"district: {words}" for words in district_wrongs(conn)]
    return found + [f"district: fault {fault}" for fault in world.district.faults]


def desk_wrongs(world: World, desk: DeskInTest) -> Iterator[str]:
    """Where a quiet desk differs from what the district holds for it, and what still waits on it."""
    schema = desk.store.schema
    with desk.store.reading() as conn:
        pristine, shown = pristine_rows(conn, schema), shown_rows(conn, schema)
        digest, rows, alarm = conn.exec_driver_sql("SELECT digest, rows, alarm FROM sync_state").one()
        for table in ("sync_touch", "sync_pristine", "sync_leaving"):
            count = conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            if count:
                yield f"{table} still holds {count}"
    with world.district.engine.connect().execution_options(reads=True) as conn:
        there = rows_for(conn, world.district.scope, desk.wire.replica)
    yield from _differences("pristine", pristine, there)
    known = {k: v for k, v in pristine.items() if schema.get(k[0]) is not None}
    yield from _differences("shown", shown, known)
    status = desk.status()
    if status.unsent or status.held or alarm:
        yield f"unsent {status.unsent}, held {status.held}, alarm {alarm}"
    total = add_hash(0, *(row_hash(*k, voided, row) for k, (voided, row) in pristine.items()))
    if (digest, rows) != (total, len(pristine)):
        yield f"digest {(digest, rows)} is not {(total, len(pristine))}"


def _differences(what: str, here: dict[Key, Any], there: dict[Key, Any]) -> Iterator[str]:
    for key in sorted(here.keys() | there.keys()):
        if here.get(key) != there.get(key):
            yield f"{what} {key[0]} {key[1][-4:]}: {here.get(key)} is not {there.get(key)}"


def district_wrongs(conn: Connection) -> Iterator[str]:
    """Where the district's own sums, areas, links and doubts do not follow from its rows."""
    records: dict[Key, Record] = {}
    sums: dict[str, tuple[int, int]] = {}
    for r in conn.execute(select(HEAD).order_by(HEAD.c.created, HEAD.c.record)):
        payload = msgspec.msgpack.decode(r.payload)
        areas = frozenset(a for a in r.areas.split(",") if a)
        records[(r.collection, r.record)] = Record(payload, r.voided, areas, r.home, r.created)
        if r.rowhash != row_hash(r.collection, r.record, r.voided, payload):
            yield f"{r.collection} {r.record[-4:]}: its hash is not its row's"
        if None in payload.values():
            yield f"{r.collection} {r.record[-4:]}: an empty field is kept: {payload}"
        total, count = sums.get(r.areas, (0, 0))
        sums[r.areas] = (add_hash(total, r.rowhash), count + 1)
    kept = {r.areas: (r.total, r.rows) for r in conn.execute(select(DIGEST)) if r.rows or r.total}
    if kept != sums:
        yield f"digests {kept} are not {sums}"
    every = frozenset(a for areas in sums for a in areas.split(","))
    held = [part for areas, part in sums.items() if areas]  # what was said about an erased record nobody holds
    if digest_of(conn, Cover.of(every)) != (add_hash(0, *(t for t, _ in held)), sum(n for _, n in held)):
        yield "the digest of all areas is not the sum of all rows"
    yield from _area_wrongs(records)
    yield from _contest_wrongs(records)
    yield from _doubt_wrongs(records)
    for key, name, value in lost_values(conn, SCHEMA):
        yield f"lost: {key[0]} {key[1][-4:]} {name} = {value!r}"


def _area_wrongs(records: dict[Key, Record]) -> Iterator[str]:
    wanted: dict[Key, set[str]] = {key: set() for key in records}
    above = {key: _above(key, records) & records.keys() for key in records}
    homes: set[Key] = set()
    while True:
        _flow(records, above, homes, wanted)
        lost = {key for key in records if not _own(key, records, above, homes, wanted) and records[key].home}
        if not lost:
            break
        # What nothing holds stays where it was made, and what stands below it with it.
        homes |= {key for key in lost if not above[key] & lost} or lost
    for key, record in records.items():
        if wanted[key] != record.areas:
            yield f"{key[0]} {key[1][-4:]}: areas {sorted(record.areas)} are not {sorted(wanted[key])}"


def _flow(records: dict[Key, Record], above: dict[Key, set[Key]], homes: set[Key], wanted: dict[Key, set[str]]) -> None:
    """Until nothing moves: areas flow down from parents and carriers, and round a linked group."""
    changed = True
    while changed:
        changed = False
        for key in records:
            found = {a for other in _group(key, records) for a in _own(other, records, above, homes, wanted)}
            if not found <= wanted[key]:
                wanted[key] |= found
                changed = True


def _own(
    key: Key, records: dict[Key, Record], above: dict[Key, set[Key]], homes: set[Key], wanted: dict[Key, set[str]]
) -> set[str]:
    """The areas that a record names, those of what stands above it, or else its home."""
    spec, record = SCHEMA.get(key[0]), records[key]
    found = {a for other in above[key] for a in wanted[other]}
    if spec is not None and spec.area and (value := record.payload.get(spec.area)):
        found.update(value if isinstance(value, list) else [value])
    return found | {record.home} if key in homes else found


def _above(key: Key, records: dict[Key, Record]) -> set[Key]:
    """A record's parent, and the live records that carry it."""
    spec, record = SCHEMA.get(key[0]), records[key]
    found: set[Key] = set()
    if spec is not None and spec.parent is not None:
        field, kind = spec.parent
        found.add((kind or record.payload.get(f"{field}_kind", ""), record.payload.get(field, "")))
    for other, row in records.items():
        carrier = SCHEMA.get(other[0])
        for field, kind in carrier.carries if carrier else ():
            live = carrier is None or carrier.live is None or carrier.live(row.payload)
            if (kind, row.payload.get(field)) == key and live and not row.voided:
                found.add(other)
    return found


def _group(key: Key, records: dict[Key, Record]) -> set[Key]:
    found, todo = {key}, [key]
    while todo:
        at = todo.pop()
        for (collection, _), row in records.items():
            if collection != LINK or row.payload.get("state") != "live":
                continue
            ends = {(row.payload["subject_kind"], row.payload[e]) for e in ("subject", "head")}
            if at in ends:
                todo += ends - found
                found |= ends
    return found


def _contest_wrongs(records: dict[Key, Record]) -> Iterator[str]:
    """Of an open contest the first side stands in the row, and the others differ from it."""
    for (collection, record), row in records.items():
        if collection != CONTEST or row.payload.get("state") != "open":
            continue
        subject = records[(row.payload["subject_kind"], row.payload["subject"])]
        values = [s["value"] for s in row.payload["sides"]]
        here = {**subject.payload, "voided": subject.voided}
        if any(here.get(n) != v for n, v in values[0].items()):
            yield f"contest {record[-4:]}: its first side {values[0]} is not in the row {subject}"
        if len({msgspec.json.encode(v, order="sorted") for v in values}) != len(values) or len(values) < 2:
            yield f"contest {record[-4:]}: sides {values}"


def _doubt_wrongs(records: dict[Key, Record]) -> Iterator[str]:
    """Each pair that a rule finds is linked or asked about, and each open doubt has its reason."""
    doubts = {
        (r.payload["rule"], r.payload["grade"], tuple(r.payload["members"])): r.payload["state"]
        for (c, _), r in records.items()
        if c == DOUBT and r.payload  # an erased one is empty
    }
    undone = {
        end
        for (c, _), r in records.items()
        if c == LINK and r.payload.get("state") == "undone"
        for end in (r.payload["subject"], r.payload["head"])
    }
    reasons: set[tuple[str, str, tuple[str, ...]]] = set()
    for spec in SCHEMA.collections.values():
        live = [(k, _seen(r, spec, records)) for k, r in records.items() if k[0] == spec.name and not r.voided]
        for rule in spec.uniques:
            first = _first_of_keys(rule, [(*each, records[each[0]].created) for each in live])
            for n, (a, row_a) in enumerate(live):
                for b, row_b in live[n + 1 :]:
                    shared = set(rule.keys(row_a)) & set(rule.keys(row_b))
                    if not shared:
                        continue
                    grade = rule.judge(row_a, row_b)
                    pair = tuple(sorted((a[1], b[1])))
                    joined = b in _group(a, records)
                    if not grade:
                        continue
                    kind = "both" if not rule.links else "ask"
                    reasons.add((rule.name, kind, pair))
                    if joined:
                        if rule.links and doubts.get((rule.name, kind, pair)) == "open":
                            yield f"{rule.name}: {a[1][-4:]} and {b[1][-4:]} are linked and asked about"
                        continue
                    if all(a[1] not in first[k] and b[1] not in first[k] for k in shared):
                        continue  # of many rows of a key the later ones are compared with the first ones alone
                    parted = {k[1] for k in _group(a, records) | _group(b, records)} & undone
                    asked = doubts.get((rule.name, kind, pair), "settled") != "settled"
                    if rule.links and grade == "certain" and not parted:
                        yield f"{rule.name}: {a[1][-4:]} and {b[1][-4:]} are certain and not linked"
                    if (not rule.links or grade == "ask") and not asked and not parted:
                        yield f"{rule.name}: {a[1][-4:]} and {b[1][-4:]} are {grade} and nobody is asked"
    for (rule_name, grade, pair), state in doubts.items():
        if (
            state == "open"
            and grade not in ("facts", "date", "step", "paper")
            and (rule_name, grade, pair) not in reasons
        ):
            yield f"{rule_name}: {pair[0][-4:]} and {pair[1][-4:]} are asked about without a reason"


def _first_of_keys(rule: Unique, rows: list[tuple[Key, dict[str, Any], int]]) -> dict[str, list[str]]:
    """The earliest rows of each key."""
    found: dict[str, list[tuple[int, str]]] = {}
    for (_, record), row, created in rows:
        for key in set(rule.keys(row)):
            found.setdefault(key, []).append((created, record))
    return {
        key: [record for _, record in sorted(all_)[: sync.district.doubts.FIRST_MAX]] for key, all_ in found.items()
    }


def _seen(record: Record, spec: Any, records: dict[Key, Record]) -> dict[str, Any]:
    row = dict(record.payload)
    kinds = dict(spec.carries)
    for rule in spec.uniques:
        for name in rule.through:
            key = (kinds.get(name, ""), row.get(name, ""))
            if key in records:
                row[name] = min(_group(key, records), key=lambda k: (records[k].created, k[1]))[1]
    return row
