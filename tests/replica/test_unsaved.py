"""What is typed and not saved lies in the encrypted file, is written by a thread, and outlives a file's replacement."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica import bulk
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import DiskTrouble
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.unsaved import KeptForm, UnsavedWriter, carry, snapshot_from, snapshot_of
from sync.act import Base
from tests.replica.desk import KEY, ManualClock, SeededIds, make_desk


def form(name: str, at: int, typed: str = "x") -> KeptForm:
    return KeptForm(name, at, {"fields": {"name": {"text": typed}}})


def test_the_last_state_of_each_form_counts_until_it_is_let_go(
    tmp_path: Path, clock: ManualClock, ids: SeededIds
) -> None:
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        writer = UnsavedWriter(desk.unsaved)
        with desk.store.lock.hold(Priority.CLERK):
            for number in range(50):
                writer.keep(form("a", number, "王" * number))
            writer.keep(form("b", 100))
            writer.keep(form("c", 7))
            writer.let_go("c")
        assert writer.settled(30)
        assert [(f.id, f.at) for f in desk.unsaved.all()] == [("a", 49), ("b", 100)]
        assert desk.unsaved.all()[0].body == form("a", 49, "王" * 49).body
        writer.let_go("a")
        writer.stop()
        assert [f.id for f in desk.unsaved.all()] == ["b"]


def test_it_is_no_act_and_no_news(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        heard: list[object] = []
        desk.subscribe(heard.append)
        desk.unsaved.write([form("a", 1)], ())
        assert desk.status().unsent == 0 and not heard


def test_a_waiting_save_goes_first(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        order: list[str] = []

        def clerk() -> None:
            with desk.store.lock.hold(Priority.CLERK):
                order.append("clerk")

        def typing() -> None:
            desk.unsaved.write([form("a", 1)], ())
            order.append("typing")

        threads = [threading.Thread(target=typing), threading.Thread(target=clerk)]
        with desk.store.lock.hold(Priority.CLERK):
            for number, thread in enumerate(threads, 1):
                thread.start()
                while desk.store.lock.waiting < number:
                    pass
        for thread in threads:
            thread.join()
        assert order == ["clerk", "typing"]


def test_a_full_disk_is_told_once_and_tried_again(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        told: list[Exception] = []
        failed = threading.Event()

        def fails(error: Exception) -> None:
            told.append(error)
            failed.set()

        with desk.store.aside() as conn:
            pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
            conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        writer = UnsavedWriter(desk.unsaved, fails)
        writer.keep(form("a", 1, "字" * 100_000))
        assert failed.wait(30)
        writer.keep(form("a", 2, "字" * 100_000))
        with desk.store.aside() as conn:
            conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
        writer.keep(form("a", 3, "字" * 100_000))
        assert writer.settled(30)
        writer.stop()
        assert [type(error) for error in told] == [DiskTrouble]
        assert "磁盘已满" in str(told[0])
        assert [f.at for f in desk.unsaved.all()] == [3]


def test_a_file_that_another_process_holds_is_told_in_words(
    tmp_path: Path, clock: ManualClock, ids: SeededIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("baiyun_desktop.replica.engine.BUSY_TIMEOUT_MS", 50)
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        other = open_raw(tmp_path / "desk.db", KEY)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DiskTrouble, match="别的程序占用"):
            desk.unsaved.write([form("a", 1)], ())
        other.execute("ROLLBACK")
        other.close()
        desk.unsaved.write([form("a", 2)], ())
        assert [f.at for f in desk.unsaved.all()] == [2]


def test_it_moves_into_a_file_that_takes_this_ones_place(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    with make_desk(tmp_path / "desk.db", clock, ids) as desk:
        with desk.store.reading() as conn:
            kept = bulk.carried(conn)
        staging = bulk.fill(desk.path, KEY, desk.layout, lambda loader: bulk.carry(loader.conn, kept))
        desk.unsaved.write([form("a", 1, "装数据包时输入的")], ())

        def still(conn: object) -> bool:
            carry(conn, staging, KEY)  # type: ignore[arg-type]
            return True

        assert desk.store.replace_by(staging, still)
        assert [f.body for f in desk.unsaved.all()] == [form("a", 1, "装数据包时输入的").body]


def test_what_a_form_had_seen_comes_back_and_never_as_newer_than_the_file() -> None:
    seen = Snapshot("person", "p1", {"name": "王公平", "tags": ["a"]}, Base(7, 3))
    assert snapshot_from(snapshot_of(seen) or {}, Base(9, 9)) == seen
    assert snapshot_from(snapshot_of(seen) or {}, Base(5, 1)).base == Base(5, 1)
    assert snapshot_of(None) is None
