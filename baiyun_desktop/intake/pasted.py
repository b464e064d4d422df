"""Reads people out of a line that was pasted from a chat or typed by a card reader, so that nobody types it over again.

Two forms are read, a person a line:

* Loose words in any order, between blanks, commas or semicolons, with or without their labels, as people send them:
  ``张三 男 1502… 138…`` or ``姓名：张三 电话：138…``. One person's labels may also stand a line each.
* The line of a card reader that types like a keyboard. Set the device to put a bar ``|`` between the fields and Enter at
  the end: ``姓名|性别|民族|出生日期|住址|公民身份号码|签发机关|有效期起|有效期止``. The name comes first; the other fields are
  known by what they look like, so that a device which leaves some out or orders them otherwise is understood too.

Beside the person's own facts a line may say something of the matter at hand, such as 出租房 or a door: what of it there
is to hear, whoever reads it says. Nothing is guessed: what fits no field, or two, is handed back as it was written.
Who issued the card, and from when to when it is valid, is not kept: no matter of ours needs it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.registry import address, citizen_id, dates, names, phone

BAR = "|"
BARS_MIN = 3
"""What a reader types has more bars; nobody types so many into a field by hand."""
WORDS_MAX = 4_000
"""Characters of what is read at all: more is a page that somebody pasted, and no line about people."""
Codes = Callable[[str], CodeList]
"""A code list by its name."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What may be understood: a person's facts always, and of the matter at hand what is named here."""

    codes: Codes
    today: date
    coded: Mapping[str, CodeList] = field(default_factory=dict)
    """By field of the matter: the list of which a word may stand for an entry."""
    place: str = ""
    """The field of the matter that takes an address with a door; without it none is taken."""


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
    about: dict[str, Any] = field(default_factory=dict)
    """Values of the matter at hand, by its fields."""
    rest: list[str] = field(default_factory=list)

    @property
    def several(self) -> bool:
        """Whether this is more than a single value that somebody pasted into its own field."""
        return len(self.facts) >= _FACTS_MIN and bool(self.facts.keys() & {"id_no", "phone"})


def read_people(text: str, hearing: Hearing) -> list[Pasted]:
    """The people of a text, a line each; none where it is no such text, and is to be taken as it stands."""
    if len(text) > WORDS_MAX:
        return []
    lines = [line for line in text.splitlines() if line.strip()]
    read = [_line(line, hearing) for line in lines]
    if read and all(one is not None and one.several for one in read):
        return [one for one in read if one is not None]
    whole = _line(" ".join(lines), hearing)
    return [whole] if whole is not None and whole.several else []


def is_readers(text: str) -> bool:
    """Whether this looks like what a card reader types, understood or not."""
    return _narrow(text).count(BAR) >= BARS_MIN


def number_in(text: str) -> str | None:
    """The one identity number that stands among other words, or None: what to look for when such a line is searched for."""
    found = [m.group().replace(" ", "") for m in _NUMBER.finditer(_narrow(text))]
    return found[0].upper() if len(found) == 1 and len(text.strip()) > len(found[0]) else None


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" or c == "\u3000" else c for c in text)


def _line(text: str, hearing: Hearing) -> Pasted | None:
    """One person's line; None where two identity numbers stand in it, since nobody can tell whose the rest is."""
    narrow, made = _narrow(text), Pasted()
    by_device = narrow.count(BAR) >= BARS_MIN
    if len(_NUMBER.findall(narrow)) > 1:
        return None
    for pattern, take in ((_NUMBER, _take_number), (_PHONE, _take_phone)):
        for match in pattern.finditer(narrow):
            take(made, match.group())
        narrow = pattern.sub(BAR if by_device else " ", narrow)
    for word in narrow.split(BAR) if by_device else _BETWEEN.split(narrow):
        _take_word(made, word.strip(), hearing, by_device=by_device)
    return made


def _take_number(made: Pasted, text: str) -> None:
    made.facts["id_no"] = citizen_id.normalise(text)


def _take_phone(made: Pasted, text: str) -> None:
    name = next((name for name in ("phone", "phone2") if name not in made.facts), None)
    if name is None:
        made.rest.append(text)
    else:
        made.facts[name] = phone.normalise(text)


def _take_word(made: Pasted, labelled: str, hearing: Hearing, *, by_device: bool) -> None:
    """A word that is no number goes to the first field that it fits, and else to what is left over."""
    word = _LABEL.sub("", labelled)
    if not word:
        return
    day = dates.parse(word, today=hearing.today).iso if word[:1].isdigit() else None
    if _ISSUER.search(word) or word == "长期" or (by_device and day is not None and "birth_date" in made.facts):
        return
    home = by_device or bool(_HOME.match(labelled))
    name, value = _meant(made, word, hearing, by_device=by_device)
    if name:
        made.facts[name] = value
    elif day is not None and "birth_date" not in made.facts:
        made.facts["birth_date"] = day
    elif home and len(word) >= _ADDRESS_CHARS_MIN and _ADDRESS.search(word):
        made.facts["hukou_addr"] = word
    elif by_device or not _hear_of_matter(made, word, hearing):
        made.rest.append(word)


def _meant(made: Pasted, word: str, hearing: Hearing, *, by_device: bool) -> tuple[str, Any]:
    """Which of the person's own fields a word is, with its value: a reader says the name first, people do not always."""
    if any(c.isdigit() for c in word):
        return "", None
    if by_device and "name" not in made.facts:
        return "name", names.normalise(word)
    for name in ("sex", "ethnic"):
        code = hearing.codes(name.upper()).find(word)
        if code is not None and name not in made.facts:
            return name, code
    of_matter = any(codes.find(word) is not None for codes in hearing.coded.values())
    if "name" not in made.facts and not of_matter and len(word) <= _NAME_CHARS_MAX:
        return "name", names.normalise(word)
    return "", None


def _hear_of_matter(made: Pasted, word: str, hearing: Hearing) -> bool:
    """A word that one list alone knows, or an address with a door."""
    if hearing.place and hearing.place not in made.about and address.parse(word).door:
        made.about[hearing.place] = word
        return True
    if word.isdigit():  # a code's number says too little by itself
        return False
    found = {name: code for name, codes in hearing.coded.items() if (code := codes.find(word)) is not None}
    if len(found) != 1 or found.keys() & made.about.keys():
        return False
    made.about |= found
    return True
