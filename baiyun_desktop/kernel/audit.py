"""Who looked at, took out or decided what, as entries that hang on one another, so that none can be lost unseen.

Used by reveals, exports, prints, look-ups and approvals on the desk, and by look-ups at the district. An entry names
records and fields, never their values: the audit must not become a second register of people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.record import Record
from sync.schema import Referral

AUDIT_AREA = "audit"
"""The area of the audit administrator's posts; it lies below no office, so that no office's post covers it."""
BOOK, ENTRY = "audit_book", "audit_entry"
KEPT_DAYS_MIN = 184
"""Six months at least (网络安全法 art. 21(3)); nothing that the program does by itself removes an entry before."""


class Doing(Enum):
    """What an entry is about; the value is what stands in it."""

    REVEAL = "查看"
    CALL = "拨打"
    EXPORT = "导出"
    PRINT = "打印"
    LOOK_UP = "查询"
    ASK = "申请"
    APPROVE = "批准"
    DENY = "拒绝"
    LOG_IN = "登录"
    FAILED = "登录失败"


def own_area(replica: str) -> str:
    """The area that one desk alone holds: its own audit book, and what was shown to this desk alone."""
    return f"@{replica}"


class AuditBook(
    Record,
    title="审计簿",
    en="Audit book",
    area="area",
    refers=(Referral(("shown", BOOK), to="desk_area"),),
):
    """One desk's chain of entries, made by the district under the desk's own id.

    Its area is the audit administrator's, and `desk_area` brings it to its own desk: entries are its children, so they
    go where it is and nowhere else.
    """

    __tablename__ = BOOK

    area: Mapped[str | None] = field("范围", en="Held by", asked=Asked.AUTO)
    desk_area: Mapped[str | None] = field("本机范围", en="Desk's own area", asked=Asked.AUTO)
    shown: Mapped[str | None] = field("关联", en="Shown with", ref=BOOK, asked=Asked.AUTO)
    post: Mapped[str | None] = field("岗位", en="Post", asked=Asked.AUTO, listed=20)


class AuditEntry(Record, title="审计记录", en="Audit entry", parent=("book", BOOK)):
    """One thing that one officer did. Never changed after it was written; `hash` says so and `prev` says what came before."""

    __tablename__ = ENTRY

    book: Mapped[str | None] = field("审计簿", en="Book", ref=BOOK, asked=Asked.AUTO)
    seq: Mapped[int | None] = field("序号", en="Number", asked=Asked.AUTO, listed=6, index=True)
    at: Mapped[int | None] = field("时间(毫秒)", en="Instant", asked=Asked.AUTO)
    when: Mapped[str | None] = field("时间", en="Time", asked=Asked.AUTO, listed=18)
    who: Mapped[str | None] = field("经办人", en="Officer", asked=Asked.AUTO, listed=10)
    post: Mapped[str | None] = field("岗位", en="Post", asked=Asked.AUTO, listed=18)
    what: Mapped[str | None] = field("操作", en="What", asked=Asked.AUTO, listed=8, index=True)
    kind: Mapped[str | None] = field("对象类别", en="Kind", asked=Asked.AUTO, listed=10)
    record: Mapped[str | None] = field("对象", en="Record", asked=Asked.AUTO, index=True)
    fields: Mapped[str | None] = field("项目", en="Fields", asked=Asked.AUTO, listed=20)
    reason: Mapped[str | None] = field("事由", en="Reason", asked=Asked.AUTO, listed=24)
    device: Mapped[str | None] = field("设备", en="Device", asked=Asked.AUTO, listed=14)
    prev: Mapped[str | None] = field("上条", en="Entry before", asked=Asked.AUTO)
    hash: Mapped[str | None] = field("校验", en="Hash", asked=Asked.AUTO)

    @classmethod
    def title_of(cls, values: Mapping[str, Any]) -> str:
        return " ".join(str(values[n]) for n in ("when", "who", "what") if values.get(n)) or "审计记录"


SIGNED = tuple(f.name for f in AuditEntry.info.fields if f.name != "hash")
"""The fields that an entry's hash is over, with `prev` among them."""


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of what an entry says. An empty field is as one that is not there, as rows travel."""
    said = [[name, entry[name]] for name in SIGNED if entry.get(name) not in (None, "")]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def sealed(entry: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The entry as it is written after `before`, or as the first of its book."""
    values = {**entry, "seq": 1, "prev": None}
    if before is not None:
        values |= {"seq": int(before["seq"]) + 1, "prev": before["hash"]}
    return {**values, "hash": hash_of(values)}


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found of one desk's book."""

    book: str
    post: str
    entries: int
    forks: tuple[int, ...] = ()
    """The numbers at which it parts: a restored or copied file went on from there. Lawful, and told."""
    wrongs: tuple[str, ...] = ()


def examine(book: str, post: str, entries: Iterable[Mapping[str, Any]]) -> Chain:
    """Follows every entry of a book back to the one before it.

    A restored file goes on from an older entry, so an entry may have several after it. What may not be: an entry that
    is not what its hash says, one whose entry before is not there, a first one that is not number 1.
    """
    held = sorted(entries, key=lambda e: (int(e.get("seq") or 0), str(e.get("id") or "")))
    by_hash = {str(e.get("hash")): e for e in held}
    after: dict[tuple[int, str], int] = {}
    for entry in held:
        place = (int(entry.get("seq") or 0), str(entry.get("prev") or ""))
        after[place] = after.get(place, 0) + 1
    forks = tuple(sorted({seq for (seq, _), many in after.items() if many > 1}))
    return Chain(book, post, len(held), forks, tuple(_wrongs(held, by_hash)))


def _wrongs(held: list[Mapping[str, Any]], by_hash: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    numbers = {int(e.get("seq") or 0) for e in held}
    for entry in held:
        seq, prev = int(entry.get("seq") or 0), str(entry.get("prev") or "")
        if entry.get("voided"):
            yield f"entry {seq} was declared void"
        if hash_of(entry) != entry.get("hash"):
            yield f"entry {seq} was altered: it is not what its hash says"
            continue
        before = by_hash.get(prev)
        if not prev:
            if seq != 1:
                yield f"entry {seq} says that nothing came before it"
        elif before is None:
            gap = seq - 1 not in numbers
            yield (
                f"entry {seq - 1} is missing"
                if gap
                else f"entry {seq} does not follow any entry {seq - 1} that is here"
            )
        elif int(before.get("seq") or 0) != seq - 1:
            yield f"entry {seq} stands after entry {before.get('seq')}: the order was changed"
