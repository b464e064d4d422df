"""A line about somebody is read into his fields; what cannot be placed for certain is handed back as it was written."""

from __future__ import annotations

from datetime import date

import pytest

from baiyun_desktop.intake.pasted import Hearing, is_readers, number_in, read_people
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.citizen_id import check_digit
from baiyun_desktop.registry.module import MODULE as REGISTRY

PROGRAM = Program((REGISTRY, *MODULES))
NUMBER = "15020619880315001" + check_digit("15020619880315001")
LISTS = {
    "dwelling": "DWELLING",
    "inflow_reason": "INFLOW_REASON",
    "declarer_kind": "DECLARER",
    "kin": "KIN",
}
HEARING = Hearing(
    PROGRAM.codes, date(2026, 11, 23), {name: PROGRAM.codes(codes) for name, codes in LISTS.items()}, "live_addr"
)


@pytest.mark.parametrize(
    "line",
    [
        f"张三 男 {NUMBER} 13812345678 出租房 宝山社区3号楼2单元401室",
        f"出租房，{NUMBER}，张三，宝山社区3号楼2单元401室；138 1234 5678；男",
        f"姓名：张三 性别：男 身份证号:{NUMBER} 电话：138-1234-5678 出租房 宝山社区3号楼2单元401室",
        f"姓名：张三\n性别：男\n身份证号：{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}\n电话：13812345678\n出租房\n宝山社区3号楼2单元401室",
    ],
)
def test_loose_words_in_any_order(line: str) -> None:
    (read,) = read_people(line, HEARING)
    assert read.facts == {"name": "张三", "sex": "1", "id_no": NUMBER, "phone": "13812345678"}
    assert read.about == {"dwelling": "02", "live_addr": "宝山社区3号楼2单元401室"}
    assert read.rest == []


def test_a_readers_line_gives_the_cards_address_as_home_and_nothing_of_who_issued_it() -> None:
    line = f"陈出租|男|汉|19880315|四川省广安市邻水县8号|{NUMBER}|邻水县公安局|20200101|20400101"
    assert is_readers(line)
    (read,) = read_people(line, HEARING)
    assert read.facts == {
        "name": "陈出租", "sex": "1", "ethnic": "01", "birth_date": "1988-03-15",
        "hukou_addr": "四川省广安市邻水县8号", "id_no": NUMBER,
    }  # fmt: skip
    assert (read.about, read.rest) == ({}, [])


def test_what_is_not_understood_is_handed_back_as_it_was() -> None:
    (read,) = read_people(f"张三 {NUMBER} 老客户 本人 13812345678 13912345678 13712345678 2026.5.1 7", HEARING)
    assert read.facts["name"] == "张三" and read.facts["phone2"] == "13912345678"
    assert {"老客户", "本人", "13712345678", "7"} <= set(read.rest)
    assert "declarer_kind" not in read.about and "kin" not in read.about


def test_several_people_a_line_each_and_never_two_in_one() -> None:
    other = "15020619900101002" + check_digit("15020619900101002")
    assert [r.facts["name"] for r in read_people(f"张三 {NUMBER}\n李四 {other}", HEARING)] == ["张三", "李四"]
    assert read_people(f"张三 {NUMBER} 李四 {other}", HEARING) == []


@pytest.mark.parametrize("line", ["", "张三", NUMBER, "13812345678", "王公平 老客户", "x" * 9_000, "张三|男|汉|？|？"])
def test_a_single_value_is_left_to_its_own_field(line: str) -> None:
    assert read_people(line, HEARING) == []


def test_whom_to_look_for_in_a_pasted_line() -> None:
    assert number_in(f"张三 男 {NUMBER.lower()} 13812345678") == NUMBER
    assert number_in(NUMBER) is None
    assert not is_readers("3号楼|2单元|401室")
