"""A printed paper is real text, whole on its pages, the same every time, and hides and names what it must."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.documents.paper import Printed, render
from baiyun_desktop.documents.preview import page_count
from baiyun_desktop.kernel.paper import Cell, Grid, PaperSpec, Show, snapshot_sha256, take_snapshot
from tests.documents.reading import lines, one_line, page_texts, reader
from tests.documents.sample import FORM, LONG_MONGOL, SLIP, facts

A4 = (595.3, 841.9)
MARGIN_SIDE, MARGIN_END = 56.0, 25.0  # points; office printers leave 5 mm blank


def printed(paper: PaperSpec = FORM, companions: int = 3, mark: str = "", **changed: Any) -> Printed:
    return render(paper, take_snapshot(paper, facts(companions) | changed), mark=mark, system_fonts=False)


def test_text_is_found_by_search_and_not_as_radicals() -> None:
    pdf = printed(hukou="人口路玄武巷身边里").pdf
    for text in ("".join(page_texts(pdf)), "".join(page.extract_text() for page in reader(pdf).pages)):
        assert "人口路玄武巷身边里" in text
        assert "15020619650704001X" in text
        assert not [c for c in text if 0x2E80 <= ord(c) <= 0x2FDF]


@pytest.mark.parametrize("name", [LONG_MONGOL, "𠮷田", "㛃", "䶮", "頔", "奡", "𬭎", "𡚸", "尉迟·𠮷𡚸", "Ölziibat Өүү"])
def test_names_as_long_and_rare_as_they_get_are_printed_whole(name: str) -> None:
    result = printed(name=name)
    assert name.replace(" ", "") in one_line(result.pdf)
    assert result.missing == ()


def test_the_long_name_has_thirty_characters() -> None:
    assert len(LONG_MONGOL) == 30


def test_a_character_no_font_has_is_named_and_reported() -> None:
    result = printed(name="\ue863\U000323b1田", hukou="\u1820")
    assert set(result.missing) == {"\ue863", "\U000323b1", "\u1820"}
    text = one_line(result.pdf)
    assert "[U+E863][U+323B1]田" in text
    assert "[U+1820]" in text


def test_control_characters_are_no_text_and_break_nothing() -> None:
    result = printed(name="张\x07三", hukou="甲\x00乙\t丙\n丁")
    assert result.missing == ()
    assert "甲 乙 丙" in "".join(page_texts(result.pdf))


def test_markup_in_a_value_is_only_text() -> None:
    text = one_line(printed(hukou='#let x = 1; $a$ *b* <c> @d `e` \\ "f" {name}').pdf)
    assert '#letx=1;$a$*b*<c>@d`e`\\"f"{name}' in text


def test_it_is_an_archival_file_that_says_what_it_is() -> None:
    pdf = printed().pdf
    about = reader(pdf).metadata
    assert about is not None and about.title == "白云鄂博矿区居住登记表" and about.author == "宝山社区居委会"
    assert b"pdfaid:part>2" in pdf and b"pdfaid:conformance>A" in pdf
    assert about.creation_date is not None and about.creation_date.date().isoformat() == "2026-11-23"


def test_the_same_snapshot_gives_the_same_bytes_and_another_gives_others() -> None:
    first, again, other = printed(), printed(), printed(sex="女")
    assert first == again
    assert first.sha256 != other.sha256
    assert first.template == "sample_form/1"


def test_the_number_stands_top_right_and_the_title_has_the_districts_name() -> None:
    top = lines(printed(district="白云矿区").pdf)[0]
    number = next(line for line in top if "第00012号" in line.text)
    title = next(line for line in top if "白云矿区居住登记表" in line.text)
    assert number.left > A4[0] / 2 and number.right == pytest.approx(A4[0] - 56.7, abs=3)
    assert number.bottom > title.top
    assert (title.left + title.right) / 2 == pytest.approx(A4[0] / 2, abs=3)


def test_without_a_number_it_says_so() -> None:
    assert "（未编号）" in one_line(printed(number="").pdf)


@pytest.mark.parametrize("companions", [0, 1, 7, 11, 12, 13, 14, 15, 16, 41, 42, 43, 44, 45, 60])
def test_a_family_of_any_size_breaks_well_over_pages(companions: int) -> None:
    pdf = printed(companions=companions).pdf
    texts = page_texts(pdf)
    whole = "".join(texts)
    for at in range(companions):
        assert f"138{at:08d}" in whole
    for at, text in enumerate(texts, 1):
        assert f"第 {at} 页 共 {len(texts)} 页" in text
        rows = [number for number in range(companions) if f"138{number:08d}" in text]
        assert ("与申报人关系" in text) == bool(rows) or at == 1
        assert at == 1 or ("（续）" in text and "第00012号" in text)
    with_boxes = next(text for text in texts if "登记单位(印章)" in text)
    assert with_boxes.count("年 月 日") == 3


@pytest.mark.parametrize("companions", [*range(2, 26), 44])
def test_no_heading_is_left_alone_at_the_foot_of_a_page(companions: int) -> None:
    for page in lines(printed(companions=companions).pdf):
        inside = [line for line in page if line.bottom > 57]  # above the footer
        lowest = min(inside, key=lambda line: line.bottom).text.replace(" ", "").strip()
        assert lowest not in {"证件信息", "现住房屋", "同住人", "申报人承诺", "序号", "姓名", "联系电话", "证件号码"}


@pytest.mark.parametrize("paper", [FORM, SLIP], ids=["form", "slip"])
def test_nothing_is_clipped_however_long_the_values(paper: PaperSpec) -> None:
    long = {"name": "Muhammadabdulrahmanovichsagitovkhan-Abdulkarimovich", "sex": "W" * 40, "hukou": "很长的地址" * 60}
    long |= {
        "address": "AB12" * 60,
        "grid": "第一网格" * 10,
        "id_no": "H" * 60,
        "number": "(2026)" + "白矿" * 40 + "号",
    }
    pdf = printed(paper, companions=3, **long).pdf
    for page in lines(pdf):
        for line in page:
            assert line.left >= MARGIN_SIDE - 1 and line.right <= A4[0] - MARGIN_SIDE + 1, line
            assert line.bottom >= MARGIN_END and line.top <= A4[1] - MARGIN_END, line
    shown = long if paper is FORM else {"number": long["number"]}
    for key in shown.keys() - {"address"}:
        assert "".join(str(long[key]).split()) in one_line(pdf).replace("\u200b", "").replace("\ufffe", "")


def test_a_long_value_stays_in_its_own_box() -> None:
    page = lines(printed(sex="W" * 12, ethnic="蒙古族").pdf)[0]
    wide = next(line for line in page if "WWW" in line.text)
    label = next(line for line in page if line.text.strip() == "民族")
    assert wide.right < label.left


def test_a_slip_is_masked_and_large() -> None:
    pdf = printed(SLIP).pdf
    text = one_line(pdf)
    assert "1502**********001X" in text and "139****2345" in text and "特*·巴*" in text
    for secret in ("15020619650704001X", "13947212345", "102室", LONG_MONGOL):
        assert secret not in text
        assert secret.encode() not in pdf
    number = next(line for line in lines(pdf)[0] if "1502**" in line.text)
    assert number.top - number.bottom > 10


def test_of_a_child_the_slip_shows_nothing_of_the_number() -> None:
    assert "1502" not in one_line(printed(SLIP, minor=True).pdf).replace("(2026)", "")


def test_a_snapshot_holds_no_more_than_the_paper_says() -> None:
    snapshot = take_snapshot(SLIP, facts())
    assert "companions" not in snapshot and "hukou" not in snapshot
    assert snapshot["id_no"] == "1502**********001X"
    assert snapshot_sha256(SLIP, snapshot) == snapshot_sha256(SLIP, dict(reversed(snapshot.items())))
    assert snapshot_sha256(SLIP, snapshot) != snapshot_sha256(SLIP, snapshot | {"phone_no": "1"})


def test_a_mark_stands_on_every_page() -> None:
    texts = page_texts(printed(companions=44, mark="已被取代").pdf)
    assert len(texts) == 3 and all("已被取代" in text for text in texts)
    assert "已被取代" not in one_line(printed().pdf)


def test_a_choice_outside_the_list_is_ticked_all_the_same() -> None:
    text = one_line(printed(dwelling=["租赁房屋", "地窨子"]).pdf)
    assert "√租赁房屋" in text and "√地窨子" in text and "√自购房" not in text


def test_an_empty_paper_is_a_form_for_the_pen() -> None:
    for paper in (FORM, SLIP):
        result = render(paper, take_snapshot(paper, {}), system_fonts=False)
        assert page_count(result.pdf) == 1
        assert "None" not in one_line(result.pdf)
    assert "本人＿＿＿＿＿＿承诺" in one_line(render(FORM, {}, system_fonts=False).pdf)


def test_it_is_written_where_asked(tmp_path: Path) -> None:
    result = render(FORM, take_snapshot(FORM, facts()), tmp_path / "form.pdf")
    assert (tmp_path / "form.pdf").read_bytes() == result.pdf


def test_days_instants_and_amounts_are_in_words() -> None:
    row = (Cell("日期", "day", Show.DATE), Cell("时间", "at", Show.INSTANT), Cell("金额", "sum", Show.MONEY))
    paper = PaperSpec("note", "通知", (Grid("", (row,)),))
    text = one_line(render(paper, {"day": "2026-11-23", "at": 1795400000000, "sum": "1200.5"}, system_fonts=False).pdf)
    assert "2026年11月23日" in text and "2026年11月23日10:13" in text and "￥1,200.50(壹仟贰佰元伍角)" in text
