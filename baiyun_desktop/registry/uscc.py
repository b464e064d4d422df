"""Unified social credit codes (GB 32100): the check character, and reading what people type."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Without I, O, S, V and Z."""
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code as read; `finding` is empty where its check character agrees."""

    normal: str
    finding: str = ""

    @property
    def checked(self) -> bool:
        return bool(self.normal) and not self.finding


def check_character(first17: str) -> str:
    """The 18th character for the first 17."""
    return ALPHABET[-sum(ALPHABET.index(c) * w for c, w in zip(first17, WEIGHTS, strict=True)) % 31]


def parse(text: str | None) -> CreditCode:
    """Reads a code. Never raises; what cannot be one is kept with a finding."""
    normal = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or "")).upper()
    if not normal:
        return CreditCode("")
    if len(normal) != 18:
        return CreditCode(normal, "统一社会信用代码应为18位")
    if any(c not in ALPHABET for c in normal):
        return CreditCode(normal, "统一社会信用代码不含字母I、O、S、V、Z")
    if check_character(normal[:17]) != normal[17]:
        return CreditCode(normal, "统一社会信用代码校验码不符")
    return CreditCode(normal)
