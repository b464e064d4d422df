"""A preview shows the page that is printed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from baiyun_desktop.documents.paper import render
from baiyun_desktop.documents.preview import page_count, pages, write_pngs
from baiyun_desktop.kernel.paper import take_snapshot
from tests.documents.sample import FORM, facts


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(FORM, take_snapshot(FORM, facts(44))).pdf


@pytest.mark.parametrize("dpi", [72, 97, 144])
def test_pages_are_a4_of_white_with_ink_on_it(pdf: bytes, dpi: int) -> None:
    page = pages(pdf, dpi=dpi, only=range(1))[0]
    assert (page.width, page.height) == pytest.approx((595.3 * dpi / 72, 841.9 * dpi / 72), abs=1.1)
    assert len(page.rgb) == 3 * page.width * page.height
    assert page.rgb[:3] == b"\xff\xff\xff"
    assert 0.005 < sum(value < 64 for value in page.rgb) / len(page.rgb) < 0.2


def test_all_pages_are_written(pdf: bytes, tmp_path: Path) -> None:
    written = write_pngs(pdf, tmp_path, "form", dpi=50)
    assert [path.name for path in written] == [f"form-{at}.png" for at in (1, 2, 3)]
    assert page_count(pdf) == 3
    head = written[0].read_bytes()[:24]
    assert head.startswith(b"\x89PNG") and struct.unpack(">II", head[16:]) == (pages(pdf, dpi=50)[0].width, 585)


def test_a_page_that_is_not_there_is_not_shown(pdf: bytes) -> None:
    assert len(pages(pdf, dpi=30, only=range(2, 9))) == 1
