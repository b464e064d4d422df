"""How a module declares a numbered paper, so that one declaration prints it, masks it, stores it and finds it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from baiyun_desktop.kernel.mask import Mask, masked, without_numbers


class Show(Enum):
    """How a value of a snapshot is set on paper; the snapshot itself keeps the plain value."""

    TEXT = "text"
    DATE = "date"  # ISO text -> 2026年11月23日
    INSTANT = "instant"  # milliseconds since 1970 UTC -> day and time at +08:00
    MONEY = "money"  # decimal text -> ￥1,200.50(壹仟贰佰元伍角)
    CHOICE = "choice"  # one text or a list of them, ticked among `options`


class Look(Enum):
    """Which page a paper is laid out on; each is one template of `resources/papers`."""

    FORM = "form"  # A4, framed cells, for the office's files
    SLIP = "slip"  # A4, large print, for a resident's hand


@dataclass(frozen=True, slots=True)
class Cell:
    """One labelled box. `span` counts the grid's columns that the value takes; `lines` is its least height."""

    label: str
    key: str
    show: Show = Show.TEXT
    span: int = 1
    lines: int = 1
    options: tuple[str, ...] = ()
    mask: Mask | None = None
    """Put on where the paper is a masked one; more of it where the facts say `minor`."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of labelled boxes under a heading; `columns` is how many value boxes a full row has.

    `keep` keeps it on one page with what follows: what is decided stands where it is signed.
    """

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    columns: int = 3
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a `Rows` block; `width` is its share of the page."""

    label: str
    key: str
    width: float = 1.0
    show: Show = Show.TEXT
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A list with a head that repeats on each page; `at_least` empty lines are left for the pen."""

    title: str
    key: str
    columns: tuple[Column, ...]
    at_least: int = 0
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Prose:
    """Fixed wording, such as a promise; `{key}` stands for a value of the snapshot."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One box to sign in; a `seal` box leaves room for a round stamp of 42 mm; `key` prefills the printed name."""

    label: str
    seal: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Boxes side by side, each with its date line; never torn apart by a page break."""

    boxes: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """Small print at the end: the articles behind the paper, in plain words."""

    lines: tuple[str, ...]


Block = Grid | Rows | Prose | Signatures | Notes


@dataclass(frozen=True, slots=True)
class PaperSpec:
    """A paper that a step writes or an officer prints.

    `facts` is a pure function from what its caller loaded (named in `needs`) to plain values by the keys of the
    blocks: text with codes already turned into labels, ISO dates, decimals as text, lists of mappings for `Rows`,
    and `minor: True` (also per row) where the person is under 14.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    version: int = 1
    look: Look = Look.FORM
    masked: bool = True
    """Official documents say False and print numbers in full; whatever goes into somebody's hand is masked."""
    kind: str = ""
    """The kind of record it is printed of, where no step writes it."""
    pattern: str = ""
    """Name of the number pattern; empty where the paper shows its record's own number."""
    numbered: bool = True
    """Whether a line says so where there is no number; a form that never has one is spared it."""
    facts: Callable[[Any], Mapping[str, Any]] | None = None
    needs: tuple[str, ...] = ()


HERE = timezone(timedelta(hours=8))
"""Instants are shown at +08:00 whatever the machine's zone says."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Who issues a paper or a ledger, and when (milliseconds since 1970 UTC).

    `district` is 白云矿区 or 白云鄂博矿区, as the office is set up; `phone` is where a resident may ask.
    """

    district: str
    office: str
    officer: str
    at_ms: int
    phone: str = ""

    @property
    def when(self) -> datetime:
        """The moment as the office's clock shows it."""
        return datetime.fromtimestamp(self.at_ms / 1000, UTC).astimezone(HERE)

    @property
    def words(self) -> dict[str, str]:
        """What it brings to a snapshot."""
        named = {"district": self.district, "office": self.office, "officer": self.officer, "phone": self.phone}
        return {**named, "printed_on": self.when.date().isoformat()}


OUTSIDE_BLOCKS = ("number", "district", "office", "officer", "printed_on", "phone")
"""Keys that any paper may show outside its blocks."""


def cells(paper: PaperSpec) -> Iterator[Cell]:
    """Every labelled box of a paper, in order."""
    for block in paper.blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                yield from row


def take_snapshot(paper: PaperSpec, facts: Mapping[str, Any], heading: Heading | None = None) -> dict[str, Any]:
    """What the paper says and no more: only keys it declares, masked where it is a masked paper, as JSON values."""
    facts = {**heading.words, **facts} if heading else facts
    taken = {key: plain(facts.get(key)) for key in OUTSIDE_BLOCKS}
    for block in paper.blocks:
        if isinstance(block, Rows):
            lines: Sequence[Mapping[str, Any]] = facts.get(block.key) or ()
            taken[block.key] = [_take(paper, block.columns, line) for line in lines]
        elif isinstance(block, Grid):
            for row in block.rows:
                taken.update(_take(paper, row, facts))
        elif isinstance(block, Prose):
            said = [Cell("", key) for key in placeholders(block.text) if key not in taken]
            taken.update(_take(paper, said, facts))
        elif isinstance(block, Signatures):
            taken.update({box.key: plain(facts.get(box.key)) for box in block.boxes if box.key not in {"", *taken}})
    return taken


def snapshot_sha256(paper: PaperSpec, snapshot: Mapping[str, Any]) -> str:
    """Hash of a paper's contents: its name, template version and snapshot, however the keys are ordered."""
    said = json.dumps([paper.name, paper.version, snapshot], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def placeholders(text: str) -> list[str]:
    """The keys that stand in braces in fixed wording."""
    return [piece.split("}", 1)[0] for piece in text.split("{")[1:] if "}" in piece]


def plain(value: Any) -> Any:
    """A value as JSON has it, so that a snapshot can be stored and hashed."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value


def covered(value: Any, mask: Mask | None, *, minor: bool) -> Any:
    """A value with its mask put on; one that is empty stays empty, so that a gap is still seen as a gap."""
    if mask is None or value is None or value == "":
        return value
    return masked(mask, str(value), minor=minor)


def _take(paper: PaperSpec, parts: Sequence[Cell | Column], facts: Mapping[str, Any]) -> dict[str, Any]:
    minor = bool(facts.get("minor"))
    taken = {part.key: plain(facts.get(part.key)) for part in parts}
    if not paper.masked:
        return taken
    return {p.key: hidden(taken[p.key], p.mask, minor=minor) for p in parts}


def hidden(value: Any, mask: Mask | None, *, minor: bool) -> Any:
    """Where a box of a masked paper or ledger declares no mask, what looks like a person's number is masked all the same."""
    if mask is not None:
        return covered(value, mask, minor=minor)
    if isinstance(value, list):
        return [hidden(each, None, minor=minor) for each in value]
    return without_numbers(value, minor=minor) if isinstance(value, str) else value
