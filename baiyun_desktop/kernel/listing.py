"""How a module declares what the window offers: its lists, and the sheet on which a whole family is entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from baiyun_desktop.kernel.role import Duty


class Test(Enum):
    """How a list's condition compares."""

    __test__ = False  # no test case, whatever pytest thinks of the name

    IS = "is"
    IS_NOT = "is_not"
    EMPTY = "empty"
    GIVEN = "given"
    BEFORE = "before"
    FROM = "from"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a field of the list's kind."""

    field: str
    test: Test
    value: object = None


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A heading under which lists of one matter stand together, folded away while nobody works there."""

    title: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """One list in the window. A column is a field, or "person.name": a field of what a reference leads to."""

    name: str
    title: str
    kind: str
    columns: tuple[str, ...]
    en: str = ""
    where: tuple[Condition, ...] = ()
    sort: tuple[str, ...] = ()
    """Field names, "-" before one that descends."""
    ledger: str | None = None
    """The ledger that it is exported as."""
    group: ListGroup | None = None
    """Where a mandate has many lists: the heading that this one stands under."""
    duties: frozenset[Duty] = frozenset()
    """Of a list in an administrator's window: the duties that it serves. Without any it is for all who have business."""


@dataclass(frozen=True, slots=True)
class GivesWay:
    """What becomes of the record that stood so far about the same other one: it takes a step and names its successor."""

    verb: str
    by: str
    """The reference field that names the record which takes its place."""


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """Several records of one kind entered on one sheet: what they share stands once, what differs a line each.

    Names are as in `ListSpec.columns`; a line makes one record of `kind` and those that its references lead to.
    """

    name: str
    title: str
    kind: str
    shared: tuple[str, ...]
    each: tuple[str, ...]
    en: str = ""
    joins: str = ""
    """The reference field by which the lines after the first point at the first."""
    step: str | None = None
    """The step offered for all lines at once."""
    keeps: tuple[str, ...] = ()
    """Of `shared`: what the sheet takes over from the last record about somebody on file, to be typed over where it changed."""
    keeps_while_live: tuple[str, ...] = ()
    """Likewise, but only from a record that still stands: who left and came back has arrived anew."""
    repeats: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Of `each`: what an empty cell takes from the line above by Enter, and what is then true of the line's other record."""
    gives_way: GivesWay | None = None
    """What happens to the record that stood before about the same person, unless the officer says otherwise."""
