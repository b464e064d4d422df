"""Each ledger of the centre, read back from its workbook: official heads in order, words for codes, and no number whole."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from baiyun_desktop.documents.issue import issue_ledger
from baiyun_desktop.documents.ledger import HEAD_ROWS
from baiyun_desktop.kernel.ledger import LedgerColumn, LedgerSpec, with_fields
from baiyun_desktop.kernel.mask import Mask
from tests.documents.centre import CHILD_ID, GRID_NAME, ID, OFFICE, PHONE, PROGRAM, RARE, ROWS, record_of
from tests.documents.sample import LONG_MONGOL

LEAVER = 1
"""Of the registrations, the one that ended."""
LEDGERS = {
    "migrant_ledger": "流动人口台账",
    "rental_ledger": "出租房屋台账",
    "permit_ledger": "居住证办理台账",
    "ticket_ledger": "窗口服务台账",
    "school_ledger": "随迁子女台账",
    "leaver_ledger": "离开注销台账",
    "legal_ledger": "法援转介台账",
}


def row_of(name: str, at: int = 0, *, masked: bool = True) -> dict[str, Any]:
    """The ledger's first line by its heads."""
    ledger = PROGRAM.ledgers[name]
    made = issue_ledger(ledger, [record_of(ledger.kind, ledger.needs, at)], OFFICE, masked=masked)
    table = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert table[0][0] == f"白云鄂博矿区{LEDGERS[name]}"
    assert table[HEAD_ROWS - 1] == ["序号", *(column.label for column in ledger.columns)]
    return dict(zip(table[HEAD_ROWS - 1], table[HEAD_ROWS], strict=True))


def test_the_centre_has_all_its_ledgers_and_each_is_a_list_to_export() -> None:
    assert {name: ledger.title for name, ledger in PROGRAM.ledgers.items()} == LEDGERS
    listed = [spec for spec in PROGRAM.lists.values() if spec.group is not None and spec.group.title == "台账"]
    assert {spec.ledger: spec.title for spec in listed} == LEDGERS
    assert all(PROGRAM.ledgers[str(spec.ledger)].kind == spec.kind for spec in PROGRAM.lists.values() if spec.ledger)


@pytest.mark.parametrize("name", LEDGERS)
def test_no_number_leaves_whole_unless_it_was_asked_for(name: str) -> None:
    at = LEAVER if name == "leaver_ledger" else 0
    masked, whole = str(row_of(name, at)), str(row_of(name, at, masked=False))
    for number in (ID, CHILD_ID, PHONE, LONG_MONGOL, RARE):
        assert number not in masked
    assert any(name in whole for name in (LONG_MONGOL, RARE))
    assert any(number in whole for number in (ID, CHILD_ID))


def test_a_column_is_masked_as_its_field_is() -> None:
    for ledger in PROGRAM.ledgers.values():
        masks = {column.key: column.mask for column in ledger.columns}
        assert Mask.NAME in masks.values() and Mask.ID in masks.values(), ledger.name
    declared = with_fields(
        LedgerSpec(
            "x", "x", "school_need", (LedgerColumn("电话", "guardian_phone"), LedgerColumn("号", "child.id_no"))
        ),
        PROGRAM.kinds,
    )
    assert [(c.mask, c.digits) for c in declared.columns] == [(Mask.PHONE, True), (Mask.ID, True)]
    assert declared.needs == ("child",)
    with pytest.raises(TypeError, match="nobody"):
        with_fields(LedgerSpec("x", "x", "school_need", (LedgerColumn("谁", "child.nobody"),)), PROGRAM.kinds)


def test_lines_say_it_in_words_days_and_counts() -> None:
    house = row_of("rental_ledger")
    assert (house["网格"], house["安全隐患"], house["登记入住"], house["租期止"]) == (
        GRID_NAME, "消防、用电", 1, date(2027, 2, 28),
    )  # fmt: skip
    permit = row_of("permit_ledger")
    assert (permit["申领依据"], permit["状态"], permit["签注到期"]) == (
        "合法稳定就业、合法稳定住所",
        "有效",
        date(2027, 9, 20),
    )
    ticket = row_of("ticket_ledger")
    assert (ticket["服务类别"], ticket["办理结果"], ticket["满意度"]) == ("教育", "已办成", "很满意")
    child = row_of("school_ledger")
    assert (child["拟入年级"], child["证件号"], child["安排结果"]) == ("小学一年级", "*" * 18, "已安排公办学校")
    gone = row_of("leaver_ledger", LEAVER)
    assert (gone["离开日期"], gone["注销原因"], gone["去向"]) == (date(2026, 11, 1), "离开本地", "呼和浩特市")
    aid = row_of("legal_ledger", masked=False)
    assert (aid["用人单位"], aid["涉及金额（元）"], aid["先行援助"]) == (ROWS["enterprise"][0]["name"], 18000, "是")


def test_the_permit_that_runs_stands_in_the_migrants_ledger() -> None:
    row = row_of("migrant_ledger")
    assert (row["居住证号"], row["签注到期"]) == ("1502*******3456", date(2027, 9, 20))
