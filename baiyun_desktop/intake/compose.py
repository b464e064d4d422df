"""From a row's facts to the values of our records: which meaning goes into which declared field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from baiyun_desktop.intake.facts import Facts
from baiyun_desktop.intake.finding import Oddity
from baiyun_desktop.intake.mapping import Subject
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.registry import citizen_id, names

PERSON, HOUSE, ADDRESS, REGISTRATION = "person", "house", "address_unit", "residence_reg"
IMPORTED = "3"
"""SOURCE: the record was taken over from an office's own list, so gaps are named, not refused."""
MIGRANT = "2"
"""RESIDENT_TYPE of whoever stands in a migrants' ledger that does not say otherwise."""
RENTED = "02"
"""DWELLING of a rented home."""

FIELDS: dict[Meaning, str] = {
    Meaning.NAME: "person.name",
    Meaning.FORMER_NAME: "person.former_name",
    Meaning.SEX: "person.sex",
    Meaning.ETHNIC: "person.ethnic",
    Meaning.ID_TYPE: "person.id_type",
    Meaning.ID_NO: "person.id_no",
    Meaning.BIRTH: "person.birth_date",
    Meaning.PHONE: "person.phone",
    Meaning.PHONE2: "person.phone2",
    Meaning.HUKOU: "person.hukou_addr",
    Meaning.MARITAL: "person.marital",
    Meaning.EDU: "person.edu",
    Meaning.POLITICS: "person.politics",
    Meaning.RESIDENT_TYPE: "person.resident_type",
    Meaning.WORK_UNIT: "person.work_unit",
    Meaning.OCCUPATION: "person.occupation",
    Meaning.KIN: "residence_reg.kin",
    Meaning.ADDRESS: "residence_reg.live_addr",
    Meaning.HOUSE_TYPE: "house.house_type",
    Meaning.OWNER: "house.owner_name",
    Meaning.OWNER_PHONE: "house.owner_phone",
    Meaning.LANDLORD: "residence_reg.landlord_name",
    Meaning.LANDLORD_PHONE: "residence_reg.landlord_phone",
    Meaning.REASON: "residence_reg.inflow_reason",
    Meaning.DWELLING: "residence_reg.dwelling",
    Meaning.ARRIVED: "residence_reg.arrive_date",
    Meaning.PLAN_UNTIL: "residence_reg.plan_until",
    Meaning.FROM: "residence_reg.from_addr",
    Meaning.REGISTERED: "residence_reg.reg_date",
    Meaning.PERMIT_NO: "residence_reg.permit_no",
    Meaning.PERMIT_DUE: "residence_reg.permit_due",
    Meaning.COMPANIONS: "residence_reg.companions",
    Meaning.NOTE: "residence_reg.remark",
}
"""Where a resident list's meanings are kept."""

Values = dict[str, dict[str, Any]]
"""Kind to the values of its record; a kind that the row says nothing of is missing."""


def field_of(program: Program) -> Callable[[str], FieldInfo | None]:
    """Finds the declared field of a meaning; None for what no field keeps."""

    def find(meaning: str) -> FieldInfo | None:
        kind, _, name = target_of(meaning).partition(".")
        return program.kinds[kind].by_name.get(name) if kind in program.kinds else None

    return find


def target_of(meaning: str) -> str:
    """The declared field, "kind.field", that keeps a meaning; the meaning itself where none does."""
    return FIELDS[Meaning(meaning)] if meaning in FIELDS else meaning


def compose(subject: Subject, facts: Facts) -> Values:
    """The values of all records that a row makes; only what it says, and what follows from that for certain."""
    values: Values = {}
    for meaning, value in facts.values.items():
        kind, dot, name = target_of(meaning).partition(".")
        if dot:
            values.setdefault(kind, {})[name] = value
    if subject is Subject.HOUSES:
        return _building(facts, values)
    return _resident(facts, values)


def _resident(facts: Facts, values: Values) -> Values:
    person = values.setdefault(PERSON, {})
    registration = values.setdefault(REGISTRATION, {})
    person |= {"area": facts.area, "source": IMPORTED}
    person.setdefault("resident_type", MIGRANT)
    registration |= {"area": facts.area, "source": IMPORTED}
    _within_bounds(facts, person, registration)
    if left := facts.get(Meaning.LEFT):
        _remark(registration, f"台账载明{left}离开")
    if facts.get(Meaning.ADDRESS):
        person["live_addr"] = facts.get(Meaning.ADDRESS)
    if facts.precision and facts.get(Meaning.BIRTH):
        person["birth_precision"] = facts.precision
    _said_by_number(facts, person)
    if facts.place.door:
        values[HOUSE] = _home(facts, values.get(HOUSE, {}), registration)
    else:
        values.pop(HOUSE, None)
    return values


def _within_bounds(facts: Facts, person: dict[str, Any], registration: dict[str, Any]) -> None:
    """A cell too long for a name does not stop the import: its beginning is the name, and the remark has all of it."""
    for meaning in (Meaning.NAME, Meaning.FORMER_NAME, "person.name_native", "person.name_latin"):
        name = target_of(meaning).partition(".")[2]
        text = str(person.get(name) or "")
        if len(text) > names.CHARS_MAX:
            person[name] = text[: names.CHARS_MAX]
            facts.find(Oddity.TOO_LONG, meaning, text[:10], str(len(text)))
            _remark(registration, f"台账中的姓名全文：{text}")


def _remark(registration: dict[str, Any], said: str) -> None:
    registration["remark"] = "；".join(part for part in (registration.get("remark"), said) if part)


def _said_by_number(facts: Facts, person: dict[str, Any]) -> None:
    """The kind of document and the home district that a checked number names."""
    number = facts.number
    if facts.damaged or not number.checked:
        return
    if number.id_type:
        person.setdefault("id_type", number.id_type)
    if number.area and number.id_type == citizen_id.RESIDENT:
        person.setdefault("hukou_code", number.area)


def _home(facts: Facts, said: dict[str, Any], registration: dict[str, Any]) -> dict[str, Any]:
    """The home as the first who is registered in it describes it."""
    home = {"area": facts.area, "full_text": facts.place.text, **said}
    if registration.get("dwelling") == RENTED:
        home["is_rental"] = True
    if registration.get("landlord_name"):
        home.setdefault("owner_name", registration["landlord_name"])
        if registration.get("landlord_phone"):
            home.setdefault("owner_phone", registration["landlord_phone"])
    return home


def _building(facts: Facts, values: Values) -> Values:
    """A building's list: its name and address as a standard address, the rest as a house."""
    registration = values.pop(REGISTRATION, {})
    values.pop(PERSON, None)
    house = values.setdefault(HOUSE, {})
    estate, named = facts.row.text(Meaning.ESTATE), registration.get("live_addr")
    house |= {"area": facts.area, "full_text": named}
    for name, value in (("owner_name", "landlord_name"), ("owner_phone", "landlord_phone"), ("remark", "remark")):
        if registration.get(value):
            house.setdefault(name, registration[value])
    unit = {"area": facts.area, "full_text": named, "estate": estate or None, **values.get(ADDRESS, {})}
    values[ADDRESS] = {name: value for name, value in unit.items() if value}
    return values
