"""A procedure's time limits for one record: from its stated dates, its movements and the calendar, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import BY_CLOCK, Deadline, Pause, Span, Unit, reckoned
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.step import Limit, Step, as_day
from sync.schema import Kind, Row

Taken = Sequence[tuple[Step, Row]]
"""The movements that count, each with the step that it took, in order."""


def check(kind: RecordInfo, states: type[Enum], steps: Sequence[Step], deadlines: Sequence[Deadline]) -> None:
    """Raises TypeError or KeyError where a limit or a step names what there is not: such a program must not start."""
    codes = [deadline.code for deadline in deadlines]
    if len(set(codes)) < len(codes):
        raise TypeError(f"{kind.name}: two time limits have one code in {codes}")
    for deadline in deadlines:
        for name in filter(None, (*deadline.starts, deadline.until)):
            if kind.field(name).kind is not Kind.DATE:
                raise TypeError(f"{kind.name}: {deadline.code} runs by {name}, which is no day")
        _check_clock(kind, deadline)
        if deadline.again is not None:
            _check_again(kind, deadline)
        if strange := [state for state in deadline.runs if not isinstance(state, states)]:
            raise TypeError(f"{kind.name}: {deadline.code} runs in {strange}, which are no states of it")
    _check_steps(kind, steps, deadlines)


def _check_clock(kind: RecordInfo, deadline: Deadline) -> None:
    """Hours are counted from one stated moment: nothing stops or prolongs them, and nothing else has a clock."""
    timed = deadline.span.unit in BY_CLOCK
    if timed and (deadline.grounds or deadline.extension or deadline.again or len(deadline.starts) > 1):
        raise TypeError(f"{kind.name}: {deadline.code} is in hours, which run through from one moment")
    if deadline.clock and (not timed or kind.field(deadline.clock).kind is not Kind.TEXT):
        raise TypeError(f"{kind.name}: {deadline.code} runs by the clock of {deadline.clock}, which is no time of day")


def _check_again(kind: RecordInfo, deadline: Deadline) -> None:
    units = {span.unit for span in (deadline.span, deadline.again) if span is not None}
    if (
        not deadline.until
        or deadline.grounds
        or deadline.extension
        or not units <= {Unit.DAYS, Unit.MONTHS, Unit.YEARS}
    ):
        raise TypeError(f"{kind.name}: {deadline.code} comes round again, by days, months or years and without pauses")


def _check_steps(kind: RecordInfo, steps: Sequence[Step], deadlines: Sequence[Deadline]) -> None:
    extensible = {d.code for d in deadlines if d.extension is not None}
    extended = {step.extends for step in steps if step.extends}
    if extended != extensible:
        raise TypeError(f"{kind.name}: extended by steps {sorted(extended)}, by declaration {sorted(extensible)}")
    if strange := {step.falls.code for step in steps if step.falls is not None} - {d.code for d in deadlines}:
        raise TypeError(f"{kind.name}: steps follow from {sorted(strange)}, which are no time limits of it")
    grounds = {ground for deadline in deadlines for ground in deadline.grounds}
    ends = {step.resumes for step in steps if step.resumes}
    if begins := {step.pauses for step in steps if step.pauses} ^ ends:
        raise TypeError(f"{kind.name}: {sorted(begins)} begin and never end, or the other way round")
    if lost := grounds - ends:
        raise TypeError(f"{kind.name}: no step pauses for {sorted(lost)}")


def limits_of(
    deadlines: Sequence[Deadline], values: Row, state: Enum, taken: Taken, calendar: Calendar
) -> dict[str, Limit]:
    """By code, the limits whose first day is stated, whether they run in this state or not."""
    pauses = pauses_of(taken)
    extended = {step.extends for step, _ in taken}
    late = [as_day(row.get("stated_date")) or date.min for _, row in taken if row.get("late_reason")]
    found = {}
    for deadline in deadlines:
        start = start_of(deadline, values)
        if start is None:
            continue
        met = as_day(values.get(deadline.until)) if deadline.until else None
        clock = str(values.get(deadline.clock) or "") if deadline.clock else ""
        due = deadline.due(start, calendar, pauses=pauses, extended=deadline.code in extended, met=met, clock=clock)
        if deadline.again is not None:
            met = None  # the turn that runs is the first that was not met
        binds = not deadline.runs or state in deadline.runs
        found[deadline.code] = Limit(due, binds, met, explained=any(day > due.day for day in late))
    return found


def start_of(deadline: Deadline, values: Row) -> date | None:
    """The stated day from which it runs for a record; None where none is stated yet."""
    return max((day for name in deadline.starts if (day := as_day(values.get(name))) is not None), default=None)


def earliest(deadline: Deadline, values: Row) -> date | None:
    """A day before which its end never comes, whatever the calendar, pauses and extensions; None where none comes."""
    start, met = start_of(deadline, values), as_day(values.get(deadline.until)) if deadline.until else None
    if start is None:
        return None
    if deadline.again is not None:
        return deadline.turn(start, met)[1]
    if deadline.span.unit in BY_CLOCK:
        return start if met is None else None
    unit = Unit.DAYS if deadline.span.unit is Unit.WORKING_DAYS else deadline.span.unit
    return reckoned(start, Span(deadline.span.length, unit), Calendar()) if met is None else None


def pauses_of(taken: Taken) -> list[Pause]:
    """The times in which a step had stopped the counting; a movement without a stated date stops and resumes nothing."""
    since: dict[str, date] = {}
    found: list[Pause] = []
    for step, row in taken:
        day = as_day(row.get("stated_date"))
        if day is None:
            continue
        if step.resumes in since:
            found.append(Pause(since.pop(step.resumes), day, step.resumes))
        if step.pauses:
            since.setdefault(step.pauses, day)
    return [*found, *(Pause(day, None, ground) for ground, day in since.items())]


_DAYS_A_YEAR = {
    Unit.MINUTES: 365 * 1440,
    Unit.HOURS: 365 * 24,
    Unit.DAYS: 365,
    Unit.WORKING_DAYS: 240,
    Unit.MONTHS: 12,
    Unit.YEARS: 1,
}


def years_of(deadlines: Sequence[Deadline], values: Row, stated: date | None) -> range:
    """The years whose holidays may matter for a step of that day; none where no limit has begun."""
    begun = [(d, day) for d in deadlines if (day := start_of(d, values)) is not None]
    if not begun:
        return range(0)
    starts = [(d, d.turn(day, as_day(values.get(d.until)))[0] if d.again is not None else day) for d, day in begun]
    ends = [
        day.year + 1 + sum(s.length // _DAYS_A_YEAR[s.unit] + 1 for s in (d.span, d.extension) if s is not None)
        for d, day in starts
    ]
    last = max([*ends, stated.year + 1 if stated is not None else 0])
    return range(max(min(day.year for _, day in starts), last - _YEARS_MAX), last + 1)


_YEARS_MAX = 60
"""A mistyped year must not make a judge read centuries of calendars."""
