"""A PC whose clock is wrong numbers into the year that it is in the district, as far as the last round tells."""

from __future__ import annotations

import pytest

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.told_time import told_day, told_ms
from tests.replica.desk import NOW_MS, ManualClock

DAY_MS = 24 * 3600 * 1000
YEAR_MS = 365 * DAY_MS


@pytest.mark.parametrize(
    ("off_then", "off_now", "told"),
    [
        (0, 0, 3 * DAY_MS),
        (-7 * YEAR_MS, -7 * YEAR_MS, 3 * DAY_MS),  # stands in 2019
        (-7 * YEAR_MS, 0, 3 * DAY_MS),  # and has been put right since
        (4 * YEAR_MS, 4 * YEAR_MS, 3 * DAY_MS),
        (4 * YEAR_MS, 0, 3 * DAY_MS),
        (0, -7 * YEAR_MS, 0),  # was put back since: at least as late as the round was
    ],
)
def test_the_year_of_a_number_is_the_districts(
    desk: Replica, clock: ManualClock, off_then: int, off_now: int, told: int
) -> None:
    with desk.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET last_round_at = ?, skew_ms = ?", (NOW_MS + off_then, off_then))
    clock.ms = NOW_MS + 3 * DAY_MS + off_now
    with desk.reading() as conn:
        assert told_ms(conn, clock.ms) == NOW_MS + told
        assert told_day(conn, clock.ms).year == 2026
    assert desk.door.number("visit") == "(2026)白矿宝山访字第00011号"
