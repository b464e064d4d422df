"""Columns and rows of real and crooked forms are told apart without a question where the words are known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from baiyun_desktop.intake.labels import How
from baiyun_desktop.intake.mapping import Mapping, Skip, Subject
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.intake.memory import FileMappings
from baiyun_desktop.intake.read import read_workbook
from baiyun_desktop.intake.recognise import recognise, recognise_all
from baiyun_desktop.intake.sheet import Cell, Merged, SheetRows, trimmed

DATA = Path(__file__).parent.parent / "data"
LEDGERS = DATA / "ledgers"


def sheet_of(*rows: tuple[Cell, ...], name: str = "Sheet1", merged: tuple[Merged, ...] = ()) -> SheetRows:
    return SheetRows(name=name, rows=trimmed(list(rows)), merged=merged)


def meanings(mapping: Mapping | None) -> dict[str, str | None]:
    assert mapping is not None
    return {column.shown: column.meaning for column in mapping.columns}


def test_titles_and_a_header_of_two_rows() -> None:
    (mapping,) = recognise_all(read_workbook(LEDGERS / "宝山社区_流动人口台账.xlsx"))
    assert mapping.head == (2, 3)
    assert len(mapping.data) == 266
    assert mapping.count(Skip.TOTAL) == 1
    found = meanings(mapping)
    assert found["基本信息·姓名"] == Meaning.NAME
    assert found["房主信息·姓名"] == Meaning.LANDLORD
    assert found["房主信息·电话"] == Meaning.LANDLORD_PHONE
    assert found["居住证·证号"] == Meaning.PERMIT_NO
    assert found["联系电话"] == Meaning.PHONE
    assert not mapping.questions
    assert not mapping.left_out


def test_notes_stand_before_the_data_sheet() -> None:
    (mapping,) = recognise_all(read_workbook(LEDGERS / "百灵社区_11月上报.xlsx"))
    assert mapping.sheet.name == "Sheet2"
    assert len(mapping.data) == 265
    assert mapping.count(Skip.BLANK) == 9
    assert meanings(mapping)["来白云时间"] == Meaning.ARRIVED
    assert meanings(mapping)["房东"] == Meaning.LANDLORD
    serial = mapping.column(Meaning.SERIAL)
    assert serial is not None
    assert serial.hidden
    assert serial.letters == "L"


def test_one_sheet_a_grid() -> None:
    found = recognise_all(read_workbook(LEDGERS / "祥云社区_分网格.xlsx"))
    assert [mapping.grid for mapping in found] == ["001", "002", "003", "004", "005"]
    assert len({mapping.fingerprint for mapping in found}) == 1
    assert sum(len(mapping.data) for mapping in found) == 265


def test_templates_of_people_and_of_buildings() -> None:
    (people,) = recognise_all(read_workbook(DATA / "templates" / "cortana_人员导入模板.xlsx"))
    assert people.subject is Subject.RESIDENTS
    assert people.data == ()
    assert meanings(people)["现住小区/建筑"] == Meaning.ESTATE
    assert meanings(people)["户籍小区/建筑"] is None
    (houses,) = recognise_all(read_workbook(DATA / "templates" / "cortana_建筑导入模板.xlsx"))
    assert houses.subject is Subject.HOUSES
    assert houses.data == ()
    assert meanings(houses)["详细地址"] == Meaning.ADDRESS
    assert meanings(houses)["物业联系电话"] is None


def test_what_is_no_list_is_left_alone() -> None:
    assert recognise(sheet_of(("一、请各社区于每月25日前上报。",), ("二、姓名请写全。",))) is None
    assert recognise(sheet_of(("楼号", "电表"), (1.0, 2.0))) is None
    assert recognise(sheet_of()) is None


def test_rows_that_are_no_data() -> None:
    mapping = recognise(
        sheet_of(
            ("序号", "姓名", "身份证号", "电话"),
            ("必填", "必填，真实姓名", "18位", "可选"),
            (1.0, "张三", None, None),
            (None, None, "  ", None),
            ("序号", "姓名", "身份证号", "电话"),
            (2.0, "合计花", None, None),
            ("合计", None, None, 2.0),
            ("填表人：李四", None, "审核：王五", None),
            ("注：身份证号请设为文本", None, None, None),
        )
    )
    assert mapping is not None
    assert mapping.data == (2, 5)
    assert [why for _, why in mapping.skipped] == [
        Skip.BLANK, Skip.REPEATED_HEAD, Skip.TOTAL, Skip.REMARK, Skip.REMARK,
    ]  # fmt: skip


def test_a_person_named_like_a_total_is_a_person() -> None:
    mapping = recognise(sheet_of(("姓名", "电话"), ("共计勇", "13800000000"), ("合计", None)))
    assert mapping is not None
    assert mapping.count(Skip.TOTAL) == 1
    assert mapping.data == (1,)


def test_groups_without_merged_cells_reach_to_the_next() -> None:
    mapping = recognise(
        sheet_of(("基本信息", "", "房主信息", ""), ("姓名", "手机", "姓名", "手机"), ("张三", 138.0, "李四", None))
    )
    assert mapping is not None
    assert mapping.head == (0, 1)
    assert list(meanings(mapping).values()) == ["name", "phone", "landlord", "landlord_phone"]


def test_near_words_are_a_question_not_a_blocker() -> None:
    mapping = recognise(sheet_of(("姓名", "本人身份证件号码", "紧急联系人电话"), ("张三", "1", "2")))
    assert mapping is not None
    assert [(c.label, c.meaning, c.how) for c in mapping.questions] == [("本人身份证件号码", Meaning.ID_NO, How.LIKE)]
    assert [column.label for column in mapping.left_out] == ["紧急联系人电话"]


def test_two_telephones_of_one_person() -> None:
    found = meanings(recognise(sheet_of(("姓名", "手机", "联系电话"), ("张三", "1", "2"))))
    assert list(found.values()) == [Meaning.NAME, Meaning.PHONE, Meaning.PHONE2]


def test_the_second_file_of_a_form_asks_nothing(tmp_path: Path) -> None:
    store = FileMappings(tmp_path / "forms.json")
    first = recognise(sheet_of(("姓名", "本人身份证件号码", "落脚点"), ("张三", "1", "某处")), store=store)
    assert first is not None
    assert first.questions
    settled = first.choose(2, Meaning.ADDRESS).choose(1, Meaning.ID_NO)
    store.remember(settled.fingerprint, settled.settled())
    rows = (("11月台账", None, None), ("姓 名", "本人身份证件号码", "落脚点*"), ("李四", "2", "别处"))
    second = recognise(sheet_of(*rows), store=store)
    assert second is not None
    assert not second.questions
    assert second.fingerprint == first.fingerprint
    assert second.columns[1].how is How.REMEMBERED
    assert second.columns[1].meaning == Meaning.ID_NO


def test_choosing_takes_a_meaning_from_the_column_that_had_it() -> None:
    mapping = recognise(sheet_of(("姓名", "住址", "原住址"), ("张三", "a", "b")))
    assert mapping is not None
    changed = mapping.choose(2, Meaning.ADDRESS)
    assert [column.meaning for column in changed.columns] == [Meaning.NAME, None, Meaning.ADDRESS]


@pytest.mark.parametrize(("name", "grid"), [("3网格", "003"), ("第12网格台账", "012"), ("网格 5", "005"), ("2026", "")])
def test_sheet_names_that_name_a_grid(name: str, grid: str) -> None:
    mapping = recognise(sheet_of(("姓名", "住址"), ("张三", "a"), name=name))
    assert mapping is not None
    assert mapping.grid == grid


def test_a_date_in_the_row_below_keeps_it_out_of_the_header() -> None:
    mapping = recognise(sheet_of(("姓名", "登记日期", "住址"), ("电话", dt.date(2026, 1, 1), "备注")))
    assert mapping is not None
    assert mapping.head == (0, 0)
    assert mapping.data == (1,)
