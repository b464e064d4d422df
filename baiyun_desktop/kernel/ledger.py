"""How a module declares a ledger (台账): the official columns of a live list, so that all offices print the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import Show, covered, plain


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column: `width` in half-width characters; `digits` marks text that a workbook must never read as a number."""

    label: str
    key: str
    width: float = 12
    show: Show = Show.TEXT
    digits: bool = False
    wrap: bool = False
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class LedgerSpec:
    """A ledger of one kind of record, one row a record.

    `facts` is a pure function from a record and what its caller loaded beside it (named in `needs`) to plain
    values by the columns' keys, with `minor: True` for a person under 14.
    """

    name: str
    title: str
    kind: str
    columns: tuple[LedgerColumn, ...]
    version: int = 1
    numbered: bool = True
    """Whether a first column 序号 counts the rows."""
    facts: Callable[[Any], Mapping[str, Any]] | None = None
    needs: tuple[str, ...] = ()


def ledger_row(ledger: LedgerSpec, facts: Mapping[str, Any], *, masked: bool) -> dict[str, Any]:
    """One row's values by key, with the columns' masks put on unless an unmasked ledger was asked for."""
    minor = bool(facts.get("minor"))
    row = {column.key: plain(facts.get(column.key)) for column in ledger.columns}
    if masked:
        return {column.key: covered(row[column.key], column.mask, minor=minor) for column in ledger.columns}
    return row
