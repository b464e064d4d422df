"""What a desk is told: the feed from its cursor on, seen through its areas, and the digest of what it should hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from ..act import Act
from ..canon import add_hash, row_hash
from ..limits import LIMITS
from ..outside import Random
from ..protocol import Entry, Stamp
from .chain import SALT_BYTES, commitment, next_tag, spine
from .entries import FeedEntry, Key
from .parts import Parts, add_parts, part_entry, parts_of
from .sight import WHOLE, Cover, area_of
from .tables import DIGEST, FEED, FEED_AREA, META, POSITION
from .unit import Unit

_META = select(META.c.pos, META.c.tag)
_TURN = select(META.c.pos).with_for_update()
_STEP = update(META).values(pos=bindparam("pos"), tag=bindparam("tag"))
_DIGESTS = select(DIGEST)
_DIGESTS_OF = select(DIGEST).where(DIGEST.c.areas.in_(bindparam("areas", expanding=True)))
_ADD_DIGEST = insert(DIGEST)
_SET_DIGEST = (
    update(DIGEST).where(DIGEST.c.areas == bindparam("of")).values(total=bindparam("total"), rows=bindparam("rows"))
)
_INSERTS = [insert(table) for table in (POSITION, FEED, FEED_AREA)]
_STAMPS = select(POSITION).where(POSITION.c.pos.in_(bindparam("wanted", expanding=True)))
_CONCERNED = (
    select(FEED_AREA.c.pos, FEED_AREA.c.n)
    .where(
        FEED_AREA.c.area.in_(bindparam("areas", expanding=True)),
        FEED_AREA.c.pos > bindparam("since"),
        FEED_AREA.c.pos <= bindparam("upto"),
    )
    .distinct()
    .order_by(FEED_AREA.c.pos, FEED_AREA.c.n)
    .limit(bindparam("most"))
    .subquery()
)
_FEED = (
    select(FEED)
    .join(_CONCERNED, (FEED.c.pos == _CONCERNED.c.pos) & (FEED.c.n == _CONCERNED.c.n))
    .order_by(FEED.c.pos, FEED.c.n)
)

ENTRIES_PER_BATCH_MAX = LIMITS.entries_per_batch
_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Placed:
    """An act that gets a position, in the order of positions."""

    act: Act
    desk: str
    epoch: int
    committed: int = 0
    """When, in milliseconds since 1970 UTC by the district's clock."""


def take_turn(conn: Connection) -> None:
    """Waits until no other transaction of this district is judging acts; the turn lasts until the commit.

    What an act brings with it reads far beyond the records it names (who carries them, who shares a key, whose areas
    follow), and two transactions that each see the other's rows too late would both leave them wrong. A turn is a few
    acts, tens of milliseconds; desks' questions and pulls need none.
    """
    conn.execute(_TURN)


def author_mark(desk: str) -> str:
    """What stands in place of an area where an entry concerns its author though no area of that desk holds the record."""
    return f"@{desk}"


def publish(conn: Connection, unit: Unit, placed: list[Placed], random: Random) -> int:
    """Gives positions and writes heads, feed, chain and digests; returns the last position. `random` makes the salts.

    The caller has taken its turn and holds it until it commits, so that no reader sees a later position while an
    earlier one is not visible yet.
    """
    row = conn.execute(_META).one()
    unit.settle(row.pos + 1)
    hashes = hashes_of(unit)
    unit.flush(hashes)
    sum_up(conn, unit, hashes)
    by_pos: dict[int, list[FeedEntry]] = {}
    for entry in unit.entries:
        by_pos.setdefault(entry.pos, []).append(entry)
    tag, positions, areas = row.tag, [], []
    feed: list[dict[str, Any]] = []
    salts = random(SALT_BYTES * len(unit.entries))
    for n, place in enumerate(placed):
        pos, said = row.pos + 1 + n, []
        for m, entry in enumerate(by_pos.get(pos, [])):
            line = _feed_row(pos, m, entry, salts[SALT_BYTES * len(feed) : SALT_BYTES * (len(feed) + 1)])
            said.append(line["commitment"])
            feed.append(line)
            concerned = {area_of(k) for k in (*entry.before, *entry.after)}
            concerned.update(map(author_mark, entry.authors))
            concerned.update([author_mark(place.desk)] if entry.far else [])
            areas += [{"area": a, "pos": pos, "n": m} for a in sorted(concerned)]
        act = place.act
        who = {"desk": place.desk, "epoch": place.epoch, "committed": place.committed}
        who |= {"number": act.number, "officer": act.officer, "at": act.at, "verb": act.verb}
        tag = next_tag(tag, pos, spine(who), said)
        positions.append({"pos": pos, "tag": tag, **who})
    for statement, rows in zip(_INSERTS, (positions, feed, areas), strict=True):
        if rows:
            conn.execute(statement, rows)
    last: int = row.pos + len(placed)
    conn.execute(_STEP, {"pos": last, "tag": tag})
    return last


def _feed_row(pos: int, n: int, entry: FeedEntry, salt: bytes) -> dict[str, Any]:
    fields = msgspec.msgpack.encode(entry.fields, order="sorted")
    return {
        "pos": pos,
        "n": n,
        "collection": entry.key[0],
        "record": entry.key[1],
        "voided": entry.voided,
        "erases": entry.erases,
        "salt": salt,
        "commitment": commitment(salt, *entry.key, entry.voided, fields),
        "fields": fields,
        "whole": None if entry.whole is None else msgspec.msgpack.encode(entry.whole),
        "own": None if entry.own is None else msgspec.msgpack.encode(entry.own, order="sorted"),
        "before": ",".join(entry.before),
        "after": ",".join(entry.after),
    }


def hashes_of(unit: Unit) -> dict[Key, int]:
    """The row hashes of the records a unit changed."""
    return {k: row_hash(*k, h.voided, h.payload) for k in unit.touched() if (h := unit.head(k)) is not None}


def sum_up(conn: Connection, unit: Unit, hashes: dict[Key, int]) -> None:
    """Keeps, for each set of areas, the sum and count of the rows that exactly these hold."""
    change: dict[str, list[int]] = {}
    for key, rowhash in hashes.items():
        head = unit.head(key)
        assert head is not None
        if key in unit.stored_hash:
            part = change.setdefault(",".join(unit.stored[key].areas), [0, 0])
            part[0], part[1] = add_hash(part[0], -unit.stored_hash[key]), part[1] - 1
        part = change.setdefault(",".join(head.areas), [0, 0])
        part[0], part[1] = add_hash(part[0], rowhash), part[1] + 1
    add_to_digest(conn, {areas: (total, count) for areas, (total, count) in change.items()})
    if unit.schema.views:
        add_parts(conn, unit, list(hashes), list(change))


def add_to_digest(conn: Connection, change: dict[str, tuple[int, int]]) -> None:
    """Adds to the digests of sets of areas."""
    known = {r.areas: (r.total, r.rows) for r in conn.execute(_DIGESTS_OF, {"areas": list(change)})}
    updates, inserts = [], []
    for areas, (total, count) in sorted(change.items()):
        if areas in known:
            updates.append({"of": areas, "total": add_hash(known[areas][0], total), "rows": known[areas][1] + count})
        else:
            inserts.append({"areas": areas, "total": total, "rows": count})
    for statement, rows in ((_SET_DIGEST, updates), (_ADD_DIGEST, inserts)):
        if rows:
            conn.execute(statement, rows)


def digest_of(conn: Connection, cover: Cover, fresh: Parts | None = None) -> tuple[int, int]:
    """(sum, rows) of what a desk that covers this should hold. `fresh` gets the sums of parts that were made for it."""
    total, count, parts = 0, 0, []
    for row in conn.execute(_DIGESTS):
        sight = cover.sight(row.areas)
        if sight == WHOLE:
            total, count = add_hash(total, row.total), count + row.rows
        elif sight is not None and (row.rows or row.total):
            parts.append((row.areas, sight))
    for part, rows in parts_of(conn, cover.sights, parts, {} if fresh is None else fresh) if parts else ():
        total, count = add_hash(total, part), count + rows
    return total, count


@dataclass(slots=True)
class Batch:
    """A stretch of the feed for one desk."""

    entries: list[Entry]
    stamps: list[Stamp]
    pos: int
    more: bool


def read_feed(
    conn: Connection, desk: str, cover: Cover, since: int, upto: int, told: dict[int, int], limit: int
) -> Batch:
    """The entries after `since` up to `upto` that a desk sees any of, cut between acts at about `limit` bytes.

    `told` maps positions to act numbers of the asking desk whose verdicts travel in the same reply: what those
    verdicts tell is left out.
    """
    entries: list[Entry] = []
    if since == upto:
        return Batch(entries, [], upto, more=False)
    which = {"areas": [*sorted(cover.areas), author_mark(desk)], "since": since, "upto": upto}
    size, seen, first, last = 0, 0, 0, since
    for row in conn.execute(_FEED, {**which, "most": ENTRIES_PER_BATCH_MAX + 1}):
        seen, first = seen + 1, first or row.pos
        if row.pos != last and (size > limit or seen > ENTRIES_PER_BATCH_MAX):
            return _finish(conn, entries, last, told, more=True)
        last = row.pos
        entry = _entry(row, cover, own=row.pos in told)
        if entry is not None:
            entries.append(entry)
            size += len(row.fields) + (len(row.whole) if entry.kind == "e" else 0)
    if seen > ENTRIES_PER_BATCH_MAX and first == last:  # one position alone is more than that, and goes whole
        rows = conn.execute(_FEED, {**which, "upto": last, "most": _ALL})
        whole = (_entry(row, cover, own=row.pos in told) for row in rows)
        return _finish(conn, [e for e in whole if e is not None], last, told, more=last < upto)
    if seen > ENTRIES_PER_BATCH_MAX:  # the query's own limit may have cut the last act in two
        return _finish(conn, [e for e in entries if e.pos < last], last - 1, told, more=True)
    return _finish(conn, entries, upto, told, more=False)


def _entry(row: Any, cover: Cover, *, own: bool) -> Entry | None:
    before, after = cover.sight(row.before), cover.sight(row.after)
    if before or after:
        return part_entry(row, cover.sights, before, after, own=own)
    held, holds = before is not None, after is not None
    key = (row.collection, row.record)
    if row.erases:
        return Entry(row.pos, "x", *key, {}, voided=holds)  # a void one stays where something still points at it
    if not holds:
        return Entry(row.pos, "l", *key, {}) if held or own else None
    if row.salt is None:
        return None  # of a record that was erased since, which a later entry says
    new = holds and not held and bool(row.before)  # back again: the author needs the whole row
    if own and row.own is None and not new:
        return None
    if own and row.own != row.fields and not new:
        return Entry(row.pos, "f", *key, msgspec.msgpack.decode(row.own), row.voided)
    if not held:
        return Entry(row.pos, "e", *key, msgspec.msgpack.decode(row.whole), row.voided)
    return Entry(row.pos, "f", *key, msgspec.msgpack.decode(row.fields), row.voided)


def _finish(conn: Connection, entries: list[Entry], pos: int, told: dict[int, int], *, more: bool) -> Batch:
    wanted = sorted({e.pos for e in entries} - set(told))
    stamps: list[Stamp] = []
    for at in range(0, len(wanted), 500):
        for r in conn.execute(_STAMPS, {"wanted": wanted[at : at + 500]}):
            stamps.append(Stamp(r.pos, r.desk, r.officer, r.at, r.verb))
    return Batch(entries, sorted(stamps, key=lambda s: s.pos), pos, more)
