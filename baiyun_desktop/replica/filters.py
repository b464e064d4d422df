"""What a list asks for, as frozen values that a screen can hold, remember and compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.listing import Condition


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field is one of these values."""

    field: str
    values: tuple[Any, ...]


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


Where = Condition | OneOf | Begins | HasCode | Either | Ids
"""One condition. A field may be "person.name": a field of the record that a reference leads to."""
Filter = Sequence[Where]
"""All of these conditions."""
