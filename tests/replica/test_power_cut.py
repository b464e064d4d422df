"""kill -9 in a save: what was told to be saved is there whole, and what was not is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.replica import lifeboat_of
from sync.act import Act
from sync.lifeboat import open_frame, scan, secret_of
from sync.seal import new_key, public_of
from tests.born import killed
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds, make_desk, person

SAVES = 4


def kill_in_a_save(path: Path, point: str) -> list[tuple[str, str]]:
    """Runs a desk that is killed in its last save; returns the (visit, person) that it said were saved."""
    said = killed("tests.replica.victim", path, point, SAVES)
    return [(line.split()[0], line.split()[1]) for line in said.splitlines()]


def acts(desk: Replica) -> list[Act]:
    with desk.store.reading() as conn:
        rows = conn.exec_driver_sql("SELECT body FROM sync_journal ORDER BY number")
        return [msgspec.msgpack.decode(body, type=Act) for (body,) in rows]


@pytest.mark.parametrize(("point", "kept"), [("door open", 3), ("before commit", 3), ("after commit", 4)])
def test_a_killed_save_is_whole_or_not_there(tmp_path: Path, point: str, kept: int) -> None:
    path = tmp_path / "desk.db"
    clock = ManualClock()
    ids = SeededIds(clock, "after")
    make_desk(path, clock, ids).close()
    said = kill_in_a_save(path, point)
    assert len(said) == SAVES - 1
    with Replica.open(path, KEY, PROGRAM, clock, ids) as desk:
        assert len(acts(desk)) == kept
        for act in acts(desk):
            assert {change.collection for change in act.changes} == {"visit", "person", "movement"}
        for visit, who in said:
            assert desk.read.get("visit", visit).state == "DONE"  # type: ignore[union-attr]
            assert desk.read.get("person", who) is not None
        for kind in ("visit", "person", "movement"):
            assert desk.read.list(kind).total == kept
        assert desk.search.find("王").total == kept
        with desk.store.reading() as conn:
            assert conn.exec_driver_sql("SELECT count(*) FROM door").scalar() == 0
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            history = conn.exec_driver_sql("SELECT count(*), max(act) FROM history").one()
        assert tuple(history) == (3 * kept, kept)
        # no number of an act is used twice, and work goes on
        assert desk.door.save([person(ids, name="王末")]).act == kept + 1


@pytest.mark.parametrize(
    ("point", "saved", "aboard"), [("before commit", 3, 3), ("after commit", 4, 3), ("in the lifeboat", 4, 4)]
)
def test_what_a_kill_left_out_of_the_lifeboat_is_in_it_after_the_next_start(
    tmp_path: Path, point: str, saved: int, aboard: int
) -> None:
    path, private = tmp_path / "desk.db", new_key()
    clock = ManualClock()
    ids = SeededIds(clock, "after")
    with make_desk(path, clock, ids) as desk, desk.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET seal=?", (public_of(private),))
    kill_in_a_save(path, point)
    assert len(scan(lifeboat_of(path).read_bytes())[0]) == aboard
    with Replica.open(path, KEY, PROGRAM, clock, ids) as desk:
        found, broken = scan(lifeboat_of(path).read_bytes())
        secret = secret_of(desk.identity.token)
        assert [open_frame(private, each.frame, secret).act for each in found] == acts(desk)
        assert (len(found), broken) == (saved, 0)


def test_a_kill_between_numbers_gives_no_number_twice(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    clock = ManualClock()
    ids = SeededIds(clock, "after")
    with make_desk(path, clock, ids) as desk:
        first = desk.door.number("visit")
    kill_in_a_save(path, "after commit")
    with Replica.open(path, KEY, PROGRAM, clock, ids) as desk:
        used = {row.biz_no for row in desk.read.list("visit").rows}
        assert len(used) == SAVES
        assert first not in used
        assert desk.door.number("visit") not in used | {first}


@pytest.mark.parametrize("point", ["filled", "before swap", "after swap"])
def test_a_kill_while_a_new_desk_is_filled_leaves_a_desk_that_opens(tmp_path: Path, point: str) -> None:
    killed("tests.replica.victim_filled", tmp_path, point)
    clock = ManualClock()
    with Replica.open(tmp_path / "second.db", KEY, PROGRAM, clock, SeededIds(clock, "x")) as desk:
        assert desk.read.list("person").total == (5 if point == "after swap" else 0)
        assert desk.identity.post == "second"
        assert desk.door.save([person(SeededIds(clock, "y"), name="王末")]).act == 1
