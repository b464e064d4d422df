"""The state of the line is said in plain words, and the age of the oldest unsent item gives its colour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from baiyun_desktop.ui import words
from baiyun_desktop.ui.sync_badge import sync_words
from sync.desk.status import Status

NOW_MS = 1_790_000_000_000  # 2026-09-21 22:13 in Baiyun
MINUTE_MS = 60_000
QUIET = Status(0, None, 0, 0, 0, 0, NOW_MS - 3 * MINUTE_MS, 7, None, None)


def waiting(n: int, minutes: int) -> Status:
    return replace(QUIET, unsent=n, oldest_unsent_at=NOW_MS - minutes * MINUTE_MS)


def test_all_is_well() -> None:
    assert sync_words(QUIET, "", NOW_MS).text == "全部已上传 · 上次 22:10 · 正常"
    assert sync_words(QUIET, "", NOW_MS).tone == "good"


@pytest.mark.parametrize(("minutes", "tone"), [(1, "good"), (29, "good"), (30, "warn"), (479, "warn"), (480, "bad")])
def test_the_oldest_item_turns_the_badge(minutes: int, tone: str) -> None:
    said = sync_words(waiting(3, minutes), "", NOW_MS)
    assert said.tone == tone
    assert said.text.startswith("3 条待上传 · ")


def test_a_line_that_is_down_is_said_at_once() -> None:
    said = sync_words(waiting(1, 2), "连不上区服务器", NOW_MS)
    assert (said.tone, said.text) == ("warn", "1 条待上传 · 上次 22:10 · 连不上区服务器")


def test_a_round_of_another_day_shows_its_day() -> None:
    yesterday = replace(QUIET, last_round_at=NOW_MS - 24 * 60 * MINUTE_MS)
    assert "上次 09-20 22:13" in sync_words(yesterday, "", NOW_MS).text


def test_a_desk_that_never_synced_and_one_with_held_items_say_so() -> None:
    assert "尚未同步过" in sync_words(replace(QUIET, last_round_at=None), "", NOW_MS).text
    assert "2 条等待处理" in sync_words(replace(QUIET, held=2), "", NOW_MS).text


def test_english_says_the_same() -> None:
    words.set_language("en")
    assert sync_words(waiting(3, 60), "", NOW_MS).text == "3 to send · last 22:10 · waiting for 1 h"
