"""A page is found by characters, by first letters and by sounds; by its name before what it mentions."""

from __future__ import annotations

import pytest

from baiyun_desktop.ui.guide.book import book
from baiyun_desktop.ui.guide.finding import Index, plain
from baiyun_desktop.ui.guide.keys import keys_text


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(book(keys_text()).pages)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("djyjr", "family"),  # 登记一家人
        ("DJYJR", "family"),
        ("thx", "tray"),  # 退回箱
        ("tuihui", "tray"),
        ("退回 箱", "tray"),
        ("bdhzf", "again"),  # 补打和作废
        ("搬家", "known"),
        ("bj", "known"),  # 搬家, another name of the page
        ("wjmm", "login"),  # 忘记密码
        ("一次性告知单", "missing"),
        ("kjj", "keys"),  # 快捷键
        ("ctrl+d", "family"),
    ],
)
def test_the_page_is_the_first_that_is_found(index: Index, typed: str, name: str) -> None:
    found = index.find(typed)
    assert found
    assert found[0].page.name == name


def test_a_line_that_answers_is_shown_and_marks_of_markdown_are_not(index: Index) -> None:
    (hit, *_) = [found for found in index.find("平方米") if found.page.name == "house"]
    assert hit.line.startswith("人均不到 5 平方米会提醒")
    assert plain("1. 点[退回箱](tray.md)，**再**看 | 这里 |") == "点退回箱，再看 这里"
    assert plain("![一张图](pictures/a.png)") == "一张图"


def test_two_letters_are_looked_for_in_names_alone_and_nothing_finds_nothing(index: Index) -> None:
    assert len(index.find("de")) < len(index.find("的"))
    assert index.find(" ") == []
    assert index.find("zzzqqq") == []
