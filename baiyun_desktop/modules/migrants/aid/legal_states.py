"""Where an application for legal aid stands."""

from __future__ import annotations

from enum import Enum


class S(Enum):
    """States of an application."""

    DRAFT = "草稿"
    APPLIED = "已申请"
    PAPERS = "补充材料"
    GRANTED = "给予援助"
    REFUSED = "不予援助"
    OBJECTED = "异议审查"
    AHEAD = "先行援助"
    ASSIGNED = "已指派"
    CLOSED = "已结案"
