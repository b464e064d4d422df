"""Tells a list of ours from notes, and what its columns and rows are, asking the clerk as little as can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from baiyun_desktop.intake.header import Head, find_head
from baiyun_desktop.intake.labels import Dictionary, How, MappingStore, fingerprint
from baiyun_desktop.intake.mapping import Column, Mapping, Skip, Subject
from baiyun_desktop.intake.meaning import TITLES, Meaning
from baiyun_desktop.intake.sheet import Cell, SheetRows, is_filled
from baiyun_desktop.kernel.field import Asked
from baiyun_desktop.kernel.program import Program

KINDS = ("person", "house", "residence_reg")
"""The kinds that a row of a resident list fills."""
TOTAL = re.compile(r"^(本页|本月|累)?(合|总|小|共)?\s*计[:：]?\s*[\d人户]*$")
REMARK = re.compile(
    r"^(填表|制表|填报|审核|复核|单位?负责|联系人|备?注|说明|附|盖章|制单)[\w（）() ]{0,6}[:：]|^注|^\*"
)
REMARK_CELLS_MAX = 5
SHEET_GRID = re.compile(r"^\D{0,8}?第?\s*0*(\d{1,3})\s*号?\s*网格|^网格\s*0*(\d{1,3})$")


def dictionary(program: Program | None = None) -> Dictionary:
    """The offices' words, and the labels of what the program declares."""
    words = Dictionary()
    for name in KINDS if program is not None else ():
        for info in program.kind(name).fields if program is not None else ():
            if info.synced and info.ref is None and info.asked is not Asked.AUTO:
                words.add(info.label, f"{name}.{info.name}")
    return words


def recognise(
    sheet: SheetRows, program: Program | None = None, store: MappingStore | None = None, words: Dictionary | None = None
) -> Mapping | None:
    """The reading of one sheet, or None where it is no list of ours (填表说明, 注意事项, an empty sheet)."""
    words = words or dictionary(program)
    head = find_head(sheet, words)
    if head is None:
        return None
    shape = fingerprint(Column(0, label, group).key for label, group in zip(head.labels, head.groups, strict=True))
    remembered = store.recall(shape) if store is not None else None
    columns = tuple(_columns(sheet, head, words, remembered))
    name, serial = _index_of(columns, Meaning.NAME), _index_of(columns, Meaning.SERIAL)
    data, skipped = _rows(sheet, head, name, serial)
    subject = Subject.RESIDENTS if name is not None else Subject.HOUSES
    return Mapping(sheet, subject, shape, (head.top, head.bottom), columns, data, skipped, _grid_of(sheet.name))


def recognise_all(
    sheets: Iterable[SheetRows], program: Program | None = None, store: MappingStore | None = None
) -> list[Mapping]:
    """The readings of all visible sheets that are lists; the first also says which hidden ones are left alone."""
    words = dictionary(program)
    found: list[Mapping] = []
    notes: list[str] = []
    for sheet in sheets:
        mapping = recognise(sheet, program, store, words) if sheet.rows else None
        notes += sheet.notes
        if mapping is not None and sheet.visible:
            found.append(mapping)
        elif mapping is not None:
            notes.append(f"隐藏的工作表“{sheet.name}”没有导入（{len(mapping.data)} 行）。要导入请先取消隐藏。")
    return [replace(found[0], notes=tuple(notes)), *found[1:]] if found else []


def choices(program: Program) -> list[tuple[str, str]]:
    """What the clerk may choose for a column: meaning and words for it, the common ones first."""
    words = dictionary(program)
    return [(str(meaning), title) for meaning, title in TITLES.items()] + sorted(words.titles.items())


def _columns(sheet: SheetRows, head: Head, words: Dictionary, remembered: dict[str, str] | None) -> Iterable[Column]:
    """Exact words first over all columns, so that a guess never takes a meaning from one that says it."""
    columns = [
        Column(j, label, group, hidden=j in sheet.hidden_columns)
        for j, (label, group) in enumerate(zip(head.labels, head.groups, strict=True))
        if label
    ]
    taken: set[str] = set()
    settled: dict[int, tuple[str | None, How]] = {}
    for column in columns:
        if remembered is not None and column.key in remembered:
            _take(settled, taken, column, remembered[column.key] or None, How.REMEMBERED)
        else:
            _take(settled, taken, column, words.exact(column.label, column.group), How.KNOWN)
    for column in columns:
        if settled[column.index][0] is None and settled[column.index][1] is not How.REMEMBERED:
            _take(settled, taken, column, words.like(column.label, column.group), How.LIKE)
    for column in columns:
        meaning, how = settled[column.index]
        yield Column(column.index, column.label, column.group, meaning, how, column.hidden, words.title(meaning))


def _take(
    settled: dict[int, tuple[str | None, How]], taken: set[str], column: Column, meaning: str | None, how: How
) -> None:
    """A meaning goes to the first column that says it; a second telephone is the other telephone."""
    if meaning == Meaning.PHONE and meaning in taken:
        meaning = Meaning.PHONE2
    if meaning is None or meaning in taken:
        settled[column.index] = (None, how if how is How.REMEMBERED else How.UNKNOWN)
        return
    taken.add(meaning)
    settled[column.index] = (str(meaning), how)


def _index_of(columns: Sequence[Column], meaning: Meaning) -> int | None:
    return next((column.index for column in columns if column.meaning == meaning), None)


def _rows(
    sheet: SheetRows, head: Head, name: int | None, serial: int | None
) -> tuple[tuple[int, ...], tuple[tuple[int, Skip], ...]]:
    data: list[int] = []
    skipped: list[tuple[int, Skip]] = []
    for index in range(head.first_data, len(sheet.rows)):
        why = _skip(head, sheet.rows[index], name, serial)
        if why is None:
            data.append(index)
        else:
            skipped.append((index, why))
    return tuple(data), tuple(skipped)


def _skip(head: Head, row: tuple[Cell, ...], name: int | None, serial: int | None) -> Skip | None:
    filled = [cell for cell in row if is_filled(cell)]
    if not filled or (len(filled) == 1 and serial is not None and isinstance(row[serial], float)):
        return Skip.BLANK  # a form is often numbered further down than it is filled in
    first = str(filled[0]).strip()
    if TOTAL.match(first) or (name is not None and TOTAL.match(str(row[name] or "").strip())):
        return Skip.TOTAL
    if len(filled) <= REMARK_CELLS_MAX and isinstance(filled[0], str) and REMARK.match(first):
        return Skip.REMARK
    texts = [cell.strip() if isinstance(cell, str) else "" for cell in row]
    same = sum(1 for text, label in zip(texts, head.labels, strict=True) if text and text == label)
    if same >= 2 and same * 2 >= len(filled):
        return Skip.REPEATED_HEAD
    return None


def _grid_of(name: str) -> str:
    found = SHEET_GRID.search(name.strip())
    return f"{int(found.group(1) or found.group(2)):03d}" if found else ""
