"""A list as it is shown, on paper: no official layout, but real text, heads on each page, and who took it out when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baiyun_desktop.documents.setting import set_page
from baiyun_desktop.documents.wording import chinese_day
from baiyun_desktop.kernel.paper import Heading
from baiyun_desktop.kernel.resource import resource

LAYOUT = ("lists", "page.typ")


@dataclass(frozen=True, slots=True)
class ListPaper:
    """What stands on it: cells in words, masked as the screen masks them; `widths` of the columns in any one measure."""

    title: str
    heads: Sequence[str]
    widths: Sequence[float]
    lines: Sequence[Sequence[str]]
    narrowed: str = ""
    """What the list was narrowed by, in words."""


def list_pdf(paper: ListPaper, heading: Heading) -> bytes:
    """The PDF. Raises PaperError."""
    page = {
        "title": paper.title,
        "district": heading.district,
        "office": heading.office,
        "printed": f"{heading.officer} {chinese_day(heading.when.date().isoformat())} 打印",
        "count": f"共 {len(paper.lines)} 条",
        "day": heading.when.date().isoformat(),
        "narrowed": paper.narrowed,
        "heads": list(paper.heads),
        "widths": list(paper.widths),
        "lines": [[" ".join(cell.split()) for cell in line] for line in paper.lines],
    }
    pdf, _ = set_page(resource(*LAYOUT).read_text("utf-8"), page, name=paper.title)
    return pdf
