"""The words that desk and district exchange: acts with their changes, and the verdicts on them."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec


class Base(msgspec.Struct, frozen=True, array_like=True):
    """What an author saw when the form opened: everything up to position `pos`, and the desk's own acts up to `own`."""

    pos: int = 0
    own: int = 0


class Op(Enum):
    """What a change does to one record."""

    CREATE = "c"
    FIELDS = "f"
    VOID = "v"
    DECIDE = "d"  # settles a contest, a doubt or a rescue
    ERASE = "x"  # removes what was ever typed of the record: the district alone, by an officer's order


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record's part of an act.

    `fields` holds the new values; for a `union` field {"+": [...], "-": [...]}, for an `add` field the difference.
    """

    collection: str
    id: str
    op: Op
    fields: dict[str, Any] = {}


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """One business transaction; the unit of atomicity and of idempotency.

    An act is known again by the hash of these bytes. Defaults are left out of them, so that a version which adds a field
    still knows what an older one has sent; `Base` may never grow.

    `number` counts from 1 within a replica's epoch. `at` is the desk's clock in milliseconds since 1970 UTC: shown,
    never compared. `verb` says in one word what was done (保存, 登记, 导入 …); `batch` names an import.
    """

    number: int
    officer: str
    at: int
    verb: str
    base: Base
    changes: tuple[Change, ...]
    batch: str = ""


class Outcome(Enum):
    """The district's answer to an act."""

    APPLIED = "applied"
    MERGED = "merged"
    CONTESTED = "contested"
    OVERTAKEN = "overtaken"
    HELD = "held"
    REFUSED = "refused"
    RESCUED = "rescued"  # taken in, but not applied: the right had gone, or what it waits for never came


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """The answer to act `number`; `pos` is where the feed carries its result (0 while held, or where nothing came).

    `reason` is plain words for the officer. `results` has one outcome a change, or is empty where all are as the act.
    """

    number: int
    outcome: Outcome
    pos: int = 0
    reason: str = ""
    results: tuple[str, ...] = ()
