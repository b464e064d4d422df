"""However many workers serve a district and however often they start, one desk looks up as many people in an hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import update

from baiyun_desktop.district import Assembly, lookup
from baiyun_desktop.district.lookup import HOUR_MS, LookUps, TooOften
from baiyun_desktop.district.lookup_tables import LOOKED_UP
from baiyun_desktop.replica.lookup import BY_PHONE, Question
from tests.district.conftest import Town
from tests.end2end.offices import BAOSHAN

MOST = 4
NOBODY = Question(by=BY_PHONE, value="13899999999", reason="办理登记", officer="张敏")


def answered(look_ups: LookUps, replica: str) -> bool:
    try:
        return look_ups.answer(replica, NOBODY).found == 0
    except TooOften:
        return False


def test_workers_count_together_and_after_a_restart(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "PER_HOUR_MAX", MOST)
    with ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        one, other = (LookUps(stack.enter_context(Assembly(town.folder))) for _ in range(2))
        here, there = (one.assembly.ids.new() for _ in range(2))
        for replica in (here, there):
            one.assembly.district.add_desk(replica, [BAOSHAN], post="窗口")
        asked = [threads.submit(answered, worker, here) for _ in range(MOST - 1) for worker in (one, other)]
        assert sum(question.result() for question in asked) == MOST
        assert answered(other, there), "a desk has its own count"
    with Assembly(town.folder) as assembly:
        again = LookUps(assembly)
        assert not answered(again, here)
        with assembly.engine.begin() as conn:
            conn.execute(update(LOOKED_UP).values(at=LOOKED_UP.c.at - HOUR_MS))
        assert answered(again, here)
