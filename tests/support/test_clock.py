"""A wrong clock is noticed by the district's time, by time that seems to run back, and by the program's own age."""

from __future__ import annotations

from baiyun_desktop.support.clock import ClockWatch, Off, elapsed_s

HOUR_MS = 3_600_000
NOON = 1_800_000_000_000
RELEASED = NOON - 1000 * HOUR_MS


def watch() -> ClockWatch:
    return ClockWatch(RELEASED)


def test_a_clock_within_minutes_is_nothing_to_say() -> None:
    made = watch()
    made.heard(NOON - HOUR_MS, 4 * 60_000, NOON, 10.0)
    assert made.off(NOON, 10.0) is None


def test_what_the_last_round_said_counts_until_the_next() -> None:
    made = watch()
    made.heard(NOON - HOUR_MS, 2 * HOUR_MS, NOON, 10.0)
    assert made.off(NOON, 10.0) == Off(2 * HOUR_MS)


def test_a_clock_set_right_or_wrong_meanwhile_is_seen_at_once() -> None:
    made = watch()
    made.heard(NOON - HOUR_MS, 0, NOON, 10.0)
    made.heard(NOON, 2 * HOUR_MS, NOON, 10.0)
    assert made.off(NOON + 60_000, 70.0) == Off(2 * HOUR_MS)
    assert made.off(NOON + 60_000 - 2 * HOUR_MS, 70.0) is None
    assert made.off(NOON - 5 * HOUR_MS, 70.0) == Off(-3 * HOUR_MS - 60_000)
    assert made.district_ms(70.0) == NOON + 60_000 - 2 * HOUR_MS


def test_a_round_after_it_was_set_right_says_so() -> None:
    made = watch()
    made.heard(NOON, 2 * HOUR_MS, NOON, 10.0)
    made.heard(NOON + 1, 0, NOON + 1, 20.0)
    assert made.off(NOON + 1, 20.0) is None


def test_time_that_ran_back_since_the_last_round_with_no_line() -> None:
    made = watch()
    made.heard(NOON, 0, NOON - 30 * HOUR_MS, 10.0)
    assert made.off(NOON - 30 * HOUR_MS, 10.0) == Off(-30 * HOUR_MS, least=True)


def test_a_clock_before_the_program_was_made_is_wrong_without_any_round() -> None:
    made = watch()
    made.heard(None, None, RELEASED - HOUR_MS, 10.0)
    assert made.off(RELEASED - HOUR_MS, 10.0) == Off(-HOUR_MS, least=True)
    assert watch().off(RELEASED + 1, 10.0) is None


def test_elapsed_time_never_goes_back() -> None:
    assert elapsed_s() <= elapsed_s()
