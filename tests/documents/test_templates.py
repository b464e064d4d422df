"""A layout stands alone, is refused in words where it is wrong, and is kept for as long as papers were made with it."""

from __future__ import annotations

import pytest

from baiyun_desktop.documents.layout import page_data
from baiyun_desktop.documents.paper import Typesetter
from baiyun_desktop.documents.setting import PaperError
from baiyun_desktop.documents.templates import FOLDER, RELEASED, check, closed, shipped
from baiyun_desktop.kernel.paper import take_snapshot
from baiyun_desktop.kernel.template import Template, TemplateRefused
from tests.documents.reading import lines, one_line, page_texts
from tests.documents.release import name_of, today
from tests.documents.sample import FORM, LONG_MONGOL, SLIP, facts

OWN = """#import "house.typ": *
#show: it => house(12pt, it)
编号：#numbered
#title-face(paper.district + paper.title)
兹有#field("name")，现住#field("address", room: 12em)，电话#field("phone_no")。
#for line in listed("companions") [ #line.name（#line.kin）]
"""
NO_FONTS = Typesetter(system_fonts=False)


def test_the_programs_own_layouts_are_fine() -> None:
    for paper in (FORM, SLIP):
        assert check(paper, shipped(paper).source) == shipped(paper).source
        assert "#import" not in shipped(paper).source


def test_a_paper_may_have_a_layout_of_its_own_with_lines_for_the_pen() -> None:
    template = Template("sample_form", 2, FORM.title, check(FORM, OWN), "2026-11-01")
    said = take_snapshot(FORM, facts(2) | {"phone_no": ""})
    made = NO_FONTS(FORM, template, said)
    text = one_line(made.pdf)
    assert f"兹有{LONG_MONGOL}，现住宝山社区15号楼5单元102室，电话。" in text
    assert "乌云其其格1（非亲属）" in text and (made.version, made.warning) == (2, "")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "空的"),
        (OWN.replace('"name"', '"nickname"'), "“nickname”"),
        (OWN.replace("paper.title", "paper.subtitle"), "“subtitle”"),
        (OWN.replace("#field", "#if false { paper.values.shoe } else { 1 }\n#field", 1), "“shoe”"),
        (OWN.replace("house.typ", "other.typ"), "other.typ"),
        (OWN + '#image("logo.png")', "从外面读取"),
        (OWN + '#import "@preview/tablex:0.1.0": *', "从外面读取"),
        (OWN + "#for x in (", "排不出来"),
        (OWN.replace("编号：#numbered", ""), "第00001号"),
        ('#let paper = json(bytes(sys.inputs.paper))\n' + "#paper.number", "样张"),
    ],
    ids=["empty", "field", "name", "hidden", "piece", "picture", "package", "syntax", "number", "marks"],
)  # fmt: skip
def test_a_wrong_layout_is_refused_in_words(source: str, said: str) -> None:
    with pytest.raises(TemplateRefused, match=said):
        check(FORM, source)


def test_one_in_force_that_cannot_be_set_holds_up_no_counter() -> None:
    broken = Template("sample_form", 7, FORM.title, "#panic(1)")
    made = NO_FONTS(FORM, broken, take_snapshot(FORM, facts()))
    assert made.version == FORM.version and "第 7 版" in made.warning
    assert LONG_MONGOL in one_line(made.pdf)


def test_an_issued_paper_is_set_again_by_its_own_layout_only() -> None:
    page = page_data(FORM, take_snapshot(FORM, facts()))
    sha256 = shipped(FORM).sha256
    first, again = (NO_FONTS.again(FORM.title, None, page, sha256) for _ in range(2))
    assert first.pdf == again.pdf == NO_FONTS(FORM, None, take_snapshot(FORM, facts())).pdf
    with pytest.raises(PaperError, match="没有“居住登记表”当时用的版式"):
        NO_FONTS.again(FORM.title, None, page, "0" * 64)


@pytest.mark.parametrize("paper", [FORM, SLIP], ids=["form", "slip"])
def test_a_reprint_says_so_on_each_page_and_is_the_same_otherwise(paper: object) -> None:
    spec = FORM if paper is FORM else SLIP
    snapshot = take_snapshot(spec, facts(44))
    first = NO_FONTS(spec, None, snapshot)
    copy = NO_FONTS.again(spec.title, None, {**first.page, "again": "补打 第2次"}, first.template_sha256)
    before, after = page_texts(first.pdf), page_texts(copy.pdf)
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        assert "".join(new.split()).replace("补打第2次", "", 1) == "".join(old.split())
    for page in lines(copy.pdf):
        mark = next(line for line in page if "补打" in line.text)
        assert mark.left >= 55 and mark.top <= 842 - 14
    assert copy.page == first.page


def test_what_was_released_is_never_changed_and_todays_layouts_are_released() -> None:
    kept = {path.name: path.read_text("utf-8") for path in RELEASED.glob("*.typ")}
    assert kept == {name_of(name.rsplit("-", 1)[0], source): source for name, source in kept.items()}
    missing = today().keys() - kept.keys()
    assert not missing, "a layout has changed: raise its papers' version and run tests.documents.release"


def test_pieces_are_put_in_where_they_are_imported() -> None:
    house = (FOLDER / "house.typ").read_text("utf-8")
    assert closed('#import "house.typ": *\nafter') == house.rstrip("\n") + "\nafter"
