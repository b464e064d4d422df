"""What the program's declarations mean for a replica: its tables, its facts and projections, and how rows are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table

from baiyun_desktop.kernel.field import Key
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.record import RecordInfo
from sync.desk.rows import Rows, from_column, to_column
from sync.schema import CollectionSpec, FieldSpec, Schema
from sync.system import with_system


class Layout:
    """The program as this replica's tables see it: the modules' kinds and the engine's own collections."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.schema: Schema = with_system(program.schema)
        specs = self.schema.collections.values()
        self.rows = Rows(self.schema)
        self.facts: dict[str, tuple[str, ...]] = {spec.name: spec.names for spec in specs}
        self.projections: dict[str, tuple[FieldSpec, ...]] = {
            name: tuple(f.spec() for f in info.projections) for name, info in program.kinds.items()
        }
        self.readers: dict[str, RowReader] = {
            spec.name: RowReader(spec, self.projections.get(spec.name, ())) for spec in specs
        }
        self.searchable = frozenset(
            name for name, info in program.kinds.items() if any(f.search is not None for f in info.fields)
        )
        self.limited: dict[str, Procedure] = {k: p for k, p in program.procedures.items() if p.deadlines}
        """The kinds whose procedure has time limits."""

    @property
    def tables(self) -> list[Table]:
        """The typed tables, parents before children."""
        return [spec.table for spec in self.schema.collections.values()]

    def spec(self, kind: str) -> CollectionSpec | None:
        return self.schema.get(kind)

    def info(self, kind: str) -> RecordInfo | None:
        """The declaration of a kind; None for the engine's own collections."""
        return self.program.kinds.get(kind)

    def state_field(self, kind: str) -> str | None:
        """The projection that holds the state which movements fold to."""
        info = self.info(kind)
        if info is None or self.program.procedure(kind) is None:
            return None
        return next((f.name for f in info.projections if f.derived == "movements"), None)

    def due_field(self, kind: str) -> str | None:
        """The projection that holds the day on which the next time limit is due."""
        info = self.info(kind)
        return next((f.name for f in info.projections if f.derived == "deadlines"), None) if info else None

    def spelled(self, kind: str) -> str | None:
        """The projection by which names sort: the pinyin."""
        info = self.info(kind)
        return next((f.name for f in info.projections if f.search is Key.PINYIN), None) if info else None


class RowReader:
    """Reads one kind's rows as plain values: every field by name, None where it is empty."""

    def __init__(self, spec: CollectionSpec, projections: tuple[FieldSpec, ...]) -> None:
        self.spec = spec
        self.fields = (*spec.fields, *projections)
        self.names = tuple(f.name for f in self.fields)
        convert = [from_column(f) for f in self.fields]
        same = from_column(FieldSpec("text"))
        self._convert = [None if c is same else c for c in convert]
        self._store = {f.name: to_column(f) for f in self.fields}
        self.columns = ", ".join(f'"{spec.name}"."{name}"' for name in ("id", "pos", "voided", *self.names))

    def table_column(self, name: str) -> Column[Any]:
        """The column of a field; KeyError where there is none."""
        return self.spec.table.c[name]

    def values(self, row: Any) -> dict[str, Any]:
        """The fields of a result row that was selected by `columns`."""
        return {
            name: value if convert is None or value is None else convert(value)
            for name, value, convert in zip(self.names, row[3:], self._convert, strict=True)
        }

    def to_storage(self, name: str, value: Any) -> Any:
        """A projection's value as SQLite keeps it."""
        return self._store[name](value)


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are not empty, as sync and the records' own rules take them."""
    return {name: value for name, value in values.items() if value is not None}
