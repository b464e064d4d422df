"""The workbook that goes back to the office: each row with something to look at, as it was typed, with the reason beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from baiyun_desktop.intake.cells import text_of
from baiyun_desktop.intake.finding import Finding, Severity
from baiyun_desktop.intake.mapping import Mapping, Skip
from baiyun_desktop.intake.plan import ImportPlan, PlannedRow

if TYPE_CHECKING:
    from openpyxl import Workbook

ADDED = ("原表行号", "导入结果", "问题", "怎么办")
WIDTHS = (9, 14, 46, 46)
COLOURS = {Severity.WRONG: "F8D7DA", Severity.CHECK: "FFF3CD", Severity.NOTE: "E2F0D9"}
FORMULA_START = "="
SHEET_NAME_MAX = 31


def findings_xlsx(plan: ImportPlan, results: dict[tuple[str, int], str] | None = None) -> bytes:
    """The findings as a workbook: a summary, then a sheet for each list. `results` says by (sheet, row) what became of it.

    Cells are written as text, so that an ID number stays whole and nothing typed is run as a formula.
    """
    import io

    from openpyxl import Workbook

    book = Workbook()
    _summary(book, plan, results or {})
    for mapping in plan.mappings:
        rows = [row for row in plan.rows if row.sheet == mapping.sheet.name and row.findings]
        if rows:
            _list(book, mapping, rows, results or {})
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def result_of(row: PlannedRow, results: dict[tuple[str, int], str]) -> str:
    """What became of a row, or what will."""
    return results.get((row.sheet, row.number), row.standing.value)


def _summary(book: Workbook, plan: ImportPlan, results: dict[tuple[str, int], str]) -> None:
    sheet: Any = book.active
    sheet.title = "导入情况"
    blanks = sum(mapping.count(Skip.BLANK) for mapping in plan.mappings)
    became = Counter(result_of(row, results) for row in plan.rows)
    lines: list[tuple[str, object]] = [
        ("数据行", len(plan.rows)),
        *became.items(),
        ("空行", blanks),
        *((f"最重为“{level.value}”的行", number) for level, number in plan.by_severity().items()),
        *(("说明", note) for note in plan.notes),
    ]
    for line in lines:
        sheet.append([_safe(part) if isinstance(part, str) else part for part in line])
    sheet.append([])
    sheet.append(["问题", "次数"])
    seen: dict[str, int] = {}
    for finding in plan.findings:
        name = finding.oddity.value[1].replace("{value}", "…").replace("{more}", "…")
        seen[name] = seen.get(name, 0) + 1
    for name, number in sorted(seen.items(), key=lambda item: -item[1]):
        sheet.append([_safe(name), number])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 60


def _list(book: Workbook, mapping: Mapping, rows: Sequence[PlannedRow], results: dict[tuple[str, int], str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet: Any = book.create_sheet(_title(book, mapping.sheet.name))
    sheet.append([*ADDED, *(_safe(column.shown) for column in mapping.columns)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        typed = mapping.sheet.rows[row.number - 1]
        reasons, advice = _words(row.findings)
        values = [_safe(text_of(typed[column.index])) for column in mapping.columns]
        sheet.append([row.number, result_of(row, results), reasons, advice, *values])
        line = sheet.max_row
        for cell in sheet[line][2:4]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        _colour(sheet, line, row.findings, mapping, PatternFill)
    for index, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCD"[index]].width = width
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = sheet.dimensions


def _words(findings: Sequence[Finding]) -> tuple[str, str]:
    """Reasons and advice, the gravest first, a line each."""
    order = list(Severity)
    ranked = sorted(findings, key=lambda finding: order.index(finding.severity), reverse=True)
    reasons = [f"【{finding.severity.value}】{finding.where}：{finding.what}" for finding in ranked]
    return _safe("\n".join(reasons)), _safe("\n".join(finding.todo for finding in ranked))


def _colour(sheet: Any, line: int, findings: Sequence[Finding], mapping: Mapping, fill: Any) -> None:
    """Paints the cells that findings name; the gravest colour stays."""
    place = {column.letters: number for number, column in enumerate(mapping.columns, len(ADDED) + 1)}
    for finding in sorted(findings, key=lambda finding: list(Severity).index(finding.severity)):
        if finding.column in place:
            colour = COLOURS[finding.severity]
            sheet.cell(line, place[finding.column]).fill = fill("solid", start_color=colour, end_color=colour)


def _safe(text: str) -> str:
    """Text that a spreadsheet leaves alone: no formula, no control characters."""
    clean = "".join(char for char in text if char >= " " or char in "\n\t")
    return f"'{clean}" if clean.startswith(FORMULA_START) else clean


def _title(book: Workbook, name: str) -> str:
    title = "".join("_" if char in r"[]:*?/\\" else char for char in name)[:SHEET_NAME_MAX] or "台账"
    return title if title not in book.sheetnames else f"{title[: SHEET_NAME_MAX - 3]}_{len(book.sheetnames)}"
