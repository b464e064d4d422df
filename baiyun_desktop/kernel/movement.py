"""One taking of a step; states are folded from these, never merged."""

from __future__ import annotations

from datetime import date
from enum import Enum

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.codes import Code, CodeList
from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.record import Record
from sync.schema import Policy

COLLECTION = "movement"
LATE_REASONS = CodeList(
    "LATE_REASON",
    "超期原因",
    (
        Code("1", "案情或事项复杂", "The matter is complex"),
        Code("2", "当事人联系不上或不配合", "A party cannot be reached or does not cooperate"),
        Code("3", "等其他部门或单位", "Waited for another office"),
        Code("4", "等补正材料", "Waited for papers"),
        Code("5", "人手或交接", "Short of staff, or handing over"),
        Code("6", "系统或网络故障", "System or line down"),
        Code("7", "不可抗力", "Force majeure"),
        Code("9", "其他（写在事由里）", "Other (say so as the reason)"),
    ),
)
"""Why a step came after its time: counted for supervision, so one word of a list and not a text."""


class Judged(Enum):
    """The district's word on a movement; none yet while it is on its way."""

    ACCEPTED = "accepted"
    OVERTAKEN = "overtaken"


class Movement(Record, title="办理", en="Step taken", parent=("subject", ""), judged=True):
    """A child of the record it moves: `subject_kind` names that record's kind and `subject` its id."""

    __tablename__ = COLLECTION

    subject_kind: Mapped[str | None] = field("对象类别", en="Kind", asked=Asked.AUTO)
    subject: Mapped[str | None] = field("对象", en="Record", asked=Asked.AUTO)
    verb: Mapped[str | None] = field("办理", en="Step", asked=Asked.AUTO, listed=8)
    stated_date: Mapped[date | None] = field("日期", en="Date", asked=Asked.FIRST, listed=10, stated=True)
    officer: Mapped[str | None] = field("经办人", en="Officer", asked=Asked.AUTO, listed=10)
    article: Mapped[str | None] = field("依据", en="Article", asked=Asked.AUTO)
    reason: Mapped[str | None] = field("事由", en="Reason", long=True)
    late_reason: Mapped[str | None] = field("超期原因", en="Why late", codes=LATE_REASONS.name, asked=Asked.AUTO)
    found: Mapped[list[str] | None] = field("办理前", en="Found", asked=Asked.AUTO)
    follows: Mapped[str | None] = field("前一办理", en="Follows", asked=Asked.AUTO)
    judgement: Mapped[str | None] = field("结论", en="Judgement", policy=Policy.MACHINE, asked=Asked.AUTO)
    note: Mapped[str | None] = field("说明", en="Note", policy=Policy.MACHINE, asked=Asked.AUTO)
