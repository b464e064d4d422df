"""A list's page as one query and one count, each answered from an index wherever there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op
from sqlalchemy.types import JSON, Text, TypeEngine

from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.replica.drafts import travelling
from baiyun_desktop.replica.filters import (
    Begins,
    Either,
    Every,
    Filter,
    First,
    HasCode,
    Ids,
    Latest,
    OneOf,
    Shares,
    Where,
)
from baiyun_desktop.replica.keys_of_text import upper_bound
from baiyun_desktop.replica.layout import Layout, RowReader
from sync.system import LINK

_PLAIN: TypeEngine[Any] = Text()
_NOTHING: tuple[ColumnElement[str], ...] = (literal_column("''"), literal_column("'[]'"))
_LITERAL = (Test.IS_NOT, Test.EMPTY, Test.GIVEN)
"""Their values stand in the statement itself: SQLite takes an index of some rows alone where it reads the same words."""
_NO_DAY = date(1970, 1, 1)
"""Whoever says no day is reminded of nothing."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Of the rows that a tally looks at, how many meet these conditions too, and what their `amount` adds up to."""

    where: Filter = ()
    amount: str = ""


class Query:
    """One kind, a filter and an order. KeyError names a field that there is none of."""

    def __init__(
        self,
        layout: Layout,
        kind: str,
        where: Filter,
        sort: Sequence[str],
        *,
        voided: bool = False,
        today: date = _NO_DAY,
        named: str = "",
    ) -> None:
        self._layout = layout
        self._today = today
        self._reader: RowReader = layout.readers[kind]
        self._kind = kind
        table = self._reader.spec.table
        self._table: FromClause = table.alias(named) if named else table
        """Under a name of its own inside a question of the same kind."""
        self._joined: dict[str, FromClause] = {}
        self._where = where
        self._parts = [self._part(condition) for condition in where]
        self._order = self._ordering(sort)
        self._voided = voided

    def page(self, offset: int, limit: int) -> Select[Any]:
        """The rows of one page, as `RowReader.values` reads them."""
        query = select(text(self._reader.columns)).select_from(self._from())
        query = query.where(self._table.c.voided.is_(self._voided), *self._parts)
        return query.order_by(*self._order).limit(limit).offset(offset)

    def keys(self) -> Select[Any]:
        """The ids of all rows in order, as one JSON list: from it any page is found by its keys, however far down."""
        inner = select(self._table.c.id.label("id")).select_from(self._from())
        inner = inner.where(self._table.c.voided.is_(self._voided), *self._parts)
        return select(func.json_group_array(inner.order_by(*self._order).subquery().c.id))

    def counts(self) -> tuple[Select[Any], Select[Any]]:
        """(all that match, those of them that are void): the total is the difference.

        Few rows are void, and an index of them alone is tiny; asking each row instead would read the whole table.
        """
        every = select(func.count()).select_from(self._from()).where(*self._parts)
        other = self._table.alias("void")
        return every, every.where(self._table.c.id.in_(select(other.c.id).where(other.c.voided.is_(True))))

    def limits(self) -> tuple[str, list[str]]:
        """What an index may be limited to for this filter, as SQL, and the fields of it; nothing where it may not."""
        own = [c for c in self._where if isinstance(c, Condition) and c.test in _LITERAL and "." not in c.field]
        if not own:
            return "", []
        said = and_(*(self._part(c) for c in own)).compile(
            dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True, "include_table": False}
        )
        return str(said), list(dict.fromkeys(c.field for c in own))

    def tally(
        self, by: Sequence[str], digits: int, measures: Sequence[Measure], latest: tuple[str, str] | None = None
    ) -> Select[Any]:
        """(group, rows and amount of each measure …): one sweep over what matches. Only measures without `where` take `latest`.

        A row's group is the first of the fields `by` that is given, as `First` has it; without any there is one group.
        """
        group = self._first(by, digits) if by else literal(None)
        amounts = [self._column(m.amount)[0] if m.amount else literal(0) for m in measures]
        if latest is not None:
            labelled = [amount.label(f"amount{n}") for n, amount in enumerate(amounts)]
            rows = self._one_each(latest, group.label("by"), *labelled).subquery()
            group, amounts = rows.c["by"], [rows.c[f"amount{n}"] for n in range(len(measures))]
            query = select(group, *_added(measures, amounts, self._part))
        else:
            query = self._standing(select(group, *_added(measures, amounts, self._part)))
        return query.group_by(text("1")) if by else query

    def _standing(self, query: Select[Any]) -> Select[Any]:
        return query.select_from(self._from()).where(self._table.c.voided.is_(False), *self._parts)

    def _first(self, fields: Sequence[str], digits: int) -> ColumnElement[Any]:
        given = [func.nullif(self._looked_up(name), "") for name in fields]
        first = func.coalesce(*given) if len(given) > 1 else given[0]
        return func.substr(first, 1, digits) if digits else first

    def _looked_up(self, name: str) -> ColumnElement[Any]:
        """A column; through a reference only for rows that are asked for it, which a join would be for all."""
        if "." not in name:
            column: ColumnElement[Any] = self._table.c[name]
            return column
        through, field = name.split(".", 1)
        info = self._layout.program.kind(self._kind).field(through)
        if info.ref is None:
            raise KeyError(name)
        linked = self._layout.readers[info.ref].spec.table.alias(f"g_{through}")
        found = select(linked.c[field]).where(linked.c.id == self._table.c[through])
        return found.correlate(self._table).scalar_subquery()

    def _thing(self, field: str) -> ColumnElement[Any]:
        """What a reference means: of records that are joined, the first."""
        column, link = self._table.c[field], self._layout.readers[LINK].spec.table.alias()
        live = and_(link.c.state == "live", link.c.voided.is_(False))
        head = select(func.min(link.c.head)).where(link.c.subject == column, live)
        # few are joined: to ask that of a small set is quicker than to look each one up
        joined = column.in_(select(link.c.subject).where(live))
        return case((joined, head.correlate(self._table).scalar_subquery()), else_=column)

    def _one_each(self, latest: tuple[str, str], *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the latest row of each thing: beside a maximum SQLite gives the columns of the row that has it."""
        field, day = latest
        key = self._table.c.id
        last = func.max(func.coalesce(self._table.c[day], "") + key)  # days are all of one length
        return self._standing(select(*columns, last)).group_by(func.coalesce(self._thing(field), key))

    def _shares(self, shares: Shares) -> ColumnElement[bool]:
        other = Query(self._layout, shares.kind, shares.where, (), today=self._today)
        theirs = select(other._thing(shares.theirs)).select_from(other._from())
        return self._thing(shares.mine).in_(theirs.where(other._table.c.voided.is_(False), *other._parts))

    def _latest(self, latest: Latest) -> ColumnElement[bool]:
        same = Query(self._layout, self._kind, latest.where, (), today=self._today, named="same")
        rows = same._one_each((latest.field, latest.day), same._table.c.id).subquery()
        return self._table.c.id.in_(select(rows.c.id))

    def _from(self) -> FromClause:
        source: FromClause = self._table
        for name, linked in self._joined.items():
            source = source.outerjoin(linked, self._table.c[name] == linked.c.id)
        return source

    def _column(self, name: str) -> tuple[ColumnElement[Any], RowReader, str]:
        if "." not in name:
            return self._table.c[name], self._reader, name
        through, field = name.split(".", 1)
        info = self._layout.program.kind(self._kind).field(through)
        if info.ref is None:
            raise KeyError(name)
        reader = self._layout.readers[info.ref]
        linked = self._joined.setdefault(through, reader.spec.table.alias(f"l_{through}"))
        return linked.c[field], reader, field

    def _ordering(self, sort: Sequence[str]) -> list[ColumnElement[Any]]:
        """The id comes last, in the direction of the first column, so that one index can give the whole order."""
        found: list[ColumnElement[Any]] = []
        for name in sort:
            column = self._column(name.removeprefix("-"))[0]
            found.append(column.desc() if name.startswith("-") else column.asc())
        last = self._table.c.id
        found.append(last.desc() if sort and sort[0].startswith("-") else last.asc())
        return found

    def _part(self, condition: Where) -> ColumnElement[bool]:
        match condition:
            case Either(conditions):
                return or_(false(), *(self._part(c) for c in conditions))
            case Ids(ids):
                return self._table.c.id.in_(ids)
            case OneOf(field, values, sought):
                column, reader, name = self._column(field)
                found = _plain(column) if sought else UnaryExpression(_plain(column), operator=custom_op("+"))
                return found.in_([_stored(reader, name, v) for v in values])
            case Begins(field, start):
                column = self._column(field)[0]
                return and_(column >= start, column < upper_bound(start)) if start else column.is_not(None)
            case HasCode(field, code):
                column = self._column(field)[0]
                codes = func.json_each(_plain(column)).table_valued("value")
                return select(1).select_from(codes).where(codes.c.value == code).exists()
            case Every(conditions):
                return and_(*(self._part(c) for c in conditions))
            case First(fields, digits, values):
                first, some = self._first(fields, digits), [v for v in values if v is not None]
                return or_(first.in_(some), first.is_(None)) if None in values else first.in_(some)
            case Shares():
                return self._shares(condition)
            case Latest():
                return self._latest(condition)
            case Condition():
                return self._condition(condition)

    def _condition(self, condition: Condition) -> ColumnElement[bool]:
        typed, reader, name = self._column(condition.field)
        column = _plain(typed)
        value = _stored(reader, name, condition.value) if condition.test is not Test.WITHIN else None
        match condition.test:
            case Test.IS:
                return column.is_(None) if value is None else column == value
            case Test.IS_NOT:
                return column.is_not(None) if value is None else or_(column != _said(value), column.is_(None))
            case Test.EMPTY:
                return or_(column.is_(None), column.in_(_NOTHING))
            case Test.GIVEN:
                return and_(column.is_not(None), column.not_in(_NOTHING))
            case Test.BEFORE:
                before: ColumnElement[bool] = column < value
                return before
            case Test.WITHIN:
                last = self._today + timedelta(days=int(str(condition.value)))
                return and_(column.is_not(None), column != "", column <= last.isoformat())
            case Test.FROM:
                since: ColumnElement[bool] = column >= value
                return since
            case Test.CONTAINS:
                # LIKE would read % and _ as marks
                piece: ColumnElement[bool] = func.instr(func.lower(column), func.lower(value)) > 0
                return piece
            case Test.LACKS:
                return ~self._part(HasCode(condition.field, str(condition.value)))


def _added(
    measures: Sequence[Measure], amounts: Sequence[ColumnElement[Any]], part: Callable[[Where], ColumnElement[bool]]
) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = []
    for measure, amount in zip(measures, amounts, strict=True):
        hit = and_(true(), *(part(c) for c in measure.where))
        found += (
            [func.count(case((hit, 1))), func.sum(case((hit, amount)))]
            if measure.where
            else [func.count(), func.sum(amount)]
        )
    return found


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A list column compared as the text that SQLite keeps, or its type would encode the value a second time."""
    if isinstance(column.type, JSON):
        return func.coalesce(column, null(), type_=_PLAIN)
    return column


def _said(value: Any) -> ColumnElement[Any]:
    """A value that stands in the statement as SQLite reads it, and not beside it."""
    return bindparam(None, value, unique=True, literal_execute=True)


def _stored(reader: RowReader, field: str, value: Any) -> Any:
    plain = travelling(value)
    return plain if field in ("id", "voided", "pos") else reader.to_storage(field, plain)
