"""The ID number of a row, and what it says of birth and sex: checked, as typed, or cut short by a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from baiyun_desktop.intake.cells import Entry, text_of
from baiyun_desktop.intake.facts import NOTHING, Facts
from baiyun_desktop.intake.finding import Oddity
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.registry import citizen_id
from baiyun_desktop.registry.citizen_id import Finding as IdFinding


def read_number(facts: Facts, today: date) -> None:
    """Fills `number`, `damaged` and the number as it is kept. A number is kept whatever is odd about it."""
    entry = facts.row.entries.get(Meaning.ID_NO)
    typed = entry.text if entry is not None else ""
    if entry is not None and entry.ditto:
        facts.find(Oddity.ID_DITTO, Meaning.ID_NO, text_of(entry.typed))
        return
    if entry is None or typed in NOTHING:
        facts.find(Oddity.NO_ID, Meaning.ID_NO)
        return
    cell = entry.cell if isinstance(entry.cell, float) else typed
    facts.number = citizen_id.parse(cell, today=today)
    facts.damaged = IdFinding.ROUNDED in facts.number.findings
    # What Excel cut is kept in Excel's own way of writing it: as whole digits its check digit may agree by chance.
    facts.values[Meaning.ID_NO] = _as_number(entry) if facts.damaged else facts.number.normal
    _judge(facts, typed)


def read_birth_and_sex(facts: Facts, birth: str | None, sex: str | None) -> None:
    """A checked number says both; what the ledger says beside it is only compared."""
    said, number = birth, facts.number
    known_birth = number.birth if number.checked and not facts.damaged else None
    known_sex = number.sex if number.checked and not facts.damaged else None
    if facts.damaged and said is None and (intact := _intact_birth(facts.values[Meaning.ID_NO])) is not None:
        said = intact.isoformat()
        facts.find(Oddity.BIRTH_FROM_DAMAGED, Meaning.ID_NO, more=said)
    if known_birth is not None and said is not None and said != known_birth.isoformat():
        facts.find(Oddity.BIRTH_DIFFERS, Meaning.BIRTH, more=known_birth.isoformat())
    if known_sex is not None and sex in (citizen_id.MALE, citizen_id.FEMALE) and sex != known_sex:
        facts.find(Oddity.SEX_DIFFERS, Meaning.SEX, more="男" if known_sex == citizen_id.MALE else "女")
    if known_birth is not None or facts.damaged:
        facts.precision = ""
    born = known_birth.isoformat() if known_birth is not None else said
    for meaning, value in ((Meaning.BIRTH, born), (Meaning.SEX, known_sex or sex)):
        if value:
            facts.values[meaning] = value


def _judge(facts: Facts, typed: str) -> None:
    """Names what is odd about a number that stands in the row."""
    number, found = facts.number, facts.number.findings
    if unicodedata.normalize("NFKC", typed) != typed:
        facts.find(Oddity.FULLWIDTH, Meaning.ID_NO, more=number.normal)
    if facts.damaged:
        facts.find(Oddity.ID_DAMAGED, Meaning.ID_NO, facts.values[Meaning.ID_NO])
        return
    if IdFinding.OLD_FORM in found:
        facts.find(Oddity.ID15, Meaning.ID_NO, number.normal, number.upgraded18 or "")
    if IdFinding.CHECK_DIGIT in found:
        facts.find(Oddity.BAD_CHECK, Meaning.ID_NO, number.normal)
    if IdFinding.NOT_A_NUMBER in found:
        digits = sum(char.isdigit() for char in number.normal)
        facts.find(Oddity.ID_ODD, Meaning.ID_NO, number.normal, f"{len(number.normal)} 位，其中数字 {digits} 位")
    for finding in (IdFinding.NO_SUCH_DAY, IdFinding.FUTURE_BIRTH):
        if finding in found:
            facts.find(Oddity.ID_NO_SUCH_DAY, Meaning.ID_NO, number.normal, finding.value)


def _as_number(entry: Entry) -> str:
    """A cut number as a spreadsheet shows it in full, 1.50826195810132E+17, which no reader takes for an ID number."""
    if isinstance(entry.cell, float):
        return repr(entry.cell).replace("e+", "E+")
    return unicodedata.normalize("NFKC", entry.text)


def _intact_birth(typed: str) -> date | None:
    """The birth date in a cut number: a spreadsheet keeps 15 digits, and the day ends with the 14th."""
    digits = re.sub(r"[Ee].*|\D", "", typed)
    if len(digits) < 14:
        return None
    try:
        return date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None
