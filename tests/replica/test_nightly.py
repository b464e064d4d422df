"""A backup is due once a night, or in the morning of a PC that slept; trouble is told, tried again, and stops nothing."""

from __future__ import annotations

import shutil
import threading
from datetime import datetime
from pathlib import Path

import pytest

from baiyun_desktop.replica.backup import backups_in
from baiyun_desktop.replica.nightly import CHINA, Plan, Upkeep, load_plan, save_plan
from tests.replica.enrolled import enrol_desk

DAY_MS = 24 * 3600 * 1000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


@pytest.mark.parametrize(
    ("done", "now", "due"),
    [
        ("2026-09-21T02:10", "2026-09-21T18:00", False),
        ("2026-09-21T02:10", "2026-09-22T01:59", False),
        ("2026-09-21T02:10", "2026-09-22T02:00", True),
        ("2026-09-18T17:00", "2026-09-21T08:30", True),  # over the weekend it was off
        ("2026-09-21T08:31", "2026-09-21T17:00", False),
        ("2027-01-01T00:00", "2026-09-21T17:00", True),  # the clock had been ahead
    ],
)
def test_once_a_night_or_in_the_morning_after(done: str, now: str, due: bool) -> None:
    assert Plan(folder="E", done_at=at(done)).due(at(now)) is due


def test_without_a_folder_it_is_asked_for_and_trouble_is_tried_again_in_half_an_hour() -> None:
    now = at("2026-09-21T10:00")
    assert not Plan().due(now)
    assert "还没有选择" in Plan().words(now)
    failed = Plan(folder="E", tried_at=now, trouble="备份没有做成")
    assert not failed.due(now + 29 * 60_000)
    assert failed.due(now + 30 * 60_000)
    assert failed.words(now) == "备份没有做成"
    assert "4 天" in Plan(folder="E", done_at=now - 4 * DAY_MS).words(now)
    assert Plan(folder="E", done_at=now).words(now) == ""


def test_a_look_makes_what_is_due_and_tells_what_went_wrong(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    with desk.open() as replica:
        upkeep = Upkeep(desk.home, replica)
        assert not upkeep.look()
        upkeep.choose(stick, keep=2)
        assert upkeep.look()
        assert not upkeep.look()
        assert upkeep.problem == ""
        shutil.move(stick, tmp_path / "unplugged")
        desk.clock.ms += DAY_MS
        assert upkeep.look()
        assert "插上" in upkeep.problem
        assert not upkeep.look()  # not each minute
        shutil.move(tmp_path / "unplugged", stick)
        desk.clock.ms += 31 * 60_000
        assert upkeep.look()
        assert upkeep.problem == ""
        assert len(backups_in(stick)) == 2
        desk.save(replica, "王四")
        assert desk.holds_all(replica)


def test_a_look_lets_the_district_give_the_key_back_as_soon_as_its_key_is_known(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    with desk.open() as replica:
        with replica.writing() as conn:
            conn.exec_driver_sql("UPDATE sync_state SET seal = ?", (b"",))
        sealed_before = desk.home.keys.read_bytes()
        Upkeep(desk.home, replica).look()
        assert desk.home.keys.read_bytes() == sealed_before
        with replica.writing() as conn:  # the district has another key now
            conn.exec_driver_sql("UPDATE sync_state SET seal = ?", (bytes(31) + b"\x09",))
        Upkeep(desk.home, replica).look()
        assert desk.home.keys.read_bytes() != sealed_before


def test_the_thread_works_beside_a_clerk_and_ends_when_told(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    tried = threading.Event()
    with desk.open() as replica:
        upkeep = Upkeep(desk.home, replica)
        upkeep.listeners.append(tried.set)
        upkeep.start()
        upkeep.choose(stick)
        for number in range(5):
            desk.save(replica, f"王{number}")
        assert tried.wait(30)
        upkeep.stop()
        assert upkeep._thread is not None
        assert not upkeep._thread.is_alive()
    assert len(backups_in(stick)) == 1


def test_an_unreadable_plan_is_asked_for_again(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    save_plan(desk.home, Plan(folder="E"))
    assert load_plan(desk.home).folder == "E"
    (desk.home.folder / "backups.json").write_bytes(b"{")
    assert load_plan(desk.home) == Plan()
