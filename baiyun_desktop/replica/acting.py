"""Who acts at a desk and by what way it is written: what every half of the door that writes acts is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from baiyun_desktop.kernel.role import Role
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.store import Transaction
from sync.act import Base, Change


class Officers(Protocol):
    """Who sits at the desk; asked anew for each act, since an officer may take over from another."""

    @property
    def identity(self) -> DeskIdentity: ...

    @property
    def officer(self) -> str: ...

    @property
    def role(self) -> Role | None: ...


class Write(Protocol):
    """The door's way to write an act."""

    def __call__(
        self, txn: Transaction, base: Base, changes: Sequence[Change], verb: str, *, officer: str = "", reason: str = ""
    ) -> None: ...
