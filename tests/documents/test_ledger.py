"""A ledger read back by another library is what an office would file: text numbers, masks, heads that repeat."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from baiyun_desktop.documents.ledger import CODE_ROW, HEAD_ROWS, ledger_xlsx
from baiyun_desktop.kernel.ledger import LedgerColumn, LedgerSpec
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import Heading, Show
from tests.documents.sample import LONG_MONGOL

AT_MS = 1795400000000  # 2026-11-23 10:13 at +08:00
LEDGER = LedgerSpec(
    name="migrants",
    title="流动人口台账",
    kind="residence_reg",
    columns=(
        LedgerColumn("姓名", "name", 12, mask=Mask.NAME),
        LedgerColumn("性别", "sex", 6),
        LedgerColumn("证件号", "id_no", 22, digits=True, mask=Mask.ID),
        LedgerColumn("出生", "birth", 12, Show.DATE),
        LedgerColumn("现住址", "address", 30, wrap=True, mask=Mask.ADDRESS),
        LedgerColumn("居住事由", "reason", 12),
        LedgerColumn("联系电话", "phone", 14, digits=True, mask=Mask.PHONE),
        LedgerColumn("同住人", "companions", 8),
        LedgerColumn("备注", "note", 20, wrap=True),
    ),
)
PERSON = {
    "name": "王公平",
    "sex": "男",
    "id_no": "150206196507040000",
    "birth": "1965-07-04",
    "address": "宝山社区15号楼5单元102室",
    "reason": ["务工", "随迁"],
    "phone": "013947212345",
    "companions": 3,
    "note": "=1+1",
}


HEADING = Heading("白云鄂博矿区", "宝山社区居委会", "其其格", AT_MS)


def read(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def row_of(facts: dict[str, Any], *, masked: bool = False) -> dict[str, Any]:
    table = read(ledger_xlsx(LEDGER, [facts], HEADING, masked=masked))
    return dict(zip(table[HEAD_ROWS - 1], table[HEAD_ROWS], strict=True))


def test_heads_are_the_official_ones_under_a_title() -> None:
    table = read(ledger_xlsx(LEDGER, [PERSON], HEADING))
    assert table[0][0] == "白云鄂博矿区流动人口台账"
    assert table[HEAD_ROWS - 1] == [
        "序号",
        "姓名",
        "性别",
        "证件号",
        "出生",
        "现住址",
        "居住事由",
        "联系电话",
        "同住人",
        "备注",
    ]
    assert len(table) == HEAD_ROWS + 1


def test_numbers_of_people_are_text_days_are_days_and_formulas_are_words() -> None:
    row = row_of(PERSON)
    assert row["证件号"] == "150206196507040000"
    assert row["联系电话"] == "013947212345"
    assert row["出生"] == date(1965, 7, 4)
    assert row["同住人"] == 3
    assert row["居住事由"] == "务工、随迁"
    assert row["备注"] == "=1+1"


def test_it_is_masked_unless_asked_and_says_who_made_it() -> None:
    data = ledger_xlsx(LEDGER, [PERSON], HEADING)
    row = row_of(PERSON, masked=True)
    assert (row["姓名"], row["证件号"], row["联系电话"]) == ("王*平", "1502**********0000", "013*****2345")
    assert row["现住址"] == "宝山社区15号楼***"
    under = read(data)[1][0]
    for told in ("宝山社区居委会", "其其格", "2026年11月23日 10:13", "已脱敏"):
        assert told in under
    assert "150206196507040000" not in str(read(data))
    assert "未脱敏" in read(ledger_xlsx(LEDGER, [PERSON], HEADING, masked=False))[1][0]


def test_a_childs_number_is_hidden_whole() -> None:
    assert row_of({**PERSON, "minor": True}, masked=True)["证件号"] == "*" * 18
    assert row_of({**PERSON, "minor": True})["证件号"] == "150206196507040000"


@pytest.mark.parametrize("name", ["𠮷田", "㛃𡚸䶮", LONG_MONGOL, "-王", "@李", "+1", " 张 三", "0472"])
def test_names_come_back_as_they_were(name: str) -> None:
    assert row_of({**PERSON, "name": name})["姓名"] == name


def test_gaps_and_odd_values_do_not_stop_it() -> None:
    row = row_of({"name": "张\x07三\x00", "birth": "1968腊月三十", "companions": True})
    assert row["姓名"].split() == ["张", "三"]
    assert row["出生"] == "1968腊月三十"
    assert row["同住人"] == "是"
    assert row["证件号"] == ""


def test_it_prints_landscape_with_heads_on_each_page_and_stays_in_place_on_screen() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(ledger_xlsx(LEDGER, [PERSON] * 3, HEADING))).active
    assert sheet.print_title_rows == "$1:$4"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == "C5"
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:J1", "A2:J2"}
    assert sheet["D5"].number_format == "@" and sheet["D5"].data_type == "s"
    assert sheet["J5"].data_type == "s"
    assert sheet.column_dimensions["D"].width == 22
    assert "其其格 · 2026-11-23 10:13" in sheet.oddFooter.left.text
    assert "&P" in sheet.oddFooter.right.text and "&N" in sheet.oddFooter.right.text


def test_each_column_says_what_it_is_in_a_hidden_row_and_by_a_name() -> None:
    book = openpyxl.load_workbook(io.BytesIO(ledger_xlsx(LEDGER, [PERSON], HEADING)))
    sheet = book.active
    assert [cell.value for cell in sheet[CODE_ROW]] == [None, *(column.key for column in LEDGER.columns)]
    assert sheet.row_dimensions[CODE_ROW].hidden and not sheet.row_dimensions[HEAD_ROWS].hidden
    assert book.defined_names["col_id_no"].attr_text == "'流动人口台账'!$D$5:$D$1048576"


def test_rows_stream_in_order_and_are_counted() -> None:
    def people() -> Iterator[dict[str, Any]]:
        for at in range(500):
            yield {**PERSON, "name": f"人{at}"}

    table = read(ledger_xlsx(LEDGER, people(), HEADING, masked=False))[HEAD_ROWS:]
    assert [(row[0], row[1]) for row in table] == [(at + 1, f"人{at}") for at in range(500)]


def test_an_empty_ledger_is_still_a_ledger() -> None:
    assert len(read(ledger_xlsx(LEDGER, [], HEADING))) == HEAD_ROWS
