"""The one search box: what was typed becomes a few short ranges of one index, answered in the order they tell most."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

from baiyun_desktop.replica.keys_of_text import Route, fold, upper_bound, wanted
from baiyun_desktop.replica.layout import filled
from baiyun_desktop.replica.numbers import CHINA
from baiyun_desktop.replica.plain import every
from baiyun_desktop.replica.store import Store

LIMIT = 200
KEYS_PER_ROUTE_MAX = 4_000
"""A route is read no further than this: more hits than anyone looks through."""
CANDIDATES_MAX = 2_000
"""Of several words, so many hits of the rarest are tested against the others."""

_WORDS = re.compile(r"\s+")
_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: what to show of it, and by which route."""

    kind: str
    id: str
    title: str
    subtitle: str
    matched: Route


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits; `more` says that there are others, and then `total` is only how many were counted."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A document of the index with the route that found it."""

    doc: int
    route: Route


def find_docs(conn: Connection, text: str, limit: int) -> list[Match]:
    """At most `limit` documents, best first; each once."""
    matches = _one_word(conn, text, limit)
    if matches:
        return matches
    words = [word for word in _WORDS.split(text.strip()) if fold(word)]
    if len(words) < 2:
        words = [word for word in _BORDER.split(text.strip()) if fold(word)]
    return _all_words(conn, words, limit) if len(words) > 1 else []


def _one_word(conn: Connection, text: str, limit: int) -> list[Match]:
    found: dict[int, Route] = {}
    for route, prefix in wanted(text):
        for doc in _range(conn, route, prefix, limit):
            found.setdefault(doc, route)
        if len(found) >= limit:
            break
    return [Match(doc, route) for doc, route in list(found.items())[:limit]]


def _range(conn: Connection, route: Route, prefix: str, limit: int) -> list[int]:
    """The documents of one route in the order of their keys, read on until there are `limit` different ones."""
    low = route.value + prefix
    high, after, read = upper_bound(low), (low, -1), 0
    found: dict[int, None] = {}
    while len(found) < limit and read < KEYS_PER_ROUTE_MAX:
        rows = every(
            conn,
            "SELECT key, doc FROM search_key WHERE (key, doc) > (?, ?) AND key < ? ORDER BY key, doc LIMIT ?",
            (*after, high, limit),
        )
        found.update(dict.fromkeys(row[1] for row in rows))
        if len(rows) < limit:
            break
        read, after = read + len(rows), (rows[-1][0], rows[-1][1])
    return list(found)


def _all_words(conn: Connection, words: Sequence[str], limit: int) -> list[Match]:
    """Documents that every word finds: those of a rare word, tested by their own keys against the others."""
    rare, matches = "", None
    for word in sorted(words, key=lambda w: (not any(c.isdigit() for c in w), -len(w))):  # numbers tell most
        found = _one_word(conn, word, CANDIDATES_MAX)
        if matches is None or len(found) < len(matches):
            rare, matches = word, found
        if len(found) < CANDIDATES_MAX:
            break
    if not matches:
        return []
    others = [word for word in words if word != rare]
    tests = [_test(word) for word in others]
    kept: list[Match] = []
    for start in range(0, len(matches), 500):
        part = matches[start : start + 500]
        keys = _keys_of(conn, [match.doc for match in part])
        kept += [m for m in part if all(test(keys.get(m.doc, ())) for test in tests)]
        if len(kept) >= limit:
            break
    return kept[:limit]


def _test(word: str) -> Callable[[Sequence[str]], bool]:
    prefixes = tuple(route.value + prefix for route, prefix in wanted(word))
    return lambda keys: any(key.startswith(prefixes) for key in keys)


def _keys_of(conn: Connection, docs: Sequence[int]) -> dict[int, list[str]]:
    marks = ", ".join("?" * len(docs))
    rows = every(conn, f"SELECT doc, keys FROM search_doc WHERE doc IN ({marks})", tuple(docs))
    return {doc: keys.split("\n") for doc, keys in rows}


class Search:
    """Finds records in one replica, whatever of them was typed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, text: str, limit: int = LIMIT) -> Found:
        """The first `limit` records, best first. One more is looked for, to know whether there are others."""
        if not fold(text):
            return Found()
        with self._store.reading() as conn:
            matches = find_docs(conn, text, limit + 1)
            hits = self._hits(conn, matches[:limit])
        return Found(hits, len(hits), len(matches) > limit)

    def _hits(self, conn: Connection, matches: Sequence[Match]) -> list[Hit]:
        records = _records(conn, [match.doc for match in matches])
        ids: dict[str, list[str]] = {}
        for kind, record in records.values():
            ids.setdefault(kind, []).append(record)
        texts = {kind: self._texts(conn, kind, wanted_ids) for kind, wanted_ids in ids.items()}
        hits = []
        for match in matches:
            kind, record = records[match.doc]
            if record in texts[kind]:
                hits.append(Hit(kind, record, *texts[kind][record], match.route))
        return hits

    def _texts(self, conn: Connection, kind: str, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Title and subtitle of each, masked as in a list: a hit is seen by whoever stands by."""
        program, today = (
            self._store.layout.program,
            datetime.fromtimestamp(self._store.clock.now_ms() / 1000, CHINA).date(),
        )
        info, reader = program.kind(kind), self._store.layout.readers[kind]
        found = {}
        for start in range(0, len(ids), 500):
            part = tuple(ids[start : start + 500])
            marks = ", ".join("?" * len(part))
            for row in every(conn, f'SELECT {reader.columns} FROM "{kind}" WHERE id IN ({marks})', part):
                values = program.told(kind, filled(reader.values(row)), today)
                found[row[0]] = (info.title_of(values), info.subtitle_of(values))
        return found


def _records(conn: Connection, docs: Sequence[int]) -> dict[int, tuple[str, str]]:
    if not docs:
        return {}
    marks = ", ".join("?" * len(docs))
    rows = every(conn, f"SELECT doc, kind, record FROM search_doc WHERE doc IN ({marks})", tuple(docs))
    return {doc: (kind, record) for doc, kind, record in rows}
