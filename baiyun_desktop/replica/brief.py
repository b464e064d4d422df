"""Loads what a step's guards are given from this desk's rows, as the district will load it from its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.judge import load_brief
from baiyun_desktop.kernel.step import Brief, Step
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.drafts import travelling
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.rowview import RowView


def brief_for(
    conn: Connection,
    layout: Layout,
    kind: str,
    record: str,
    verb: str,
    drafts: Sequence[Draft],
    stated_date: date | str | None,
    late_reason: str = "",
) -> Brief | None:
    """The brief that a step's guards are given, as the district will build it; None where there is no such record."""
    procedure = layout.program.procedure(kind)
    view = RowView(conn, layout, drafts)
    values = view.get(kind, record)
    if procedure is None or values is None:
        return None
    movements = view.movements(record)
    state = procedure.state(movements)
    step = procedure.step(verb, state)
    if step is None:
        return Brief(kind=kind, id=record, values=values, state=state)
    return load_brief(procedure, step, record, values, movements, view, travelling(stated_date), late_reason)


def briefs_out(
    conn: Connection, layout: Layout, kind: str, record: str, stated_date: date | str | None, *, by_time: bool
) -> Iterator[tuple[Step, Brief]]:
    """Each step out of the record's state with its brief: those that officers take, or those that time brings.

    Record and movements are read once: a form shows a dozen steps, and its window waits for them.
    """
    procedure, view = layout.program.procedure(kind), RowView(conn, layout)
    values = view.get(kind, record)
    if procedure is None or values is None:
        return
    movements = view.movements(record)
    state = procedure.state(movements)
    for step in procedure.steps:
        if step.by_time == by_time and state in step.starts:
            yield step, load_brief(procedure, step, record, values, movements, view, travelling(stated_date))
