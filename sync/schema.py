"""What a synced table says about itself, so that both halves can carry its rows without knowing what they mean."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, Column, Integer, Table, Text
from sqlalchemy.types import JSON

Value = None | bool | int | str | list[Any] | dict[str, Any]
"""A field's value as it travels: a date is ISO text, an instant milliseconds since 1970 UTC, a decimal is text."""
Row = Mapping[str, Any]
"""A record's payload: field name to `Value`; names that this version does not know are kept and travel on."""

VIEW_NAME = re.compile(r"[a-z][a-z0-9_]*")
EVERYWHERE = "*"
"""The area of reference data: each desk holds it."""


class Policy(Enum):
    """How two edits of one field that did not see each other become one."""

    ASK = "ask"  # keep the first, open a contest
    LATEST = "latest"  # the later arrival wins; noted where it did not see the other
    UNION = "union"  # a set: additions and removals travel, not the whole
    ADD = "add"  # a number: the difference travels
    MACHINE = "machine"  # the district alone writes it


class Kind(Enum):
    """What a field holds; says how a `Value` is stored in a column of the replica."""

    TEXT = "text"
    INT = "int"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"
    DECIMAL = "decimal"
    CODES = "codes"
    REF = "ref"
    BLOB = "blob"  # the hash of a file that travels beside the rows
    JSON = "json"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One synced field. `group` names fields that mean one thing together and merge as one value."""

    name: str
    kind: Kind = Kind.TEXT
    policy: Policy = Policy.ASK
    group: str | None = None
    stated: bool = False
    """A date the law counts: the district asks about one outside the interval in which it must have been typed."""
    since: int = 0
    """The schema level that brought it: an older desk cannot fill it in."""


_KINDS: dict[Kind, type] = {
    Kind.TEXT: str,
    Kind.DATE: str,
    Kind.DECIMAL: str,
    Kind.REF: str,
    Kind.BLOB: str,
    Kind.INT: int,
    Kind.INSTANT: int,
    Kind.BOOL: bool,
    Kind.CODES: list,
}


def fits(field: FieldSpec, value: Any) -> bool:
    """Whether a travelling value is of the kind that a field holds; a set may travel as what changed in it."""
    if value is None or field.kind is Kind.JSON:
        return True
    if field.policy is Policy.UNION and isinstance(value, dict):
        return value.keys() <= {"+", "-"} and all(isinstance(p, list) and _are_words(p) for p in value.values())
    if field.policy is Policy.UNION and isinstance(value, list) and not _are_words(value):
        return False
    wrong_bool = isinstance(value, bool) and field.kind is not Kind.BOOL
    return isinstance(value, _KINDS[field.kind]) and not wrong_bool


def _are_words(members: list[Any]) -> bool:
    """Whether these can be a set's: words, which can be sorted."""
    return all(isinstance(member, str) for member in members)


@dataclass(frozen=True, slots=True)
class Unique:
    """A rule across records that cannot hold offline: rows that share a key are compared, and a doubt opens.

    `keys(row)` gives the keys a row is found under. `judge(a, b)` says how alike two such rows are:
    "certain" (the district links them itself), "ask" (put to an officer of an area above both) or "" (unlike).
    `facts` are the fields that, where a certain pair differs in them, are put to the officer.
    """

    name: str
    keys: Callable[[Row], Iterable[str]]
    judge: Callable[[Row, Row], str]
    facts: tuple[str, ...] = ()
    links: bool = True
    """Whether a pair found is one thing twice (a link joins them) or two things that cannot both be right."""
    through: tuple[str, ...] = ()
    """Reference fields that `keys` and `judge` see as the head of their linked group (one person known twice)."""
    summary: Callable[[Row], dict[str, Any]] | None = None
    """What each side's area may learn of the other row; None asks only an area above both."""


@dataclass(frozen=True, slots=True)
class View:
    """A part of every row, by name: the collections it shows, and which of their fields (None: all).

    A collection that it does not name is not shown at all. A contest needs no name: it is shown where all is that it is
    about. Of fields that mean one thing a view may show some, which cannot be written through it.
    """

    name: str
    fields: Mapping[str, frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral, an assignment, a party's link: a live row shows a record to the areas that it names.

    The record goes there with its children and its parents, the row itself too, all in one view; when the row ends, they
    leave.
    """

    subject: tuple[str, str]
    """(field, collection) of the record shown. An empty collection means that the field `<field>_kind` names it."""
    to: str
    """The field that names (or lists) the areas; `@post` is the area of one post, where its grants name it."""
    view: str = ""
    """Empty: the whole row."""
    live: Callable[[Row], bool] | None = None
    """None: as the collection's own `live` says."""


Carried = tuple[str, str] | tuple[str, str, str]
"""(field, collection), or (field, collection, view)."""


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """One synced table: its fields, whose child it is, where it lives, and what travels with it."""

    name: str
    table: Table
    fields: tuple[FieldSpec, ...]
    area: str | None = None
    """The field that names (or lists) the areas a row lives in; a child without one lives where its parent does."""
    parent: tuple[str, str] | None = None
    """(field, collection): the row is a child. An empty collection means that the field `<field>_kind` names it."""
    carries: tuple[Carried, ...] = ()
    """The linked rows that travel to each area this row lives in, whole or in a view."""
    refers: tuple[Referral, ...] = ()
    """What its rows show to areas that they name."""
    live: Callable[[Row], bool] | None = None
    """Whether a row still carries what it links to; None means always."""
    uniques: tuple[Unique, ...] = ()
    paper: str | None = None
    """Of a movement: the field with the fingerprint of what its paper says; see `Judge.paper`."""
    judged: bool = False
    """Whether its rows are movements, judged once by the district before they count."""
    carried: dict[str, tuple[str, str]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """`carries` as field to (collection, view)."""
    _by_name: dict[str, FieldSpec] = field(default_factory=dict, init=False, compare=False, repr=False)
    blob_fields: list[str] = field(default_factory=list, init=False, compare=False, repr=False)
    """The fields that link a file."""

    def __post_init__(self) -> None:
        self._by_name.update({f.name: f for f in self.fields})
        self.carried.update({name: (target, view[0] if view else "") for name, target, *view in self.carries})
        self.blob_fields.extend(f.name for f in self.fields if f.kind is Kind.BLOB)

    def field(self, name: str) -> FieldSpec | None:
        """The field of that name, or None where only a newer version knows it."""
        return self._by_name.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)

    @property
    def machine(self) -> bool:
        """Whether the district alone writes its rows."""
        return all(f.policy is Policy.MACHINE for f in self.fields)


ENVELOPE = ("id", "pos", "voided", "extra", "rowhash")
"""What stands beside the fields in each synced table of a replica."""


def envelope_columns() -> list[Column[Any]]:
    """The columns that the engine keeps in each synced table of a replica.

    `id` 32 hex digits (UUIDv7); `pos` the district's position of the row as last pulled, 0 where it has never
    been; `voided`; `extra` unknown fields as JSON; `rowhash` the pristine row's hash for the digest.
    """
    return [
        Column("id", Text, primary_key=True),
        Column("pos", Integer, nullable=False, server_default="0"),
        Column("voided", Boolean, nullable=False, server_default="0"),
        Column("extra", JSON, nullable=True),
        Column("rowhash", Integer, nullable=False, server_default="0"),
    ]


class Schema:
    """The synced collections of one program version, parents before children, and the views in which they are shown."""

    def __init__(self, collections: Iterable[CollectionSpec], views: Iterable[View] = ()) -> None:
        self.collections: dict[str, CollectionSpec] = {c.name: c for c in collections}
        self.views: dict[str, View] = {v.name: v for v in views}
        self.children: dict[str, list[CollectionSpec]] = {}
        self.carriers: dict[str, list[tuple[CollectionSpec, str]]] = {}
        for spec in self.collections.values():
            if spec.parent is not None:
                self.children.setdefault(spec.parent[1], []).append(spec)
            for name, (target, _) in spec.carried.items():
                self.carriers.setdefault(target, []).append((spec, name))
        self.level: int = max((f.since for c in self.collections.values() for f in c.fields), default=0)
        self._check_views()
        self.referring: bool = any(spec.refers for spec in self.collections.values())
        self.lifting: frozenset[str] = self._lifting()
        """The collections whose rows may be held where their parents are not, and so bring them there."""
        text = json.dumps({c.name: sorted(c.names) for c in self.collections.values()}, sort_keys=True)
        self.fingerprint: str = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    def __getitem__(self, name: str) -> CollectionSpec:
        return self.collections[name]

    def get(self, name: str) -> CollectionSpec | None:
        """The collection, or None where only a newer version knows it."""
        return self.collections.get(name)

    def children_of(self, collection: str) -> list[CollectionSpec]:
        """The collections whose rows may be children of a row of this one."""
        return self.children.get(collection, []) + self.children.get("", [])

    def lifted(self, collection: str) -> bool:
        """Whether children may bring a row of this collection to areas of their own."""
        return bool(self.lifting) and any(c.name in self.lifting for c in self.children_of(collection))

    def travels(self, collection: str) -> frozenset[str]:
        """The collections whose rows may go along where a row of this one goes, itself among them: what it carries, its
        children and theirs, and a parent that it lifts."""
        found, todo = set[str](), [collection]
        while todo:
            name = todo.pop()
            spec = self.get(name)
            if spec is None or name in found:
                continue
            found.add(name)
            todo += [child.name for child in self.children_of(name)]
            todo += [target for target, _ in spec.carried.values()]
            todo += [spec.parent[1]] if spec.parent is not None and name in self.lifting else []
        return frozenset(found)

    def _check_views(self) -> None:
        for name in self.views:
            if not VIEW_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a view")
        for spec in self.collections.values():
            named = {view for _, view in spec.carried.values()} | {r.view for r in spec.refers}
            for view in sorted(named - {""} - self.views.keys()):
                raise ValueError(f"{spec.name}: there is no view {view!r}")

    def _lifting(self) -> frozenset[str]:
        """Children that name areas, are carried or referred by themselves, or are joined to others, and their parents."""
        subjects = {r.subject[1] for spec in self.collections.values() for r in spec.refers}
        found: set[str] = set()
        for spec in reversed(list(self.collections.values())):  # children before parents
            alone = spec.area or spec.name in self.carriers or subjects & {spec.name, ""}
            below = any(c.name in found for c in self.children_of(spec.name))
            shows_parent = any(spec.parent is not None and r.subject[0] == spec.parent[0] for r in spec.refers)
            is_own = bool(alone) or below or any(rule.links for rule in spec.uniques)
            if spec.parent is not None and is_own and not shows_parent and not spec.machine:
                found.add(spec.name)
        return frozenset(found)
