"""From a loaded record to its paper or ledger in one call, so that window, command line and server issue the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.documents.ledger import ledger_xlsx
from baiyun_desktop.documents.paper import Printed, render
from baiyun_desktop.kernel.from_fields import facts_of
from baiyun_desktop.kernel.ledger import LedgerSpec
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.paper import Heading, PaperSpec, take_snapshot


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper and the snapshot it was printed from, which is what is stored."""

    snapshot: dict[str, Any]
    printed: Printed


def issue_paper(paper: PaperSpec, loaded: Loaded, heading: Heading, *, mark: str = "") -> Issued:
    """Prints a paper of a record that was loaded by `paper.needs`. Raises PaperError."""
    if paper.facts is None:
        raise TypeError(f"{paper.name} declares no facts")
    snapshot = take_snapshot(paper, paper.facts(loaded), heading)
    return Issued(snapshot, render(paper, snapshot, mark=mark))


def issue_ledger(ledger: LedgerSpec, rows: Iterable[Loaded], heading: Heading, *, masked: bool = True) -> bytes:
    """The workbook of records that were loaded by `ledger.needs`, in their order."""
    facts = facts_of((column.key for column in ledger.columns), ledger.facts)
    return ledger_xlsx(ledger, (facts(loaded) for loaded in rows), heading, masked=masked)
