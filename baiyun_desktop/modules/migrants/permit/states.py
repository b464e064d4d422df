"""Where a permit stands, from the first look at an application to the end of the card."""

from __future__ import annotations

from enum import Enum


class S(Enum):
    """States of a permit."""

    PRECHECK = "资格预审"
    READY = "材料齐"
    TOLD = "一次性告知"
    ACCEPTED = "受理"
    REJECTED = "不予受理"
    AT_POLICE = "已报公安"
    MAKING = "制证"
    TO_FETCH = "待领取"
    VALID = "有效"
    TO_ENDORSE = "待签注"
    SUSPENDED = "功能中止"
    CANCELLED = "已注销"


HELD = (S.VALID, S.TO_ENDORSE)
