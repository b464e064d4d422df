"""One process a file; within it one writer, and a waiting clerk before a waiting courier."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import ReplicaInUse
from baiyun_desktop.replica.lock import InstanceLock, Priority, WriterLock
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds, make_desk, person


def _waiting(lock: WriterLock, count: int) -> None:
    deadline = time.monotonic() + 5
    while lock.waiting < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_the_clerk_goes_before_couriers_that_waited_longer() -> None:
    lock, order, threads = WriterLock(), [], []

    def work(name: str, priority: Priority) -> None:
        with lock.hold(priority):
            order.append(name)

    with lock.hold(Priority.COURIER):
        assert not lock.clerk_waits
        for number, (name, priority) in enumerate(
            [("courier 1", Priority.COURIER), ("courier 2", Priority.COURIER), ("clerk", Priority.CLERK)]
        ):
            threads.append(threading.Thread(target=work, args=(name, priority)))
            threads[-1].start()
            _waiting(lock, number + 1)
        assert lock.clerk_waits
    for thread in threads:
        thread.join(5)
    assert order[0] == "clerk"
    assert sorted(order[1:]) == ["courier 1", "courier 2"]


def test_who_saves_on_and_on_keeps_no_single_save_waiting(desk: Replica, ids: SeededIds) -> None:
    stop, saves = threading.Event(), []

    def importing() -> None:
        while not stop.is_set():
            desk.door.save([person(ids, name="赵一")])
            saves.append(1)

    thread = threading.Thread(target=importing)
    thread.start()
    try:
        while not saves:
            time.sleep(0.001)
        before = len(saves)
        with desk.store.lock.hold(Priority.CLERK):
            waited = len(saves) - before
    finally:
        stop.set()
        thread.join(5)
    assert waited <= 2


def test_a_save_waits_for_one_slice_of_the_courier_and_no_more(desk: Replica, ids: SeededIds) -> None:
    stop, slices = threading.Event(), []

    def courier() -> None:
        while not stop.is_set():
            with desk.writing("courier") as conn:
                conn.exec_driver_sql("UPDATE sync_state SET fence = fence + 1")
                time.sleep(0.02)
            slices.append(1)

    thread = threading.Thread(target=courier)
    thread.start()
    before = []
    for _ in range(5):
        start = len(slices)
        desk.door.save([person(ids, name="王公平")])
        before.append(len(slices) - start)
        time.sleep(0.03)
    stop.set()
    thread.join(5)
    assert max(before) <= 1
    assert len(slices) >= 5


def test_a_save_inside_a_save_is_a_bug_and_not_a_standstill(desk: Replica, ids: SeededIds) -> None:
    with desk.writing("clerk"), pytest.raises(RuntimeError):
        desk.door.save([person(ids, name="王")])
    desk.door.save([person(ids, name="王")])


def test_a_second_start_is_told_who_has_the_file(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    path = tmp_path / "desk.db"
    with make_desk(path, clock, ids):
        code = (
            "import sys; from pathlib import Path; from baiyun_desktop.replica.lock import InstanceLock\n"
            "try: InstanceLock(Path(sys.argv[1])).acquire()\n"
            "except Exception as error: print(type(error).__name__, InstanceLock(Path(sys.argv[1])).holder())"
        )
        import os

        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["ReplicaInUse", str(os.getpid())]
        with pytest.raises(ReplicaInUse):
            Replica.open(path, KEY, PROGRAM, clock, ids)
    Replica.open(path, KEY, PROGRAM, clock, ids).close()


def test_a_lock_is_gone_with_the_process_that_held_it(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from baiyun_desktop.replica.lock import InstanceLock\n"
        "InstanceLock(Path(sys.argv[1])).acquire(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "desk.db")], check=False)
    lock = InstanceLock(tmp_path / "desk.db")
    lock.acquire()
    lock.release()
