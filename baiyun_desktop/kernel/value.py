"""Frozen values that leave the replica: what a reader saw, and what an officer wants changed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sync.act import Base

UNSEEN = Base()
"""What the author of a new record has seen of it: nothing."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One record as it stood when read; `snap.name` is `snap.values["name"]`."""

    kind: str
    id: str
    values: Mapping[str, Any]
    base: Base = UNSEEN
    voided: bool = False
    pending: bool = False
    """Whether acts of this desk on it have not come back yet."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(f"{self.kind} has no field {name!r}") from None

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or `default` where it is missing or empty."""
        value = self.values.get(name)
        return default if value is None else value


@dataclass(frozen=True, slots=True)
class Draft:
    """What an officer wants of one record: changed fields only, and what the form showed when it opened."""

    kind: str
    id: str
    base: Base = UNSEEN
    values: Mapping[str, Any] = field(default_factory=dict)
    new: bool = False
    """Whether the record is made by this draft."""

    @classmethod
    def of(cls, snapshot: Snapshot, /, **values: Any) -> Draft:
        """A draft against what was read, without the values that are as they were."""
        changed = {name: value for name, value in values.items() if snapshot.values.get(name) != value}
        return cls(kind=snapshot.kind, id=snapshot.id, base=snapshot.base, values=changed)

    @classmethod
    def create(cls, kind: str, record_id: str, /, **values: Any) -> Draft:
        """A draft of a record that is not there yet, without the values that are empty; a field may be called `kind`."""
        given = {name: value for name, value in values.items() if value is not None}
        return cls(kind=kind, id=record_id, values=given, new=True)

    def __bool__(self) -> bool:
        return self.new or bool(self.values)
