"""Lays a declared paper and its snapshot out as the plain data that the typesetter's templates read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from baiyun_desktop.documents.wording import chinese_day, said
from baiyun_desktop.kernel.paper import (
    Block,
    Cell,
    Grid,
    Notes,
    PaperSpec,
    Prose,
    Rows,
    Show,
    Signatures,
    placeholders,
)

BLANK = "＿" * 6
"""Where fixed wording has no value yet, there is a line for the pen."""


Page = dict[str, Any]
"""Everything a template prints, in words: what an issued paper keeps, so that it can be set again as it was."""

OUTSIDE = frozenset(
    "title district office officer number unnumbered phone printed day version mark again blocks values faces".split()
)
"""The names that a template may use as `paper.…`."""


def page_data(
    paper: PaperSpec, snapshot: Mapping[str, Any], *, mark: str = "", again: str = "", version: int = 0
) -> Page:
    """What a paper says, ready to be set.

    `mark` is set across each page (作废, 已被取代, 样张), `again` in its head (补打).
    """
    return {
        "title": paper.title,
        "district": _text(snapshot.get("district")),
        "office": _text(snapshot.get("office")),
        "officer": _text(snapshot.get("officer")),
        "number": _text(snapshot.get("number")),
        "unnumbered": not paper.numbered and not snapshot.get("number"),
        "phone": _text(snapshot.get("phone")),
        "printed": chinese_day(_text(snapshot.get("printed_on"))),
        "day": str(snapshot.get("printed_on") or ""),
        "version": version or paper.version,
        "mark": mark,
        "again": again,
        "blocks": [_block(block, snapshot) for block in paper.blocks],
        "values": values_of(paper, snapshot),
    }


def values_of(paper: PaperSpec, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Each declared key in words; a list of lines is a list of such. A template of a paper's own draws from these."""
    said_all: dict[str, Any] = {key: _text(snapshot.get(key)) for key in keys_of(paper)}
    for block in paper.blocks:
        if isinstance(block, Grid):
            said_all.update({c.key: _clean(said(snapshot.get(c.key), c.show)) for row in block.rows for c in row})
        elif isinstance(block, Rows):
            lines = snapshot.get(block.key) or []
            said_all[block.key] = [
                {c.key: _clean(said(line.get(c.key), c.show)) for c in block.columns} for line in lines
            ]
    return said_all


def keys_of(paper: PaperSpec) -> set[str]:
    """The keys that a template of the paper may name."""
    found: set[str] = set()
    for block in paper.blocks:
        match block:
            case Grid():
                found |= {cell.key for row in block.rows for cell in row}
            case Rows():
                found.add(block.key)
            case Prose():
                found |= set(placeholders(block.text))
            case Signatures():
                found |= {box.key for box in block.boxes} - {""}
            case Notes():
                pass
    return found


def _block(block: Block, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    match block:
        case Grid():
            rows = [[_cell(cell, snapshot) for cell in row] for row in block.rows]
            return {"is": "grid", "title": block.title, "columns": block.columns, "rows": rows, "keep": block.keep}
        case Rows():
            return _rows(block, snapshot)
        case Prose():
            return {"is": "prose", "title": block.title, "text": _filled(block.text, snapshot)}
        case Signatures():
            boxes = [{"label": b.label, "seal": b.seal, "text": _text(snapshot.get(b.key))} for b in block.boxes]
            return {"is": "signatures", "boxes": boxes}
        case Notes():
            return {"is": "notes", "lines": list(block.lines)}


def _cell(cell: Cell, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    value = snapshot.get(cell.key)
    data: dict[str, Any] = {"label": cell.label, "span": cell.span, "lines": cell.lines, "text": "", "ticks": []}
    if cell.show is Show.CHOICE:
        data["ticks"] = _ticks(cell.options, value)
    else:
        data["text"] = _clean(said(value, cell.show))
    return data


def _ticks(options: tuple[str, ...], value: Any) -> list[dict[str, Any]]:
    """The options with those chosen ticked; a choice that is not among them is added, ticked, not lost."""
    chosen = [_text(each) for each in (value if isinstance(value, list) else [value]) if each]
    others = [each for each in chosen if each not in options]
    return [{"text": option, "on": option in chosen} for option in (*options, *others)]


def _rows(block: Rows, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    heads, widths = [c.label for c in block.columns], [c.width for c in block.columns]
    found = snapshot.get(block.key) or []
    lines = [[_clean(said(line.get(c.key), c.show)) for c in block.columns] for line in found]
    lines += [[""] * len(heads)] * max(block.at_least - len(lines), 0)
    if block.numbered:
        heads, widths = ["序号", *heads], [0.5, *widths]
        lines = [[str(at), *line] for at, line in enumerate(lines, 1)]
    return {"is": "rows", "title": block.title, "heads": heads, "widths": widths, "lines": lines}


def _filled(text: str, snapshot: Mapping[str, Any]) -> str:
    for key in placeholders(text):
        text = text.replace("{" + key + "}", _text(snapshot.get(key)) or BLANK)
    return text


def _text(value: Any) -> str:
    return _clean(said(value, Show.TEXT))


def _clean(text: str) -> str:
    """Control characters that slipped in from a card reader or a workbook are no text; line ends are."""
    return "".join(c if c == "\n" or c.isprintable() or ord(c) > 0x9F else " " for c in text)
