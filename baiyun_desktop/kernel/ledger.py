"""How a module declares a ledger (台账): the official columns of a live list, so that all offices print the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from baiyun_desktop.kernel.field import FieldInfo, Key
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.kernel.paper import Show, hidden, plain
from baiyun_desktop.kernel.path import field_at
from baiyun_desktop.kernel.record import RecordInfo

TAILS = (Key.ID_TAIL, Key.PHONE_TAIL)


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column: `width` in half-width characters; `digits` marks text that a workbook must never read as a number.

    `key` is a field's path ("person.id_no"), whose declaration then says what is not said here, or a key of `facts`.
    """

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

    Columns that name a field need no more. For others, `facts` is a pure function from a record and what its caller
    loaded beside it (named in `needs`) to plain values by the columns' keys, with `minor: True` for a person under 14.
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
    """One row's values by key, with the columns' masks put on unless an unmasked ledger was asked for.

    A citizen's number or a mobile telephone in somebody's own words is masked too.
    """
    minor = bool(facts.get("minor"))
    row = {column.key: plain(facts.get(column.key)) for column in ledger.columns}
    if masked:
        return {column.key: hidden(row[column.key], column.mask, minor=minor) for column in ledger.columns}
    return row


def with_fields(ledger: LedgerSpec, kinds: Mapping[str, RecordInfo]) -> LedgerSpec:
    """The ledger with what its columns' fields declare, so that no mask is forgotten. Raises TypeError where a column
    is neither a field nor said by `facts`."""
    columns = []
    for column in ledger.columns:
        found = field_at(kinds, ledger.kind, column.key)
        if found is None and ledger.facts is None:
            raise TypeError(f"{ledger.name}: {ledger.kind} has no {column.key!r}")
        columns.append(column if found is None else _declared(column, found[1]))
    paths = [column.key.rpartition(".")[0] for column in columns if "." in column.key]
    return replace(ledger, columns=tuple(columns), needs=tuple(dict.fromkeys([*paths, *ledger.needs])))


def _declared(column: LedgerColumn, field: FieldInfo) -> LedgerColumn:
    return replace(
        column,
        mask=column.mask or field.mask,
        show=Show.DATE if field.kind is Kind.DATE else column.show,
        digits=column.digits or field.search in TAILS or field.mask in (Mask.ID, Mask.PHONE),
        wrap=column.wrap or field.long,
    )
