"""Where a registration stands: what its steps lead through and its time limits run in."""

from __future__ import annotations

from enum import Enum


class S(Enum):
    """States of a registration."""

    DRAFT = "草稿"
    ACTIVE = "有效"
    TO_CHECK = "待核实"
    REPLACED = "变更历史"
    ENDED = "已注销"


STANDS = (S.ACTIVE, S.TO_CHECK)
