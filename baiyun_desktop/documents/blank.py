"""Blank ledgers with their heads and hidden codes: what an office hands out to be filled in, and reads back in later."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from baiyun_desktop.documents.ledger import ledger_xlsx
from baiyun_desktop.kernel.ledger import LedgerSpec
from baiyun_desktop.kernel.paper import Heading

BLANK = "空白表"


def write_blanks(ledgers: Iterable[LedgerSpec], folder: Path, heading: Heading) -> list[Path]:
    """A workbook for each ledger, named by its title; the folder is made. Whoever fills one in types below its heads."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for ledger in ledgers:
        path = folder / f"{ledger.title}（{BLANK}）.xlsx"
        path.write_bytes(ledger_xlsx(ledger, (), heading, state=BLANK))
        written.append(path)
    return written
