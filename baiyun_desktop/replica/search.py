"""The one search box: what was typed becomes a few short ranges of one index, answered in the order they tell most."""

from __future__ import annotations

import re
from collections.abc import Sequence
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

READ_MAX = 8_000
"""Of several words, one that has fewer hits is read whole."""
TESTED_FIRST = 100
"""Of those so many at first, then twice as many: where most pass, few are read."""

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
    """Documents that every word finds, in the order of the rarest.

    Words of some thousand hits are read whole and compared: to look at a document's own keys costs a page of the file.
    What is more frequent is looked for in the keys of those that are left.
    """
    read: dict[str, dict[int, Route]] = {}
    whole: list[str] = []
    for word in sorted(words, key=lambda w: (not any(c.isdigit() for c in w), -len(w))):  # numbers tell most
        read[word], is_whole = _docs(conn, word, READ_MAX)
        if is_whole:
            whole.append(word)
        if is_whole and len(read[word]) <= TESTED_FIRST:
            break
    rare = min(whole or read, key=lambda word: len(read[word]))
    same = [read[word] for word in whole if word != rare]
    matches = [Match(doc, route) for doc, route in read[rare].items() if all(doc in docs for docs in same)]
    others = [word for word in words if word != rare and word not in whole]
    return _tested(conn, matches[:CANDIDATES_MAX], others, limit) if others else matches[:limit]


def _docs(conn: Connection, word: str, most: int) -> tuple[dict[int, Route], bool]:
    """The documents that a word finds, the most telling route first, and whether they are all."""
    found: dict[int, Route] = {}
    for route, prefix in wanted(word):
        low = route.value + prefix
        rows = every(
            conn,
            "SELECT doc FROM search_key WHERE key >= ? AND key < ? ORDER BY key, doc LIMIT ?",
            (low, upper_bound(low), most),
        )
        for (doc,) in rows:
            found.setdefault(doc, route)
        if len(rows) == most:
            return found, False
    return found, True


def _tested(conn: Connection, matches: Sequence[Match], words: Sequence[str], limit: int) -> list[Match]:
    kept: list[Match] = []
    start, size = 0, TESTED_FIRST
    while start < len(matches) and len(kept) < limit:
        part = matches[start : start + size]
        found_too = _found_too(conn, [match.doc for match in part], words)
        kept += [match for match in part if match.doc in found_too]
        start, size = start + size, size * 2
    return kept[:limit]


def _found_too(conn: Connection, docs: Sequence[int], words: Sequence[str]) -> set[int]:
    """Those of the documents that each of the words finds, by their own keys; SQLite looks, so that nobody else waits."""
    tests: list[str] = []
    params: list[int | str] = [*docs]
    for word in words:
        starts = [f"\n{route.value}{prefix}" for route, prefix in wanted(word)]
        tests.append(f"({' OR '.join(['instr(said, ?)'] * len(starts)) or '0'})")
        params += starts
    marks = ", ".join("?" * len(docs))
    said = f"SELECT doc, char(10) || keys AS said FROM search_doc WHERE doc IN ({marks})"
    return {row[0] for row in every(conn, f"SELECT doc FROM ({said}) WHERE {' AND '.join(tests) or '1'}", params)}


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
