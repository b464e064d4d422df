"""督办: how far something overdue goes up, and the order that the office above writes about it, alike for all mandates."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from baiyun_desktop.kernel.article import Article
from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.paper import Cell, Grid, PaperSpec, Prose, Show, Signature, Signatures
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step, as_day

VERB, TITLE, SERIES = "督办", "督办通知书", "supervision"
"""The step, its paper, and the number series that a module declares for it."""
ABOVE = (Role.STREET, Role.DISTRICT_CENTRE)


class Supervised(Enum):
    """How far what is overdue has gone up (督办): told by working days since the end, computed whenever it is read.

    Two users: the centre's permits, tickets and legal aid; events of the dispatch platform, whose 督办通知书 it drafts.
    """

    NOT_YET = ""
    NOTICE = "应发督办通知"
    LISTED = "应挂牌督办"


NOTICE_FROM, LISTED_FROM = 3, 10
"""Working days over, from which an order is drafted and from which a matter is listed [ours: settings, not the law's]."""


def supervised(worked_over: int) -> Supervised:
    """What so many working days over call for. It blocks nothing: the next step says why it is late."""
    if worked_over >= LISTED_FROM:
        return Supervised.LISTED
    return Supervised.NOTICE if worked_over >= NOTICE_FROM else Supervised.NOT_YET


def overdue(brief: Brief) -> Reason | None:
    """Nobody is called to account for what is still in time, or stands still for a ground of the law."""
    for limit in brief.limits.values():
        due = limit.due
        counts = limit.running and due.deadline.asks_why and not due.deadline.waits and due.paused is None
        if counts and brief.stated_date is not None and brief.stated_date > due.day:
            return None
    return Reason("没有超期的期限，不能督办")


def supervising(*states: Enum, writes: str, cite: Article | None = None) -> tuple[Step, ...]:
    """The step of the office above in each of those states. It moves nothing and asks no reason of whoever takes it."""
    return tuple(
        Step(VERB, state, state, by=ABOVE, cite=cite, when=overdue, writes=writes, asks_why=False, en="Call to account")
        for state in states
    )


def order(
    kind: str,
    name: str,
    matter: Callable[[Loaded], Any],
    office: Callable[[Loaded], Any],
    *needs: str,
    who: str = "person.name",
) -> PaperSpec:
    """督办通知书 about a record with a field `due_on`: whose matter it is and what it is about are said by the module."""

    def said(loaded: Loaded) -> dict[str, Any]:
        due = as_day(loaded.get("due_on"))
        over = (loaded.setting.today - due).days if due is not None else None
        about = {"matter": matter(loaded), "answers": office(loaded) or loaded.setting.area_name(loaded.get("area"))}
        return {**about, "case": loaded.get("biz_no"), "over": f"{over}天" if over is not None and over > 0 else None}

    return paper_of(
        kind, name, TITLE,
        (
            Grid("", (
                (Cell("被督办单位", "answers", span=2),),
                (Cell("督办事项", "matter", span=2),),
                (Cell("事项编号", "case"), Cell("当事人", who)),
                (Cell("原时限", "due_on", Show.DATE), Cell("已超期", "over")),
                (Cell("督办等级", "pen_level", Show.CHOICE, span=2, options=("黄", "红", "挂牌")),),
                (Cell("督办要求", "pen_demand", span=2, lines=4),),
                (Cell("反馈时限", "pen_answer_by", span=2),),
            ), columns=2),
            Prose("", "请在反馈时限内办结或者说明理由，并将回执退回。"),
            Signatures((Signature("签发人（签名）", key="officer"), Signature("督办单位（印章）", seal=True))),
            Grid("回执（请被督办单位填写后退回）", (
                (Cell("签收人", "pen_taken_by"), Cell("签收日期", "pen_taken_on")),
                (Cell("办理情况", "pen_came_of_it", span=2, lines=3),),
            ), columns=2, keep=True),
            Signatures((Signature("经办人（签名）"), Signature("办理单位（印章）", seal=True))),
        ),
        more=said, needs=needs, pattern=SERIES,
    )  # fmt: skip
