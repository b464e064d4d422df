"""What a list asks for, as frozen values that a screen can hold, remember and compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.listing import Condition


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field is one of these values.

    Unless `sought`, no index on the field finds them: where most rows have one of the values that would be slower.
    """

    field: str
    values: tuple[Any, ...]
    sought: bool = True


@dataclass(frozen=True, slots=True)
class Begins:
    """The field's text begins so: an organisation code with all below it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class HasCode:
    """The field's list of codes has this one."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these conditions."""

    conditions: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Ids:
    """Only these records."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of these conditions, as one part of an `Either`."""

    conditions: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class First:
    """Of these fields the first that is given, cut to `digits` characters (0: whole), is one of `values`; None: none is."""

    fields: tuple[str, ...]
    digits: int
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """The reference `mine` means the same as the `theirs` of a record that matches; joined records are the same."""

    mine: str
    kind: str
    theirs: str
    where: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Latest:
    """Of the records that match `where` and refer by `field` to one thing, the one with the latest `day`.

    One that refers to nothing stands for itself.
    """

    field: str
    day: str
    where: tuple[Where, ...]


Where = Condition | OneOf | Begins | HasCode | Either | Ids | Every | First | Shares | Latest
"""One condition. A field may be "person.name": a field of the record that a reference leads to."""
Filter = Sequence[Where]
"""All of these conditions."""
