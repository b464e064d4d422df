"""The words in which a visitor's errand is declared: turns at a seat, on a day, with the facts that are typed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any

from baiyun_desktop.modules.migrants.ticket.catalogue import item_id

MONTH = date(2026, 3, 1)
"""Stated, so that two plays come to the same in any year: March 2026 has 22 days on which offices are open."""


class Seat(Enum):
    """Whose turn it is."""

    HERE = "where the visitor came"
    HOME = "the community where the visitor lives"
    WINDOW = "the centre's window"
    POLICE = "the police liaison"


@dataclass
class Visit:
    """One visitor with what came of the errand so far. `records` are ids by the names that turns give them."""

    number: int
    rng: random.Random
    area: str
    """The grid where the visitor lives."""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    on: date = MONTH
    """The stated day of the turn at hand."""
    offers: tuple[str, ...] = ()
    """The posts that are offered in the district."""


Value = Callable[[Visit], Any]
"""A fact that differs from visitor to visitor."""


@dataclass(frozen=True)
class Turn:
    """One act at a seat: a step, or a save where no verb is named.

    `name` is what later turns call the record (its kind where empty); `new` makes it. `refused` are words out of the
    reason with which a guard is meant to refuse it. `after` counts office days from the turn before.
    """

    verb: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    seat: Seat = Seat.HERE
    after: int = 0
    new: bool = False
    name: str = ""
    who: str = "person"
    """Which of the visitor's people comes along in the act, where that person is not entered yet."""
    sought: bool = False
    """Whether the officer looks that person up first, by the tail of the ID number, since the desk knows somebody."""
    refused: str = ""

    @property
    def record(self) -> str:
        return self.name or self.kind

    def typed(self, visit: Visit) -> dict[str, Any]:
        """The facts for this visitor."""
        return {name: value(visit) if callable(value) else value for name, value in self.values.items()}


@dataclass(frozen=True)
class Errand:
    """What somebody comes for. `share` is how many of a thousand visitors do; `before` is what the books say already."""

    title: str
    share: int
    turns: tuple[Turn, ...]
    before: tuple[Turn, ...] = ()


# --- facts that differ ------------------------------------------------------------------------------------------------


def the(name: str) -> Value:
    """The record that an earlier turn made."""
    return lambda visit: visit.records[name]


def day(days: int) -> Value:
    """So many days after the day of the turn."""
    return lambda visit: (visit.on + timedelta(days=days)).isoformat()


def ago(days: int) -> str:
    """So many days before the month began."""
    return (MONTH - timedelta(days=days)).isoformat()


def among(*values: Any) -> Value:
    """One of these."""
    return lambda visit: visit.rng.choice(values)


def between(least: int, most: int, by: int = 1) -> Value:
    return lambda visit: visit.rng.randrange(least, most + 1, by)


def item(*codes: str) -> Value:
    """One of these items of the catalogue."""
    return lambda visit: item_id(visit.rng.choice(codes))


def door(visit: Visit) -> str:
    """An address."""
    rng = visit.rng
    return f"{rng.randint(1, 40)}号楼{rng.randint(1, 6)}单元{rng.randint(1, 6)}0{rng.randint(1, 4)}室"


def whose(who: str, name: str) -> Value:
    """What is known of one of the visitor's people."""
    return lambda visit: visit.people[who][name]


def card(visit: Visit) -> str:
    """A number of a permit that nobody else has."""
    return f"1502062026{visit.number:08d}"


def offered(visit: Visit) -> str:
    """A post that some employer offers."""
    return visit.rng.choice(visit.offers)
