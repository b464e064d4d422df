"""Every format an office sends is read as it was typed, fast, and a file that is none says so in plain words."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import openpyxl
import pytest

from baiyun_desktop.intake.errors import UnreadableFile
from baiyun_desktop.intake.read import read_workbook

DATA = Path(__file__).parent.parent / "data"
SHORT = "姓名,住址\n𠮷田,联通\n李䶮,1\n额尔敦·毕力格,2\n"


@pytest.fixture
def odd_workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账 & <1>"
    sheet.append(["姓名", "证件号码", "日期", "是否"])
    sheet.append(["张三", 150206199912310013, dt.date(2026, 1, 5), True])
    sheet.append(["李四", "150206199912310013", 46027, None])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.merge_cells("A4:A5")
    sheet["A4"] = "王五"
    hidden = book.create_sheet("旧")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "旧"
    path = tmp_path / "odd.xlsx"
    book.save(path)
    return path


def test_text_and_number_stay_apart(odd_workbook: Path) -> None:
    sheet = read_workbook(odd_workbook)[0]
    assert sheet.rows[1][1] == 1.5020619991231e17
    assert isinstance(sheet.rows[1][1], float)
    assert sheet.rows[2][1] == "150206199912310013"
    assert sheet.rows[1][2:] == (dt.date(2026, 1, 5), True)
    assert sheet.rows[2][2] == 46027.0


def test_what_is_hidden_or_merged_is_known(odd_workbook: Path) -> None:
    sheet, old = read_workbook(odd_workbook)
    assert sheet.name == "台账 & <1>"
    assert sheet.hidden_rows == {2}
    assert sheet.hidden_columns == {2}
    assert [(m.top, m.left, m.bottom, m.right) for m in sheet.merged] == [(3, 0, 4, 0)]
    assert sheet.visible
    assert not old.visible


def test_twenty_thousand_empty_rows_cost_nothing() -> None:
    started = time.perf_counter()
    sheet = read_workbook(DATA / "ledgers" / "百灵社区_11月上报.xlsx")[1]
    assert time.perf_counter() - started < 0.7
    assert len(sheet.rows) == 275
    assert sheet.rows[-1][0] == "陈静金"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_text_tables_in_each_encoding(tmp_path: Path, encoding: str, sign: str) -> None:
    path = tmp_path / "导出.csv"
    path.write_bytes(SHORT.replace(",", sign).encode(encoding))
    (sheet,) = read_workbook(path)
    assert sheet.name == "导出"
    assert sheet.rows == (("姓名", "住址"), ("𠮷田", "联通"), ("李䶮", "1"), ("额尔敦·毕力格", "2"))


def test_rare_characters_of_the_exporting_system_survive() -> None:
    (sheet,) = read_workbook(DATA / "ledgers" / "星光社区_导出.csv")
    names = [row[0] for row in sheet.rows]
    assert names.count("𠮷田美") == 2
    assert "李䶮" in names
    assert "额尔敦·毕力格" in names
    assert sheet.rows[1][2] == "'411421198205013567"


def test_a_web_page_that_calls_itself_xls(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    page = "<html><table><tr><th colspan=2>台账</th></tr><tr><td>姓名<td>证件</td></tr></table></html>"
    path.write_bytes(page.replace("姓名<td>", "姓名</td><td>").encode("gb18030"))
    assert read_workbook(path)[0].rows == (("台账", None), ("姓名", "证件"))


def test_digits_in_a_formula_shield(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('姓名,证件号码\n张三,="150206199912310013"\n', encoding="utf-8")
    assert read_workbook(path)[0].rows[1][1] == "150206199912310013"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"  \r\n", "空的"),
        (b"PK\x03\x04 not a zip", "不是可读的工作簿"),
        (b"\x89PNG\r\n\0\0\0", "不是表格文件"),
    ],
)
def test_a_file_that_is_no_table_says_so(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=words):
        read_workbook(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="打不开文件“没有"):
        read_workbook(tmp_path / "没有.xlsx")
