"""Sets a page by a layout: an archival PDF of real text in which no character is silently a box."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from baiyun_desktop.documents.fonts import typefaces
from baiyun_desktop.documents.wording import name_missing
from baiyun_desktop.kernel.paper import HERE
from baiyun_desktop.kernel.resource import resource

STANDARD: Literal["a-2a"] = "a-2a"
"""PDF/A-2a: kept readable for archives and screen readers; with it the typesetter refuses what it cannot draw."""
UNDRAWN = re.compile(r'the text `"(.*?)"` could not be displayed|contains the codepoint `"(.*?)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
ROUNDS_MAX = 20


class PaperError(Exception):
    """A paper could not be typeset: a bug of ours, a layout that is wrong, or font files that are gone."""


def set_page(
    source: str, page: Mapping[str, Any], *, name: str = "", system_fonts: bool = True
) -> tuple[bytes, tuple[str, ...]]:
    """The PDF and the characters no font has: the typesetter says what it cannot draw, until all of it is named.

    The same source, page and fonts give the same bytes. Raises PaperError.
    """
    import typst

    fonts, faces = typefaces(system=system_fonts)
    missing: dict[str, None] = {}
    for _ in range(ROUNDS_MAX):
        said = json.dumps({**name_missing(page, missing), "faces": asdict(faces)}, ensure_ascii=False)
        try:
            pdf = typst.compile(  # type: ignore[type-var]
                source.encode(),
                root=str(resource("papers")),
                font_paths=fonts,
                sys_inputs={"paper": said},
                pdf_standards=[STANDARD],
                timestamp=_moment(page),
            )
        except typst.TypstError as error:
            undrawn = _undrawn(error) - missing.keys()
            if not undrawn:
                raise PaperError(str(error)) from error
            missing.update(dict.fromkeys(sorted(undrawn)))
        else:
            return bytes(pdf), tuple(missing)
    raise PaperError(f"{name}: no end of characters that cannot be drawn: {''.join(missing)}")


def _undrawn(error: Exception) -> set[str]:
    """The characters that the typesetter's complaint is about."""
    told = str(getattr(error, "diagnostic", error))
    texts = [first or second for first, second in UNDRAWN.findall(told)]
    return {c for text in texts for c in ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if not c.isspace()}


def _moment(page: Mapping[str, Any]) -> int:
    """The PDF's own date is noon of the day on the paper, so that printing again tomorrow changes nothing."""
    try:
        day = datetime.fromisoformat(str(page.get("day")))
    except ValueError:
        return 0
    return int(day.replace(hour=12, tzinfo=HERE).timestamp())
