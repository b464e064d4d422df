"""What a desk sees of a record: the views in which its areas hold it, through the views that its grants give it.

A *key* is an area, or `area|view`: a record is held there whole, or in that view (`view&view`: what both show). A *sight*
is what several keys come to for one desk: "" is the whole row, "card+police" what either view shows, "card&police"
what both do. Sights and keys have one spelling each, so that equal ones are equal text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from ..merge import VOID_GROUP
from ..schema import Schema
from ..system import CONTEST

WHOLE = ""
Term = frozenset[str]
"""Views of which all must show a field; the empty one is the whole row."""
Shown = frozenset[str] | None
"""The fields that are shown; None for all."""


def split(keys: str) -> tuple[str, ...]:
    """Keys as a column holds them."""
    return tuple(keys.split(",")) if keys else ()


def area_of(key: str) -> str:
    """The area of a key."""
    return key.partition("|")[0]


def narrowed(key: str, view: str) -> str:
    """A key as one more view shows it."""
    area, _, views = key.partition("|")
    term = _term(views) | _term(view)
    return f"{area}|{_spell(term)}" if term else area


def whole_areas(keys: Iterable[str]) -> list[str]:
    """The areas that hold a record whole; where none does, those that hold a part of it."""
    found = list(keys)
    return [k for k in found if "|" not in k] or sorted({area_of(k) for k in found})


def tidy(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys in order, without those that show nothing beside another one of the same area."""
    found = sorted(set(keys))
    if not any("|" in k for k in found):
        return tuple(found)
    terms = [(area_of(k), _term(k.partition("|")[2])) for k in found]
    return tuple(
        key for key, (area, term) in zip(found, terms, strict=True) if not any(a == area and t < term for a, t in terms)
    )


def grants_of(grants: Iterable[str]) -> list[tuple[str, str]]:
    """Grants as (area, sight)."""
    return [(area_of(g), _spell(_term(g.partition("|")[2]))) for g in grants]


def within(view: str, sight: str) -> bool:
    """Whether a sight shows all that a view does."""
    return any(term <= _term(view) for term in _terms(sight))


def joined(sights: Iterable[str]) -> str:
    """What any of these sights shows."""
    terms = {term for sight in sights for term in _terms(sight)}
    return "+".join(sorted(_spell(t) for t in terms if not any(other < t for other in terms)))


def both(sight: str, other: str) -> str:
    """What each of two sights shows."""
    return joined(_spell(a | b) for a in _terms(sight) for b in _terms(other))


def _term(views: str) -> Term:
    return frozenset(views.split("&")) if views else frozenset()


def _spell(term: Term) -> str:
    return "&".join(sorted(term))


@lru_cache(maxsize=4096)
def _terms(sight: str) -> frozenset[Term]:
    return frozenset(_term(t) for t in sight.split("+"))


class Sights:
    """What the views of one schema show. A view that the schema does not know shows nothing."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._shown: dict[tuple[str, str], tuple[bool, Shown]] = {}
        self._all: dict[tuple[str, str, str], bool] = {}
        text = [(v.name, sorted((c, f and sorted(f)) for c, f in v.fields.items())) for v in schema.views.values()]
        self.mark: str = hashlib.blake2b(json.dumps(sorted(text)).encode(), digest_size=4).hexdigest()
        """Changes with what views show: sums and packs of before count no more."""

    def shown(self, sight: str, collection: str) -> tuple[bool, Shown]:
        """(whether rows of a collection are shown, which of their fields)."""
        if sight == WHOLE:
            return True, None
        found = self._shown.get((sight, collection))
        if found is None:
            parts = [self._term_shows(term, collection) for term in _terms(sight)]
            fields = [f for shows, f in parts if shows]
            every = None if any(f is None for f in fields) else frozenset[str]().union(*(f for f in fields if f))
            found = self._shown[(sight, collection)] = (bool(fields), every)
        return found

    def shows_all(self, sight: str, collection: str, view: str = WHOLE) -> bool:
        """Whether a sight shows all that a view does of a row of a collection and of what goes along with it.

        What counts is what is shown, not by which name: a view of every field of them is as good as the whole.
        """
        known = (sight, collection, view)
        if known not in self._all:
            names = self._schema.travels(collection) - {CONTEST}  # those are shown where all is that they are about
            self._all[known] = within(view, sight) or (
                bool(names) and all(_holds(self.shown(sight, name), self.shown(view, name)) for name in names)
            )
        return self._all[known]

    def _term_shows(self, term: Term, collection: str) -> tuple[bool, Shown]:
        views = [self._schema.views.get(name) for name in term]
        if any(v is None or collection not in v.fields for v in views):
            return False, frozenset()
        limits = [f for v in views if v is not None and (f := v.fields[collection]) is not None]
        return True, frozenset.intersection(*limits) if limits else None

    def of_row(self, sight: str, collection: str, row: Mapping[str, Any]) -> tuple[bool, Shown]:
        """The same for one row: a contest is shown where all is that it is about, for its sides hold values."""
        if sight == WHOLE or collection != CONTEST:
            return self.shown(sight, collection)
        subject, group = str(row.get("subject_kind")), str(row.get("group"))
        shows, fields = self.shown(sight, subject)
        return shows and (
            fields is None or group == VOID_GROUP or (self.group(subject, group) or {group}) <= fields
        ), None

    def group(self, collection: str, name: str) -> frozenset[str]:
        """The fields that mean one thing under that name."""
        spec = self._schema.get(collection)
        return frozenset(f.name for f in spec.fields if f.group == name) if spec else frozenset()

    def cut(self, sight: str, collection: str, row: dict[str, Any]) -> dict[str, Any] | None:
        """The part of a row that a sight shows; None where it does not even show that there is one."""
        shows, fields = self.of_row(sight, collection, row)
        if not shows:
            return None
        return row if fields is None else {k: v for k, v in row.items() if k in fields}


def _holds(seen: tuple[bool, Shown], wanted: tuple[bool, Shown]) -> bool:
    """Whether of one collection as much is shown as is wanted."""
    if not wanted[0]:
        return True
    return seen[0] and (seen[1] is None or (wanted[1] is not None and wanted[1] <= seen[1]))


@lru_cache(maxsize=64)
def sights_of(schema: Schema) -> Sights:
    """The sights of a schema."""
    return Sights(schema)


class Cover:
    """What one desk's grants cover: areas, each whole or in a sight; reference data always whole."""

    def __init__(self, held: Mapping[str, str], sights: Sights) -> None:
        self.sights = sights
        self.areas: frozenset[str] = frozenset(held)
        self._narrow = {area: sight for area, sight in held.items() if sight != WHOLE}
        self._whole = self.areas - self._narrow.keys()
        self._known: dict[str, str | None] = {}

    @classmethod
    def of(cls, areas: Iterable[str], schema: Schema | None = None) -> Cover:
        """These areas, whole."""
        return cls(dict.fromkeys(areas, WHOLE), sights_of(schema) if schema else _NO_VIEWS)

    @property
    def names(self) -> list[str]:
        """What is covered, for a fingerprint."""
        return [a if (s := self._narrow.get(a, WHOLE)) == WHOLE else f"{a}|{s}#{self.sights.mark}" for a in self.areas]

    def touches(self, keys: Iterable[str]) -> bool:
        """Whether any of these keys is of an area covered, whatever it shows."""
        return any(area_of(k) in self.areas for k in keys)

    def sight(self, keys: str) -> str | None:
        """What the desk sees of a record that these keys hold (as a column holds them); None where it holds none."""
        try:
            return self._known[keys]
        except KeyError:
            found = self._known[keys] = self._sight(keys)
            return found

    def _sight(self, keys: str) -> str | None:
        if "|" not in keys and not self._whole.isdisjoint(split(keys)):
            return WHOLE
        seen = []
        for key in split(keys):
            area, _, view = key.partition("|")
            if area in self.areas:
                seen.append(both(view, self._narrow.get(area, WHOLE)))
        return joined(seen) if seen else None

    def sight_of(self, keys: Iterable[str]) -> str | None:
        """The same of keys one by one."""
        return self.sight(",".join(keys))

    def cut(self, keys: str, collection: str, row: dict[str, Any]) -> dict[str, Any] | None:
        """The part of a row that the desk should hold; None where it holds none."""
        sight = self.sight(keys)
        return None if sight is None else row if sight == WHOLE else self.sights.cut(sight, collection, row)

    def hides(self, keys: Iterable[str], collection: str, names: Iterable[str]) -> str | None:
        """The first of these fields that the desk does not see in a record of a collection; "" where it sees none."""
        sight = self.sight_of(keys)
        shows, fields = (False, None) if sight is None else self.sights.shown(sight, collection)
        if not shows:
            return ""
        return None if fields is None else next((n for n in names if n not in fields), None)


_NO_VIEWS = Sights(Schema([]))
