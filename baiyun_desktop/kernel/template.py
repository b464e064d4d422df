"""The layout of a paper as reference data: its source, its version, and from which day it is the one in force."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.kernel.record import Record
from sync.schema import Row

COLLECTION = "paper_template"


class PaperTemplate(Record, title="文书版式", en="Paper layout", area="area"):
    """One version of one paper's layout. It lives everywhere, so the district's top alone may write it."""

    __tablename__ = COLLECTION

    area: Mapped[str | None] = field("范围", en="Held by", asked=Asked.AUTO)
    code: Mapped[str | None] = field("文书代码", en="Paper", asked=Asked.AUTO, listed=16, index=True)
    version: Mapped[int | None] = field("版次", en="Version", asked=Asked.AUTO, listed=6)
    title: Mapped[str | None] = field("名称", en="Title", asked=Asked.AUTO, listed=20)
    source: Mapped[str | None] = field("版式源文", en="Source", asked=Asked.AUTO, long=True)
    sha256: Mapped[str | None] = field("指纹", en="Fingerprint", asked=Asked.AUTO)
    valid_from: Mapped[str | None] = field("启用日期", en="Valid from", asked=Asked.AUTO, listed=11)


@dataclass(frozen=True, slots=True)
class Template:
    """A layout that stands alone: nothing outside `source` can change what it prints. `valid_from` is an ISO day."""

    code: str
    version: int
    title: str
    source: str
    valid_from: str = ""

    @property
    def sha256(self) -> str:
        """What an issued paper remembers of it."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @classmethod
    def of(cls, row: Row) -> Template:
        """The layout that a record holds."""
        return cls(
            code=str(row.get("code") or ""),
            version=int(row.get("version") or 0),
            title=str(row.get("title") or ""),
            source=str(row.get("source") or ""),
            valid_from=str(row.get("valid_from") or ""),
        )


def in_force(templates: Iterable[Template], day: str) -> Template | None:
    """The newest version that is valid on an ISO day; None where there is none, and the program's own is in force."""
    valid = [each for each in templates if each.source and each.valid_from <= day]
    return max(valid, key=lambda each: (each.version, each.valid_from), default=None)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A paper as it came out of the press; `page` is what it was set from, without its mark."""

    page: Mapping[str, Any]
    pdf: bytes
    sha256: str
    version: int
    template_sha256: str
    missing: tuple[str, ...] = ()
    """Characters that no font of this machine has, printed as [U+XXXX] instead."""
    warning: str = ""
    """Why another layout than the one in force was taken."""


class Press(Protocol):
    """What sets papers; given to the door, which itself knows no typesetter."""

    def __call__(self, paper: PaperSpec, template: Template | None, snapshot: Mapping[str, Any], /) -> Pressed:
        """A paper by a layout, or by the program's own where that is None."""
        ...

    def again(self, title: str, template: Template | None, page: Mapping[str, Any], sha256: str, /) -> Pressed:
        """An issued paper from its page, by the layout of that fingerprint; `page` carries the marks wanted."""
        ...

    def check(self, paper: PaperSpec, source: str, /) -> str:
        """A layout as it may be kept, standing alone. Raises TemplateRefused."""
        ...


class TemplateRefused(Exception):
    """A layout that cannot be put in force; the words say what is wrong with it."""
