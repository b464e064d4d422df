"""What the district holds for a desk, row by row: for comparing both sides, and to show that no typed value is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from ..act import Act, Change, Op
from ..codec import decompress
from ..merge import Author, Stamp
from ..schema import Policy, Schema
from ..system import CONTEST
from .entries import Key
from .lines import find_line, line_name
from .scope import Scope, covered
from .tables import ACT, DESK, FEED, HEAD, META, POSITION

Held = dict[Key, tuple[bool, dict[str, object]]]
Missing = tuple[Key, str, object]
"""(record, field, value): what somebody typed and nobody finds."""

_EFFECTIVE = ("applied", "merged", "contested")
"""The outcomes under which an act's values must be in rows and contests; of others the desk's tray keeps the act."""


def rows_for(conn: Connection, scope: Scope, replica: str, schema: Schema | None = None) -> Held:
    """The rows that a desk's grants cover, as far as they show them. Without a schema no views are known."""
    grants = conn.execute(select(DESK.c.grants).where(DESK.c.replica == replica)).scalar_one()
    cover = covered(scope.tree(conn), json.loads(grants), schema)
    return {
        (r.collection, r.record): (r.voided, cut)
        for r in conn.execute(select(HEAD))
        if (cut := cover.cut(r.areas, r.collection, msgspec.msgpack.decode(r.payload))) is not None
    }


def acts(conn: Connection) -> Iterator[tuple[str, str, Act]]:
    """(replica, outcome, act) of everything that ever arrived, in order of arrival per desk."""
    for replica, outcome, _, _, act in _acts(conn):
        yield replica, outcome, act


def _acts(conn: Connection) -> Iterator[tuple[str, str, int, int, Act]]:
    for r in conn.execute(select(ACT).order_by(ACT.c.replica, ACT.c.epoch, ACT.c.number)):
        yield r.replica, r.outcome, r.epoch, r.pos, msgspec.msgpack.decode(decompress(r.body), type=Act)


def lost_values(conn: Connection, schema: Schema | None = None) -> list[Missing]:
    """Typed values that are nowhere, and those overwritten unseen by somebody; an empty list says that none is.

    The feed is read from its horizon on, and of records that are older nothing is said; what was erased by law was not
    said. Each value of an act that counted must at some position have stood in its row or in a contest. Where a value
    gives way to another, the author of that one must have seen it, or decided about it, or a contest must keep it. With
    a schema, fields whose policy lets the later one win are left out of the second rule, and sums must come to what was
    typed; without one the second rule is left out.
    """
    trail = _Trail(schema)
    horizon = conn.execute(select(META.c.horizon)).scalar_one()
    if horizon:
        older = select(HEAD.c.collection, HEAD.c.record).where(HEAD.c.created <= horizon)
        trail.older = {(r.collection, r.record) for r in conn.execute(older)}
    authors: dict[int, tuple[str, int, Act]] = {}
    arrived = list(_acts(conn))
    for replica, _, epoch, pos, act in arrived:
        if pos:
            authors[pos] = (replica, epoch, act)
    lines_of = cache(lambda replica, epoch: find_line(conn, replica, epoch))
    trail.shared = lambda replica, epoch: line.before if (line := lines_of(replica, epoch)) is not None else {}
    lines: dict[int, list[Any]] = {}
    for row in conn.execute(select(FEED).order_by(FEED.c.pos, FEED.c.n)):
        lines.setdefault(row.pos, []).append(row)
    for pos in conn.execute(select(POSITION.c.pos).order_by(POSITION.c.pos)).scalars():
        trail.follow(pos, lines.get(pos, []), authors.get(pos))
    over = _written_over(arrived)
    for _, outcome, _, pos, act in arrived:
        if outcome in _EFFECTIVE:
            trail.expect(act, over.get(pos, set()))
    return trail.missing + trail.wrong_sums(a for _, outcome, _, _, a in arrived if outcome in _EFFECTIVE)


def _places(change: Change) -> set[tuple[str, str]]:
    """(record, field) that a change, or a decision about a contest, says something of."""
    if change.op is Op.DECIDE:
        return {(change.fields["subject"], name) for name in change.fields.get("value") or ()}
    return {(change.id, name) for name in change.fields}


def _written_over(arrived: list[tuple[str, str, int, int, Act]]) -> dict[int, set[tuple[str, str]]]:
    """By position, (record, field) of what later acts of the same line wrote that were taken before the act there."""
    lines: dict[tuple[str, int], list[tuple[int, Act]]] = {}
    for replica, _, epoch, pos, act in arrived:
        if pos:
            lines.setdefault((replica, epoch), []).append((pos, act))
    found: dict[int, set[tuple[str, str]]] = {}
    for acts in lines.values():
        first = 0  # the lowest position of the acts after this one
        for n in range(len(acts) - 1, -1, -1):
            pos, _ = acts[n]
            if first and first < pos:
                later = (act for p, act in acts[n + 1 :] if p < pos)
                found[pos] = {place for act in later for c in act.changes for place in _places(c)}
            first = min(first or pos, pos)
    return found


@dataclass(slots=True)
class _Trail:
    """Rows and contests as they stood position by position."""

    schema: Schema | None
    shared: Callable[[str, int], dict[str, int]] = lambda _replica, _epoch: {}
    rows: dict[Key, dict[str, tuple[Any, Stamp]]] = field(default_factory=dict)
    contests: dict[str, dict[str, Any]] = field(default_factory=dict)
    ever: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    voided: set[Key] = field(default_factory=set)
    missing: list[Missing] = field(default_factory=list)
    older: set[Key] = field(default_factory=set)
    """Records whose life began behind the feed's horizon."""

    def follow(self, pos: int, lines: list[Any], by: tuple[str, int, Act] | None) -> None:
        """One act's effect: contests first, since they keep what gives way."""
        entries = [((r.collection, r.record), msgspec.msgpack.decode(r.fields)) for r in lines]
        for key, fields in entries:
            if key[0] == CONTEST:
                self._contest(key[1], fields)
        replica, epoch, act = by if by is not None else ("", 0, None)
        stamp = Stamp(pos, line_name(replica, epoch), act.number if act else 0)
        author = Author(stamp, act.base, act.officer, act.at, self.shared(replica, epoch)) if act else None
        for r in lines:
            self._void((r.collection, r.record), bool(r.voided), author, act)
        for key, fields in entries:
            row = self.rows.setdefault(key, {})
            for name, value in fields.items():
                old = row.get(name)
                if old is not None and old[0] != value and author is not None and not author.saw(old[1]):
                    self._unseen(key, name, old[0], act)
                row[name] = (value, stamp)
                self.ever.setdefault((key[1], name), []).append(value)

    def _contest(self, record: str, fields: dict[str, Any]) -> None:
        row = self.contests.setdefault(record, {})
        row.update(fields)
        for value in [*(s["value"] for s in row.get("sides") or []), row.get("chosen") or {}]:
            for name, v in value.items():
                self.ever.setdefault((row.get("subject", ""), name), []).append(v)

    def _unseen(self, key: Key, name: str, value: Any, act: Act | None) -> None:
        spec = self.schema.get(key[0]) if self.schema else None
        known = spec.field(name) if spec else None
        if self.schema is None or key in self.older or (known is not None and known.policy is not Policy.ASK):
            return
        if act and any((c.collection, c.id) == key and c.fields.get(name, ...) == value for c in act.changes):
            return  # said again before it was changed, in one act
        about = [row for row in self.contests.values() if row.get("subject") == key[1]]
        kept = any(s["value"].get(name) == value for row in about for s in row.get("sides") or [] if name in s["value"])
        if not kept and not any(self._about(c, key[1], name, value) for c in (act.changes if act else ())):
            self.missing.append((key, name, value))

    def _void(self, key: Key, voided: bool, author: Author | None, act: Act | None) -> None:
        """A void may win over what its author saw, or where somebody decided for it."""
        new = voided and key not in self.voided and key not in self.older
        if new and author is not None and self.schema is not None:
            decided = {c.id for c in act.changes if c.op is Op.DECIDE} if act else set()
            asked = any(self.contests.get(c, {}).get("subject") == key[1] for c in decided)
            own = {n for c in (act.changes if act else ()) if (c.collection, c.id) == key for n in c.fields}
            for name, (value, stamp) in self.rows.get(key, {}).items():
                if name not in own and not author.saw(stamp) and not asked:
                    self.missing.append((key, name, value))
        (self.voided.add if voided else self.voided.discard)(key)

    def _about(self, change: Change, subject: str, name: str, value: Any) -> bool:
        """Whether a decision names a side with this value."""
        row = self.contests.get(change.id, {}) if change.op is Op.DECIDE else {}
        named = [tuple(s) for s in change.fields.get("saw") or []]
        sides = [s for s in row.get("sides") or [] if (s["desk"], s["number"]) in named]
        return row.get("subject") == subject and any(s["value"].get(name, ...) == value for s in sides)

    def expect(self, act: Act, over: set[tuple[str, str]]) -> None:
        """Each value of an act that counted was somewhere at some time; of two for one field, the act's last.

        Not so what its author had already written over when it was taken: (record, field) of an act that had waited.
        """
        last = {(c.collection, c.id, n): c for c in act.changes for n in c.fields}
        for change in act.changes:
            if (change.collection, change.id) in self.older:
                continue
            spec = self.schema.get(change.collection) if self.schema else None
            for name, value in change.fields.items():
                policy = known.policy if spec and (known := spec.field(name)) else Policy.ASK
                if change.op is Op.DECIDE or last[(change.collection, change.id, name)] is not change:
                    continue
                if (change.id, name) in over:
                    continue
                if policy in (Policy.MACHINE, Policy.ADD, Policy.UNION):
                    continue
                found = self.ever.get((change.id, name), [])
                plain = value is not None and not isinstance(value, dict | int | float)
                if (plain or self.schema is not None) and value is not None and value not in found:
                    self.missing.append(((change.collection, change.id), name, value))

    def wrong_sums(self, counted: Iterator[Act]) -> list[Missing]:
        """Sums that do not come to what was typed, of records whose whole life the feed has."""
        sums: dict[tuple[Key, str], float] = {}
        born: set[Key] = set()
        for act in counted:
            for change in act.changes:
                key, spec = (change.collection, change.id), self.schema.get(change.collection) if self.schema else None
                if change.op is Op.CREATE and key not in self.older:
                    born.add(key)
                for name, value in change.fields.items() if spec and change.op is not Op.DECIDE else ():
                    known = spec.field(name) if spec else None
                    if known is not None and known.policy is Policy.ADD and value is not None:
                        sums[(key, name)] = sums.get((key, name), 0) + value
        here = {at: self.rows.get(at[0], {}).get(at[1], (0, None))[0] or 0 for at in sums}
        return [(key, name, total) for (key, name), total in sums.items() if key in born and here[(key, name)] != total]
