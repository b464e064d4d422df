"""What each area held at each position, worked out from the feed: a desk shows one of these states, whole, at any time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from sync.canon import row_hash
from sync.district.scope import FixedScope, fingerprint
from sync.district.sight import split
from tests.sync.small import AREAS, SCHEMA

if TYPE_CHECKING:
    from .town import Office, Town

Key = tuple[str, str]
TREE = FixedScope(AREAS).tree(None)  # type: ignore[arg-type]
_HASHES = " UNION ALL ".join(f"SELECT '{n}', id, rowhash FROM \"{n}\" WHERE rowhash<>0" for n in SCHEMA.collections)
HELD = f"{_HASHES} UNION ALL SELECT collection, id, rowhash FROM sync_unknown WHERE rowhash<>0"


@dataclass(slots=True)
class Life:
    """One record: at which positions it changed, and its row, hash and areas from there on."""

    at: list[int] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    states: list[tuple[int, frozenset[str]]] = field(default_factory=list)


class Trail:
    """The district's feed, followed as it grows: what is cut short or erased later is known here still."""

    def __init__(self) -> None:
        self._upto = 0
        self._lives: dict[Key, Life] = {}

    def follow(self, town: Town) -> None:
        raw = town.engine.raw
        (pos,) = raw.execute("SELECT pos FROM meta").fetchone()
        sql = "SELECT pos, collection, record, voided, fields, erases, after FROM feed WHERE pos>? ORDER BY pos, n"
        for at, collection, record, voided, fields, erases, after in raw.execute(sql, (self._upto,)):
            life = self._lives.setdefault((collection, record), Life())
            before = life.rows[-1] if life.rows and not erases else {}
            row = {n: v for n, v in {**before, **msgspec.msgpack.decode(fields)}.items() if v is not None}
            life.at.append(at)
            life.rows.append(row)
            life.states.append((row_hash(collection, record, bool(voided), row), frozenset(split(after))))
        self._upto = pos

    def copy(self) -> Trail:
        """The past as it is now, to go back to when the district does."""
        other = Trail()
        other._upto = self._upto
        other._lives = {k: Life(list(v.at), list(v.rows), list(v.states)) for k, v in self._lives.items()}
        return other

    def held(self, pos: int, areas: frozenset[str]) -> dict[Key, int]:
        """The records that these areas held at a position, by hash."""
        found: dict[Key, int] = {}
        for key, life in self._lives.items():
            n = bisect_right(life.at, pos)
            if n and areas & life.states[n - 1][1]:
                found[key] = life.states[n - 1][0]
        return found

    def wrongs(self, town: Town, office: Office) -> list[str]:
        """Where a desk's file is not what its areas held at its cursor: part of an act, or of two states."""
        self.follow(town)
        pos, scope, timeline = office.store.raw.execute("SELECT pos, scope, timeline FROM sync_state").fetchone()
        (grants,) = town.engine.raw.execute("SELECT grants FROM desk WHERE replica=?", (office.replica,)).fetchone()
        areas = TREE.cover(msgspec.json.decode(grants))
        if scope != fingerprint(areas) or timeline != town.timeline():
            return []  # it has not heard yet of its new areas, or of the district's new timeline
        here = {(c, r): h for c, r, h in office.store.raw.execute(HELD)}
        there = self.held(pos, areas)
        if here == there:
            return []
        # What has been erased since is told to nobody any more, also not as what it was at this position.
        gone = {r for (r,) in town.engine.raw.execute("SELECT record FROM erased WHERE pos>?", (pos,))}
        odd = sorted(k for k in here.keys() | there.keys() if here.get(k) != there.get(k) and k[1] not in gone)
        if not odd:
            return []
        words = ", ".join(
            f"{c} {r[-3:]} {'' if (c, r) in here else 'missing' if (c, r) in there else 'left'}" for c, r in odd[:4]
        )
        return [f"I3 {office.name} at {pos} shows no one state: {words}"]
