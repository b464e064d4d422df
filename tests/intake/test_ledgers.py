"""The four ledgers give the figures of their key, and no number that is damaged, missing or wrong counts as checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from baiyun_desktop.intake.finding import Oddity, Severity
from baiyun_desktop.intake.plan import ImportPlan, PlannedRow, Standing
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.registry import citizen_id
from baiyun_desktop.registry.person import Person

from .conftest import BAILING, BAOSHAN, OFFICES, XIANGYUN, XINGGUANG, Office

Planner = Callable[[Office], ImportPlan]


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.name)
def test_each_figure_of_the_key(office: Office, planned: Planner, key: dict[str, Any]) -> None:
    counts = planned(office).counts()
    expected = {"sheets": 1, "blank_rows": 0, "no_id": 0, "id15": 0, "fullwidth": 0, "bad_check": 0}
    expected |= {"id_damaged_number": 0, "ditto_cells": 0, "duplicate_rows": 0, "known_rows": 0}
    expected |= key["files"][office.file]
    expected["new_rows"] = expected["rows"] - expected["duplicate_rows"]
    assert counts == expected


def test_people_before_and_after_decisions(planned: Planner, key: dict[str, Any]) -> None:
    rows = [row for office in OFFICES for row in planned(office).new_rows]
    checked = [row.facts.checked for row in rows if row.facts.checked]
    without = [row for row in rows if not row.facts.checked]
    before = len(set(checked)) + len(without)
    assert before == key["people_before_any_decision"]
    assert len(checked) - len(set(checked)) == key["people_in_two_communities"]["same_checked_id"]
    asked = [
        (row, other)
        for row in without
        for other in rows
        if other is not row and Person.info.spec.uniques[0].judge(row.values["person"], other.values["person"])
    ]
    assert len(asked) == key["people_in_two_communities"]["name_and_more_to_ask_about"]
    assert before - len(asked) == key["people_after_all_decisions"]
    assert len(without) - len(asked) == key["people_without_checked_id"]


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.name)
def test_what_is_kept_of_a_number_is_checked_only_where_the_row_is(office: Office, planned: Planner) -> None:
    for row in planned(office).rows:
        kept = row.values["person"].get("id_no")
        assert citizen_id.parse(kept).checked == (row.facts.checked is not None), str(row.findings)


def test_a_rounded_number_whose_check_digit_agrees_by_chance(planned: Planner) -> None:
    (row,) = [row for row in planned(BAILING).rows if row.title == "武阳"]
    assert citizen_id.parse(str(int(2.30229196101275e17))).checked, "the trap is set"
    assert row.values["person"]["id_no"] == "2.30229196101275E+17"
    assert row.values["person"]["birth_date"] == "1961-01-27"
    assert "sex" not in row.values["person"]
    assert "hukou_code" not in row.values["person"]
    assert row.standing is Standing.NEW


def by_number(plan: ImportPlan, number: int) -> PlannedRow:
    return next(row for row in plan.rows if row.number == number)


def test_findings_name_the_cell_as_the_clerk_sees_it(planned: Planner) -> None:
    plan = planned(BAOSHAN)
    (finding,) = by_number(plan, 50).findings
    assert finding.oddity is Oddity.BAD_CHECK
    assert finding.severity is Severity.WRONG
    assert finding.where == "E50（基本信息·身份证号）"
    assert "500235196008152631" in finding.what
    (missing,) = by_number(plan, 5).findings
    assert missing.where == "E5（基本信息·身份证号）"
    assert missing.oddity is Oddity.NO_ID


def test_the_same_registration_twice_names_the_first(planned: Planner) -> None:
    plan = planned(BAOSHAN)
    twice = [(row.number, row.findings[0].value) for row in plan.rows if row.standing is Standing.DUPLICATE]
    assert twice == [(45, "44"), (96, "95")]


def test_values_of_one_row(planned: Planner) -> None:
    row = by_number(planned(BAOSHAN), 6)
    assert row.values["person"] == {
        "name": "夏然国", "id_no": "341622199705033867", "id_type": "111", "sex": "2", "birth_date": "1997-05-03",
        "ethnic": "01", "phone": "13855858725", "hukou_addr": "亳州市蒙城县", "hukou_code": "341622",
        "live_addr": "宝山社区19号楼1单元602室", "work_unit": "宝山物业", "area": "150206001006002",
        "resident_type": "2", "source": "3",
    }  # fmt: skip
    assert row.values["residence_reg"] == {
        "live_addr": "宝山社区19号楼1单元602室", "inflow_reason": "02", "dwelling": "01", "arrive_date": "2021-01-31",
        "reg_date": "2021-03-13", "landlord_name": "钱雪", "landlord_phone": "14768144655",
        "area": "150206001006002", "source": "3",
    }  # fmt: skip
    assert row.values["house"] == {
        "full_text": "宝山社区19号楼1单元602室", "area": "150206001006002", "owner_name": "钱雪",
        "owner_phone": "14768144655",
    }  # fmt: skip


def test_a_ditto_takes_the_line_above(planned: Planner) -> None:
    plan = planned(BAOSHAN)
    above, row = by_number(plan, 34), by_number(plan, 35)
    assert row.values["residence_reg"]["live_addr"] == above.values["residence_reg"]["live_addr"]
    assert any(f.oddity is Oddity.DITTO and f.where.startswith("H35") for f in row.findings)


def test_the_sheet_names_the_grid(planned: Planner) -> None:
    assert {row.sheet: row.facts.area for row in planned(XIANGYUN).rows} == {
        f"{n:03d}网格": f"150206002007{n:03d}" for n in range(1, 6)
    }


def test_codes_apostrophes_and_rare_names_of_an_export(planned: Planner, program: Program) -> None:
    plan = planned(XINGGUANG)
    assert plan.findings == []
    row = by_number(plan, 2)
    assert row.values["person"]["id_no"] == "411421198205013567"
    assert row.values["person"]["sex"] == "2"
    assert program.label("residence_reg", "dwelling", row.values["residence_reg"]["dwelling"]) == "自购房"
    assert {"𠮷田美", "李䶮", "额尔敦·毕力格"} <= {row.values["person"]["name"] for row in plan.rows}
    assert row.facts.area == XINGGUANG.community
