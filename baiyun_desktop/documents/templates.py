"""Layouts as reference data: the program's own, those released before, and what is looked at when one is put in."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from baiyun_desktop.documents.layout import OUTSIDE, keys_of, page_data
from baiyun_desktop.documents.preview import text_of
from baiyun_desktop.documents.setting import PaperError, set_page
from baiyun_desktop.kernel.paper import PaperSpec, Rows, take_snapshot
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.template import Template, TemplateRefused

FOLDER = resource("papers")
RELEASED = FOLDER / "released"
"""Each layout as it was when it went out, whole; what was issued by it is printed again by it."""
IMPORT = re.compile(r'^#import "(\w+)\.typ": \*$', re.M)
FROM_OUTSIDE = re.compile(
    r"#?\b(?:import|include)\s+[\"@]|\b(?:read|csv|json|yaml|toml|xml|cbor|image|plugin|bibliography)\s*\(\s*\""
)
NAMED = re.compile(r"\bpaper\.(?P<name>[A-Za-z_][\w-]*)")
KEYED = re.compile(r"(?:\b(?:field|listed)\(\s*|\bpaper\.values\.at\(\s*)\"(?P<key>[^\"]*)\"")
VALUED = re.compile(r"\bpaper\.values\.(?!at\b)(?P<key>[A-Za-z_]\w*)")
MARK, AGAIN, NUMBER = "样张", "补打 第9次", "(2026)样字第00001号"


def shipped(paper: PaperSpec) -> Template:
    """The layout that this version of the program brings: one of the paper's own, or that of its look."""
    own = FOLDER / f"{paper.name}.typ"
    path = own if own.exists() else FOLDER / f"{paper.look.value}.typ"
    return Template(paper.name, paper.version, paper.title, _shipped(path))


@cache
def _shipped(path: Path) -> str:
    return closed(path.read_text("utf-8"))


@cache
def released() -> dict[str, str]:
    """The sources of all layouts that ever went out with the program, by fingerprint."""
    sources = [path.read_text("utf-8") for path in sorted(RELEASED.glob("*.typ"))]
    sources += [_shipped(path) for path in sorted(FOLDER.glob("*.typ"))]
    return {hashlib.sha256(source.encode()).hexdigest(): source for source in sources}


def closed(source: str) -> str:
    """A layout with our own pieces put in where it imports them, so that nothing outside it changes what it prints."""
    return IMPORT.sub(lambda m: (FOLDER / f"{m[1]}.typ").read_text("utf-8").rstrip("\n"), source)


def check(paper: PaperSpec, source: str) -> str:
    """The layout as it would be kept, closed. Raises TemplateRefused with what is wrong, in words."""
    if not source.strip():
        raise TemplateRefused("版式是空的")
    try:
        whole = closed(source)
    except FileNotFoundError as error:
        raise TemplateRefused(f"版式引用了没有的部件“{Path(str(error.filename)).name}”") from error
    _check_alone(whole)
    _check_names(paper, whole)
    _check_prints(paper, whole)
    return whole


def _check_alone(source: str) -> None:
    found = FROM_OUTSIDE.search(source)
    if found is not None:
        line = source.count("\n", 0, found.start()) + 1
        raise TemplateRefused(f"版式第 {line} 行要从外面读取文件或部件，这样的版式几年后不能原样补打")


def _check_names(paper: PaperSpec, source: str) -> None:
    keys = keys_of(paper)
    outside = {m["name"] for m in NAMED.finditer(source)} - OUTSIDE
    unknown = {m["key"] for m in (*KEYED.finditer(source), *VALUED.finditer(source))} - keys
    if outside or unknown:
        names = "、".join(f"“{name}”" for name in sorted(outside | unknown))
        raise TemplateRefused(f"“{paper.title}”没有这些内容项：{names}。可用的有：{'、'.join(sorted(keys))}")


def _check_prints(paper: PaperSpec, source: str) -> None:
    """Set once with nothing filled in and once with every line there; marks and number must come out."""
    rows: dict[str, Any] = {block.key: [{}, {}] for block in paper.blocks if isinstance(block, Rows)}
    for facts in ({}, {"number": NUMBER, "printed_on": "2026-01-01", **rows}):
        page = page_data(paper, take_snapshot(paper, facts), mark=MARK, again=AGAIN)
        try:
            pdf, _ = set_page(source, page, name=paper.name)
        except PaperError as error:
            raise TemplateRefused(f"版式排不出来：{error}") from error
    words = "".join(text_of(pdf).split())
    lacking = [w for w in (NUMBER, MARK, AGAIN) if "".join(w.split()) not in words]
    if lacking:
        raise TemplateRefused(f"版式上没有印出：{'、'.join(lacking)}。编号、作废和补打的标记每份文书都要有")
