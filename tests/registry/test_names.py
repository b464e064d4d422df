"""Names are kept as written, compared as meant, and found by how they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baiyun_desktop.registry import names, pinyin


@pytest.mark.parametrize("dot", ["•", "・", "‧", "∙", "⋅", "．", ".", " · ", " . "])
def test_there_is_one_kind_of_dot(dot: str) -> None:
    assert names.normalise(f"特木尔{dot}巴图") == "特木尔·巴图"


@pytest.mark.parametrize(
    "name", ["𠮷田", "㛃", "李䶮", "王頔", "奡", "𬭎", "𡚸", "ＡＢ", "乌云其其格", "Baatar", "张 三"]
)
def test_a_stored_name_is_never_folded(name: str) -> None:
    assert names.normalise(f" {name}\u3000") == name


def test_a_match_key_forgets_spaces_dots_width_and_case() -> None:
    assert names.match_key("张 三") == names.match_key("张　三") == "张三"
    assert names.match_key("特木尔·巴图") == names.match_key("特木尔 巴图") == names.match_key("特木尔．巴图")
    assert names.match_key("Ｂaatar") == "baatar"
    assert names.match_key(None) == ""


@given(st.text())
def test_tidying_twice_is_tidying_once(name: str) -> None:
    assert names.normalise(names.normalise(name)) == names.normalise(name)
    assert names.match_key(names.normalise(name)) == names.match_key(name)


def test_placeholders_are_no_names() -> None:
    assert names.is_placeholder("无名氏")
    assert names.is_placeholder("某某")
    assert names.is_placeholder("张三之子")
    assert names.is_placeholder(" ")
    assert not names.is_placeholder("之恒")
    assert not names.is_placeholder("吴名")


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("单雄", "shan xiong"), ("仇和", "qiu he"), ("解放", "xie fang"), ("曾国", "zeng guo"), ("查良", "zha liang"),
        ("朴涛", "piao tao"), ("盖明", "ge ming"), ("覃伟", "qin wei"), ("区火静", "ou huo jing"), ("翟明", "zhai ming"),
        ("员明", "yun ming"), ("乜明", "nie ming"), ("佴明", "nai ming"), ("任水", "ren shui"), ("华明", "hua ming"),
        ("尉迟恭", "yu chi gong"), ("万俟明", "mo qi ming"), ("单于明", "chan yu ming"), ("王公平", "wang gong ping"),
        ("乌云其其格", "wu yun qi qi ge"), ("特木尔·巴图", "te mu er ba tu"), ("𠮷田美", "𠮷 tian mei"), ("Baatar", "baatar"),
        ("吕绿", "lv lv"), ("李䶮", "li yan"), ("王頔", "wang di"),
    ],
)  # fmt: skip
def test_names_are_read_as_they_are_called(name: str, reading: str) -> None:
    assert pinyin.readings(name)[0] == reading


def test_all_readings_are_kept() -> None:
    assert set(pinyin.readings("覃伟")) == {"qin wei", "tan wei"}
    assert pinyin.columns("覃伟") == ("qin wei|tan wei", "qw|tw")
    assert set(pinyin.readings("长江")) == {"chang jiang", "zhang jiang"}
    assert pinyin.columns(None) == (None, None)
    assert pinyin.columns("") == (None, None)


@given(st.text(max_size=40))
def test_any_text_has_bounded_readings_with_one_initial_a_syllable(name: str) -> None:
    found = pinyin.readings(name)
    assert len(found) <= 24
    for reading in found:
        assert len(pinyin.initials(reading)) == len(reading.split())
        assert "|" not in reading or "|" in name
