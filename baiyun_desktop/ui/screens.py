"""How a module brings screens that declarations alone cannot make, without the window knowing the module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.listing import Condition
from baiyun_desktop.kernel.role import Duty

PageMaker = Callable[..., QWidget]
"""Given the window's `Shell` first, makes a `Page`. Named loosely here, for a shell itself knows the desk and its screens."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation. `build` makes its page when it is first shown."""

    key: str
    title: str
    en: str
    icon: str
    build: PageMaker
    kind: str = ""
    """The record kind it lists, where it is a list."""
    group: str = ""
    """The heading that it stands under; empty where it stands by itself."""
    group_en: str = ""
    duties: frozenset[Duty] = frozenset()
    """Of a place in an administrator's window: the duties that it serves. Without any it is for all who have business."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of a module's lists as part of the worklist: the rows that are due, overdue, waiting for us, or odd."""

    section: str
    """due, overdue, waiting or attention."""
    title: str
    en: str
    kind: str
    where: tuple[Condition, ...]
    sort: tuple[str, ...] = ()
    place: str = ""
    """The list that shows them all."""


@dataclass(frozen=True, slots=True)
class Screens:
    """What one module adds to the window."""

    places: tuple[Place, ...] = ()
    new: Mapping[str, PageMaker] = field(default_factory=dict)
    """By record kind: the page that takes in a new one, given the values known so far, where a general form will not do."""
    waiting: Callable[[date], Sequence[Waiting]] | None = None
    """What of this module belongs on the worklist of a day; computed when read, since time writes nothing."""
    open: Mapping[str, PageMaker] = field(default_factory=dict)
    """By record kind: the page that shows one, given its id."""
