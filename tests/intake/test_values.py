"""Cells as offices type them: days, dittos, codes, telephones, doors and grids; and no cell ever stops an import."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baiyun_desktop.intake.finding import Oddity, Severity
from baiyun_desktop.intake.plan import ImportPlan, PlannedRow, Standing
from baiyun_desktop.intake.planning import make_plan
from baiyun_desktop.intake.read import read_workbook
from baiyun_desktop.intake.recognise import choices, recognise, recognise_all
from baiyun_desktop.intake.report import findings_xlsx
from baiyun_desktop.intake.sheet import Cell, Merged, SheetRows, trimmed
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry import citizen_id
from baiyun_desktop.registry.module import MODULE as REGISTRY

from .conftest import TODAY

PROGRAM = Program((REGISTRY, *MODULES))
DATA = Path(__file__).parent.parent / "data"
GOOD = "150206199912310013"


def plan_of(*rows: tuple[Cell, ...], merged: tuple[Merged, ...] = (), **sheet: Any) -> ImportPlan:
    made = SheetRows(name="台账", rows=trimmed(list(rows)), merged=merged, **sheet)
    mapping = recognise(made, PROGRAM)
    assert mapping is not None
    return make_plan([mapping], PROGRAM, community="150206001006", community_name="宝山社区", today=TODAY)


def one(header: str, cell: Cell, **others: Cell) -> PlannedRow:
    """A plan of one row with that cell, beside a name, a number and an address."""
    whole: dict[str, Cell] = {
        "姓名": "张三",
        "证件号码": GOOD,
        "住址": "宝山社区1号楼1单元101室",
        **others,
        header: cell,
    }
    (row,) = plan_of(tuple(whole), tuple(whole.values())).rows
    return row


def oddities(row: PlannedRow) -> list[Oddity]:
    return [finding.oddity for finding in row.findings]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026.1.5", "2026-01-05"), ("20260105", "2026-01-05"), ("26-1-5", "2026-01-05"), ("2026/1/5", "2026-01-05"),
        ("2026年1月5日", "2026-01-05"), ("２０２６－０１－０５", "2026-01-05"), ("2026-01-05 00:00:00", "2026-01-05"),
        (46027.0, "2026-01-05"), (20260105.0, "2026-01-05"), (dt.date(2026, 1, 5), "2026-01-05"),
        (dt.datetime(2026, 1, 5, 8, 30), "2026-01-05"), ("'2026-01-05", "2026-01-05"),  # noqa: DTZ001 - cells have no zone
    ],
)  # fmt: skip
def test_days(cell: Cell, day: str) -> None:
    row = one("来本地日期", cell)
    assert row.values["residence_reg"]["arrive_date"] == day
    assert oddities(row) == []


def test_a_day_that_is_none_or_not_whole() -> None:
    row = one("来本地日期", "2026-02-30")
    assert "arrive_date" not in row.values["residence_reg"]
    (finding,) = row.findings
    assert (finding.oddity, finding.severity) == (Oddity.BAD_DATE, Severity.WRONG)
    assert finding.where == "D2（来本地日期）"
    assert "日期不存在" in finding.what
    assert oddities(one("来本地日期", "2024年3月")) == [Oddity.PART_DATE]
    assert oddities(one("来本地日期", "2031-01-01")) == [Oddity.FUTURE_DATE]
    assert oddities(one("来本地日期", "不详")) == []
    assert oddities(one("登记日期", "2024-01-01", 来本地日期="2024-02-01")) == [Oddity.DATE_ORDER]


@pytest.mark.parametrize("word", ["男", "男性", "M", "1", 1.0, "１"])
def test_sex_in_all_spellings(word: Cell) -> None:
    assert one("性别", word, 证件号码=None).values["person"]["sex"] == "1"


def test_a_number_says_birth_and_sex_and_the_ledger_is_compared() -> None:
    row = one("出生日期", "1999-12-30", 性别="女")
    assert (row.values["person"]["birth_date"], row.values["person"]["sex"]) == ("1999-12-31", "1")
    assert set(oddities(row)) == {Oddity.BIRTH_DIFFERS, Oddity.SEX_DIFFERS}


@pytest.mark.parametrize(
    ("word", "code"), [("汉", "01"), ("汉族", "01"), ("蒙古", "02"), ("达斡尔族", "31"), ("2", "02")]
)
def test_peoples_with_and_without_their_ending(word: str, code: str) -> None:
    assert one("民族", word).values["person"]["ethnic"] == code


def test_a_word_that_no_list_knows_is_kept_and_named() -> None:
    row = one("居住事由", "挖土豆")
    assert row.values["residence_reg"]["inflow_reason"] == "挖土豆"
    assert oddities(row) == [Oddity.UNKNOWN_CODE]


@pytest.mark.parametrize(
    ("cell", "phone", "phone2", "odd"),
    [
        (13800000001.0, "13800000001", None, False), ("+86 138-0000-0001", "13800000001", None, False),
        ("１３８００００００１１", "13800000011", None, False), ("0472-8511234", "0472-8511234", None, False),
        ("13800000001;13900000002", "13800000001", "13900000002", False), ("1380000000", "1380000000", None, True),
    ],
)  # fmt: skip
def test_telephones(cell: Cell, phone: str, phone2: str | None, odd: bool) -> None:
    row = one("手机", cell)
    assert row.values["person"]["phone"] == phone
    assert row.values["person"].get("phone2") == phone2
    assert (Oddity.ODD_PHONE in oddities(row)) is odd


@pytest.mark.parametrize(
    ("typed", "kept", "odd"),
    [
        ("１５０２０６１９９９１２３１００１３", GOOD, Oddity.FULLWIDTH), ("'" + GOOD, GOOD, None),
        (f" {GOOD[:6]} {GOOD[6:14]} {GOOD[14:]} ", GOOD, None), ("15020619650704001x", "15020619650704001X", None),
        ("1.50206E+17", "1.50206E+17", Oddity.ID_DAMAGED), (1.50206199912310e17, "1.5020619991231E+17", Oddity.ID_DAMAGED),
        ("150206199001017000", "150206199001017000", None), (150206199001017000.0, "1.50206199001017E+17", Oddity.ID_DAMAGED),
        (150206780315002.0, "150206780315002", Oddity.ID15), ("E12345678", "E12345678", Oddity.ID_ODD),
        ("无", None, Oddity.NO_ID), ("同上", None, Oddity.ID_DITTO), ("150206199002300019", "150206199002300019", Oddity.ID_NO_SUCH_DAY),
    ],
)  # fmt: skip
def test_numbers(typed: Cell, kept: str | None, odd: Oddity | None) -> None:
    row = one("证件号码", typed)
    assert row.values["person"].get("id_no") == kept
    assert odd is None or odd in oddities(row)
    assert (Oddity.ID_DAMAGED in oddities(row)) is (odd is Oddity.ID_DAMAGED)
    assert citizen_id.parse(kept).checked == (row.facts.checked is not None)


def test_dittos_over_blank_rows_and_with_nothing_above() -> None:
    header = ("姓名", "住址", "服务处所")
    plan = plan_of(
        header,
        ("张三", "同上", "宝山物业"),
        ("李四", "宝山社区1号楼1单元101室", "〃"),
        (None, None, None),
        ("王五", "〃", "同上"),
    )
    assert [row.values["residence_reg"].get("live_addr") for row in plan.rows] == [
        None, "宝山社区1号楼1单元101室", "宝山社区1号楼1单元101室",
    ]  # fmt: skip
    assert [row.values["person"]["work_unit"] for row in plan.rows] == ["宝山物业"] * 3
    assert [plan.count(Oddity.DITTO_ALONE), plan.count(Oddity.DITTO)] == [1, 3]


def test_an_address_merged_over_a_family() -> None:
    rows = (("姓名", "住址"), ("张三", "宝山社区1号楼1单元101室"), ("张小三", None), ("张小四", None))
    plan = plan_of(*rows, merged=(Merged(1, 1, 3, 1),))
    assert {row.values["house"]["full_text"] for row in plan.rows} == {"宝山社区1号楼1单元101室"}
    assert len({row.house for row in plan.rows}) == 1


def test_hidden_rows_are_imported_and_named() -> None:
    plan = plan_of(
        ("姓名", "住址"), ("张三", "1号楼1单元101室"), ("李四", "1号楼1单元102室"), hidden_rows=frozenset({2})
    )
    assert [Oddity.HIDDEN_ROW in oddities(row) for row in plan.rows] == [False, True]


@pytest.mark.parametrize("typed", ["150206001006003", "003网格", "第3网格", "3", 3.0, 150206001006003.0])
def test_grids(typed: Cell) -> None:
    assert one("网格", typed).facts.area == "150206001006003"


def test_a_grid_or_address_of_another_community_is_named() -> None:
    assert oddities(one("网格", "150206001007003")) == [Oddity.ELSEWHERE]
    assert oddities(one("住址", "百灵社区1号楼1单元101室")) == [Oddity.ELSEWHERE]
    assert oddities(one("网格", "东北角")) == [Oddity.UNKNOWN_GRID]


def test_names_keep_rare_characters_and_get_one_dot() -> None:
    assert one("姓名", "　𠮷田美 ").values["person"]["name"] == "𠮷田美"
    assert one("姓名", "额尔敦．毕力格").values["person"]["name"] == "额尔敦·毕力格"


def test_spellings_of_one_home_are_one_home() -> None:
    spellings = ("宝山社区1号楼2单元301室", "1号楼2单元301室", "宝山社区1-2-301", "矿山路街道宝山社区1栋2单元301")
    plan = plan_of(("姓名", "住址"), *((f"张{n}", text) for n, text in zip("一二三四", spellings, strict=True)))
    assert len({row.house for row in plan.rows}) == 1


def test_twins_and_namesakes_are_not_one_person() -> None:
    header = ("姓名", "出生日期", "手机", "住址")
    home = "宝山社区1号楼1单元101室"
    plan = plan_of(
        header, ("张伟", "1990-01-01", "13800000001", home), ("张伟", "1991-01-01", "13800000002", home),
        ("张伟", "1990-01-01", "13800000001", "宝山社区2号楼1单元101室"),
    )  # fmt: skip
    assert [row.standing for row in plan.rows] == [Standing.NEW] * 3
    assert len({id(row.who) for row in plan.rows}) == 3


def test_one_number_under_two_names_is_named_and_both_are_taken_in() -> None:
    rows = (("张三", GOOD, "1号楼1单元101室"), ("张山", GOOD, "1号楼1单元101室"))
    plan = plan_of(("姓名", "证件号码", "住址"), *rows)
    assert len(plan.new_rows) == 2
    assert oddities(plan.rows[1]) == [Oddity.SAME_ID]


def test_a_column_left_out_is_told_before_the_import() -> None:
    plan = plan_of(("姓名", "住址", "血型"), ("张三", "1号楼1单元101室", "A"), ("李四", "1号楼1单元101室", None))
    assert plan.notes == ["工作表“台账”的“血型”列没有导入（1 格有内容）"]


def test_a_declared_field_is_taken_by_its_own_label() -> None:
    row = one("租期止", "2027.1.1", 随迁子女需就学="是", 工种="电工")
    registration = row.values["residence_reg"]
    assert (registration["lease_to"], registration["child_school_need"]) == ("2027-01-01", True)
    assert ("residence_reg.lease_to", "租期止") in choices(PROGRAM)


def test_someone_who_has_left_is_said_so() -> None:
    row = one("离开日期", "2026-03-01", 备注="常住")
    assert oddities(row) == [Oddity.HAS_LEFT]
    assert row.values["residence_reg"]["remark"] == "常住；台账载明2026-03-01离开"
    assert "leave_date" not in row.values["residence_reg"]


def test_the_people_template_filled_in() -> None:
    (sheet, notes) = read_workbook(DATA / "templates" / "cortana_人员导入模板.xlsx")
    filled: dict[str, Cell] = {
        "姓名": "张三", "身份证号": GOOD, "联系电话": "13800000001;0472-8511234", "现住小区/建筑": "白云家园",
        "门牌地址": "3号楼1单元101室", "户籍地址": "包头市固阳县", "民族": "汉族", "人员类型": "流动人口",
    }  # fmt: skip
    row = tuple(filled.get(str(label)) for label in sheet.rows[0])
    whole = SheetRows(name=sheet.name, rows=(*sheet.rows, row))
    mappings = recognise_all([whole, notes], PROGRAM)
    (planned,) = make_plan(mappings, PROGRAM, community="150206001006", community_name="宝山社区", today=TODAY).rows
    assert planned.number == 3
    assert planned.findings == []
    person = planned.values["person"]
    assert (person["phone"], person["phone2"], person["resident_type"]) == ("13800000001", "0472-8511234", "2")
    assert planned.values["house"]["full_text"] == "白云家园3号楼1单元101室"
    assert planned.values["residence_reg"]["live_addr"] == "白云家园3号楼1单元101室"


def test_a_workbook_of_excel_97() -> None:
    mappings = recognise_all(read_workbook(DATA / "formats" / "台账97.xls"), PROGRAM)
    plan = make_plan(mappings, PROGRAM, community="150206001006", community_name="宝山社区", today=TODAY)
    assert [row.values["residence_reg"]["arrive_date"] for row in plan.rows] == ["2026-01-05"] * 2
    assert [row.facts.checked for row in plan.rows] == [GOOD, None]
    assert plan.rows[0].values["person"]["phone"] == "13800000001"
    assert plan.count(Oddity.ID_DAMAGED) == plan.count(Oddity.DITTO) == 1


def test_an_open_document(tmp_path: Path) -> None:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("姓名", "住址")
    )
    data = cells.replace("姓名", "李䶮").replace("住址", "1号楼1单元101室")
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{part}="{urn}:{part}:1.0"' for part in ("office", "table", "text"))
    body = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="台账"><table:table-row>{cells}</table:table-row><table:table-row>{data}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    path = tmp_path / "台账.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", body)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    assert read_workbook(path)[0].rows == (("姓名", "住址"), ("李䶮", "1号楼1单元101室"))


CELLS = st.one_of(
    st.none(), st.booleans(), st.floats(), st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.text(max_size=30), st.sampled_from(["同上", "无", "合计", GOOD, "1.5E+17", "2026-13-45", "=1+1", "3网格", "十百室"]),
)  # fmt: skip
HEADER = (
    "序号", "姓名", "性别", "民族", "证件号码", "出生日期", "联系电话", "其他电话", "住址", "网格", "来本地日期", "登记日期",
    "居住事由", "签注到期", "租期止", "经度", "随迁子女需就学", "离开日期",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*[CELLS] * len(HEADER)), max_size=6))
def test_no_cell_ever_stops_an_import(rows: list[tuple[Cell, ...]]) -> None:
    plan = plan_of(HEADER, *rows)
    assert len(plan.rows) + len(plan.mappings[0].skipped) == len(plan.mappings[0].sheet.rows) - 1
    for row in plan.rows:
        assert citizen_id.parse(row.values["person"].get("id_no")).checked == (row.facts.checked is not None)
        for kind, values in row.values.items():
            assert values.keys() <= PROGRAM.kinds[kind].by_name.keys()
            assert None not in values.values()
    assert findings_xlsx(plan).startswith(b"PK")
