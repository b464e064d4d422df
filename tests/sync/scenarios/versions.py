"""Program versions before and after the one that the small world speaks, for desks that are behind or ahead."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.types import JSON

from sync.schema import CollectionSpec, FieldSpec, Kind, Schema, envelope_columns
from sync.system import SYSTEM
from tests.sync.small import LINE, PERSON, REG, STEP

_TYPES = {Kind.CODES: JSON, Kind.INT: Integer}


def version(*specs: CollectionSpec) -> Schema:
    """A schema of these collections, with tables of its own."""
    metadata = MetaData()

    def table(spec: CollectionSpec) -> Table:
        columns = [Column(f.name, _TYPES.get(f.kind, Text)) for f in spec.fields]
        return Table(spec.name, metadata, *envelope_columns(), *columns)

    return Schema([*(replace(s, table=table(s)) for s in specs), *SYSTEM])


def fields(spec: CollectionSpec, *more: FieldSpec, without: tuple[str, ...] = ()) -> CollectionSpec:
    """The collection with other fields."""
    return replace(spec, fields=(*(f for f in spec.fields if f.name not in without), *more))


def older() -> Schema:
    """A version that knows no birth date, no tags, and no children of a registration."""
    return version(fields(PERSON, without=("birth", "sex", "tags")), REG, STEP)


def newer() -> Schema:
    """A version with one more field, and a collection of its own."""
    pet = CollectionSpec("pet", LINE.table, (FieldSpec("name"), FieldSpec("area")), area="area")
    return version(fields(PERSON, FieldSpec("blood")), REG, LINE, STEP, pet)
