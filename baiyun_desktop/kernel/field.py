"""One declaration a column, so that table, form, list, search, masking, import and sync never say it twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from baiyun_desktop.kernel.article import Article
from baiyun_desktop.kernel.mask import Mask
from sync.schema import FieldSpec, Kind, Policy

Derived = Literal["", "values", "movements", "deadlines"]
"""Empty for a fact; "values" for what the record's own `derive` computes; "movements" for the state that the replica folds,
"deadlines" for the day on which the next of its procedure's time limits is due."""


class Asked(Enum):
    """How the form asks. None of these ever blocks a save; only a step demands."""

    FIRST = "R"  # asked first, named when missing
    STEP = "S"  # named when missing; a step demands it
    OPTIONAL = "O"
    AUTO = "A"  # worked out by the machine, shown and not asked


class Key(Enum):
    """How the search box finds a record by a field."""

    CHARACTERS = "characters"  # any piece of the text
    PINYIN = "pinyin"  # syllables a space apart, readings a bar apart: "tan wei|qin wei"
    INITIALS = "initials"  # "tw|qw"
    ID_TAIL = "id_tail"  # the whole number; found by its end
    PHONE_TAIL = "phone_tail"  # digits; found by their end
    DOOR = "door"  # "15-5-102"; found whole or by "5-102"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """Everything one column says about itself."""

    label: str
    name: str = ""
    kind: Kind = Kind.TEXT
    section: str = ""
    en: str = ""
    help: str = ""
    policy: Policy = Policy.ASK
    group: str | None = None
    codes: str | None = None
    """Name of the code list; an unknown code is shown as itself."""
    ref: str | None = None
    """Name of the record kind that the id in here belongs to."""
    long: bool = False
    most: int = 0
    """Characters that a text may have; 0 leaves it open. What is longer is refused when it is saved, never cut."""
    asked: Asked = Asked.OPTIONAL
    needed: tuple[str, ...] = ()
    """Verbs of the steps that cannot be taken without it."""
    cite: Article | None = None
    mask: Mask | None = None
    derived: Derived = ""
    search: Key | None = None
    listed: int = 0
    """Width in characters in the general list; 0 keeps it out."""
    copy_down: bool = False
    """Whether a family's sheet repeats it from the line above."""
    index: bool = False
    stated: bool = False
    """A date the law counts: the district asks about one that cannot have been typed then."""
    since: int = 0
    """The version's level that brought it; a step that lacks it waits for an older desk's upgrade."""

    @property
    def synced(self) -> bool:
        """Whether it travels; a projection is rebuilt on each desk."""
        return not self.derived

    def spec(self) -> FieldSpec:
        """What the sync engine must know of it."""
        return FieldSpec(self.name, self.kind, self.policy, self.group, stated=self.stated, since=self.since)

    def label_in(self, language: str) -> str:
        """The label in "zh" or "en"; Chinese where there is no English one."""
        return self.en if language.startswith("en") and self.en else self.label


def field(
    label: str,
    *,
    section: str = "基本",
    en: str = "",
    help: str = "",  # noqa: A002
    policy: Policy = Policy.ASK,
    group: str | None = None,
    codes: str | None = None,
    ref: str | None = None,
    long: bool = False,
    most: int = 0,
    asked: Asked = Asked.OPTIONAL,
    needed: tuple[str, ...] | list[str] = (),
    cite: Article | None = None,
    mask: Mask | None = None,
    derived: bool | Derived = False,
    search: Key | None = None,
    listed: int = 0,
    copy_down: bool = False,
    index: bool = False,
    stated: bool = False,
    since: int = 0,
) -> MappedColumn[Any]:
    """A column and what it says about itself; its kind follows from the annotation beside it.

    The column holds the value as it travels: a `date` is ISO text, a `datetime` milliseconds UTC, a `Decimal` text.
    """
    origin: Derived = "values" if derived is True else (derived or "")
    info = FieldInfo(
        label=label, section=section, en=en, help=help, policy=policy, group=group, codes=codes, ref=ref, long=long,
        most=most, asked=Asked.AUTO if origin else asked, needed=tuple(needed), cite=cite, mask=mask, derived=origin,
        search=search, listed=listed, copy_down=copy_down, index=index, stated=stated, since=since,
    )  # fmt: skip
    return mapped_column(info={"field": info}, nullable=True, index=index or None)


_KINDS: dict[Any, Kind] = {
    str: Kind.TEXT,
    int: Kind.INT,
    bool: Kind.BOOL,
    date: Kind.DATE,
    datetime: Kind.INSTANT,
    Decimal: Kind.DECIMAL,
    list[str]: Kind.CODES,
}


def kind_from(annotation: Any, *, ref: str | None) -> Kind:
    """The kind of `Mapped[X | None]`. Raises TypeError where X is none of those that can travel."""
    inner = annotation
    if get_origin(inner) is Mapped:
        (inner,) = get_args(inner)
    if get_origin(inner) in (Union, UnionType):
        inner = next(a for a in get_args(inner) if a is not type(None))
    if inner not in _KINDS:
        raise TypeError(f"a field cannot hold {annotation!r}")
    return Kind.REF if ref is not None else _KINDS[inner]
