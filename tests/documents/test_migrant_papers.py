"""What the migrant centre declares comes out as the papers an office hands over and files."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from baiyun_desktop.documents.issue import Issued, issue_ledger, issue_paper
from baiyun_desktop.documents.ledger import HEAD_ROWS
from baiyun_desktop.documents.preview import page_count
from tests.documents.office import HEADING, PROGRAM, registration
from tests.documents.reading import one_line

FORM, RECEIPT = PROGRAM.papers["residence_form"], PROGRAM.papers["residence_receipt"]
LEDGER = PROGRAM.ledgers["migrant_ledger"]


@pytest.fixture(scope="module")
def form() -> Issued:
    return issue_paper(FORM, registration("r1", FORM.needs), HEADING)


@pytest.fixture(scope="module")
def receipt() -> Issued:
    return issue_paper(RECEIPT, registration("r1", RECEIPT.needs), HEADING)


def test_a_family_of_three_is_one_sheet_and_so_is_their_receipt(form: Issued, receipt: Issued) -> None:
    assert page_count(form.printed.pdf) == 1
    assert page_count(receipt.printed.pdf) == 1
    assert form.printed.missing == receipt.printed.missing == ()


def test_the_form_says_all_in_the_order_of_its_sections(form: Issued) -> None:
    text = one_line(form.printed.pdf)
    wanted = [
        "编号：(2026)白矿宝山登字第00012号",
        "白云鄂博矿区居住登记表",
        "登记单位：宝山社区居委会",
        "证件信息",
        "15020619650704028X",
        "人口路12号院3号楼2单元502室",
        "现住房屋",
        "√租赁房屋",
        "√务工",
        "2026年10月8日",
        "同住人",
        "𠮷田·頔",
        "申报人承诺",
        "登记单位（印章）",
        "第1页共1页",
    ]
    places = [text.find(words) for words in wanted]
    assert -1 not in places and places == sorted(places), list(zip(wanted, places, strict=True))


def test_the_receipt_hides_numbers_and_gives_one_to_call(receipt: Issued) -> None:
    text = one_line(receipt.printed.pdf)
    assert "1502**********028X" in text and "139****2345" in text and "0472-8510000" in text
    assert "15020619650704028X" not in text and "13947212345" not in str(receipt.snapshot)


def test_a_reprint_from_the_stored_snapshot_is_the_same_paper(form: Issued) -> None:
    again = issue_paper(FORM, registration("r1", FORM.needs), HEADING)
    assert again.printed.sha256 == form.printed.sha256


def test_the_ledger_has_the_official_columns_and_hides_a_childs_number_whole() -> None:
    rows = [registration(number, LEDGER.needs) for number in ("r1", "r2", "r3")]
    book = CalamineWorkbook.from_filelike(io.BytesIO(issue_ledger(LEDGER, rows, HEADING)))
    table = book.get_sheet_by_index(0).to_python()
    assert (
        table[HEAD_ROWS - 1]
        == (
            "序号 姓名 性别 民族 证件号 出生 户籍地 现住址 居住事由 住所类型 服务处所 来本地日期 登记日期 "
            "居住证号 签注到期 联系电话 同住人 房主 房主电话 网格 备注"
        ).split()
    )
    numbers = [row[4] for row in table[HEAD_ROWS:]]
    assert numbers == ["1502**********028X", "1502**********0013", "*" * 18]
    shown = CalamineWorkbook.from_filelike(io.BytesIO(issue_ledger(LEDGER, rows, HEADING, masked=False)))
    assert [row[4] for row in shown.get_sheet_by_index(0).to_python()[HEAD_ROWS:]] == [
        "15020619650704028X",
        "150206199912310013",
        "150206202503010014",
    ]
