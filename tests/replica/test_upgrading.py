"""An upgrade works on a copy that is proved before it counts, and the way back stays open until a round went well."""

from __future__ import annotations

import json
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from baiyun_desktop.replica import Replica, migrations, upgrading
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import DiskTrouble, ReplicaTooNew
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.migrations import MIGRATIONS, VERSION
from baiyun_desktop.replica.upgrading import UpgradeFailed, kept_of
from tests.born import killed
from tests.end2end import offices
from tests.replica import kept_files
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds, make_desk, person

KEPT = Path(__file__).parents[1] / "data" / "replicas"
Usage = namedtuple("Usage", "total used free")


def age(path: Path) -> None:
    """What the file says of its schema becomes another's, so that it is upgraded when it is opened."""
    raw = open_raw(path, KEY)
    raw.execute("UPDATE meta SET value = 'older' WHERE name = 'schema'")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()


def schema_of(path: Path) -> str:
    """What the file says of its schema, read without a program; every page of it is sound."""
    raw = open_raw(path, KEY, read_only=True)
    try:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("SELECT count(*) FROM person").fetchone() == (1,)
        return str(raw.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0])
    finally:
        raw.close()


@pytest.fixture
def old(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> Path:
    """A closed file of an older schema with one person."""
    path = tmp_path / "desk.db"
    with make_desk(path, clock, ids) as desk:
        desk.door.save([person(ids, name="王公平")])
    age(path)
    return path


def reopened(path: Path, clock: ManualClock, ids: SeededIds) -> Replica:
    return Replica.open(path, KEY, PROGRAM, clock, ids)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
@pytest.mark.parametrize("aged", [False, True], ids=["as it is", "upgraded"])
def test_a_file_of_each_version_opens_and_shows_every_value(
    tmp_path: Path, clock: ManualClock, ids: SeededIds, version: int, aged: bool
) -> None:
    path = tmp_path / "desk.baiyun"
    shutil.copyfile(KEPT / f"v{version}.baiyun", path)
    wanted = json.loads((KEPT / f"v{version}.json").read_text("utf-8"))
    if aged:
        age(path)
    with Replica.open(path, kept_files.KEY, offices.PROGRAM, clock, ids) as desk:
        found = kept_files.seen(desk)
        assert desk.search.find("乌云").total == 1
        desk.door.save([person(ids, name="新来的")])
    assert wanted.pop("unsent") == found.pop("unsent") == 2
    for key, (voided, row) in wanted.pop("rows").items():
        assert (found["rows"][key][0], found["rows"][key][1]) == (voided, {**found["rows"][key][1], **row}), key
    assert {name: found[name] for name in wanted} == wanted, "a file knows of no more than its version did"


def test_a_file_of_a_later_schema_is_refused_and_left_as_it_is(old: Path, clock: ManualClock, ids: SeededIds) -> None:
    raw = open_raw(old, KEY)
    raw.execute("UPDATE meta SET value = '9.4.0' WHERE name = 'program'")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    before = old.read_bytes()
    with pytest.raises(ReplicaTooNew, match=r"请使用 9\.4\.0 版或更新的程序；数据没有动"):
        reopened(old, clock, ids)
    assert old.read_bytes() == before
    assert not kept_of(old).exists()


def test_a_newer_program_of_the_same_schema_does_not_shut_an_older_one_out(
    tmp_path: Path, clock: ManualClock, ids: SeededIds
) -> None:
    path = tmp_path / "desk.db"
    make_desk(path, clock, ids).close()
    raw = open_raw(path, KEY)
    raw.execute("UPDATE meta SET value = '9.4.0' WHERE name = 'program'")
    raw.close()
    reopened(path, clock, ids).close()


def test_too_little_space_is_said_before_anything_is_written(
    old: Path, clock: ManualClock, ids: SeededIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old.read_bytes()
    monkeypatch.setattr(upgrading.shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 3_000_000, 3_000_000))
    with pytest.raises(DiskTrouble, match=r"需要 \d+ MB 空余空间.*只剩 3 MB.*原来的数据没有动"):
        reopened(old, clock, ids)
    monkeypatch.undo()
    assert old.read_bytes() == before
    assert sorted(p.name for p in old.parent.glob("desk.db*") if p.is_file()) == ["desk.db", "desk.db.lock"]


@pytest.mark.parametrize(
    ("loses", "named"),
    [
        ("DELETE FROM person", "person"),
        ("DELETE FROM history", "history"),
        ("UPDATE sync_journal SET body = x'00'", "sync_journal"),
        ("UPDATE number_block SET next = 12", "number_block"),
    ],
)
def test_a_copy_that_lost_something_never_takes_the_files_place(old: Path, loses: str, named: str) -> None:
    before = old.read_bytes()

    def careless(conn: Connection, layout: Layout) -> None:
        conn.exec_driver_sql(loses)

    with pytest.raises(UpgradeFailed, match=named):
        upgrading.upgrade(old, KEY, Layout(PROGRAM), [*MIGRATIONS, careless])
    assert old.read_bytes() == before
    assert not old.with_name("desk.db.upgrading").exists()


def test_a_value_that_the_district_knows_otherwise_is_found(tmp_path: Path) -> None:
    path = tmp_path / "desk.baiyun"
    shutil.copyfile(KEPT / "v1.baiyun", path)

    def careless(conn: Connection, layout: Layout) -> None:
        conn.exec_driver_sql("UPDATE house SET floor_area = '68.50'")

    with pytest.raises(UpgradeFailed, match="house"):
        upgrading.upgrade(path, kept_files.KEY, Layout(offices.PROGRAM), [*MIGRATIONS, careless])
    assert path.read_bytes() == (KEPT / "v1.baiyun").read_bytes()


def test_a_row_that_was_wrong_before_does_not_lock_the_desk_out(tmp_path: Path) -> None:
    path = tmp_path / "desk.baiyun"
    shutil.copyfile(KEPT / "v1.baiyun", path)
    raw = open_raw(path, KEY)
    raw.execute("INSERT INTO door VALUES (1)")
    raw.execute("UPDATE house SET floor_area = '68.50'")
    raw.execute("DELETE FROM door")
    raw.close()
    upgrading.upgrade(path, kept_files.KEY, Layout(offices.PROGRAM))


@pytest.mark.parametrize("point", ["copied", "migrated", "proved", "kept", "swapped"])
def test_after_a_power_cut_the_file_opens_with_either_program(
    old: Path, clock: ManualClock, ids: SeededIds, point: str
) -> None:
    killed("tests.replica.victim_upgrade", old, point)
    swapped = point == "swapped"
    assert (schema_of(old) == "older") is not swapped
    if point in ("kept", "swapped"):
        assert schema_of(kept_of(old)) == "older"
    with reopened(old, clock, ids) as desk:
        assert desk.search.find("王公平").total == 1
    assert schema_of(old) == migrations.fingerprint(Layout(PROGRAM))
    assert schema_of(kept_of(old)) == "older"


def test_the_way_back_ends_with_the_first_good_round(old: Path, clock: ManualClock, ids: SeededIds) -> None:
    reopened(old, clock, ids).close()
    kept = kept_of(old)
    second = old.with_name("looked-at")
    os.link(kept, second)
    upgrading.forget_kept(old)
    assert not kept.exists()
    assert not any(second.read_bytes()), "what was on the disk is overwritten"
    reopened(old, clock, ids).close()


def test_a_kept_name_of_the_file_itself_takes_nothing_with_it(old: Path, clock: ManualClock, ids: SeededIds) -> None:
    os.link(old, kept_of(old))
    upgrading.forget_kept(old)
    assert schema_of(old) == "older"


def test_the_kept_file_goes_back_where_nothing_was_written_since(old: Path, clock: ManualClock, ids: SeededIds) -> None:
    reopened(old, clock, ids).close()
    assert upgrading.take_back(old, KEY)
    assert schema_of(old) == "older"
    assert not kept_of(old).exists()
    assert not upgrading.take_back(old, KEY)


def test_what_was_typed_after_the_upgrade_is_never_put_aside(old: Path, clock: ManualClock, ids: SeededIds) -> None:
    with reopened(old, clock, ids) as desk:
        desk.door.save([person(ids, name="升级后")])
    assert not upgrading.take_back(old, KEY)
    with reopened(old, clock, ids) as desk:
        assert desk.read.list("person").total == 2


def test_the_parts_of_an_upgrade_are_told_in_their_order(old: Path) -> None:
    told: list[tuple[str, int, int]] = []
    upgrading.upgrade(old, KEY, Layout(PROGRAM), tell=lambda *part: told.append(part))
    assert list(dict.fromkeys(part for part, _, _ in told)) == ["copy", "migrate", "check", "swap"]
    copied = [(done, of) for part, done, of in told if part == "copy"]
    assert copied[0][0] == 0 and copied[-1][0] == copied[-1][1] == kept_of(old).stat().st_size
