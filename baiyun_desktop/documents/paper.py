"""Prints a paper from its snapshot: an archival PDF of real text in which no character is silently a box."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from baiyun_desktop.documents.fonts import typefaces
from baiyun_desktop.documents.layout import page_data
from baiyun_desktop.documents.wording import name_missing
from baiyun_desktop.kernel.paper import HERE, PaperSpec
from baiyun_desktop.kernel.resource import resource

TEMPLATES = resource("papers")
STANDARD: Literal["a-2a"] = "a-2a"
"""PDF/A-2a: kept readable for archives and screen readers; with it the typesetter refuses what it cannot draw."""
UNDRAWN = re.compile(r'the text `"(.*?)"` could not be displayed|contains the codepoint `"(.*?)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
ROUNDS_MAX = 20


class PaperError(Exception):
    """A paper could not be typeset: a bug of ours, or font files that are gone."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as it came out. `template` is its name and version, as in residence_form/1; `missing` the characters
    that no font of this machine has, printed as [U+XXXX] instead."""

    pdf: bytes
    sha256: str
    template: str
    missing: tuple[str, ...]


def render(
    paper: PaperSpec, snapshot: Mapping[str, Any], out: Path | None = None, *, mark: str = "", system_fonts: bool = True
) -> Printed:
    """The paper as PDF, also written to `out` if given; the same snapshot and fonts give the same bytes.

    `mark` is set large across each page. Raises PaperError.
    """
    pdf, missing = _typeset(paper, page_data(paper, snapshot, mark=mark), _moment(snapshot), system_fonts)
    if out is not None:
        out.write_bytes(pdf)
    return Printed(pdf, hashlib.sha256(pdf).hexdigest(), f"{paper.name}/{paper.version}", missing)


def _typeset(paper: PaperSpec, page: dict[str, Any], moment: int, system: bool) -> tuple[bytes, tuple[str, ...]]:
    """Tries, and names the characters that the typesetter says it cannot draw, until there are none left."""
    import typst

    fonts, faces = typefaces(system=system)
    missing: dict[str, None] = {}
    for _ in range(ROUNDS_MAX):
        said = json.dumps({**name_missing(page, missing), "faces": asdict(faces)}, ensure_ascii=False)
        try:
            pdf = typst.compile(
                str(TEMPLATES / f"{paper.look.value}.typ"),
                root=str(TEMPLATES),
                font_paths=fonts,
                sys_inputs={"paper": said},
                pdf_standards=[STANDARD],
                timestamp=moment,
            )
        except typst.TypstError as error:
            undrawn = _undrawn(error) - missing.keys()
            if not undrawn:
                raise PaperError(str(error)) from error
            missing.update(dict.fromkeys(sorted(undrawn)))
        else:
            return bytes(pdf), tuple(missing)
    raise PaperError(f"{paper.name}: no end of characters that cannot be drawn: {''.join(missing)}")


def _undrawn(error: Exception) -> set[str]:
    """The characters that the typesetter's complaint is about."""
    told = str(getattr(error, "diagnostic", error))
    texts = [first or second for first, second in UNDRAWN.findall(told)]
    return {c for text in texts for c in ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if not c.isspace()}


def _moment(snapshot: Mapping[str, Any]) -> int:
    """The PDF's own date is noon of the day on the paper, so that printing again tomorrow changes nothing."""
    try:
        day = datetime.fromisoformat(str(snapshot.get("printed_on")))
    except ValueError:
        return 0
    return int(day.replace(hour=12, tzinfo=HERE).timestamp())
