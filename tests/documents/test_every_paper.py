"""Every paper of the program with the hardest values in every box: nothing is cut or lost, heads repeat, seals have room.

The clerk's own day has thirty-character names, characters that few fonts have, addresses of two lines and dormitories with
forty tenants; what holds for these holds for the rest.
"""

from __future__ import annotations

from typing import Any

import pytest

from baiyun_desktop.documents.issue import issue_paper
from baiyun_desktop.documents.paper import Printed, render
from baiyun_desktop.kernel.paper import Grid, Look, PaperSpec, Rows, Show, Signatures
from tests.documents.centre import HUKOU, ID, OFFICE, PHONE, PROGRAM, RARE, record_of
from tests.documents.reading import lines, one_line, page_texts
from tests.documents.test_paper import A4, MARGIN_END, MARGIN_SIDE

NAME = "孛儿只斤·特木尔巴根额尔德尼朝克图乌力吉满都拉图那顺孟和"
ADDRESS = f"{HUKOU}（{RARE}）"
MANY = 45
SIGN_PT, SEAL_PT = 30, 60
"""What is free between a label and the day below it, at least: a centimetre to sign, two for a seal."""
LARGE_PT = 11.5
"""The least height of a character on what goes into somebody's hand."""
PAPERS = list(PROGRAM.papers.values())


def plain(text: str) -> str:
    return "".join(text.split())


def line_name(number: int) -> str:
    """A name that stands in a list and in no box."""
    return f"{NAME}甲{number}"


def hard(paper: PaperSpec) -> tuple[dict[str, Any], Printed]:
    """Names in the boxes for names, addresses in all others, and lists that go over a page."""
    kind = paper.kind or "residence_reg"
    snapshot = dict(issue_paper(paper, record_of(kind, paper.needs), OFFICE).snapshot)
    for block in paper.blocks:
        if isinstance(block, Grid):
            for cell in (cell for row in block.rows for cell in row if cell.show is Show.TEXT and cell.mask is None):
                snapshot[cell.key] = NAME if "姓名" in cell.label or "人" in cell.label[-1:] else ADDRESS
        elif isinstance(block, Rows):
            snapshot[block.key] = [
                {column.key: line_name(number) if at == 0 else str(number) for at, column in enumerate(block.columns)}
                for number in range(MANY)
            ]
    return snapshot, render(paper, snapshot)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.name)
def test_nothing_is_cut_or_lost_and_whoever_signs_has_room(paper: PaperSpec) -> None:
    snapshot, made = hard(paper)
    pages = [plain(text) for text in page_texts(made.pdf)]
    text = "".join(pages)
    assert made.missing == ()
    for page in lines(made.pdf):
        for line in page:
            assert line.left >= MARGIN_SIDE - 1 and line.right <= A4[0] - MARGIN_SIDE + 1, line
            assert line.bottom >= MARGIN_END and line.top <= A4[1] - MARGIN_END, line
    for number, page_text in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in page_text
    said = one_line(made.pdf)
    for block in paper.blocks:
        if isinstance(block, Grid):
            _all_there(
                said,
                [str(snapshot.get(c.key)) for row in block.rows for c in row if snapshot.get(c.key) in (NAME, ADDRESS)],
            )
        elif isinstance(block, Rows):
            _all_there(said, [line_name(number) for number in range(MANY)])
            _heads_repeat(block, pages)
    if ADDRESS in snapshot.values():
        assert "人口路" in text
    _room_to_sign(paper, made.pdf)


def _all_there(said: str, wanted: list[str]) -> None:
    for words in wanted:
        assert plain(words) in said or all(part in said for part in _pieces(plain(words))), words


def _pieces(words: str) -> list[str]:
    """Pieces that are never torn: a long value may run over the end of a page."""
    return [words[at : at + 6] for at in range(0, len(words) - 6, 6)]


def _heads_repeat(block: Rows, pages: list[str]) -> None:
    heads = plain("".join(column.label for column in block.columns))
    with_rows = [page for page in pages if any(line_name(number) in page for number in range(MANY))]
    assert len(with_rows) >= 2, "forty-five lines need a second page"
    assert all(heads in page for page in with_rows)


def _room_to_sign(paper: PaperSpec, pdf: bytes) -> None:
    boxes = [box for block in paper.blocks if isinstance(block, Signatures) for box in block.boxes]
    assert boxes, "a paper that nobody signs"
    pages = lines(pdf)
    for box in boxes:
        page, at = next(
            (page, line) for page in pages for line in page if plain(line.text).startswith(plain(box.label))
        )
        dates = [line for line in page if plain(line.text)[:1] == "年" and line.top < at.bottom]
        assert dates, f"{box.label}: its day stands on another page"
        assert min(at.bottom - line.top for line in dates) >= (SEAL_PT if box.seal else SIGN_PT), box.label


@pytest.mark.parametrize("paper", [p for p in PAPERS if p.look is Look.SLIP], ids=lambda p: p.name)
def test_what_goes_into_a_hand_is_large_and_hides_numbers(paper: PaperSpec) -> None:
    kind = paper.kind or "residence_reg"
    issued = issue_paper(paper, record_of(kind, paper.needs), OFFICE)
    assert paper.masked and ID not in one_line(issued.printed.pdf) and PHONE not in one_line(issued.printed.pdf)
    boxes = [c.label for b in paper.blocks if isinstance(b, Grid) for row in b.rows for c in row]
    shown = [line for page in lines(issued.printed.pdf) for line in page if plain(line.text) in map(plain, boxes)]
    assert shown and all(line.top - line.bottom >= LARGE_PT for line in shown), [
        (x.text, x.top - x.bottom) for x in shown
    ]
