"""A blank ledger has the heads and codes of the filled one and says that it is blank."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from baiyun_desktop.documents.blank import write_blanks
from baiyun_desktop.documents.ledger import CODE_ROW, HEAD_ROWS
from baiyun_desktop.kernel.paper import Heading
from tests.kernel.program import PROGRAM

AT_MS = 1_795_400_000_000  # 2026-11-23 10:13 at +08:00


def test_each_ledger_can_be_handed_out_blank(tmp_path: Path) -> None:
    written = write_blanks(PROGRAM.ledgers.values(), tmp_path / "表", Heading("白云鄂博矿区", "", "", AT_MS))
    assert {path.name for path in written} == {f"{spec.title}（空白表）.xlsx" for spec in PROGRAM.ledgers.values()}
    assert {path.name for path in written} >= {"流动人口台账（空白表）.xlsx", "窗口服务台账（空白表）.xlsx"}
    for path, spec in zip(written, PROGRAM.ledgers.values(), strict=True):
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        heads, codes = ([cell.value for cell in sheet[row]] for row in (HEAD_ROWS, CODE_ROW))
        labels = [column.label for column in spec.columns]
        assert heads[-len(labels) :] == labels
        assert codes[-len(labels) :] == [column.key for column in spec.columns]
        assert sheet.row_dimensions[CODE_ROW].hidden
        assert sheet.max_row == HEAD_ROWS
        assert "空白表" in str(sheet["A2"].value)
