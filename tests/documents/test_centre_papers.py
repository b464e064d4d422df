"""Each paper of the centre, as a real file: all it should say is on it, nothing is cut, and masked ones hide numbers."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from baiyun_desktop.documents.issue import Issued, issue_paper
from baiyun_desktop.documents.layout import values_of
from baiyun_desktop.documents.paper import render
from baiyun_desktop.documents.preview import page_count
from baiyun_desktop.kernel.from_fields import keys_in
from baiyun_desktop.kernel.paper import OUTSIDE_BLOCKS, Grid, PaperSpec, Rows, Show, take_snapshot
from tests.documents.centre import (
    CHILD_ID,
    FACTS,
    HUKOU,
    ID,
    NUMBER,
    OFFICE,
    PHONE,
    PROGRAM,
    RARE,
    empty_of,
    record_of,
)
from tests.documents.reading import lines, one_line, page_texts
from tests.documents.sample import LONG_MONGOL
from tests.documents.test_paper import A4, MARGIN_END, MARGIN_SIDE

PAPERS = [paper for paper in PROGRAM.papers.values() if paper.kind]
TITLES = (
    "居住证申领登记表 居住证受理回执 受理回执 一次性告知单 居住证签注提醒单 代办委托书 出租房屋信息登记表 出租房屋治安责任告知书 "
    "求职登记表 岗位推荐信 随迁子女入学信息表 法律援助申请表 经济困难状况说明表 法律援助诚信承诺书 转办单 服务评价单"
).split()


@cache
def issued(name: str) -> Issued:
    paper = PROGRAM.papers[name]
    return issue_paper(paper, record_of(paper.kind, paper.needs), OFFICE)


def test_the_centre_has_all_its_papers() -> None:
    assert set(TITLES) <= {paper.title for paper in PAPERS}


def test_each_box_has_a_field_or_a_fact_behind_it_or_is_for_the_pen() -> None:
    for paper in PAPERS:
        loaded = record_of(paper.kind, paper.needs)
        assert paper.facts is not None
        facts = paper.facts(loaded)
        keys = {*keys_in(paper.blocks), *(block.key for block in paper.blocks if isinstance(block, Rows))}
        lost = [key for key in keys if not loaded.knows(key) and not key.startswith("pen_")]
        assert set(lost) <= facts.keys() | set(OUTSIDE_BLOCKS), paper.name


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.name)
def test_all_it_says_is_whole_on_its_pages(paper: PaperSpec) -> None:
    made = issued(paper.name)
    text = one_line(made.printed.pdf)
    assert made.printed.missing == ()
    assert page_count(made.printed.pdf) <= 2
    assert paper.title in text and "白云鄂博矿区" in text and "宝山社区居委会" in text
    for words in _said(paper, made.snapshot):
        assert "".join(words.split()) in text, words
    if paper.name != "ticket_rating":
        assert LONG_MONGOL in text
    if paper.name in {"permit_form", "job_seeker_form", "school_form", "legal_aid_form"}:
        assert "人口路" in text and HUKOU in text
    if paper.name in {"permit_form", "permit_mandate", "residence_mandate", "school_form", "rental_form"}:
        assert RARE in text
    _nothing_is_cut(made.printed.pdf)


def _nothing_is_cut(pdf: bytes) -> None:
    for page in lines(pdf):
        for line in page:
            assert line.left >= MARGIN_SIDE - 1 and line.right <= A4[0] - MARGIN_SIDE + 1, line
            assert line.bottom >= MARGIN_END and line.top <= A4[1] - MARGIN_END, line


def test_a_story_runs_over_pages_and_its_signatures_stay_with_what_they_sign() -> None:
    for name in ("legal_aid_forward", "legal_aid_form"):
        paper = PROGRAM.papers[name]
        long = record_of(paper.kind, paper.needs, facts="".join(f"{FACTS}{at}。" for at in range(12)))
        pdf = issue_paper(paper, long, OFFICE).printed.pdf
        _nothing_is_cut(pdf)
        pages = ["".join(page.split()) for page in page_texts(pdf)]
        assert all(f"拖欠的劳动报酬。{at}。" in "".join(pages) for at in range(12))
        sealed = next(page for page in pages if "单位（印章）" in page)
        assert "办理要求" in sealed or "初审" in sealed


def _said(paper: PaperSpec, snapshot: dict[str, Any]) -> list[str]:
    """All words of boxes and lists, as they should stand on the paper; of choices, what is ticked."""
    said, words = values_of(paper, snapshot), []
    for block in paper.blocks:
        if isinstance(block, Grid):
            for cell in (cell for row in block.rows for cell in row):
                value = snapshot.get(cell.key)
                ticked = value if isinstance(value, list) else [value]
                words += [f"√{one}" for one in ticked if one] if cell.show is Show.CHOICE else [said[cell.key]]
        elif isinstance(block, Rows):
            words += [word for line in said[block.key] for word in line.values()]
    return [word for word in words if word]


def test_of_a_record_that_knows_nothing_each_is_a_form_for_the_pen() -> None:
    for paper in PAPERS:
        assert paper.facts is not None
        said = values_of(paper, take_snapshot(paper, paper.facts(empty_of(paper.kind, paper.needs)), OFFICE))
        assert "None" not in str(said), paper.name
    for name in ("legal_aid_form", "ticket_notice", "job_letter", "ticket_receipt"):
        paper = PROGRAM.papers[name]
        text = one_line(issue_paper(paper, empty_of(paper.kind, paper.needs), OFFICE).printed.pdf)
        assert "年月日" in text and ("（未编号）" in text) == paper.numbered


@pytest.mark.parametrize("paper", [paper for paper in PAPERS if paper.masked], ids=lambda p: p.name)
def test_what_goes_into_somebodys_hand_hides_numbers(paper: PaperSpec) -> None:
    made = issued(paper.name)
    for number in (ID, CHILD_ID, PHONE):
        assert number not in str(made.snapshot) and number not in one_line(made.printed.pdf)


def test_the_letter_to_an_employer_carries_no_number_of_the_seeker_and_the_employers_in_full() -> None:
    text = one_line(issued("job_letter").printed.pdf)
    assert ID not in text and PHONE not in text
    assert "13904729999" in text and "工种相符" in text


def test_a_notice_takes_a_number_of_its_own_and_says_all_that_is_missing() -> None:
    for name in ("ticket_notice", "permit_notice", "legal_aid_notice"):
        assert PROGRAM.numbers[PROGRAM.papers[name].pattern].word == "告"
    text = one_line(render(PROGRAM.papers["ticket_notice"], {**issued("ticket_notice").snapshot, "number": NUMBER}).pdf)
    assert NUMBER in text and "1户口簿原件1" in text and "2监护人居住证复印件2" in text
    assert "可用居住登记凭证；本所已有的免交" in text


def test_what_is_decided_stands_where_it_is_sealed() -> None:
    pages = ["".join(page.split()) for page in page_texts(issued("permit_form").printed.pdf)]
    assert [("公安意见" in page, "公安机关（印章）" in page) for page in pages] in (
        [(False, False), (True, True)],
        [(True, True)],
    )


def test_only_those_who_live_there_stand_on_the_houses_form() -> None:
    snapshot = issued("rental_form").snapshot
    assert [line["name"] for line in snapshot["tenants"]] == [LONG_MONGOL]
    assert snapshot["owner_phone"] == PHONE


def test_the_district_is_called_as_its_record_says() -> None:
    paper = PROGRAM.papers["ticket_receipt"]
    said = take_snapshot(paper, {"district": "白云矿区"})
    assert "白云矿区" in one_line(render(paper, said).pdf)
