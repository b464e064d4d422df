"""Form, receipt and ledger say what the registration says, as PDFs and as a workbook row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from baiyun_desktop.kernel.ledger import ledger_row
from baiyun_desktop.kernel.loaded import Loaded, Setting, load
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.paper import PaperSpec, cells, take_snapshot
from baiyun_desktop.modules.migrants.documents import FORM, LEDGER, RECEIPT
from baiyun_desktop.registry.areas import Areas
from baiyun_desktop.registry.divisions import organisations
from tests.kernel.program import PROGRAM

AREAS = Areas([values for _, _, values in organisations(grids=5)])
SETTING = Setting(PROGRAM, AREAS.name, date(2026, 11, 23))
ROWS: dict[str, list[dict[str, Any]]] = {
    "person": [
        {
            "id": "p1", "name": "特木尔·巴图", "sex": "1", "ethnic": "02", "id_type": "111",
            "id_no": "150206199912310013", "birth_date": "1999-12-31", "phone": "13812345678",
            "hukou_addr": "达尔罕茂明安联合旗", "work_unit": "宝山物业",
        },
        {"id": "p2", "name": "乌云", "sex": "2", "birth_date": "2015-05-01", "id_no": "150206201505010021"},
    ],
    "residence_reg": [
        {
            "id": "r1", "person": "p1", "area": "150206001006002", "biz_no": "(2026)白矿宝山居登字第00012号",
            "live_addr": "宝山社区15号楼5单元102室", "dwelling": "01", "inflow_reason": "01",
            "arrive_date": "2026-10-01", "reg_date": "2026-11-23", "landlord_name": "黎福",
        },
        {"id": "r2", "person": "p2", "area": "150206001006002", "with_reg": "r1", "kin": "30", "inflow_reason": "13"},
    ],
}  # fmt: skip


class Rows:
    """Rows in memory, as a replica gives them."""

    def get(self, kind: str, record: str, /) -> Row | None:
        return next((r for r in ROWS.get(kind, []) if r["id"] == record), None)

    def children(self, kind: str, parent: str, /) -> Sequence[Row]:
        return []

    def sharing(self, kind: str, name: str, value: str, /) -> Sequence[Row]:
        return [r for r in ROWS[kind] if r.get(name) == value]


def loaded(at: int = 0) -> Loaded:
    return load(SETTING, Rows(), "residence_reg", ROWS["residence_reg"][at], FORM.needs)


def facts(paper: PaperSpec, at: int = 0) -> dict[str, Any]:
    assert paper.facts is not None
    return take_snapshot(paper, paper.facts(loaded(at)))


@pytest.mark.parametrize("paper", [FORM, RECEIPT], ids=lambda p: p.name)
def test_each_box_has_a_fact_behind_it(paper: PaperSpec) -> None:
    assert paper.facts is not None
    known = paper.facts(loaded())
    assert {cell.key for cell in cells(paper)} <= set(known)


def test_the_form_says_it_in_words() -> None:
    said = facts(FORM)
    assert said["name"] == "特木尔·巴图"
    assert (said["sex"], said["ethnic"], said["id_type"]) == ("男", "蒙古族", "居民身份证")
    assert said["id_no"] == "150206199912310013"
    assert said["grid"] == "宝山第2网格"
    assert (said["dwelling"], said["inflow_reason"]) == ("自购房", "务工")
    assert said["number"] == "(2026)白矿宝山居登字第00012号"


def test_the_family_is_on_the_form_of_each_of_them() -> None:
    assert [line["name"] for line in facts(FORM)["family"]] == ["乌云"]
    assert facts(FORM)["family"][0]["kin"] == "女"
    assert [line["name"] for line in facts(FORM, 1)["family"]] == ["特木尔·巴图"]


def test_the_receipt_hides_numbers() -> None:
    said = facts(RECEIPT)
    assert said["name"] == "特木尔·巴图"
    assert said["id_no"] == "1502**********0013"
    assert said["phone_no"] == "138****5678"


def test_the_ledger_has_the_official_columns() -> None:
    heads = [column.label for column in LEDGER.columns]
    assert (
        heads
        == (
            "姓名 性别 民族 证件号 出生 户籍地 现住址 居住事由 住所类型 服务处所 来本地日期 登记日期 居住证号 签注到期 "
            "联系电话 同住人 房主 房主电话 网格 备注"
        ).split()
    )
    assert LEDGER.facts is not None
    row = ledger_row(LEDGER, LEDGER.facts(loaded()), masked=False)
    assert row["address"] == "宝山社区15号楼5单元102室"
    assert row["companions"] == "乌云"
    assert row["landlord"] == "黎福"
    masked = ledger_row(LEDGER, LEDGER.facts(loaded()), masked=True)
    assert masked["id_no"] == "1502**********0013"
    assert masked["address"] == "宝山社区15号楼***"


def test_a_childs_number_is_not_shown_at_all() -> None:
    assert LEDGER.facts is not None
    said = LEDGER.facts(loaded(1))
    assert said["minor"] is True
    assert not ledger_row(LEDGER, said, masked=True)["id_no"].endswith("0021")


def test_gaps_stay_gaps() -> None:
    empty = load(SETTING, Rows(), "residence_reg", {"id": "r9"}, FORM.needs)
    assert FORM.facts is not None
    said = take_snapshot(FORM, FORM.facts(empty))
    assert said["name"] is None
    assert said["family"] == []
