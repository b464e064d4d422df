"""Asks the district for a person outside this desk's areas: by an exact number, online, for a minimal answer."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

LOOKUP_PATH = "/v1/lookup"
BY_ID, BY_PHONE = "id_no", "phone"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for whom: `by` is id_no or phone, `value` the whole number."""

    by: str
    value: str
    reason: str
    officer: str


class LookedUp(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer: whether there is such a person, which centre keeps the record, the name masked.

    `person` is the record's id where the answer is one person; it comes to the desk, in part, with the next round.
    """

    found: int
    centre: str = ""
    name: str = ""
    person: str = ""


Post = Callable[[str, bytes], bytes]
"""(path, body): the answer's body; raises SyncError as a desk's line does."""


def look_up(post: Post, question: Question) -> LookedUp:
    """One look-up over a line. The district notes it before it answers; the desk, which has nothing without it, does not."""
    return msgspec.json.decode(post(LOOKUP_PATH, msgspec.json.encode(question)), type=LookedUp)
