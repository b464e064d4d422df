"""When two records of people are one person: certain, to be asked, or not alike; the district and a desk ask the same."""

from __future__ import annotations

from collections.abc import Iterable

from baiyun_desktop.kernel.merging import Row, Unique
from baiyun_desktop.registry import citizen_id, names, phone

CERTAIN, ASK, UNLIKE = "certain", "ask", ""

FACTS = ("phone", "ethnic", "sex")
"""What is put to the officer where a certain pair differs in it."""


def keys(person: Row) -> Iterable[str]:
    """What a person is found under; two people who share none are never compared."""
    number = citizen_id.parse(person.get("id_no"))
    if _comparable(number):
        yield f"id:{number.match18 or number.normal}"
    name = names.match_key(person.get("name"))
    if not name or names.is_placeholder(person.get("name")):
        return
    if person.get("birth_date"):
        yield f"birth:{name}|{person['birth_date']}"
    for line in sorted({phone.digits(person.get("phone")), phone.digits(person.get("phone2"))} - {""}):
        yield f"phone:{name}|{line}"


def judge(a: Row, b: Row) -> str:
    """How alike two people are.

    Certain: the same whole number, name and birth date. Asked: the same number otherwise, a 15-digit number and the
    18 digits it becomes, the same name with the same birth date or telephone. Two different whole numbers are two
    people, unless name, birth date and telephone all agree.
    """
    first, second = citizen_id.parse(a.get("id_no")), citizen_id.parse(b.get("id_no"))
    same_name = bool(_name(a)) and _name(a) == _name(b)
    same_birth = bool(a.get("birth_date")) and a.get("birth_date") == b.get("birth_date")
    same_phone = bool(_phones(a) & _phones(b))
    if _comparable(first) and _comparable(second):
        if first.normal == second.normal:
            return CERTAIN if first.checked and same_name and same_birth else ASK
        if first.checked and second.checked:
            if first.match18 == second.match18:
                return ASK
            return ASK if same_name and same_birth and same_phone else UNLIKE
    return ASK if same_name and (same_birth or same_phone) else UNLIKE


def _comparable(number: citizen_id.CitizenId) -> bool:
    """A rounded number is shared by everyone of one district; it says nothing."""
    return bool(number.normal) and citizen_id.Finding.ROUNDED not in number.findings


def _name(person: Row) -> str:
    return "" if names.is_placeholder(person.get("name")) else names.match_key(person.get("name"))


def _phones(person: Row) -> set[str]:
    return {phone.digits(person.get("phone")), phone.digits(person.get("phone2"))} - {""}


SAME_PERSON = Unique(name="同一人", keys=keys, judge=judge, facts=FACTS)
