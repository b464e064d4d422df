"""Prints papers: from a snapshot by the layout in force, and once more, years later, from what an issued one keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baiyun_desktop.documents.layout import page_data
from baiyun_desktop.documents.setting import PaperError, set_page
from baiyun_desktop.documents.templates import check, released, shipped
from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.kernel.template import Pressed, Template


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
    """The paper as PDF by the program's own layout, also written to `out` if given.

    The same snapshot and fonts give the same bytes. `mark` is set large across each page. Raises PaperError.
    """
    page = page_data(paper, snapshot, mark=mark)
    pdf, missing = set_page(shipped(paper).source, page, name=paper.name, system_fonts=system_fonts)
    if out is not None:
        out.write_bytes(pdf)
    return Printed(pdf, hashlib.sha256(pdf).hexdigest(), f"{paper.name}/{paper.version}", missing)


class Typesetter:
    """The press that a desk's door is given. It may run in any thread, and several at once."""

    def __init__(self, *, system_fonts: bool = True) -> None:
        self._system = system_fonts

    def __call__(
        self, paper: PaperSpec, template: Template | None, snapshot: Mapping[str, Any], /, *, mark: str = ""
    ) -> Pressed:
        """A paper by a layout, or by the program's own. One in force that cannot be set holds up no counter:
        the program's own is taken instead, and the warning says so. Raises PaperError."""
        own = shipped(paper)
        if template is None:
            return self._press(own, page_data(paper, snapshot, mark=mark, version=own.version))
        page = page_data(paper, snapshot, mark=mark, version=template.version)
        try:
            return self._press(template, page)
        except PaperError as error:
            page = page_data(paper, snapshot, mark=mark, version=own.version)
            why = f"第 {template.version} 版版式排不出来，用了程序自带的第 {own.version} 版：{error}"
            return self._press(own, page, warning=why)

    def again(self, title: str, template: Template | None, page: Mapping[str, Any], sha256: str, /) -> Pressed:
        """An issued paper from its page, by the very layout that it was made with. Raises PaperError where that is gone."""
        source = template.source if template is not None else released().get(sha256)
        if source is None:
            raise PaperError(f"本机没有“{title}”当时用的版式（第 {page.get('version')} 版），请联网同步或升级后再补打")
        return self._press(Template(title, int(page.get("version") or 0), title, source), page)

    def check(self, paper: PaperSpec, source: str, /) -> str:
        """A layout as it may be kept. Raises TemplateRefused."""
        return check(paper, source)

    def _press(self, template: Template, page: Mapping[str, Any], warning: str = "") -> Pressed:
        pdf, missing = set_page(template.source, page, name=template.code, system_fonts=self._system)
        digest = hashlib.sha256(pdf).hexdigest()
        return Pressed(
            {**page, "mark": "", "again": ""}, pdf, digest, template.version, template.sha256, missing, warning
        )
