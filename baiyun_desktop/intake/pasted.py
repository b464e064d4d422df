"""Reads people out of a line that was pasted from a chat or typed by a card reader, so that nobody types it over again.

Two forms are read, a person a line:

* Loose words in any order, between blanks, commas or semicolons, with or without their labels, as people send them:
  ``张三 男 1502… 138…`` or ``姓名：张三 电话：138…``. One person's labels may also stand a line each.
* The line of a card reader that types like a keyboard. Set the device to put a bar ``|`` between the fields and Enter at
  the end: ``姓名|性别|民族|出生日期|住址|公民身份号码|签发机关|有效期起|有效期止``. The name comes first; the other fields are
  known by what they look like, so that a device which leaves some out or orders them otherwise is understood too.

Who issued the card, and from when to when it is valid, is not kept: no matter of ours needs it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.registry import citizen_id, dates, names, phone

BAR = "|"
Codes = Callable[[str], CodeList]
"""A code list by its name."""

_NUMBER = re.compile(r"(?<![0-9])([0-9]{6}) ?([0-9]{8}) ?([0-9]{3}[0-9Xx])(?![0-9Xx])|(?<![0-9])[0-9]{15}(?![0-9Xx])")
_PHONE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_LABEL = re.compile(
    r"^(?:姓名|性别|民族|出生日期|出生|常住户口所在地住址|户籍地址|户籍地|户籍|住址|公民身份号码|身份证号码|身份证号|身份证"
    r"|证件号码|证件号|手机号码|手机号|手机|联系电话|电话|签发机关|有效期限|有效期起|有效期止|有效期)\s*[:：]?\s*"
)
_HOME = re.compile(r"^(?:常住户口所在地住址|户籍地址|户籍地|户籍|住址)\s*[:：]?\s*")
_ADDRESS = re.compile(r"[省市区县旗镇乡村路街号苏木社]")
_ADDRESS_CHARS_MIN = 6
_ISSUER = re.compile(r"公安|派出所|出入境")
_NAME_CHARS_MAX = 50
_FACTS_MIN = 2


@dataclass(slots=True)
class Pasted:
    """One person as read: values by the names of a person's fields, and the words that found no field."""

    facts: dict[str, Any] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    @property
    def several(self) -> bool:
        """Whether this is more than a single value that somebody pasted into its own field."""
        return len(self.facts) >= _FACTS_MIN and bool(self.facts.keys() & {"id_no", "phone"})


def read_people(text: str, codes: Codes, today: date) -> list[Pasted]:
    """The people of a text, a line each; none where it is no such text, and is to be taken as it stands."""
    lines = [line for line in text.splitlines() if line.strip()]
    read = [_line(line, codes, today) for line in lines]
    if read and all(one is not None and one.several for one in read):
        return [one for one in read if one is not None]
    whole = _line(" ".join(lines), codes, today)
    return [whole] if whole is not None and whole.several else []


def number_in(text: str) -> str | None:
    """The one identity number that stands among other words, or None: what to look for when such a line is searched for."""
    found = [m.group().replace(" ", "") for m in _NUMBER.finditer(_narrow(text))]
    return found[0].upper() if len(found) == 1 and len(text.strip()) > len(found[0]) else None


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" or c == "\u3000" else c for c in text)


def _line(text: str, codes: Codes, today: date) -> Pasted | None:
    """One person's line; None where two identity numbers stand in it, since nobody can tell whose the rest is."""
    narrow, made = _narrow(text), Pasted()
    by_device = narrow.count(BAR) >= _FACTS_MIN
    numbers = _NUMBER.findall(narrow)
    if len(numbers) > 1:
        return None
    for pattern, take in ((_NUMBER, _take_number), (_PHONE, _take_phone)):
        for match in pattern.finditer(narrow):
            take(made, match.group())
        narrow = pattern.sub(BAR if by_device else " ", narrow)
    for word in narrow.split(BAR) if by_device else _BETWEEN.split(narrow):
        _take_word(made, word.strip(), codes, today, by_device=by_device)
    return made


def _take_number(made: Pasted, text: str) -> None:
    made.facts["id_no"] = citizen_id.normalise(text)


def _take_phone(made: Pasted, text: str) -> None:
    name = next((name for name in ("phone", "phone2") if name not in made.facts), None)
    (made.facts.__setitem__(name, phone.normalise(text)) if name is not None else made.rest.append(text))


def _take_word(made: Pasted, labelled: str, codes: Codes, today: date, *, by_device: bool) -> None:
    """A word that is no number goes to the first field that it fits, and else to what is left over."""
    word = _LABEL.sub("", labelled)
    if not word:
        return
    home = by_device or bool(_HOME.match(labelled))
    coded = {name: codes(name.upper()).find(word) for name in ("sex", "ethnic") if not word.isdigit()}
    name = next((name for name, code in coded.items() if code is not None and name not in made.facts), None)
    day = dates.parse(word, today=today).iso if word[:1].isdigit() else None
    if _ISSUER.search(word) or word == "长期" or (day is not None and "birth_date" in made.facts):
        return
    if "name" not in made.facts and not any(c.isdigit() for c in word) and (name is None or by_device):
        made.facts["name"] = names.normalise(word)
    elif name is not None:
        made.facts[name] = coded[name]
    elif day is not None:
        made.facts["birth_date"] = day
    elif home and len(word) >= _ADDRESS_CHARS_MIN and _ADDRESS.search(word):
        made.facts["hukou_addr"] = word
    else:
        made.rest.append(word)
