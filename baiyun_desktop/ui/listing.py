"""Turns a declared list into columns, and records into lines that are masked before Qt ever sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from baiyun_desktop.kernel import covering
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.mask import Mask, Shown, masked
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.ui.days import instant_text, today
from baiyun_desktop.ui.table_model import Column, Line
from baiyun_desktop.ui.words import declared, language


@dataclass(frozen=True, slots=True)
class Lit:
    """One time limit as a list shows it."""

    cell: str
    tone: str
    tip: str


CHARS_DEFAULT = 12
CHARS_LAMP = 20
CHARS_CODE_MAX = 16
CHARS_PER_HAN = 1.7


def info_at(program: Program, kind: str, path: str) -> FieldInfo:
    """The field that "name" or "person.name" leads to. KeyError where it leads nowhere."""
    first, _, rest = path.partition(".")
    info = program.kind(kind).field(first)
    if not rest:
        return info
    return info_at(program, info.ref or "", rest)


def columns_of(program: Program, spec: ListSpec) -> list[Column]:
    """The columns of a declared list in the language in use."""
    found = []
    for path in spec.columns:
        info = info_at(program, spec.kind, path)
        chars = max(info.listed or CHARS_DEFAULT, CHARS_LAMP if info.derived == "deadlines" else 0)
        if language() != "zh":  # widths are declared for Chinese words
            chars = max(chars, _longest(program, info))
        label = info.label_in(language())
        wide = max(round(chars * (CHARS_PER_HAN if _is_han(info) else 1)), _chars_of(label))
        found.append(Column(path, label, wide))
    return found


def _chars_of(label: str) -> int:
    """A column is as wide as its own head at least."""
    return ceil(sum(1 if letter.isascii() else CHARS_PER_HAN for letter in label))


def _longest(program: Program, info: FieldInfo) -> int:
    codes = program.codes(info.codes).offered() if info.codes is not None else ()
    return min(CHARS_CODE_MAX, max((len(code.en or code.label) for code in codes), default=0))


def _is_han(info: FieldInfo) -> bool:
    return info.kind is Kind.TEXT and info.mask in (None, Mask.NAME) and info.codes is None and info.listed < 20


def is_minor(values: Mapping[str, Any]) -> bool:
    """Whether the person of these values is under 14."""
    return covering.is_minor(values, today())


def cell(program: Program, kind: str, info: FieldInfo, values: Mapping[str, Any], shown: Shown = Shown.LIST) -> str:
    """One value as a list, or a record's own page, shows it."""
    value = values.get(info.name)
    if value is None or value == "":
        return ""
    if info.mask is not None:
        return masked(info.mask, str(value), shown=shown, minor=info.mask is Mask.ID and is_minor(values))
    if info.kind is Kind.INSTANT:
        return instant_text(int(value))
    words = program.label(kind, info.name, value, language())
    return declared("state", words) if info.derived == "movements" else words


def line_of(
    program: Program,
    spec: ListSpec,
    row: Snapshot,
    linked: Mapping[str, Snapshot],
    lamps: Sequence[Lit] = (),
) -> Line:
    """A record as a row; `linked` holds by id the records that its columns look through to.

    `lamps` are its time limits, the next one first: a column of what is due shows that one and tells all.
    """
    cells = []
    for path in spec.columns:
        first, _, rest = path.partition(".")
        info = program.kind(spec.kind).field(first)
        if info.ref is None:
            cells.append(cell(program, spec.kind, info, row.values))
            continue
        target = linked.get(str(row.values.get(first)))
        if target is None:
            cells.append("")
        elif rest:
            cells.append(cell(program, target.kind, program.kind(target.kind).field(rest), target.values))
        else:
            cells.append(program.title(target.kind, target.values, today(), language=language()))
    if not lamps:
        return Line(row.kind, row.id, tuple(cells), row.pending, row.voided)
    due = [program.kind(spec.kind).field(path.partition(".")[0]).derived == "deadlines" for path in spec.columns]
    cells = [lamps[0].cell if is_due else words for is_due, words in zip(due, cells, strict=True)]
    tones = tuple(lamps[0].tone if is_due else "" for is_due in due)
    told = "\n".join(lamp.tip for lamp in lamps)
    tips = tuple(told if is_due else "" for is_due in due)
    return Line(row.kind, row.id, tuple(cells), row.pending, row.voided, tones, tips)


def has_lamps(program: Program, spec: ListSpec) -> bool:
    """Whether a list has a column of what is due."""
    kind = program.kind(spec.kind)
    return any("." not in path and kind.field(path).derived == "deadlines" for path in spec.columns)


def to_load(program: Program, spec: ListSpec) -> list[str]:
    """The columns as the replica must be asked for them: a bare reference asks for its record too."""
    kind = program.kind(spec.kind)
    return [path if "." in path or kind.field(path).ref is None else f"{path}.id" for path in spec.columns]
