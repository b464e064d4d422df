"""The engine's own synced collections: contests, doubts and links travel and are shown like any other row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, MetaData, Table, Text

from .schema import CollectionSpec, FieldSpec, Kind, Policy, Schema, envelope_columns

CONTEST = "contest"
DOUBT = "doubt"
LINK = "link"
RESCUE = "rescue"

METADATA = MetaData()

_TYPES: dict[Kind, type[Any]] = {Kind.TEXT: Text, Kind.REF: Text, Kind.JSON: JSON, Kind.INSTANT: Integer}


def _spec(
    name: str, fields: dict[str, Kind], *, area: str | None = None, parent: tuple[str, str] | None = None
) -> CollectionSpec:
    columns = [Column(field, _TYPES[kind], nullable=True) for field, kind in fields.items()]
    table = Table(name, METADATA, *envelope_columns(), *columns)
    if "subject" in fields:
        Index(f"ix_{name}_subject", table.c.subject)
    Index(f"ix_{name}_state", table.c.state)
    specs = tuple(FieldSpec(field, kind, Policy.MACHINE) for field, kind in fields.items())
    return CollectionSpec(name, table, specs, area=area, parent=parent)


CONTEST_SPEC = _spec(
    CONTEST,
    {
        "subject_kind": Kind.TEXT,  # the collection of the record contested
        "subject": Kind.REF,
        "group": Kind.TEXT,  # the field, or group of fields, or "*void"
        "sides": Kind.JSON,  # [{"value", "desk", "number", "officer", "at", "pos", "post"}]; the row has the first
        "state": Kind.TEXT,  # open | decided
        "chosen": Kind.JSON,
        "decided_by": Kind.TEXT,
        "decided_at": Kind.INSTANT,
    },
    parent=("subject", ""),
)
"""Several values of one field until someone with the right decides; lives where its record lives."""

DOUBT_SPEC = _spec(
    DOUBT,
    {
        "rule": Kind.TEXT,
        "subject_kind": Kind.TEXT,
        "subject": Kind.REF,  # the record, where it is about one alone: then it lives where that lives
        "members": Kind.JSON,  # the ids that cannot all be right, sorted
        "grade": Kind.TEXT,  # ask: one or two? · both: two that exclude each other · facts: one, but they differ
        # · date: outside its window · step: objected to later · paper: not what the rows say
        "facts": Kind.JSON,  # for grade facts: the fields that differ
        "areas": Kind.JSON,  # who is asked
        "summary": Kind.JSON,  # what an area may learn of a row it does not hold: [{"id", "area", …}]
        "state": Kind.TEXT,  # open | same | different | stands | wrong | settled
        "decided_by": Kind.TEXT,
        "decided_at": Kind.INSTANT,
    },
    area="areas",
    parent=("subject", ""),
)
"""Records that cannot all be right, put to someone; settled by an answer or because they no longer disagree."""

LINK_SPEC = _spec(
    LINK,
    {
        "subject_kind": Kind.TEXT,
        "subject": Kind.REF,  # the later member
        "head": Kind.REF,  # the earliest-positioned member of the group
        "how": Kind.TEXT,  # certain | decided
        "state": Kind.TEXT,  # live | undone
        "decided_by": Kind.TEXT,
        "decided_at": Kind.INSTANT,
    },
    parent=("subject", ""),
)
"""Two records are one thing; neither is rewritten, so that undoing gives each its own back."""

RESCUE_SPEC = _spec(
    RESCUE,
    {
        "act": Kind.TEXT,  # "line/number", by which its own desk asks for it
        "officer": Kind.TEXT,
        "post": Kind.TEXT,
        "at": Kind.INSTANT,
        "verb": Kind.TEXT,
        "why": Kind.TEXT,
        "parts": Kind.JSON,  # [{"collection", "id", "op", "fields"}]: what was typed
        "areas": Kind.JSON,  # where the records live that it is about: who may make it their own
        "state": Kind.TEXT,  # open | taken | dismissed
        "decided_by": Kind.TEXT,
        "decided_at": Kind.INSTANT,
    },
    area="areas",
)
"""Work that was taken in but not applied, put before those who hold the records now; the desk keeps only its number."""

SYSTEM = (CONTEST_SPEC, DOUBT_SPEC, LINK_SPEC, RESCUE_SPEC)
SYSTEM_NAMES = frozenset(spec.name for spec in SYSTEM)


def with_system(schema: Schema) -> Schema:
    """The schema with the engine's own collections; itself where it has them already."""
    missing = [spec for spec in SYSTEM if schema.get(spec.name) is None]
    return Schema([*schema.collections.values(), *missing], schema.views.values()) if missing else schema
