"""A paper that was issued: what it said and by which layout, so that it can be shown, proved and printed again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.record import Record
from sync.schema import Policy, Row, Unique

COLLECTION = "doc_instance"


class Standing(Enum):
    """Whether a paper counts. A void one keeps its number, its contents and its reason."""

    ISSUED = "已出具"
    VOID = "已作废"


class Signed(Enum):
    """How far the signing of a paper is."""

    UNSIGNED = "未签"
    SIGNED = "已签"
    RETURNED = "签好收回"


class Sealed(Enum):
    """Whether the office's seal is on it."""

    UNSEALED = "未盖章"
    SEALED = "已盖章"


def _numbered(row: Row) -> Iterable[str]:
    return [f"{row['series']} {row['doc_no']}"] if row.get("series") and row.get("doc_no") else []


ONE_NUMBER = Unique(name="文书编号重复", keys=_numbered, judge=lambda a, b: "ask", links=False)
"""Two copies of one file that worked without a line took the same number: both papers stand, and an officer is asked."""


class DocInstance(Record, title="已出文书", en="Issued paper", parent=("subject", ""), uniques=(ONE_NUMBER,)):
    """A child of the record it is about: `subject_kind` names that record's kind and `subject` its id.

    `snapshot` and `page` are JSON: the plain values, and the words as they were set. What was issued is never
    written again; only how it stands, what was signed, and how often it was printed.
    """

    __tablename__ = COLLECTION

    subject_kind: Mapped[str | None] = field("对象类别", en="Kind", asked=Asked.AUTO)
    subject: Mapped[str | None] = field("对象", en="Record", asked=Asked.AUTO)
    template: Mapped[str | None] = field("文书代码", en="Paper", asked=Asked.AUTO)
    template_version: Mapped[int | None] = field("版次", en="Version", asked=Asked.AUTO)
    template_sha256: Mapped[str | None] = field("版式指纹", en="Layout's fingerprint", asked=Asked.AUTO)
    title: Mapped[str | None] = field("文书", en="Paper", asked=Asked.AUTO, listed=16)
    doc_no: Mapped[str | None] = field("编号", en="Number", asked=Asked.AUTO, listed=24, index=True)
    series: Mapped[str | None] = field("编号系列", en="Series", asked=Asked.AUTO)
    """The number pattern that the number was taken from; empty where it is the record's own."""
    verb: Mapped[str | None] = field("办理", en="Step", asked=Asked.AUTO)
    movement: Mapped[str | None] = field("办理记录", en="Taking of the step", asked=Asked.AUTO)
    """Of the step that wrote it: where that came second, the paper stays and is marked 已被取代."""
    snapshot: Mapped[str | None] = field("内容", en="Contents", asked=Asked.AUTO, long=True)
    page: Mapped[str | None] = field("版面", en="Words as set", asked=Asked.AUTO, long=True)
    pdf_sha256: Mapped[str | None] = field("文件指纹", en="File's fingerprint", asked=Asked.AUTO, policy=Policy.LATEST)
    masked: Mapped[bool | None] = field("已脱敏", en="Masked", asked=Asked.AUTO)
    issued_at: Mapped[datetime | None] = field("出具时间", en="Issued", asked=Asked.AUTO, listed=16)
    issued_by: Mapped[str | None] = field("出具人", en="Issued by", asked=Asked.AUTO, listed=10)
    printed_at: Mapped[datetime | None] = field("打印时间", en="Printed", asked=Asked.AUTO, policy=Policy.LATEST)
    printed_by: Mapped[str | None] = field("打印人", en="Printed by", asked=Asked.AUTO, policy=Policy.LATEST)
    copies: Mapped[int | None] = field("份数", en="Copies", asked=Asked.AUTO, policy=Policy.ADD, listed=6)
    reprints: Mapped[int | None] = field("补打次数", en="Reprints", asked=Asked.AUTO, policy=Policy.ADD)
    state: Mapped[str | None] = field("状态", en="State", asked=Asked.AUTO, policy=Policy.LATEST, listed=8)
    void_reason: Mapped[str | None] = field("作废原因", en="Why void", asked=Asked.AUTO, policy=Policy.LATEST)
    voided_by: Mapped[str | None] = field("作废人", en="Voided by", asked=Asked.AUTO, policy=Policy.LATEST)
    voided_at: Mapped[datetime | None] = field("作废时间", en="Voided", asked=Asked.AUTO, policy=Policy.LATEST)
    signed_state: Mapped[str | None] = field("签字", en="Signed", asked=Asked.AUTO, policy=Policy.LATEST)
    seal_state: Mapped[str | None] = field("盖章", en="Sealed", asked=Asked.AUTO, policy=Policy.LATEST)
