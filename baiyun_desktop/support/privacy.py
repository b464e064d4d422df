"""Takes out of a line of text what could be about a person, so that logs and reports may leave the office."""

from __future__ import annotations

import re
from pathlib import Path

HIDDEN_WORDS = "□"
HIDDEN_NUMBER = "#"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
"""Names stand in Chinese, Mongolian or Uyghur script; our own log lines are English."""
_RECORD_ID = re.compile(r"\b[0-9a-f]{16,}\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d(?:[ .\-/]?\d){4,}[Xx]?")
"""Five digits and more, also with blanks between: phones, ID numbers, days of birth, bank cards."""
_MAIL = re.compile(r"\S+@\S+")


def scrub(words: str) -> str:
    """`words` without anything that is not plain ASCII words and short numbers."""
    home = str(Path.home())
    if len(home) > 1:
        words = words.replace(home, "~")
    words = _MAIL.sub(HIDDEN_NUMBER, words)
    words = _BEYOND_ASCII.sub(HIDDEN_WORDS, words)
    words = _RECORD_ID.sub(HIDDEN_NUMBER, words)
    return _NUMBER.sub(HIDDEN_NUMBER, words)
