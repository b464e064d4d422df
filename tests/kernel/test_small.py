"""Masks, numbers, code lists, articles and drafts: the small words of the kernel."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baiyun_desktop.kernel.article import Law
from baiyun_desktop.kernel.codes import Code, CodeList, read_csv
from baiyun_desktop.kernel.mask import Mask, Shown, masked
from baiyun_desktop.kernel.module import Module
from baiyun_desktop.kernel.number import Block, NumberPattern, OutOfNumbersError, reserve, take_first
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft, Snapshot
from tests.kernel.program import PROGRAM
from tests.toy import MODULE as TOY

PATTERN = NumberPattern("residence", "居住登记编号", word="居登", block=50)


@pytest.mark.parametrize(
    ("rule", "value", "shown"),
    [
        (Mask.NAME, "王公平", "王*平"),
        (Mask.NAME, "王平", "王*"),
        (Mask.NAME, "乌云其其格", "乌***格"),
        (Mask.NAME, "阿不都·买买提", "阿*·买*"),
        (Mask.ID, "150206199912310023", "1502**********0023"),
        (Mask.ID, "H12341234", "H****1234"),
        (Mask.PHONE, "13812345678", "138****5678"),
        (Mask.ADDRESS, "宝山社区15号楼5单元102室", "宝山社区15号楼***"),
        (Mask.BANK, "6222020200001234", "************1234"),
        (Mask.HIDDEN, "病情", "***"),
    ],
)
def test_a_list_shows_no_more_than_it_may(rule: Mask, value: str, shown: str) -> None:
    assert masked(rule, value) == shown


def test_a_childs_number_is_hidden_whole_and_a_name_is_whole_in_the_detail() -> None:
    assert masked(Mask.ID, "150206202503010014", minor=True) == "*" * 18
    assert masked(Mask.NAME, "王公平", shown=Shown.DETAIL) == "王公平"
    assert masked(Mask.ADDRESS, "宝山社区15号楼5单元102室", shown=Shown.DETAIL).endswith("102室")


@given(st.sampled_from([Mask.ID, Mask.PHONE, Mask.BANK, Mask.HIDDEN]), st.text("0123456789X", min_size=1, max_size=30))
def test_no_mask_ever_shows_a_number_whole(rule: Mask, value: str) -> None:
    shown = masked(rule, value)
    assert shown != value or len(value) == 1
    assert sum(a == b and a != "*" for a, b in zip(shown, value, strict=False)) <= 8


def test_a_number_reads_as_the_office_writes_it() -> None:
    number = PATTERN.number(year=2026, district="白矿", unit="宝山", serial=12)
    assert number == "(2026)白矿宝山居登字第00012号"


def test_a_provisional_number_is_unlike_any_serial() -> None:
    assert PATTERN.provisional(year=2026, district="白矿", unit="宝山", mark="A7") == "(2026)白矿宝山居登字第暂A7号"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=400))
def test_desks_never_take_the_same_serial(turns: list[int]) -> None:
    blocks: dict[int, list[Block]] = {desk: [] for desk in range(4)}
    reserved, taken = 0, []
    for desk in turns:
        try:
            serial, blocks[desk] = take_first(blocks[desk], pattern="residence", unit="宝山", year=2026)
        except OutOfNumbersError:
            given_now = reserve(PATTERN, unit="宝山", year=2026, reserved_to=reserved)
            reserved = given_now.last
            serial, blocks[desk] = take_first([given_now], pattern="residence", unit="宝山", year=2026)
        taken.append(serial)
    assert len(set(taken)) == len(taken)


def test_a_block_serves_its_own_series_only_and_lists_its_gaps() -> None:
    block = reserve(PATTERN, unit="宝山", year=2026, reserved_to=0)
    with pytest.raises(OutOfNumbersError):
        take_first([block], pattern="residence", unit="宝山", year=2027)
    serial, left = take_first([block], pattern="residence", unit="宝山", year=2026)
    assert (serial, left[0].left) == (1, 49)
    assert dataclasses.replace(block, next=4).gaps({1, 3}) == [2]


def test_an_unknown_code_is_shown_as_itself_and_words_are_understood() -> None:
    codes = PROGRAM.codes("INFLOW_REASON")
    assert codes.label("01") == "务工"
    assert codes.label("77") == "77"
    assert codes.find("投靠亲友") == codes.find(" 投亲 ") == "09"
    assert codes.find("玩") is None
    assert PROGRAM.label("residence_reg", "inflow_reason", "77") == "77"
    assert PROGRAM.codes("NO_SUCH").label("5") == "5"


def test_a_code_is_followed_to_what_it_has_become() -> None:
    codes = CodeList(
        "X", "某", (Code("a", "甲", valid_to="2020-01-01", successor="b"), Code("b", "乙", valid_from="2020-01-01"))
    )
    assert codes.current("a") == "b"
    assert codes.current("zz") == "zz"
    assert [c.code for c in codes.offered("2019-12-31")] == ["a"]
    assert [c.code for c in codes.offered("2020-01-01")] == ["b"]


def test_every_list_of_the_program_has_distinct_codes_with_words() -> None:
    for codes in PROGRAM.code_lists.values():
        assert codes.items, codes.name
        assert all(c.code and c.label for c in codes.items.values()), codes.name


def test_a_list_is_read_from_a_table(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("code,label,also\n1,甲,一|壹\n", encoding="utf-8")
    assert read_csv("T", "表", table).find("壹") == "1"


def test_an_article_is_cited_as_it_is_printed() -> None:
    assert Law("居住证暂行条例", {2: "住满半年可申领"})[2].citation == "《居住证暂行条例》第2条"


def test_every_article_of_the_program_is_explained() -> None:
    for module in PROGRAM.modules:
        for law in module.laws:
            assert all(len(a.plain) > 8 for a in law.articles.values())


def test_a_draft_keeps_only_what_changed() -> None:
    snapshot = Snapshot("person", "a", {"name": "王", "phone": "1"})
    draft = Draft.of(snapshot, name="王", phone="2")
    assert dict(draft.values) == {"phone": "2"}
    assert not Draft.of(snapshot, name="王")
    assert Draft.create("person", "b", name=None)


def test_a_snapshot_cannot_be_changed_and_reads_by_name() -> None:
    given_values = {"name": "王"}
    snapshot = Snapshot("person", "a", given_values)
    given_values["name"] = "李"
    assert snapshot.name == "王"
    with pytest.raises(AttributeError):
        _ = snapshot.nothing
    with pytest.raises(TypeError):
        snapshot.values["name"] = "李"  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.id = "b"  # type: ignore[misc]


def test_a_program_with_a_reference_into_nothing_does_not_start() -> None:
    with pytest.raises(TypeError, match="person"):
        Program((TOY,))


def test_a_program_in_which_two_modules_share_a_name_does_not_start() -> None:
    twice = Module(name="other", title="另", records=TOY.records)
    with pytest.raises(TypeError, match="lost_item"):
        Program((*PROGRAM.modules, twice))


def test_parents_come_before_their_children_in_the_schema() -> None:
    order = list(PROGRAM.schema.collections)
    for name, info in PROGRAM.kinds.items():
        if info.parent is not None and info.parent[1]:
            assert order.index(info.parent[1]) < order.index(name)
    assert [k.name for k in PROGRAM.children("lost_item")] == ["sighting"]
