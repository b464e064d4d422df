"""Who looked at, took out or decided what, as entries that hang on one another, so that none can be lost unseen.

Used by reveals, exports, prints, look-ups, log-ins and approvals on the desk, and by look-ups at the district. An entry
names records and fields, never their values: the audit must not become a second register of people.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.record import Record

AUDIT_AREA = "audit"
"""Where every entry lies, and the auditors' posts. It lies below no office, so that no office's post covers it."""
ENTRY = "audit_entry"
KEPT_DAYS_MIN = 184
"""Six months at least (网络安全法 art. 21(3)); nothing that the program does by itself removes an entry before."""


class Doing(Enum):
    """What an entry is about; the value is what stands in it."""

    REVEAL = "查看"
    CALL = "拨打"
    PREVIEW = "预览"
    PRINT = "打印"
    EXPORT = "导出"
    WALK = "准备走访"
    LOOK_UP = "查询"
    BACK_UP = "备份"
    ASK = "申请"
    APPROVE = "批准"
    DENY = "拒绝"
    LOG_IN = "登录"
    LOG_OUT = "退出"
    FAILED = "密码错误"
    LOCKED = "锁定"
    PASSWORD = "改密码"  # noqa: S105 - what was done, not one


class AuditEntry(Record, title="审计记录", en="Audit entry", area="area"):
    """One thing that one officer did. Never changed after it was written; `hash` says so and `prev` says what came before.

    It lies in the auditors' area: a desk has it until the district does, and keeps no more than the last one's hash.
    """

    __tablename__ = ENTRY

    area: Mapped[str | None] = field("范围", en="Held by", asked=Asked.AUTO)
    desk: Mapped[str | None] = field("本机", en="Desk", asked=Asked.AUTO, index=True)
    epoch: Mapped[int | None] = field("代次", en="Epoch", asked=Asked.AUTO)
    seq: Mapped[int | None] = field("序号", en="Number", asked=Asked.AUTO, listed=6, index=True)
    at: Mapped[int | None] = field("时间（毫秒）", en="Instant", asked=Asked.AUTO, index=True)
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


SIGNED = tuple(f.name for f in AuditEntry.info.fields if f.name not in ("area", "hash"))
"""The fields that an entry's hash is over, with `prev` among them."""


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of what an entry says. An empty field is as one that is not there, as rows travel."""
    said = [[name, entry[name]] for name in SIGNED if entry.get(name) not in (None, "")]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """Where a chain stands: the number and hash of its last entry."""

    seq: int = 0
    hash: str = ""


def sealed(entry: Mapping[str, Any], last: Link) -> dict[str, Any]:
    """The entry as it is written after the last one of its chain; the chain then stands at `link_of` it."""
    values = {**entry, "seq": last.seq + 1, "prev": last.hash or None}
    return {**values, "hash": hash_of(values)}


def link_of(entry: Mapping[str, Any]) -> Link:
    """Where a chain stands after this entry."""
    return Link(int(entry["seq"]), str(entry["hash"]))


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found of one desk's entries."""

    desk: str
    post: str
    entries: int
    forks: tuple[int, ...] = ()
    """The numbers at which it parts: a restored or copied file went on from there. Lawful, and told."""
    wrongs: tuple[str, ...] = ()


def examine(desk: str, entries: Iterable[Mapping[str, Any]]) -> Chain:
    """Follows every entry of a desk back to the one before it.

    A restored file goes on from an older entry, so an entry may have several after it. What may not be: an entry that
    is not what its hash says, one whose entry before is not there, a first one that is not number 1.
    """
    held = sorted(entries, key=lambda e: (int(e.get("seq") or 0), str(e.get("id") or "")))
    by_hash = {str(e.get("hash")): e for e in held}
    places = Counter((int(e.get("seq") or 0), str(e.get("prev") or "")) for e in held)
    forks = tuple(sorted({seq for (seq, _), many in places.items() if many > 1}))
    post = str(held[-1].get("post") or "") if held else ""
    return Chain(desk, post, len(held), forks, tuple(_wrongs(held, by_hash)))


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
