"""What left a desk is in no corner of its file by the morning; work meanwhile, a cut and a full disk lose nothing."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.replica import Replica, tidying
from baiyun_desktop.replica.nightly import Plan, Upkeep
from tests.district.plain_bytes import plain_bytes
from tests.replica.enrolled import Desk, enrol_desk
from tests.replica.kill import killed

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return enrol_desk(tmp_path)


def mark(replica: Replica) -> dict[str, str]:
    with replica.reading() as conn:
        return {row.name: row.value for row in conn.exec_driver_sql("SELECT name, value FROM meta")}


def night(replica: Replica) -> int:
    return Plan().night_ms(replica.clock.now_ms())


def test_a_file_is_written_anew_once_a_night_after_something_left(desk: Desk) -> None:
    with desk.open() as replica:
        tidying.tidy(replica)
        desk.clock.ms += DAY_MS
        assert not tidying.due(replica, night(replica))
        assert replica.forget()
        assert tidying.due(replica, night(replica))
        inode = replica.path.stat().st_ino
        assert tidying.tidy(replica)
        assert replica.path.stat().st_ino != inode
        assert not tidying.due(replica, night(replica))
        assert "left" not in mark(replica)
        assert replica.forget()
        assert not tidying.due(replica, night(replica))  # not twice a night
        assert desk.holds_all(replica)
        desk.save(replica, "王四")
        desk.round(replica)
    with desk.open() as replica:
        assert desk.holds_all(replica)


def test_it_is_written_anew_each_month_though_no_mark_was_left(desk: Desk) -> None:
    with desk.open() as replica:
        tidying.tidy(replica)
        desk.clock.ms += 29 * DAY_MS
        assert not tidying.due(replica, night(replica))
        desk.clock.ms += 3 * DAY_MS
        assert tidying.due(replica, night(replica))


def test_what_is_saved_meanwhile_keeps_the_old_file(desk: Desk) -> None:
    with desk.open() as replica:
        inode = replica.path.stat().st_ino
        assert not tidying.tidy(replica, at=lambda point: desk.save(replica, f"王在{point}"))
        assert replica.path.stat().st_ino == inode
        assert desk.holds_all(replica)
        assert not replica.path.with_name(replica.path.name + ".tidying").exists()
        assert tidying.tidy(replica)
        assert desk.holds_all(replica)


def test_a_look_of_the_night_does_it_beside_the_backup(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.open() as replica:
        replica.forget()
        desk.clock.ms += DAY_MS
        upkeep, done = Upkeep(desk.home, replica), []
        real = tidying.tidy

        def full(*_: Any) -> bool:
            raise sqlcipher.OperationalError("database or disk is full")

        monkeypatch.setattr(tidying, "tidy", full)
        upkeep.look()  # told in the log, and stops nothing
        monkeypatch.setattr(tidying, "tidy", lambda *given: done.append(real(*given)))
        upkeep.look()
        assert done == []  # not each minute
        desk.clock.ms += 31 * 60_000
        upkeep.look()
        upkeep.look()
        assert done == [True]
        assert desk.holds_all(replica)


def test_what_sqlite_left_in_a_corner_of_a_page_is_gone(desk: Desk) -> None:
    with desk.open() as replica:
        for seed in range(40):  # some of these orders leave one
            left = move_about(replica, seed)
            assert replica.forget()
            if any(word in plain_bytes(replica.path, replica.store.key) for word in left):
                break
        else:
            pytest.fail("SQLite leaves nothing behind any more: a file need not be written anew")
        assert tidying.tidy(replica)
        assert not any(word in plain_bytes(replica.path, replica.store.key) for word in left)
        assert desk.holds_all(replica)


def move_about(replica: Replica, seed: int) -> list[bytes]:
    """Rows that grow and shrink among others that stay; returns words that are in no row any more."""
    dice = random.Random(seed)
    words = {f"{seed}-{n}": b"~%02d-%04d~" % (seed, n) for n in range(120)}
    gone = dice.sample(sorted(words), 60)
    with replica.store.aside() as conn:
        put = "INSERT OR REPLACE INTO unsaved (id, at, body) VALUES (?, 0, ?)"
        for name, word in words.items():
            conn.exec_driver_sql(put, (name, word + dice.randbytes(dice.randint(50, 400))))
        for name in gone:
            sql = "UPDATE unsaved SET body = ? WHERE id = ?"
            conn.exec_driver_sql(sql, (dice.randbytes(dice.choice((1, 300, 800))), name))
    return [words[name] for name in gone]


@pytest.mark.apart
@pytest.mark.parametrize("point", ["copied", "proved", "before swap", "after swap"])
def test_a_power_cut_leaves_one_whole_file(desk: Desk, tmp_path: Path, point: str) -> None:
    killed("tidy", point, desk.home.folder, tmp_path)
    with desk.open() as replica:
        assert desk.holds_all(replica)
        desk.save(replica, "王四")
        assert tidying.tidy(replica)
        assert desk.holds_all(replica)
    assert list(desk.home.folder.glob("*.tidying*")) == []
