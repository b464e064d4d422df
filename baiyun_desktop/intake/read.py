"""Opens any workbook an office sends (xlsx, xls, xlsb, ods, csv, and web pages named .xls) as sheets of typed cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from baiyun_desktop.intake.errors import UnreadableFile
from baiyun_desktop.intake.marks import Marks, sheet_marks
from baiyun_desktop.intake.sheet import Cell, Merged, SheetRows, trimmed
from baiyun_desktop.intake.text_table import read_text

FILE_BYTES_MAX = 64 * 1024 * 1024
"""No office ledger is near this; a larger file is a mistake and would stop the window."""
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x00")
"""zip (xlsx, xlsb, ods), OLE (xls), and bare BIFF streams of very old Excel. The file's name is not believed."""


def read_workbook(path: str | Path) -> list[SheetRows]:
    """All sheets of the file in its own order, hidden ones too.

    Raises UnreadableFile with words for the clerk where the file is missing, damaged, protected or no table at all.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > FILE_BYTES_MAX:
            raise UnreadableFile(f"文件有 {size // 1024 // 1024} MB，太大了。请另存一份只含台账的文件再导入。")
        data = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"打不开文件“{file.name}”：{error.strerror}。若正在 Excel 中打开，请先关闭。") from error
    if not data.strip():
        raise UnreadableFile(f"文件“{file.name}”是空的。")
    if data.startswith(WORKBOOK_STARTS):
        return _read_calamine(file.name, data)
    return read_text(file.stem, data)


def _read_calamine(name: str, data: bytes) -> list[SheetRows]:
    import io

    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        marks = sheet_marks(data)
        for sheet, mark in marks.items():
            if mark.stray:
                raise UnreadableFile(f"工作表“{sheet}”在 {mark.stray} 附近有零散内容，表格范围过大。请删去后再导入。")
        return [_sheet(book, meta, marks.get(meta.name, Marks())) for meta in book.sheets_metadata if _is_grid(meta)]
    except calamine.PasswordError as error:
        raise UnreadableFile(f"“{name}”设了密码。请在 Excel 中取消密码后再导入。") from error
    except calamine.CalamineError as error:
        raise UnreadableFile(f"“{name}”不是可读的工作簿，或已损坏（{error}）。请另存为 xlsx。") from error


def _is_grid(meta: Any) -> bool:
    return str(meta.typ).rsplit(".", 1)[-1] == "WorkSheet"


def _sheet(book: Any, meta: Any, marks: Marks) -> SheetRows:
    sheet = book.get_sheet_by_name(meta.name)
    rows = [tuple(_cell(value) for value in row) for row in sheet.to_python(skip_empty_area=False)]
    ranges = [Merged(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    return SheetRows(
        name=meta.name,
        rows=trimmed(rows),
        merged=tuple(ranges),
        visible=str(meta.visible).rsplit(".", 1)[-1] == "Visible",
        hidden_rows=marks.hidden_rows,
        hidden_columns=marks.hidden_columns,
    )


def _cell(value: Any) -> Cell:
    if value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value  # type: ignore[no-any-return]
