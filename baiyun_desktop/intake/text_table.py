"""Tables that come as text: CSV in whatever encoding a system exports, and web pages that call themselves .xls."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from html.parser import HTMLParser

from baiyun_desktop.intake.errors import UnreadableFile
from baiyun_desktop.intake.sheet import SheetRows, trimmed

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CANDIDATES = ("gb18030", "utf_8", "big5")
"""GB18030 before all, never its subset gbk, which has neither 䶮 nor 𠮷."""
HEAD_CHARS = 4000
DELIMITERS = ",\t;|，"


def read_text(name: str, data: bytes) -> list[SheetRows]:
    """The table or tables of a text file; raises UnreadableFile where it is no text."""
    text, notes = decode(data)
    if re.search(r"<table[\s>]", text[: HEAD_CHARS * 10], re.IGNORECASE):
        return _html_tables(name, text, notes)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    typed = [tuple(_plain(cell) for cell in row) for row in rows]
    return [SheetRows(name=name, rows=trimmed([tuple(cell or None for cell in row) for row in typed]), notes=notes)]


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text and what was noted in reading it; raises UnreadableFile where it is none."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), ()
    if b"\0" in data[:HEAD_CHARS]:
        raise UnreadableFile("这不是表格文件。请选 Excel、WPS 表格或 CSV 文件。")
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=list(CANDIDATES)).best()
    try:
        return data.decode(best.encoding if best is not None else "gb18030"), ()
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace"), ("文件中有无法识别的字符，已用 � 代替，请核对。",)


def _delimiter(text: str) -> str:
    """The sign that cuts the first lines into the same, largest number of cells."""
    lines = [line for line in text[:HEAD_CHARS].splitlines()[:10] if line.strip()]
    counts = {sign: Counter(line.count(sign) for line in lines if sign in line) for sign in DELIMITERS}
    scored = {sign: max((many * times for many, times in seen.items()), default=0) for sign, seen in counts.items()}
    return max(DELIMITERS, key=lambda sign: scored[sign])


def _plain(cell: str) -> str:
    """Without the shield `="…"` that some systems put round digits so that Excel keeps them."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


class _Tables(HTMLParser):
    """Collects each table's rows; a cell that spans several columns or rows stands in the first of them."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), 64) if span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].extend(["".join(self._cell).strip(), *[""] * (self._span - 1)])
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def _html_tables(name: str, text: str, notes: tuple[str, ...]) -> list[SheetRows]:
    parser = _Tables()
    parser.feed(text)
    parser.close()
    sheets = []
    for number, table in enumerate((table for table in parser.tables if table), 1):
        rows = trimmed([tuple(cell or None for cell in row) for row in table])
        sheets.append(SheetRows(name=name if number == 1 else f"{name} {number}", rows=rows, notes=notes))
    return sheets
