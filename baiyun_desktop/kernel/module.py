"""A module's table of contents; two mandates meet here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.article import Law
from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.kernel.ledger import LedgerSpec
from baiyun_desktop.kernel.listing import ListSpec, SheetSpec
from baiyun_desktop.kernel.merging import View
from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.kernel.onward import Onward
from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.visit import VisitSpec

Seed = tuple[str, str, dict[str, Any]]
"""(kind, id, values) of one record; the id follows from what it is, so that seeding again makes nothing twice."""


@dataclass(frozen=True)
class Module:
    """All that one folder adds to the program."""

    name: str
    title: str
    en: str = ""
    icon: str = ""
    records: Sequence[type[Record]] = ()
    procedures: Sequence[Procedure] = ()
    papers: Sequence[PaperSpec] = ()
    ledgers: Sequence[LedgerSpec] = ()
    lists: Sequence[ListSpec] = ()
    sheets: Sequence[SheetSpec] = ()
    codes: Sequence[CodeList] = ()
    numbers: Sequence[NumberPattern] = ()
    laws: Sequence[Law] = ()
    onward: Sequence[Onward] = ()
    seeds: Callable[[], Sequence[Seed]] | None = None
    """The reference data that a new district starts with; its offices keep it up afterwards."""
    visits: Sequence[VisitSpec] = ()
    """The walks from door to door that its officers prepare."""
    views: Sequence[View] = ()
    """The parts of records that a referral or a party's link shows to others."""
