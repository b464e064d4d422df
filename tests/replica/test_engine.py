"""The file is encrypted, opens by its key alone, and says plainly why it does not open."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.engine import open_raw, reader_engine, stoppable
from baiyun_desktop.replica.errors import ReplicaMissing, ReplicaTooNew, WrongKey
from tests.replica.desk import IDENTITY, KEY, PROGRAM, ManualClock, SeededIds, make_desk, person


def test_nothing_typed_stands_readable_in_any_file(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        desk.door.save([person(ids, name="王公平", id_no="15020619650704001X")])
        parts = [path.read_bytes() for path in tmp_path.iterdir()]
    parts += [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(parts) >= 4  # the file, its log and shared memory, the lock
    for readable in ("王公平".encode(), b"15020619650704001X", b"SQLite format 3", b"CREATE TABLE", KEY.hex().encode()):
        assert all(readable not in part for part in parts)


def test_a_wrong_key_is_refused_in_words(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    make_desk(tmp_path / "desk.db", clock, ids).close()
    with pytest.raises(WrongKey, match=r"desk\.db"):
        Replica.open(tmp_path / "desk.db", bytes(32), PROGRAM, clock, ids)
    Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids).close()


def test_a_damaged_file_is_refused_like_a_wrong_key(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    make_desk(tmp_path / "desk.db", clock, ids).close()
    with open(tmp_path / "desk.db", "r+b") as file:
        file.seek(100)
        file.write(b"\0" * 1000)
    with pytest.raises(WrongKey):
        Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids)


def test_a_missing_file_is_not_made_by_opening(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    with pytest.raises(ReplicaMissing):
        Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids)
    assert not (tmp_path / "desk.db").exists()


def test_an_existing_file_is_not_overwritten(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    make_desk(tmp_path / "desk.db", clock, ids).close()
    with pytest.raises(FileExistsError):
        make_desk(tmp_path / "desk.db", clock, ids)


def test_a_newer_file_is_left_alone(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    make_desk(tmp_path / "desk.db", clock, ids).close()
    raw = open_raw(tmp_path / "desk.db", KEY)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(ReplicaTooNew):
        Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids)


def test_what_was_saved_is_there_after_closing_and_the_identity_too(
    tmp_path: Path, clock: ManualClock, ids: SeededIds
) -> None:
    draft = person(ids, name="王公平")
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        desk.door.save([draft])
    with Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids) as desk:
        assert desk.identity == IDENTITY
        assert desk.read.get("person", draft.id).name == "王公平"  # type: ignore[union-attr]
        assert desk.status().unsent == 1


def test_a_save_reaches_the_disk_before_it_returns(desk: Replica) -> None:
    with desk.writing() as conn:
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert conn.exec_driver_sql("PRAGMA cipher_version").scalar()


def test_a_long_query_ends_where_nobody_wants_it_any_more(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    make_desk(tmp_path / "desk.db", clock, ids).close()
    engine = reader_engine(tmp_path / "desk.db", KEY)
    asked: list[int] = []

    def enough() -> None:
        asked.append(1)
        if len(asked) > 2:
            raise KeyError("enough")

    endless = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n"
    with engine.begin() as conn:
        with pytest.raises(KeyError, match="enough"), stoppable(conn, enough):
            conn.exec_driver_sql(endless)
        assert len(asked) == 3
        assert conn.exec_driver_sql("SELECT 1").scalar_one() == 1  # the connection goes on, and asks nobody
    engine.dispose()
