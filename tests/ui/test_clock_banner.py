"""A wrong clock is named with the difference and what to do; today is the district's today, and a day to come is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.support.clock import RELEASED_MS, ClockWatch
from baiyun_desktop.ui import days
from baiyun_desktop.ui.clock_banner import ClockBanner
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import Desk, focused, type_into
from tests.ui.test_form import opened

HOUR_MS = 3_600_000
NOW = RELEASED_MS + 5_000 * HOUR_MS


@pytest.fixture(autouse=True)
def right_again() -> Iterator[None]:
    yield
    days.set_ahead(0)


def test_it_says_by_how_much_and_what_to_do(desk: Desk, qtbot: QtBot) -> None:
    banner = ClockBanner(ClockWatch())
    qtbot.addWidget(banner)
    status = replace(desk.replica.status(), last_round_at=NOW, skew_ms=26 * HOUR_MS)
    banner.look(status, NOW, 1.0)
    assert not banner.isHidden()
    assert banner.words.startswith("本机时钟快了 1 天(区服务器时间 ")
    assert "自动设置时间" in banner.words and "日期已按区里时间" in banner.words
    real = datetime.now(days.BEIJING).date()
    assert timedelta(days=1) <= real - days.today() <= timedelta(days=2)
    banner.look(replace(status, last_round_at=NOW + 1, skew_ms=-7 * 60_000), NOW + 1, 2.0)
    assert banner.words.startswith("本机时钟慢了 7 分钟")
    banner.look(replace(status, last_round_at=NOW + 2, skew_ms=0), NOW + 2, 3.0)
    assert banner.isHidden()


def test_a_clock_before_the_program_was_made_is_told_with_no_line(desk: Desk, qtbot: QtBot) -> None:
    banner = ClockBanner(ClockWatch())
    qtbot.addWidget(banner)
    banner.look(desk.replica.status(), RELEASED_MS - 90 * 60_000, 1.0)
    assert banner.words.startswith("本机时钟慢了 至少 1 小时 30 分。")


def test_a_right_clock_says_nothing_in_the_window(window: MainWindow) -> None:
    window.refresh_status()
    assert not window.support.clock.isVisible()


def test_a_stated_day_that_has_not_come_is_named(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "residence_reg", desk.registrations["王公平"])
    with desk.replica.store.aside() as conn:  # as a round with a district leaves it
        sql = "UPDATE sync_state SET last_round_at = ?, skew_ms = ?"
        conn.exec_driver_sql(sql, (desk.replica.clock.now_ms(), 48 * HOUR_MS))
    window.refresh_status()
    assert window.support.clock.isVisible() and "2 天" in window.support.clock.words
    assert datetime.now(days.BEIJING).date() - days.today() >= timedelta(days=1)
    next(b for b in page.head.steps.findChildren(QPushButton) if b.text() == "登记").click()
    sheet = page.head.sheet
    assert sheet is not None
    assert sheet._date.text() == days.today().isoformat(), "the day that is filled in is the district's"
    qtbot.waitUntil(sheet.isVisible)
    sheet._date.setFocus()
    sheet._date.selectAll()
    type_into(focused(), (days.today() + timedelta(days=1)).isoformat())
    notes = [label.text() for label in sheet.findChildren(QLabel) if label.isVisible()]
    assert any("还没有到" in note and days.today().isoformat() in note for note in notes)
    sheet._date.selectAll()
    type_into(focused(), days.today().isoformat())
    assert not any("还没有到" in label.text() for label in sheet.findChildren(QLabel) if label.isVisible())
