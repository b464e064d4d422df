"""What a guard is given and what it answers: a step's declaration, its brief and its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any

from baiyun_desktop.kernel.article import Article
from baiyun_desktop.kernel.deadline import Due
from baiyun_desktop.kernel.role import Role
from sync.schema import Row


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step cannot be taken, in words for the officer; `fields` are what to fill in."""

    text: str
    fields: tuple[str, ...] = ()
    cite: Article | None = None
    who: str = ""
    """Who takes it instead, where nothing but the post's role stands in the way."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Summary:
    """What is told of a linked record that may be out of sight."""

    kind: str
    id: str
    state: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a guard may look at, loaded beforehand; the district builds the same one."""

    kind: str
    id: str
    values: Row
    state: Enum
    children: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    links: Mapping[str, Row] = field(default_factory=dict)
    """The records that the step's `loads` fields refer to; one that is not held is missing here."""
    summaries: Sequence[Summary] = ()
    stated_date: date | None = None
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """By code, the declared time limits that have begun, running or not."""
    late_reason: str = ""
    follows: str = ""
    """The id of the last movement that counts."""

    def due(self, code: str) -> date | None:
        """The last day of a time limit, rolled and with its pauses; None where it has not begun."""
        limit = self.limits.get(code)
        return None if limit is None else limit.due.day

    def has(self, name: str) -> bool:
        """Whether the record's field is filled in."""
        return self.values.get(name) not in (None, "", [])

    def day(self, name: str) -> date | None:
        """The record's field as a day, or None where it is empty or no day."""
        return as_day(self.values.get(name))


@dataclass(frozen=True, slots=True)
class Limit:
    """What a declared time limit comes to for one record in its state."""

    due: Due
    binds: bool
    """Whether it runs in the record's state."""
    met: date | None = None
    explained: bool = False
    """Whether a step after its end has said why it is late."""

    @property
    def running(self) -> bool:
        return self.binds and self.met is None

    @property
    def lit(self) -> bool:
        """Whether it has a lamp."""
        return self.running and not self.due.deadline.waits

    def late(self, stated: date | None) -> bool:
        """Whether a step of that day must say why it comes after the end."""
        day = self.met or stated
        passed = day is not None and day > self.due.day and self.due.paused is None
        return (
            self.binds and passed and not self.due.deadline.waits and not self.explained and self.due.deadline.asks_why
        )


@dataclass(frozen=True, slots=True)
class Falls:
    """When a step follows from time alone: so many days after a time limit's last day, or before its end.

    Days before it count from the end before it was rolled, so that no day off shortens them.
    """

    code: str
    days: int = 1

    def day(self, limits: Mapping[str, Limit]) -> date | None:
        """The first day on which it follows; None where the limit does not run or stands still."""
        limit = limits.get(self.code)
        if limit is None or not limit.running or limit.due.paused is not None:
            return None
        return (limit.due.plain if self.days < 0 else limit.due.day) + timedelta(days=self.days)


Guard = Callable[[Brief], Reason | None]
Given = Callable[[Brief], Row]
"""The values that a step writes into its record, as a pure function of its brief."""
Made = Callable[[Brief], Sequence[Row]]
"""The rows of one child kind that a step makes beside its record, without the field of the parent."""
Need = str | tuple[str, ...]
"""A field, or several of which one is enough."""


@dataclass(frozen=True, slots=True)
class Step:
    """A declared transition; it reads like the regulation it implements."""

    verb: str
    frm: Enum | tuple[Enum, ...]
    to: Enum
    by: Role | tuple[Role, ...] = ()
    cite: Article | None = None
    when: Guard | tuple[Guard, ...] = ()
    needs: tuple[Need, ...] = ()
    """Demanded whenever the step is taken."""
    spares: Callable[[Brief], bool] | None = None
    """Where it answers true, what fields demand by `needed=` is only named as missing."""
    loads: tuple[str, ...] = ()
    """What the guards look at: reference fields, child kinds, and "item.service_material" for a linked record's children."""
    advises: tuple[Guard, ...] = ()
    """What an officer is told before taking it, and may pass over: a hint is no refusal."""
    writes: str | None = None
    """Name of the paper it prints."""
    number: str | None = None
    """Name of the number pattern that the record is numbered by, where it has no number yet."""
    sets: tuple[str, ...] = ()
    """Fields that take the step's stated date where they are empty."""
    renews: tuple[str, ...] = ()
    """Fields that take the step's stated date each time it is taken: the last check, the last endorsement."""
    gives: Given | None = None
    """Further values that follow from taking it."""
    makes: tuple[str, Made] | None = None
    """A child kind, and the rows of it that come with the step."""
    settles: tuple[str, ...] = ()
    """Doubts that taking it clears up: who is asked about one is offered it."""
    en: str = ""
    ask: tuple[str, ...] = ()
    """Fields that the step's own sheet asks for."""
    pauses: str = ""
    """The ground on which time stands still from its stated date on, for the limits that name it."""
    resumes: str = ""
    """The ground that ends on its stated date, which counts again."""
    extends: str = ""
    """Code of the time limit that it prolongs by the declared extension."""
    falls: Falls | None = None
    """When it follows from time alone. The district takes it as "system"; a desk shows it as expected."""

    @property
    def starts(self) -> tuple[Enum, ...]:
        return self.frm if isinstance(self.frm, tuple) else (self.frm,)

    @property
    def guards(self) -> tuple[Guard, ...]:
        return self.when if isinstance(self.when, tuple) else (self.when,)

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.by if isinstance(self.by, tuple) else (self.by,)

    @property
    def by_time(self) -> bool:
        """Whether it follows from time alone: the district writes it, and nobody is offered it."""
        return self.roles == (Role.SYSTEM,)

    @property
    def writes_more(self) -> bool:
        """Whether taking it writes anything beside the movement."""
        more = (self.sets, self.renews, self.gives, self.makes, self.number, self.writes, self.needs, self.ask)
        return any(more)

    def advice(self, brief: Brief) -> list[Reason]:
        """All that an officer should hear before taking it."""
        return [hint for hint in (advise(brief) for advise in self.advises) if hint is not None]

    def __str__(self) -> str:
        return self.verb


def always(**values: Any) -> Given:
    """Gives the same values each time: `gives=always(reg_kind="2")`."""
    return lambda brief: values


def as_day(value: Any) -> date | None:
    """ISO text as a day, or None where it is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
