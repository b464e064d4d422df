"""督办: how far something that stays overdue goes up, so that desks and offices above it use one measure."""

from __future__ import annotations

from enum import Enum


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
