"""A procedure is a table of steps: what is possible now and why not, and the state that accepted movements fold to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from baiyun_desktop.kernel import limits
from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import Deadline
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.movement import Judged
from baiyun_desktop.kernel.record import Record, RecordInfo
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Falls, Limit, Need, Reason, Step
from sync.schema import Row

NO_ROLE = "；本岗位还没有登记职责，请交给他们办理，或请安全保密管理员定职责"
LATE = "late_reason"
"""What a step lacks that comes after its time: a field of the movement, not of the record."""


class Procedure:
    """The steps of one kind of record. A state's member name is stored, its value is its Chinese name."""

    def __init__(
        self,
        record: type[Record],
        states: type[Enum],
        steps: Sequence[Step],
        *,
        initial: Enum,
        deadlines: Sequence[Deadline] = (),
    ) -> None:
        self.record = record
        self.kind = record.info.name
        self.states = states
        self.steps = tuple(steps)
        self.initial = initial
        self.deadlines = tuple(deadlines)
        self._check()

    def _check(self) -> None:
        """A procedure that names a field or a verb wrongly must not start."""
        for step in self.steps:
            for name in (*_flat(step.needs), *step.sets, *step.ask):
                self.record.info.field(name)
            if sum(s.verb == step.verb and set(s.starts) & set(step.starts) != set() for s in self.steps) > 1:
                raise TypeError(f"{self.kind}: {step.verb} leaves one state twice")
            if step.by_time != (step.falls is not None):
                raise TypeError(f"{self.kind}: {step.verb} is the system's or falls on a day, but not both")
            if step.by_time and step.writes_more:
                raise TypeError(f"{self.kind}: {step.verb} follows from time alone and yet fills something in")
        limits.check(self.record.info, self.states, self.steps, self.deadlines)

    def state_of(self, name: str | None) -> Enum:
        """The state stored under that name; the initial one where there is none."""
        return self.states[name] if name else self.initial

    def label(self, name: str | None) -> str:
        """A stored state in words; one this version does not know is shown as itself."""
        if name and name not in self.states.__members__:
            return name
        return str(self.state_of(name).value)

    def step(self, verb: str, state: Enum) -> Step | None:
        """The step of that verb out of that state."""
        return next((s for s in self.steps if s.verb == verb and state in s.starts), None)

    def state(self, movements: Iterable[Row]) -> Enum:
        """Folds accepted movements in the district's order, then own ones still on their way (pos 0) in theirs.

        A movement whose verb leaves another state is passed over: it is one that came second, or not yet judged.
        """
        return self.taken(movements)[0]

    def taken(self, movements: Iterable[Row]) -> tuple[Enum, list[tuple[Step, Row]]]:
        """The state, and the movements that led to it with the step that each of them took."""
        state, taken = self.initial, []
        for movement in in_order(movements):
            step = self.step(str(movement.get("verb")), state)
            if step is not None:
                state = step.to
                taken.append((step, movement))
        return state, taken

    def limits(self, values: Row, movements: Iterable[Row], calendar: Calendar) -> dict[str, Limit]:
        """By code, the time limits that have begun for a record with these movements."""
        if not self.deadlines:
            return {}
        state, taken = self.taken(movements)
        return limits.limits_of(self.deadlines, values, state, taken, calendar)

    def possible(self, brief: Brief) -> list[tuple[Step, Reason | None]]:
        """The steps out of the brief's state, each with what stands in its way or None."""
        return [(step, self.hindrance(step, brief)) for step in self.steps if brief.state in step.starts]

    def barred(self, step: Step, role: Role | None) -> Reason | None:
        """Why a post of this role (None: none is known) does not take a step that is declared for others."""
        if not step.roles or role in step.roles:
            return None
        law = f"按{step.cite.citation}，" if step.cite is not None else ""
        who = f"由{'、'.join(r.value for r in step.roles)}办理"
        mine = f"，本岗位是{role.value}，请交给他们办理" if role is not None else NO_ROLE
        return Reason(f"{law}“{step.verb}”{who}{mine}", cite=step.cite, who=who)

    def hindrance(self, step: Step, brief: Brief) -> Reason | None:
        """The first thing that stands in a step's way, whoever takes it."""
        missing = self.missing(step, brief)
        if missing:
            return self._lacking(step, missing)
        if step.falls is not None and (early := _early(step, step.falls, brief)) is not None:
            return early
        for guard in step.guards:
            reason = guard(brief)
            if reason is not None:
                return reason
        return None if brief.late_reason or step.by_time else self._unexplained(step, brief)

    def _unexplained(self, step: Step, brief: Brief) -> Reason | None:
        """A limit that has passed blocks nothing; the next step says why it has."""
        late = [limit for limit in brief.limits.values() if limit.late(brief.stated_date)]
        if not late:
            return None
        due = late[0].due
        words = f"{due.deadline.label}已于{due.day.isoformat()}到期，{step.verb}前请选择超期原因"
        return Reason(words, fields=(LATE,), cite=due.deadline.cite)

    def asks(self, step: Step, brief: Brief) -> tuple[str, ...]:
        """All fields that stand between the record and the step as far as can be seen now, each once.

        Unlike `hindrance` it does not stop at the first reason: it is for leading an officer from field to field.
        """
        names = [name for options in self.missing(step, brief) for name in options]
        reasons = (guard(brief) for guard in step.guards)
        return tuple(dict.fromkeys([*names, *(n for reason in reasons if reason is not None for n in reason.fields)]))

    def missing(self, step: Step, brief: Brief) -> list[tuple[str, ...]]:
        """What the step demands and the record lacks; in each entry one field of several is enough."""
        demanded = [_options(need) for need in step.needs]
        if step.spares is None or not step.spares(brief):
            named = {name for options in demanded for name in options}
            demanded += [(f.name,) for f in self.record.info.fields if step.verb in f.needed and f.name not in named]
        dated = set(step.sets) if brief.stated_date is not None else set()
        return [options for options in demanded if not any(brief.has(n) or n in dated for n in options)]

    def _lacking(self, step: Step, missing: list[tuple[str, ...]]) -> Reason:
        words = ["或".join(self.record.info.field(n).label for n in options) for options in missing]
        names = tuple(name for options in missing for name in options)
        return Reason(f"{step.verb}前请填写：{'、'.join(words)}", fields=names, cite=step.cite)


def _early(step: Step, falls: Falls, brief: Brief) -> Reason | None:
    """Nobody takes a step before its day that only time brings."""
    day = falls.day(brief.limits)
    if day is not None and brief.stated_date is not None and brief.stated_date >= day:
        return None
    return Reason(f"“{step.verb}”{f'要到{day.isoformat()}' if day is not None else '现在还没有到期日'}", cite=step.cite)


def in_order(movements: Iterable[Row]) -> list[Row]:
    """The movements that count: accepted ones by position, then those not judged yet by id, which is by time made."""
    counted = [m for m in movements if not m.get("voided") and m.get("judgement") in (None, "", Judged.ACCEPTED.value)]
    return sorted(counted, key=lambda m: (not m.get("judgement"), m.get("pos") or 0, str(m.get("id") or "")))


def named_missing(info: RecordInfo, values: Row) -> list[FieldInfo]:
    """What is asked first or by a step and is still empty: named on the form, never in the way of a save."""
    return [f for f in info.fields if f.asked.value in "RS" and values.get(f.name) in (None, "", [])]


def _options(need: Need) -> tuple[str, ...]:
    return (need,) if isinstance(need, str) else need


def _flat(needs: Iterable[Need]) -> list[str]:
    return [name for need in needs for name in _options(need)]
