"""What the replica's tests share: a clock that is set by hand, ids that repeat, and a program with one procedure."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.article import Law
from baiyun_desktop.kernel.field import field
from baiyun_desktop.kernel.module import Module
from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.step import Brief, Reason, Step
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.enrolment import NumberBlock
from sync.schema import Policy, Row
from tests.new_desk import KEY

NOW_MS = 1_790_000_000_000  # 2026-09-21
RULES = Law("走访办法", {3: "走访前先约好日子。"})


class ManualClock:
    """Time stands still unless a test moves it."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self.ms = now_ms

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.ms / 1000


class SeededIds:
    """Ids in the shape of UUIDv7, the same in each run, in the order they are asked for."""

    def __init__(self, clock: ManualClock, seed: str = "") -> None:
        self._clock, self._seed, self._count = clock, seed, 0

    def new(self) -> str:
        self._count += 1
        tail = hashlib.blake2b(f"{self._seed}{self._count}".encode(), digest_size=6).hexdigest()
        return f"{self._clock.ms:012x}7{self._count:07x}{tail}"


class S(Enum):
    OPEN = "待走访"
    DONE = "已走访"


def _not_before_registered(brief: Brief) -> Reason | None:
    if brief.stated_date is not None and brief.stated_date < date(2020, 1, 1):
        return Reason("走访日期早于启用日期", ("visited_on",), RULES[3])
    return None


class Visit(Record, title="走访", en="Visit", area="area", carries=(("person", "person"),)):
    __tablename__ = "visit"

    area: Mapped[str | None] = field("社区")
    person: Mapped[str | None] = field("人员", ref="person")
    topic: Mapped[str | None] = field("事由", needed=["走访"], listed=10)
    visited_on: Mapped[date | None] = field("走访日期")
    minutes: Mapped[int | None] = field("分钟", policy=Policy.ADD)
    tags: Mapped[list[str] | None] = field("标签", policy=Policy.UNION)
    biz_no: Mapped[str | None] = field("编号", listed=20)
    state: Mapped[str | None] = field("状态", derived="movements", listed=6)
    summary: Mapped[str | None] = field("摘要", derived=True)

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        return {"summary": f"{values.get('topic', '')}/{values.get('minutes', 0)}"}


VISITS = Procedure(
    Visit,
    S,
    [
        Step("走访", S.OPEN, S.DONE, cite=RULES[3], when=_not_before_registered, sets=("visited_on",), number="visit"),
        Step("重新走访", S.DONE, S.OPEN),
    ],
    initial=S.OPEN,
)
NUMBER = NumberPattern("visit", "走访编号", "访")


def make_program() -> Program:
    return Program(
        [REGISTRY, Module("visits", "走访", records=(Visit,), procedures=(VISITS,), numbers=(NUMBER,), laws=(RULES,))]
    )


PROGRAM = make_program()
IDENTITY = DeskIdentity(
    replica="d" * 32,
    post="宝山社区",
    officer="officer-1",
    areas=("150206001006",),
    blocks=(NumberBlock("visit", "宝山", 2026, 11, 13),),
)


def make_desk(path: Path, clock: ManualClock, ids: SeededIds, program: Program = PROGRAM) -> Replica:
    return Replica.create(path, KEY, program, IDENTITY, clock, ids)


def person(ids: SeededIds, **values: Any) -> Draft:
    return Draft.create("person", ids.new(), **values)
