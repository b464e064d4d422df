"""Telephones and code-list words as ledgers write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from baiyun_desktop.intake.facts import NOTHING, Facts
from baiyun_desktop.intake.finding import Oddity
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.registry import dates, numerals, phone

YES_NO = {"是": True, "1": True, "有": True, "√": True, "否": False, "0": False, "无": False, "×": False}
PHONES = re.compile(r"[;；、,，/\s]+")


def find_code(codes: CodeList, text: str) -> str | None:
    """The code of a word as ledgers write it: a label, a code, with or without 族, or the only label that it begins."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for word in (plain, plain + "族", plain.removesuffix("族"), plain.lstrip("0"), plain.zfill(2)):
        if word and (code := codes.find(word)) is not None:
            return code
    if len(plain) < 2:
        return None
    begun = [item.code for item in codes.items.values() if item.label.startswith(plain) or plain.startswith(item.label)]
    return begun[0] if len(begun) == 1 else None


def read_phones(facts: Facts) -> None:
    for meaning in (Meaning.PHONE, Meaning.PHONE2, Meaning.LANDLORD_PHONE, Meaning.OWNER_PHONE):
        entry = facts.row.entries.get(meaning)
        if entry is None or entry.text in NOTHING:
            continue
        whole = phone.normalise(entry.text)
        parts = [whole] if _dialled(whole) else [phone.normalise(part) for part in PHONES.split(entry.text) if part]
        if not parts or not all(_dialled(part) for part in parts):
            facts.find(Oddity.ODD_PHONE, meaning)
            parts = [entry.text]
        facts.values[meaning] = parts[0]
        _keep_others(facts, meaning, parts[1:])


def _keep_others(facts: Facts, meaning: str, others: Sequence[str]) -> None:
    if others and meaning == Meaning.PHONE:
        facts.values.setdefault(Meaning.PHONE2, "；".join(others))
    elif others:
        facts.values[meaning] = "；".join([facts.values[meaning], *others])


def _dialled(text: str) -> bool:
    return phone.is_mobile(text) or re.fullmatch(r"0\d{2,3}-\d{7,8}|\d{7,8}|1[0-9]{4}|400\d{7}", text) is not None


def declared(kind: str, text: str, today: date) -> Any:
    """A declared field's cell as its kind ("date", "bool" …) travels; None where the words are none of it."""
    match kind:
        case "date":
            return dates.parse(text, today=today).iso
        case "bool":
            return YES_NO.get(text)
        case "int":
            return numerals.whole(text)
        case "decimal":
            return numerals.decimal(text)
        case "codes":
            return [part for part in re.split(r"[,，;；、]", text) if part]
        case _:
            return text
