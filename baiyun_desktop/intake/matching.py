"""Knows a row again: in the same file, and among the registrations that the replica already holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from baiyun_desktop.intake.facts import Facts
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.registry import names, phone
from baiyun_desktop.registry.address import Address


def house_key(place: Address, community_name: str) -> str:
    """What two spellings of one home within a community have in common; "" where no address was given."""
    if place.door:
        estate = place.estate or (place.community if place.community != community_name else "")
        return f"{names.match_key(estate)}|{place.door}"
    return names.match_key(place.text.removeprefix(community_name))


UNCOMPARED = frozenset({"area", "source", "resident_type", "id_type", "hukou_code", "birth_precision"})
"""What the import itself fills in, and what an officer rightly moves on."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One registration: where, since when, and by which row or which record it is there."""

    house: str
    arrived: str | None
    row: int = 0
    sheet: str = ""
    registration: str = ""
    where: str = ""
    """The address in words."""
    record: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By kind the values that the replica holds, where it holds the registration."""

    def same(self, house: str, arrived: str | None) -> bool:
        """Whether the row says the same stay again; a day that one of them does not say tells nothing apart."""
        return self.house == house and (not arrived or not self.arrived or arrived == self.arrived)

    def differences(self, values: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, Any, Any]]:
        """(kind, field, held, said) where the row says something else than the replica holds; silence is no difference."""
        return [
            (kind, name, held.get(name), said)
            for kind, held in self.record.items()
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
    first_row: int = 0
    stays: list[Stay] = field(default_factory=list)

    @classmethod
    def of(cls, facts: Facts) -> Who:
        """The person that a row tells of."""
        lines = {phone.digits(facts.get(Meaning.PHONE)), phone.digits(facts.get(Meaning.PHONE2))} - {""}
        return cls(
            facts.checked,
            names.match_key(facts.get(Meaning.NAME)),
            facts.get(Meaning.BIRTH),
            frozenset(lines),
            first_row=facts.row.number,
        )

    def stay(self, house: str, arrived: str | None) -> Stay | None:
        """The registration that says the same, or None."""
        return next((stay for stay in self.stays if stay.same(house, arrived)), None)

    def agrees(self, other: Who) -> bool:
        """Whether nothing known of both speaks against their being one, where name and home are the same."""
        if self.number and other.number and self.number != other.number:
            return False
        if self.birth and other.birth and self.birth != other.birth:
            return False
        apart = self.phones and other.phones and not self.phones & other.phones
        return not apart or bool(self.number and other.number) or bool(self.birth and other.birth)


class Register:
    """Everyone met so far, found by a checked number and name, else by name and home."""

    def __init__(self) -> None:
        self._by_number: dict[str, list[Who]] = {}
        self._by_home: dict[tuple[str, str], list[Who]] = {}

    def add(self, who: Who, stay: Stay) -> None:
        """Notes a stay of a person, new or known."""
        if not who.stays and who.number:
            self._by_number.setdefault(who.number, []).append(who)
        who.stays.append(stay)
        at_home = self._by_home.setdefault((who.name, stay.house), [])
        if who not in at_home:
            at_home.append(who)

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
