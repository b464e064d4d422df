"""A page of the guide as a PDF whose text can be found and copied, set like the office's papers; pictures stay on the screen."""

from __future__ import annotations

import re
from typing import Any

from baiyun_desktop.documents.setting import set_page
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.ui.guide.book import GuidePage

LAYOUT = ("guide", "page.typ")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\s]+\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*|(「[^」\n]+」)")
_ITEM = re.compile(r"^(-|\d+\.) +(.*)$")
_RULE = re.compile(r"^\|[-|: ]+\|$")


def pdf_of(page: GuidePage) -> bytes:
    """For the wall beside the counter. Raises PaperError."""
    said = {"title": page.title, "blocks": blocks(page.text)}
    pdf, _ = set_page(resource(*LAYOUT).read_text("utf-8"), said, name=page.name)
    return pdf


def blocks(text: str) -> list[dict[str, Any]]:
    """What the page says after its title, each line of the few kinds that the guide is written in."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines()[1:]:
        if not line.strip() or line.startswith("!") or _RULE.match(line):
            continue
        item = _ITEM.match(line)
        if line.startswith("## "):
            found.append({"is": "head", "spans": spans(line[3:])})
        elif line.startswith("|"):
            cells = [spans(cell.strip()) for cell in line.strip("|").split("|")]
            if not found or found[-1]["is"] != "table":
                found.append({"is": "table", "rows": []})
            found[-1]["rows"].append(cells)
        elif item is not None:
            found.append({"is": "item", "mark": "·" if item[1] == "-" else item[1], "spans": spans(item[2])})
        else:
            found.append({"is": "text", "spans": spans(line)})
    return found


def spans(line: str) -> list[dict[str, Any]]:
    """A line in parts: those in strong letters, and the program's own words, stand out."""
    plain, parts, at = _LINK.sub(r"\1", line).replace("`", ""), [], 0
    for found in _STRONG.finditer(plain):
        parts.append((plain[at : found.start()], False))
        parts.append((found[1] or found[2], True))
        at = found.end()
    parts.append((plain[at:], False))
    return [{"text": words, "strong": strong} for words, strong in parts if words]
