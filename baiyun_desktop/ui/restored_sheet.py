"""A family's sheet as plain values and back: its lines, whom each is about, and under which ids they are saved."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.replica.unsaved import snapshot_from, snapshot_of
from baiyun_desktop.ui.sheet_line import SheetLine
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.sheet_save import drafts_of
from baiyun_desktop.ui.shell import Shell


def typed_in_sheet(page: SheetPage, shared: dict[str, Any], caret: list[Any] | None) -> dict[str, Any]:
    """All lines in their order, blank ones too: the caret counts them."""
    return {
        "page": "sheet",
        "title": page.title,
        "sheet": page.spec.name,
        "shared": shared,
        "lines": [_line(page, line) for line in page.lines],
        "first": page._first,
        "caret": caret,
    }


def _line(page: SheetPage, line: SheetLine) -> dict[str, Any]:
    if line.ids is None and not line.blank:
        page._line_draft(line)  # allots them: a line whose save had reached the disk is known by its id
    return {
        "ids": line.ids,
        "known": snapshot_of(line.known),
        "implied": line._implied,
        "given": line._given,
        "rest": list(line.rest),
        "cells": {path: [cell.text(), cell.machine, cell.isReadOnly()] for path, cell in line.cells.items()},
    }


def sheet_from(shell: Shell, body: dict[str, Any]) -> SheetPage | None:
    """The sheet without what its lines share; None where no module brings it any more."""
    spec = shell.desk.program.sheets.get(body["sheet"])
    if spec is None:
        return None
    page = SheetPage(shell, spec, {})
    page._first = body["first"]
    for number, kept in enumerate(body["lines"]):
        line = page.lines[number] if number < len(page.lines) else page.add_line()
        _fill(shell, line, kept)
    _take_out_saved(page)
    return page


def _fill(shell: Shell, line: SheetLine, kept: dict[str, Any]) -> None:
    known = kept["known"]
    now = shell.desk.replica.read.get(known["kind"], known["id"]) if known is not None else None
    line.known = snapshot_from(known, now.base) if now is not None else None
    line.ids = tuple(kept["ids"]) if kept["ids"] else None
    line._implied = dict(kept["implied"])
    line._given = dict(kept.get("given", {}))
    line.rest = tuple(kept.get("rest", ()))
    line.recall()
    for path, (text, machine, covered) in kept["cells"].items():
        cell = line.cells.get(path)
        if cell is None or (covered and now is None):  # a mask is nothing to save
            continue
        cell.setText(text)
        cell.setCursorPosition(0)
        cell.machine = machine
        cell.setReadOnly(covered)
    line._review()


def _take_out_saved(page: SheetPage) -> None:
    """Lines whose save had reached the disk stand in the register; typed again they would say nothing new."""
    replica, program, draft = page.shell.desk.replica, page.shell.desk.program, page.draft()
    for line in page._writable():
        saved = page._line_draft(line)
        held = replica.read.get(page.spec.kind, saved.record) is not None
        if held and not any(drafts_of(replica, program, draft, saved, draft.first)):
            page._remove(line)
