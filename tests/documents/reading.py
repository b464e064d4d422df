"""Reads a PDF back as an archive would: its text, and where each line of it stands."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pypdf
import pypdfium2


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text and its box in points from the page's lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, as search and copy see it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [document[at].get_textpage().get_text_range() for at in range(len(document))]


def one_line(pdf: bytes) -> str:
    """All the text without line ends and spaces, so that a wrapped name is found."""
    return "".join("".join(page_texts(pdf)).split())


def lines(pdf: bytes) -> list[list[Line]]:
    """The lines of each page with their boxes."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for at in range(len(document)):
            page = document[at].get_textpage()
            boxes = [page.get_rect(number) for number in range(page.count_rects())]
            found.append([Line(page.get_text_bounded(*box), *box) for box in boxes])
    return found


def reader(pdf: bytes) -> pypdf.PdfReader:
    """The same file through another library."""
    return pypdf.PdfReader(io.BytesIO(pdf))
