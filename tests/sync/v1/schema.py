"""The schema of the frozen desk: a small one that has one field of each kind and one rule of each sort."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.types import JSON

from sync.schema import CollectionSpec, FieldSpec, Kind, Policy, Schema, envelope_columns

METADATA = MetaData()


def _table(name: str, *columns: Column) -> Table:  # type: ignore[type-arg]
    return Table(name, METADATA, *envelope_columns(), *columns)


PERSON = CollectionSpec(
    "person",
    _table(
        "person",
        *(Column(n, Text) for n in ("name", "phone", "idno", "birth", "note", "photo", "area")),
        Column("tags", JSON),
        Column("visits", Integer),
    ),
    (
        FieldSpec("name"),
        FieldSpec("phone"),
        FieldSpec("idno", group="identity"),
        FieldSpec("birth", Kind.DATE, group="identity"),
        FieldSpec("note", policy=Policy.LATEST),
        FieldSpec("photo", Kind.BLOB),
        FieldSpec("area"),
        FieldSpec("tags", Kind.CODES, Policy.UNION),
        FieldSpec("visits", Kind.INT, Policy.ADD),
    ),
    area="area",
)

STEP = CollectionSpec(
    "step",
    _table("step", *(Column(n, Text) for n in ("subject_kind", "subject", "verb", "judgement", "note"))),
    (
        FieldSpec("subject_kind"),
        FieldSpec("subject", Kind.REF),
        FieldSpec("verb"),
        FieldSpec("judgement", policy=Policy.MACHINE),
        FieldSpec("note", policy=Policy.MACHINE),
    ),
    parent=("subject", ""),
    judged=True,
)

SCHEMA = Schema([PERSON, STEP])
