"""Figures leave the program as they are shown: a workbook in the layout of ledgers, or a page, each with who and when."""

from __future__ import annotations

from pathlib import Path

from baiyun_desktop.documents.setting import set_page
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.ledger import LedgerColumn, LedgerSpec
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.role import may_export_figures
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.print_queue import Choice
from baiyun_desktop.ui import printers
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.figure_lines import FigureTable
from baiyun_desktop.ui.papers import file_lines, heading
from baiyun_desktop.ui.words import say, told

LAYOUT = ("figures", "table.typ")
GROUP_WIDTH, NUMBER_WIDTH = 22, 13


def file_name(table: FigureTable) -> str:
    """What a file of the table is called, without its ending."""
    return f"{told(table.sheet.title, table.sheet.en)}_{table.span.first}_{table.span.last}"


def title_of(table: FigureTable) -> str:
    """What was counted, and for which days."""
    between = say("figures.between", first=table.span.first, last=table.span.last)
    return say("figures.ledger", what=told(table.sheet.title, table.sheet.en), between=between)


def export_figures(desk: DeskContext, table: FigureTable, path: Path) -> Path:
    """In a thread: a workbook; noted first as any export is. Figures name nobody, so no more is asked.

    Raises DoorRefusal where the post exports nothing.
    """
    names = ("group", *(figure.name for figure in table.sheet.figures))
    widths = (GROUP_WIDTH, *(NUMBER_WIDTH for _ in table.sheet.figures))
    columns = tuple(LedgerColumn(*column) for column in zip(table.heads, names, widths, strict=True))
    ledger = LedgerSpec(table.sheet.name, title_of(table), "", columns, numbered=False)
    rows = [dict(zip(names, (line.label, *map(_number, line.cells)), strict=True)) for line in table.lines]
    _note(desk, table, Doing.EXPORT)
    path.write_bytes(file_lines(desk, ledger, rows))
    return path


def keep_figures(desk: DeskContext, table: FigureTable, path: Path) -> None:
    """In a thread: the page as a PDF. Raises DoorRefusal, PaperError."""
    _note(desk, table, Doing.EXPORT)
    path.write_bytes(pdf_of(desk, table))


def print_figures(desk: DeskContext, table: FigureTable, printer: str) -> None:
    """In a thread: the page on a printer. Raises DoorRefusal, PaperError, PrintTrouble."""
    _note(desk, table, Doing.PRINT)
    printers.current().send(pdf_of(desk, table), title_of(table), Choice(printer, "", 1))


def pdf_of(desk: DeskContext, table: FigureTable) -> bytes:
    """The table on A4 across, with what each figure means below it. Raises PaperError."""
    head = heading(desk)
    filled = say("figures.filled_in", office=head.office, officer=head.officer, at=instant_text(head.at_ms))
    grouping = table.grouping
    said = {
        "title": f"{head.district}{title_of(table)}",
        "office": head.office,
        "filled": filled,
        "by": say("figures.by", what=told(grouping.title, grouping.en)) if grouping is not None else "",
        "heads": list(table.heads),
        "lines": [[line.label, *line.cells] for line in table.lines],
        "notes": [f"{told(figure.title, figure.en)}：{figure.said}" for figure in table.sheet.figures],
        "day": table.span.last.isoformat(),
    }
    pdf, _ = set_page(resource(*LAYOUT).read_text("utf-8"), said, name=table.sheet.name)
    return pdf


def _note(desk: DeskContext, table: FigureTable, doing: Doing) -> None:
    if not may_export_figures(desk.role):
        raise DoorRefusal(say("export.not_yours"))
    desk.audit.note(
        doing, kind=table.sheet.counted[0].kind, record=table.sheet.name,
        fields=(title_of(table), say("export.rows", n=len(table.lines))),
    )  # fmt: skip


def _number(cell: str) -> int | str:
    """A count as a number that a workbook adds up; a share or an average as it is shown."""
    bare = cell.replace(",", "")
    return int(bare) if bare.lstrip("-").isdecimal() else cell
