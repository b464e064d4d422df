"""Minutes between two doings of one record, told by the instants that ids of movements and records begin with.

A day is what the law counts and what an officer states; nobody states a minute. An id (UUIDv7, RFC 9562) begins with the
milliseconds of its making, wherever it is read. Only what was entered on the very day that it states is told: else
it says when somebody got round to typing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, case, func, select

from baiyun_desktop.kernel.movement import Judged, Movement
from baiyun_desktop.kernel.record import kind_of

DIGITS = 12
"""Hex digits of milliseconds: 48 bits."""
_JSON5 = 2
_BEIJING_S = 8 * 3600
_MINUTE_MS = 60_000


def minutes(record: FromClause, since: Sequence[str], until: Sequence[str]) -> ColumnElement[Any]:
    """Minutes from the record's making, or the first of the steps `since`, to the first of `until`; NULL where untold."""
    end = _first_step(record, until)
    begin = _first_step(record, since) if since else record.c.id
    began, ended = instant(begin), instant(end)
    stated = [_stated(record, verbs) == _day(instant(step)) for verbs, step in _stated_steps(since, begin, until, end)]
    told = and_(_day(began) == _day(ended), ended >= began, *stated)
    return case((told, (ended - began) / float(_MINUTE_MS)))


def instant(id_: ColumnElement[Any]) -> ColumnElement[Any]:
    """The milliseconds UTC that an id begins with; NULL for an id of another shape.

    SQLite reads hex digits nowhere but in JSON5, which is also far quicker than a function of ours.
    """
    written = func.concat("0x", func.substr(id_, 1, DIGITS))
    return case((func.json_valid(written, _JSON5) == 1, func.json_extract(written, "$")))


def _stated_steps(
    since: Sequence[str], begin: ColumnElement[Any], until: Sequence[str], end: ColumnElement[Any]
) -> list[tuple[Sequence[str], ColumnElement[Any]]]:
    return [(until, end), *([(since, begin)] if since else [])]


def _day(ms: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day in Baiyun, as dates are kept."""
    return func.date(ms / 1000.0 + _BEIJING_S, "unixepoch")


def _counting(record: FromClause, verbs: Sequence[str]) -> tuple[Any, list[Any]]:
    table: Table = kind_of(Movement).table
    step = table.alias()
    return step, [
        step.c.subject == record.c.id,
        step.c.voided.is_(False),
        step.c.verb.in_(verbs),
        func.coalesce(step.c.judgement, "") != Judged.OVERTAKEN.value,
    ]


def _first_step(record: FromClause, verbs: Sequence[str]) -> ColumnElement[Any]:
    step, counts = _counting(record, verbs)
    return select(func.min(step.c.id)).where(*counts).correlate(record).scalar_subquery()


def _stated(record: FromClause, verbs: Sequence[str]) -> ColumnElement[Any]:
    """The day that the first of these steps states."""
    step, counts = _counting(record, verbs)
    return select(step.c.stated_date).where(*counts).order_by(step.c.id).limit(1).correlate(record).scalar_subquery()
