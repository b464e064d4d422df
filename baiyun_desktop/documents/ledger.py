"""Writes a ledger as the workbook an office files: official heads, masked unless asked otherwise, marked with its maker."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from baiyun_desktop.documents.wording import chinese_day, said
from baiyun_desktop.kernel.ledger import LedgerColumn, LedgerSpec, ledger_row
from baiyun_desktop.kernel.paper import Heading, Show

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

HEAD_ROWS = 4
"""Title, who filled it in, a hidden row of codes, column heads; the list starts below them."""
CODE_ROW = 3
"""What each column is, whatever somebody calls it: for programs, and for the list coming back."""
NOT_IN_A_NAME = re.compile(r"\W+", re.ASCII)
WATERMARK_SIZE, WATERMARK_COLOUR = 22, "D0D0D0"
MASKED, UNMASKED = "已脱敏", "未脱敏，依法保密"
NUMBER = LedgerColumn("序号", "", width=6)
FACE, TITLE_FACE = "仿宋", "方正小标宋简体"
BAD_IN_XML = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF) if code != 0x0A}


def ledger_xlsx(
    ledger: LedgerSpec, rows: Iterable[Mapping[str, Any]], heading: Heading, *, masked: bool = True
) -> bytes:
    """The ledger of these rows (facts by column key) as a workbook; rows stream, so 50,000 of them fit in memory.

    Who made this copy and when stands under the title and at the foot of each printed sheet.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = f"{heading.office} {heading.officer}"
    book.properties.title = ledger.title
    book.properties.created = book.properties.modified = heading.when.astimezone(UTC).replace(tzinfo=None)
    sheet = book.create_sheet(ledger.title[:31])
    columns = ((NUMBER,) if ledger.numbered else ()) + ledger.columns
    state = MASKED if masked else UNMASKED
    _page(sheet, columns, f"{ledger.title} · {state} · {_maker(heading)} 导出", f"{_maker(heading)} {state}")
    for line in _head(sheet, columns, f"{heading.district}{ledger.title}", f"{_told(heading)}    ({state})"):
        sheet.append(line)
    _name_columns(book, sheet, columns)
    for line in _body(sheet, ledger, rows, masked=masked):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _maker(heading: Heading) -> str:
    return f"{heading.office} {heading.officer} · {heading.when:%Y-%m-%d %H:%M}"


def _told(heading: Heading) -> str:
    when = f"{chinese_day(heading.when.date().isoformat())} {heading.when:%H:%M}"
    return f"填报单位：{heading.office}    填报人：{heading.officer}    导出时间：{when}"


def _page(sheet: Any, columns: tuple[LedgerColumn, ...], watermark: str, mark: str) -> None:
    """Widths, frozen head and how it prints: landscape A4, one page wide, heads on each page, page x of y.

    (`Any`, since a sheet that streams lends these settings from a full one, which its type does not say.)
    """
    from openpyxl.utils import get_column_letter

    last = get_column_letter(len(columns))
    for at, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    for row, height in ((1, 34), (2, 20), (HEAD_ROWS, 30)):
        sheet.row_dimensions[row].height = height
    sheet.row_dimensions[CODE_ROW].hidden = True
    sheet.merged_cells.ranges = [f"A1:{last}1", f"A2:{last}2"]
    name_at = next((at for at, column in enumerate(columns, 1) if column is not NUMBER), 1)
    sheet.freeze_panes = f"{get_column_letter(name_at + 1)}{HEAD_ROWS + 1}"
    sheet.print_title_rows = f"1:{HEAD_ROWS}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.left.text = watermark.replace("&", "&&")
    # A header is printed first and the list over it: pale and large, it is a watermark in every program.
    sheet.oddHeader.center.text = mark.replace("&", "&&")
    sheet.oddHeader.center.size, sheet.oddHeader.center.color = WATERMARK_SIZE, WATERMARK_COLOUR
    sheet.oddFooter.right.text = "第 &P 页 共 &N 页"


def _head(sheet: WriteOnlyWorksheet, columns: tuple[LedgerColumn, ...], title: str, under: str) -> Iterator[list[Cell]]:
    """The rows over the list: title, who and when, codes, column heads."""
    from openpyxl.styles import Alignment, Font, PatternFill

    top = _cell(sheet, title)
    top.font, top.alignment = Font(TITLE_FACE, size=20), Alignment("center", "center")
    below = _cell(sheet, under)
    below.font, below.alignment = Font(FACE, size=11), Alignment("left", "center")
    heads = [_cell(sheet, column.label) for column in columns]
    for head in heads:
        head.font, head.border = Font("黑体", size=11), _frame()
        head.fill, head.alignment = (
            PatternFill("solid", fgColor="E7EAEE"),
            Alignment("center", "center", wrap_text=True),
        )
    yield [top]
    yield [below]
    yield [_cell(sheet, column.key) for column in columns]
    yield heads


def _name_columns(book: Workbook, sheet: WriteOnlyWorksheet, columns: tuple[LedgerColumn, ...]) -> None:
    """Each column's cells bear a name made of its code, so that a report of the office may refer to them."""
    from openpyxl.utils import get_column_letter, quote_sheetname
    from openpyxl.workbook.defined_name import DefinedName

    for at, column in enumerate(columns, 1):
        if column.key:
            name, letter = f"col_{NOT_IN_A_NAME.sub('_', column.key)}", get_column_letter(at)
            cells = f"{quote_sheetname(sheet.title)}!${letter}${HEAD_ROWS + 1}:${letter}$1048576"
            book.defined_names[name] = DefinedName(name, attr_text=cells)


def _body(
    sheet: WriteOnlyWorksheet, ledger: LedgerSpec, rows: Iterable[Mapping[str, Any]], *, masked: bool
) -> Iterator[list[Cell]]:
    """The list. Each column's cells are made once and filled anew for each row, which is six times as fast."""
    number = _Pen(sheet, NUMBER)
    pens = [(column.key, _Pen(sheet, column)) for column in ledger.columns]
    for at, facts in enumerate(rows, 1):
        row = ledger_row(ledger, facts, masked=masked)
        line = [pen.write(row[key]) for key, pen in pens]
        yield [number.write(at), *line] if ledger.numbered else line


class _Pen:
    """Writes one column: a day as a day, a count as a number, all else as text that no program reads as another thing."""

    def __init__(self, sheet: WriteOnlyWorksheet, column: LedgerColumn) -> None:
        self.column = column
        self.text, self.day, self.count = (_framed(sheet, column, fmt) for fmt in ("@", "yyyy-mm-dd", "0"))

    def write(self, value: Any) -> Cell:
        show = self.column.show
        if show is Show.DATE and (day := _day(value)):
            self.day.value = day
            return self.day
        if isinstance(value, int) and not isinstance(value, bool) and show is Show.TEXT and not self.column.digits:
            self.count.value = value
            return self.count
        _fill(self.text, said(value, show))
        return self.text


def _framed(sheet: WriteOnlyWorksheet, column: LedgerColumn, number_format: str) -> Cell:
    from openpyxl.styles import Alignment, Font

    cell = _cell(sheet, "")
    cell.font, cell.border, cell.number_format = Font(FACE, size=11), _frame(), number_format
    cell.alignment = Alignment("left" if column.wrap else "center", "center", wrap_text=column.wrap)
    return cell


def _cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    _fill(cell, text)
    return cell


def _fill(cell: Cell, text: str) -> None:
    cell.value = text.translate(BAD_IN_XML) or None
    if text:
        cell.data_type = "s"  # a name that starts with = is a name, not a formula


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _frame() -> Any:
    from openpyxl.styles import Border, Side

    thin = Side("thin", color="808080")
    return Border(thin, thin, thin, thin)
