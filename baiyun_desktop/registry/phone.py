"""Telephone numbers as they are dialled, however they were written down."""

from __future__ import annotations

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")


def normalise(value: str | float | None) -> str:
    """Digits only, without +86; a landline keeps its area code after a hyphen as written; "" for nothing.

    A float is a cell that a spreadsheet took for a number. What holds no digit is returned as it was written.
    """
    if value is None:
        return ""
    if isinstance(value, float):
        value = str(int(value)) if value.is_integer() else str(value)
    text = unicodedata.normalize("NFKC", str(value)).strip().strip("'")
    digits = re.sub(r"\D", "", text)
    if not digits:
        return text
    bare = re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", digits)
    if _MOBILE.fullmatch(bare):
        return bare
    landline = re.fullmatch(r"\(?(0\d{2,3})\)?[\s\-]*(\d{7,8})(?:\D*\d{1,5})?", text)
    return f"{landline[1]}-{landline[2]}" if landline else text


def is_mobile(value: str | None) -> bool:
    """Whether it is a mobile number of eleven digits."""
    return bool(value) and _MOBILE.fullmatch(str(value)) is not None


def digits(value: str | None) -> str:
    """Only the digits, for comparing and for finding by the tail."""
    return re.sub(r"\D", "", value or "")
