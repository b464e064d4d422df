"""From a typed row to facts: numbers, days, codes and doors read by the registry's rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from baiyun_desktop.intake.cells import TypedRow, text_of
from baiyun_desktop.intake.facts import NOTHING, Facts, Origin
from baiyun_desktop.intake.finding import Oddity
from baiyun_desktop.intake.meaning import TITLES, Meaning
from baiyun_desktop.intake.number_facts import read_birth_and_sex, read_number
from baiyun_desktop.intake.place_facts import read_area, read_place
from baiyun_desktop.intake.words import declared, find_code, read_phones
from baiyun_desktop.registry import dates, names

DAYS = (Meaning.ARRIVED, Meaning.REGISTERED, Meaning.PLAN_UNTIL, Meaning.PERMIT_DUE, Meaning.LEFT)
PAST_DAYS = frozenset({Meaning.ARRIVED, Meaning.REGISTERED})
NAMES = frozenset({Meaning.LANDLORD, Meaning.OWNER, Meaning.FORMER_NAME})
TEXTS = NAMES | {Meaning.HUKOU, Meaning.WORK_UNIT, Meaning.FROM, Meaning.PERMIT_NO, Meaning.COMPANIONS, Meaning.NOTE}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows of one file."""

    origin: Origin

    def read(self, row: TypedRow, grid: str = "") -> Facts:
        """The facts of a row; `grid` is what the sheet's name says. Never raises for what a row holds."""
        facts = Facts(row)
        _dittos(facts)
        self._name(facts)
        read_number(facts, self.origin.today)
        read_birth_and_sex(facts, self._day(facts, Meaning.BIRTH), self._code(facts, Meaning.SEX))
        read_phones(facts)
        read_place(facts, self.origin)
        read_area(facts, self.origin, grid)
        self._days(facts)
        for meaning in row.entries:
            self._plain(facts, meaning)
        if row.hidden:
            facts.find(Oddity.HIDDEN_ROW)
        return facts

    def _name(self, facts: Facts) -> None:
        name = names.normalise(facts.row.text(Meaning.NAME))
        if name:
            facts.values[Meaning.NAME] = name
        elif Meaning.NAME in facts.row.columns:
            facts.find(Oddity.NO_NAME, Meaning.NAME)

    def _days(self, facts: Facts) -> None:
        for meaning in DAYS:
            if (day := self._day(facts, meaning)) is not None:
                facts.values[meaning] = day
        arrived, registered = facts.get(Meaning.ARRIVED), facts.get(Meaning.REGISTERED)
        if arrived and registered and registered < arrived:
            facts.find(Oddity.DATE_ORDER, Meaning.REGISTERED, registered, arrived)
        if left := facts.get(Meaning.LEFT):
            facts.find(Oddity.HAS_LEFT, Meaning.LEFT, left)

    def _day(self, facts: Facts, meaning: Meaning) -> str | None:
        entry = facts.row.entries.get(meaning)
        if entry is None or entry.text in NOTHING:
            return None
        cell = entry.cell
        day = dates.parse(cell if isinstance(cell, float | date) else entry.text, today=self.origin.today)
        if day.iso is None:
            facts.find(Oddity.BAD_DATE, meaning, more=day.finding)
        elif day.precision is not dates.Precision.DAY:
            facts.precision = day.precision.value if meaning == Meaning.BIRTH else facts.precision
            facts.find(Oddity.PART_DATE, meaning, more="年" if day.precision is dates.Precision.YEAR else "月")
        elif meaning in PAST_DAYS and day.day is not None and day.day > self.origin.today:
            facts.find(Oddity.FUTURE_DATE, meaning, day.iso)
        return day.iso

    def _plain(self, facts: Facts, meaning: str) -> None:
        """Codes and texts that no other fact depends on, declared fields among them."""
        if meaning in facts.values or meaning in (Meaning.SEX, Meaning.BIRTH):
            return
        value: Any
        info = self.origin.field_of(meaning)
        if info is not None and info.codes is not None and info.kind.value != "codes":
            value = self._code(facts, meaning)
        elif "." in meaning and info is not None:
            value = declared(info.kind.value, facts.row.text(meaning), self.origin.today)
        elif meaning in TEXTS:
            value = names.normalise(facts.row.text(meaning)) if meaning in NAMES else facts.row.text(meaning)
        else:
            return
        if value not in (None, "", []):
            facts.values[meaning] = value

    def _code(self, facts: Facts, meaning: str) -> str | None:
        """The code of a word; a word that the list does not know is kept as it stands."""
        text, codes = facts.row.text(meaning), self.origin.codes(meaning)
        if text in NOTHING - {"无", "未知", "不详"} or codes is None:
            return None
        found = find_code(codes, text)
        if found is None:
            title = TITLES[Meaning(meaning)] if meaning in set(Meaning) else codes.title
            facts.find(Oddity.UNKNOWN_CODE, meaning, text, title)
        return found or text


def _dittos(facts: Facts) -> None:
    for meaning, entry in facts.row.entries.items():
        if entry.ditto and meaning != Meaning.ID_NO:
            mark = text_of(entry.typed)
            facts.find(Oddity.DITTO if entry.text else Oddity.DITTO_ALONE, meaning, mark, entry.text)
