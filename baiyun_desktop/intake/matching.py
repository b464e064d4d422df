"""Knows a row again: in the same file, and among the registrations that the replica already holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from baiyun_desktop.intake.facts import Facts
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.registry import names, phone
from baiyun_desktop.registry.address import Address

UNCOMPARED = frozenset({"area", "source", "resident_type", "id_type", "hukou_code", "birth_precision"})
"""What the import itself fills in, and what an officer rightly moves on."""


def house_key(place: Address, community_name: str) -> str:
    """What two spellings of one home within a community have in common; "" where no address was given."""
    if place.door:
        estate = place.estate or (place.community if place.community != community_name else "")
        return f"{names.match_key(estate)}|{place.door}"
    return names.match_key(place.text.removeprefix(community_name))


@dataclass(frozen=True, slots=True)
class Stay:
    """One registration: where, and by which row of the file or which record it is there."""

    house: str
    row: int = 0
    sheet: str = ""
    registration: str = ""
    left: str | None = None
    where: str = ""
    """The address in words."""
    held: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By kind the values that the replica holds, where it holds the registration."""

    def same(self, house: str, arrived: str | None) -> bool:
        """Whether the row says this stay again: the same home, unless the row's stay began after this one ended."""
        return self.house == house and not (self.left and arrived and arrived > self.left)

    def differences(self, values: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, Any, Any]]:
        """(kind, field, held, said) where the row says something else than is held; silence is no difference."""
        return [
            (kind, name, held.get(name), said)
            for kind, held in self.held.items()
            for name, said in values.get(kind, {}).items()
            if name not in UNCOMPARED and said not in (None, "", held.get(name))
        ]


@dataclass(slots=True, eq=False)
class Who:
    """A person as far as rows and records tell. `person` is the record's id, or "" for one that the import makes."""

    number: str | None
    name: str
    birth: str | None
    phones: frozenset[str]
    person: str = ""
    first: tuple[str, int] = ("", 0)
    """Sheet and row that told of the person first; none where the replica did."""
    stays: list[Stay] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    """What is held of the person, or what the first row said."""

    @classmethod
    def of(cls, facts: Facts) -> Who:
        """The person that a row tells of."""
        name, lines = names.match_key(facts.get(Meaning.NAME)), lines_of(facts.get(Meaning.PHONE))
        lines |= lines_of(facts.get(Meaning.PHONE2))
        return cls(facts.checked, name, facts.get(Meaning.BIRTH), lines, first=(facts.row.sheet, facts.row.number))

    def stay(self, house: str, arrived: str | None) -> Stay | None:
        """The registration that says the same, or None; one that the replica holds stands before one of the file."""
        same = [stay for stay in self.stays if stay.same(house, arrived)]
        return next((stay for stay in same if stay.registration), same[0] if same else None)

    def agrees(self, other: Who) -> bool:
        """Whether nothing known of both speaks against their being one, where name and home are the same."""
        if self.number and other.number and self.number != other.number:
            return False
        if self.birth and other.birth and self.birth != other.birth:
            return False
        apart = self.phones and other.phones and not self.phones & other.phones
        return not apart or bool(self.number and other.number) or bool(self.birth and other.birth)


def lines_of(text: str | None) -> frozenset[str]:
    """A telephone's digits, for comparing."""
    return frozenset({phone.digits(text)} - {""})


class Register:
    """Everyone met so far, found by a checked number and name, else by name and home."""

    def __init__(self) -> None:
        self._by_number: dict[str, list[Who]] = {}
        self._by_home: dict[tuple[str, str], list[Who]] = {}

    def add(self, who: Who, house: str, stay: Stay | None = None) -> None:
        """Notes that a person lives there, and by which registration."""
        at_home = self._by_home.setdefault((who.name, house), [])
        if who not in at_home:
            at_home.append(who)
        if who.number and who not in (same := self._by_number.setdefault(who.number, [])):
            same.append(who)
        if stay is not None:
            who.stays.append(stay)

    def match(self, who: Who, house: str) -> Who | None:
        """The person that the row means, or None. Certain by number and name; else the same name in the same home."""
        if who.number:
            for known in self._by_number.get(who.number, ()):
                if known.name == who.name:
                    return known
        if not who.name:
            return None
        return next((known for known in self._by_home.get((who.name, house), ()) if known.agrees(who)), None)

    def namesake(self, who: Who) -> Who | None:
        """Someone of the same checked number and another name: one of the two was typed wrong."""
        others = self._by_number.get(who.number, ()) if who.number else ()
        return next((known for known in others if known.name != who.name), None)
