"""The base of every governed record: a SQLAlchemy table whose class and columns say everything about themselves."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Boolean, Integer, Table, Text
from sqlalchemy.orm import DeclarativeBase

from baiyun_desktop.kernel.field import FieldInfo, Key, kind_from
from sync.schema import ENVELOPE, CollectionSpec, Referral, Row, Unique, envelope_columns


@dataclass(frozen=True, slots=True)
class RecordInfo:
    """One kind of record, as everything but the database reads it."""

    name: str
    title: str
    en: str
    cls: type[Record]
    fields: tuple[FieldInfo, ...]
    spec: CollectionSpec
    by_name: dict[str, FieldInfo]

    @property
    def table(self) -> Table:
        return self.spec.table

    @property
    def area(self) -> str | None:
        """The field that names the area; None for a child, which lives where its parent does."""
        return self.spec.area

    @property
    def parent(self) -> tuple[str, str] | None:
        """(field, kind) where this is a child; kind "" where any record may be the parent."""
        return self.spec.parent

    @property
    def judged(self) -> bool:
        return self.spec.judged

    @property
    def sections(self) -> tuple[str, ...]:
        """The form's headings, in order of first use."""
        return tuple(dict.fromkeys(f.section for f in self.fields))

    @property
    def listed(self) -> tuple[FieldInfo, ...]:
        """The columns of the general list."""
        return tuple(f for f in self.fields if f.listed)

    @property
    def synced(self) -> tuple[FieldInfo, ...]:
        return tuple(f for f in self.fields if f.synced)

    @property
    def projections(self) -> tuple[FieldInfo, ...]:
        """Derived columns, rebuilt on each desk and never sent."""
        return tuple(f for f in self.fields if f.derived)

    @property
    def refs(self) -> tuple[FieldInfo, ...]:
        return tuple(f for f in self.fields if f.ref is not None)

    def field(self, name: str) -> FieldInfo:
        """The field of that name; KeyError where there is none."""
        return self.by_name[name]

    def title_of(self, values: Row) -> str:
        """One line that tells a person which record this is."""
        return self.cls.title_of(values)

    def subtitle_of(self, values: Row) -> str:
        """The second line of a search hit."""
        return self.cls.subtitle_of(values)

    def derive(self, values: Row) -> dict[str, Any]:
        """All "values" projections of one row."""
        return self.cls.derive(values)

    def search_keys(self, values: Row) -> list[tuple[Key, str]]:
        """What the search box finds the row by; `values` holds facts and projections."""
        return list(self.cls.search_keys(values))

    def is_live(self, values: Row) -> bool:
        """Whether the row still stands, so that it carries what it links to and counts."""
        return self.spec.live is None or self.spec.live(values)


class Record(DeclarativeBase):
    """Base of all records. Class keywords say what no single column can:

    `title`/`en` the kind's name; `area` the field that names its area; `parent` (field, kind) of a child;
    `carries` the references whose records travel with it; `refers` what it shows to areas that it names; `uniques` rules
    across records; `live` whether a row still stands; `judged` for movements alone.
    """

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: Integer(),
        bool: Boolean(),
        date: Text(),
        datetime: BigInteger(),
        Decimal: Text(),
        list[str]: JSON(none_as_null=True),
    }
    info: ClassVar[RecordInfo]

    def __init_subclass__(
        cls,
        *,
        title: str,
        en: str = "",
        area: str | None = None,
        parent: tuple[str, str] | None = None,
        carries: tuple[tuple[str, str], ...] = (),
        refers: tuple[Referral, ...] = (),
        uniques: tuple[Unique, ...] = (),
        live: Callable[[Row], bool] | None = None,
        judged: bool = False,
    ) -> None:
        declared = _declared(cls)
        for name in {area, parent and parent[0], *(n for n, _ in carries)} - {None}:
            if name not in declared:
                raise TypeError(f"{cls.__name__} has no field {name!r}")
        asked_for = {area, parent and parent[0], *(name for name, _ in carries)}
        for name in sorted({str(n) for n in asked_for} & set(declared)):
            vars(cls)[name].column.index = True  # how scopes and parents are looked up, without having to think of it
        for column in envelope_columns():
            setattr(cls, column.name, column)
        super().__init_subclass__()
        table = typing.cast(Table, cls.__table__)
        fields = tuple(declared.values())
        spec = CollectionSpec(
            name=table.name, table=table, fields=tuple(f.spec() for f in fields if f.synced), area=area, parent=parent,
            carries=carries, refers=refers, live=live, uniques=uniques, judged=judged,
        )  # fmt: skip
        cls.info = RecordInfo(
            name=table.name, title=title, en=en or table.name.replace("_", " ").capitalize(), cls=cls, fields=fields,
            spec=spec, by_name=declared,
        )  # fmt: skip

    @classmethod
    def title_of(cls, values: Row) -> str:
        """The first listed value, unless a record says better."""
        for info in (*cls.info.listed, *cls.info.fields):
            if info.ref is None and values.get(info.name) not in (None, ""):
                return str(values[info.name])
        return cls.info.title

    @classmethod
    def subtitle_of(cls, values: Row) -> str:
        """Listed values after the first."""
        texts = [str(values[f.name]) for f in cls.info.listed if f.ref is None and values.get(f.name) not in (None, "")]
        return " · ".join(texts[1:4])

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """The projections of one row, a pure function of its facts; none unless a record says so."""
        return {}

    @classmethod
    def search_keys(cls, values: Row) -> Iterable[tuple[Key, str]]:
        """What its fields declare; several readings in one value stand a bar apart."""
        for info in cls.info.fields:
            value = values.get(info.name)
            if info.search is not None and value not in (None, ""):
                for text in str(value).split("|"):
                    yield info.search, text


def kind_of(cls: type[Record]) -> RecordInfo:
    """Everything the class says about itself."""
    return cls.info


def _declared(cls: type[Record]) -> dict[str, FieldInfo]:
    """The declared fields in order, named and with their kind. Raises TypeError on a name that the engine keeps."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found: dict[str, FieldInfo] = {}
    for name, column in vars(cls).items():
        info = getattr(getattr(column, "column", None), "info", {}).get("field")
        if info is None:
            continue
        if name in ENVELOPE:
            raise TypeError(f"{cls.__name__}.{name}: the engine keeps a column of that name")
        found[name] = replace(info, name=name, kind=kind_from(hints[name], ref=info.ref))
        column.column.info["field"] = found[name]
    return found
