"""The guide names what the program says, all that clerks do is in it, and each link, picture and context leads somewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from baiyun_desktop.ui.guide.book import KEYS, Book, book, folder
from baiyun_desktop.ui.guide.keys import keys_text
from tests.ui.desk import PROGRAM
from tests.ui.guide import said

NOT_A_CLERKS = {
    "organisation", "post", "officer", "address_unit", "enterprise", "party_link", "approval", "audit_entry", "grid",
    "household_member", "movement", "doc_instance", "paper_template", "calendar_year",
}  # fmt: skip
"""Kinds that clerks open no page of, or whose form says all there is to say."""
PICTURE_KB_MAX = 90
LINES_MAX = 60


@pytest.fixture(scope="module")
def guide() -> Book:
    return book(keys_text())


def test_whatever_stands_in_brackets_is_on_a_screen_or_a_paper(guide: Book) -> None:
    assert [(page.name, name) for page in guide.pages for name in page.named if not said.on_screen(name)] == []


def test_a_word_that_no_screen_says_is_found() -> None:
    assert said.on_screen("还差 2 项")
    assert said.on_screen("转部门")
    assert not said.on_screen("转单位")
    assert not said.on_screen("3 条")


@pytest.mark.parametrize("declared", [said.lists, said.places, said.verbs, said.begun, said.papers])
def test_all_that_clerks_can_do_is_in_the_guide(guide: Book, declared: Callable[[], set[str]]) -> None:
    assert declared() - {name for page in guide.pages for name in page.named} == set()


def test_each_link_leads_to_a_page_and_each_file_is_in_the_contents(guide: Book) -> None:
    names = {page.name for page in guide.pages}
    assert {(page.name, link) for page in guide.pages for link in page.links if link not in names} == set()
    assert {path.stem for path in folder().glob("*.md")} | {KEYS} == names


def test_each_page_opens_with_its_title_and_stays_short(guide: Book) -> None:
    for page in guide.pages:
        assert page.text.startswith(f"# {page.title}\n"), page.name
        assert page.name == KEYS or len(page.text.splitlines()) <= LINES_MAX, page.name
    titles = [page.title for page in guide.pages]
    assert len(set(titles)) == len(titles)


def test_pictures_are_there_said_in_words_and_small(guide: Book) -> None:
    shown = {path: words for page in guide.pages for words, path in page.pictures}
    assert {path for path, words in shown.items() if len(words) < 8} == set()
    files = {f"pictures/{path.name}": path for path in (folder() / "pictures").glob("*.png")}
    assert files.keys() == shown.keys()
    assert {name for name, path in files.items() if path.stat().st_size > PICTURE_KB_MAX * 1024} == set()


def test_each_place_and_each_kind_a_clerk_opens_has_its_page(guide: Book) -> None:
    assert {name for name in guide.belongs.values() if guide.page(name) is None} == set()
    kinds = PROGRAM.kinds.keys() - NOT_A_CLERKS
    lists = {spec.name: spec.kind for spec in PROGRAM.lists.values() if not spec.duties}
    known = PROGRAM.kinds.keys() | lists.keys() | PROGRAM.sheets.keys() | set(said.PLACES)
    assert guide.belongs.keys() - known == set(), "these are no more"
    assert (kinds | set(said.PLACES)) - guide.belongs.keys() == set()
    assert [name for name, kind in lists.items() if not {name, kind} & guide.belongs.keys()] == []


def test_the_closest_page_is_opened_and_else_the_first(guide: Book) -> None:
    assert guide.about(["residence_replaced", "residence_reg"]).name == "known"
    assert guide.about(["tickets_open", "service_ticket"]).name == "visitor"
    assert guide.about([""]) is guide.pages[0]
    assert guide.beside(guide.pages[0].name, -1) is None
    assert guide.beside(guide.pages[0].name, 1) is guide.pages[1]
    assert guide.beside(guide.pages[-1].name, 1) is None
