"""Places each row among the rows before it and what the replica holds: new, said again, or a known person's next stay."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.intake.compose import PERSON
from baiyun_desktop.intake.facts import Origin
from baiyun_desktop.intake.finding import Oddity
from baiyun_desktop.intake.known import Known
from baiyun_desktop.intake.matching import Stay, Who, house_key
from baiyun_desktop.intake.meaning import TITLES, Meaning
from baiyun_desktop.intake.plan import PlannedRow, Standing
from baiyun_desktop.kernel.program import Program


class Placing:
    """Tells for each row whether it says again what an earlier row or the replica has, or a known person's next stay."""

    def __init__(self, known: Known, origin: Origin, program: Program) -> None:
        self._register = known.register
        self._houses = known.houses
        self._origin = origin
        self._program = program
        self._rows: dict[tuple[str, int], PlannedRow] = {}
        self._homes: dict[str, PlannedRow] = {}

    def place(self, planned: PlannedRow) -> None:
        """Settles the row's standing and person, and notes them for the rows that follow."""
        facts, who = planned.facts, Who.of(planned.facts)
        self._rows[planned.sheet, planned.number] = planned
        house, arrived = house_key(facts.place, self._origin.community_name), facts.get(Meaning.ARRIVED)
        planned.house = house
        if (other := self._register.namesake(who)) is not None:
            facts.find(Oddity.SAME_ID, Meaning.ID_NO, _row_of(other))
        known = self._register.match(who, house)
        planned.who = known or who
        stay = known.stay(house, arrived) if known is not None else None
        if stay is not None and stay.registration:
            self._known_already(planned, stay)
        elif stay is not None:
            _again_in_file(planned, self._rows[stay.sheet, stay.row])
        elif known is not None:
            _another_stay(planned, known)
        if known is None:
            who.values = dict(planned.values[PERSON])
        if planned.standing is Standing.NEW:
            where = facts.get(Meaning.ADDRESS) or ""
            self._register.add(planned.who, house, Stay(house, planned.number, planned.sheet, where=where))

    def place_house(self, planned: PlannedRow) -> None:
        """A building's row: there already, said by an earlier row, or new."""
        planned.house = house_key(planned.facts.place, self._origin.community_name)
        if not planned.house:
            return
        if planned.house in self._houses:
            planned.standing = Standing.KNOWN
            planned.facts.find(Oddity.KNOWN_HOUSE, Meaning.ESTATE)
            return
        first = self._homes.setdefault(planned.house, planned)
        if first is not planned:
            planned.standing = Standing.DUPLICATE
            planned.facts.find(Oddity.DUPLICATE, Meaning.ESTATE, str(first.number))

    def _known_already(self, planned: PlannedRow, stay: Stay) -> None:
        """The replica has it: nothing is added, and what differs is named."""
        planned.standing, planned.registration = Standing.KNOWN, stay.registration
        words = [
            f"{self._program.kinds[kind].field(name).label}现为“{self._said(kind, name, held)}”，"
            f"本行是“{self._said(kind, name, said)}”"
            for kind, name, held, said in stay.differences(planned.values)
        ]
        if words:
            planned.facts.find(Oddity.KNOWN_DIFFERS, Meaning.NAME, more="；".join(words))
        else:
            planned.facts.find(Oddity.KNOWN, Meaning.NAME)

    def _said(self, kind: str, name: str, value: Any) -> str:
        return self._program.label(kind, name, value) or "空"


def _row_of(who: Who) -> str:
    return str(who.first[1]) if who.first[1] else "已有记录"


def _another_stay(planned: PlannedRow, known: Who) -> None:
    """A person met before, at another home or for another stay."""
    where = "、".join(dict.fromkeys(stay.where for stay in known.stays if stay.where))
    if known.person:
        planned.facts.find(Oddity.KNOWN_PERSON, Meaning.NAME, more=f"；原登记在{where}" if where else "")
    else:
        planned.facts.find(Oddity.SAME_PERSON, Meaning.NAME, _row_of(known), "住址不同")


def _again_in_file(planned: PlannedRow, first: PlannedRow) -> None:
    """The same stay twice in one file: said word for word it is one registration, else both are kept and named."""
    mine, theirs = planned.facts.values, first.facts.values
    differs = [meaning for meaning in {**theirs, **mine} if mine.get(meaning) != theirs.get(meaning)]
    row = str(first.number) if first.sheet == planned.sheet else f"{first.sheet} {first.number}"
    if not differs:
        planned.standing = Standing.DUPLICATE
        planned.facts.find(Oddity.DUPLICATE, Meaning.NAME, row)
        return
    words = "、".join(TITLES[Meaning(m)] if m in set(Meaning) else m for m in differs)
    planned.facts.find(Oddity.SAME_PERSON, Meaning.NAME, row, f"住址相同而{words}不同")
