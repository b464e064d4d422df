"""What the replica already holds of the people, homes and registrations that a file tells of, so that again adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from baiyun_desktop.intake.compose import HOUSE, PERSON, REGISTRATION
from baiyun_desktop.intake.facts import Facts
from baiyun_desktop.intake.matching import Register, Stay, Who, house_key, lines_of
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.registry import address, citizen_id, names
from baiyun_desktop.replica.filters import Begins, OneOf, Where
from baiyun_desktop.replica.read import Read

VALUES_AT_ONCE = 400
RECORDS_MAX = 1_000_000


@dataclass(slots=True)
class Known:
    """People with their registrations, and homes by their key. An empty one is a replica without records."""

    register: Register = field(default_factory=Register)
    houses: dict[str, str] = field(default_factory=dict)
    """A home's key to its record's id."""


Knower = Callable[[Sequence[Facts]], Known]
"""Looks up what is held of a file's rows."""


def knower(read: Read, community: str, community_name: str) -> Knower:
    """Asks the replica in a handful of queries, however many rows there are."""

    def look(rows: Sequence[Facts]) -> Known:
        known = Known()
        _homes(read, known, rows, community, community_name)
        people = _people(read, rows)
        stays: dict[str, list[Snapshot]] = {}
        for registration in all_of(read, REGISTRATION, "person", people):
            stays.setdefault(str(registration.person), []).append(registration)
        for who in _joined(people.values()):
            for record in (person for person in people.values() if person.id in who.also):
                _add(known.register, who.who, record, stays.get(record.id, ()), community_name)
        return known

    return look


@dataclass(slots=True)
class _Joined:
    """One person by number and name, though several records tell of them."""

    who: Who
    also: set[str]


def _joined(people: Iterable[Snapshot]) -> list[_Joined]:
    found: dict[tuple[str, ...], _Joined] = {}
    for person in people:
        who = _who(person)
        key = (who.number, who.name) if who.number else (person.id,)
        found.setdefault(key, _Joined(who, set())).also.add(person.id)
    return list(found.values())


def _who(person: Snapshot) -> Who:
    number = citizen_id.parse(person.id_no).match18
    lines = lines_of(person.phone) | lines_of(person.phone2)
    values = dict(person.values)
    return Who(number, names.match_key(person.name), person.birth_date, lines, person=person.id, values=values)


def _add(register: Register, who: Who, person: Snapshot, stays: Sequence[Snapshot], community_name: str) -> None:
    home = house_key(address.parse(person.live_addr), community_name)
    register.add(who, home)
    for registration in stays:
        where = registration.get("live_addr") or person.get("live_addr") or ""
        house = house_key(address.parse(where), community_name)
        held = {PERSON: person.values, REGISTRATION: registration.values}
        stay = Stay(house, registration=registration.id, left=registration.leave_date, where=where, held=held)
        register.add(who, house, stay)


def _people(read: Read, rows: Sequence[Facts]) -> dict[str, Snapshot]:
    """Everyone held under a number or a name that the file has."""
    numbers = {number for facts in rows for number in _spellings(facts)}
    people = all_of(read, PERSON, "id_no", numbers)
    people += all_of(read, PERSON, "name", {facts.get(Meaning.NAME) for facts in rows} - {None})
    return {person.id: person for person in people}


def _spellings(facts: Facts) -> set[str]:
    """A checked number as 18 digits and as the old 15 that it may be held as."""
    if facts.checked is None:
        return set()
    return {facts.number.normal, facts.checked, facts.checked[:6] + facts.checked[8:17]}


def _homes(read: Read, known: Known, rows: Sequence[Facts], community: str, community_name: str) -> None:
    doors = {facts.place.door for facts in rows} - {""}
    texts = {facts.place.text for facts in rows if not facts.place.door} - {""}
    here = Begins("area", community)
    for house in (*all_of(read, HOUSE, "door", doors, here), *all_of(read, HOUSE, "full_text", texts, here)):
        known.houses.setdefault(house_key(address.parse(house.full_text), community_name), house.id)


def all_of(read: Read, kind: str, name: str, values: Iterable[str], *where: Where) -> list[Snapshot]:
    """All records of a kind whose field has one of these values."""
    wanted, found = sorted(values), []
    for start in range(0, len(wanted), VALUES_AT_ONCE):
        some = OneOf(name, tuple(wanted[start : start + VALUES_AT_ONCE]))
        found += read.list(kind, [some, *where], limit=RECORDS_MAX).rows
    return found
