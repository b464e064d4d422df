"""A district's database is upgraded while it serves: additions first, removals once no older worker is left."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, Text, create_engine, inspect

from baiyun_desktop.district import Assembly, editions
from baiyun_desktop.district.editions import EDITION, LIVE_MS, WORKER, Presence
from baiyun_desktop.district.errors import Unfit
from baiyun_desktop.kernel.value import Draft
from sync.district.engine import open_engine
from tests.postgres import PostgresServer
from tests.sync.net.conftest import ROOT, Running, ready_port

from .conftest import Run, Town, go, serving
from .next_edition import NEXT, contract, expand

NEWER = [sys.executable, "-m", "tests.district.next_edition"]


@pytest.fixture
def pg(tmp_path: Path, run: Run, postgres: PostgresServer) -> Iterator[Town]:
    """A district on PostgreSQL, where several processes serve one."""
    (tmp_path / "store").mkdir()
    with postgres.database() as url:
        run("init", tmp_path / "district", "--key-file", tmp_path / "key.txt", "--database", url)
        yield Town(run, tmp_path / "district", tmp_path / "key.txt", tmp_path / "store", url)


def newer(*words: object, code: int = 0) -> str:
    """A command of the program of one edition later."""
    done = subprocess.run(
        [*NEWER, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@contextmanager
def newer_serving(folder: Path) -> Iterator[Running]:
    process = subprocess.Popen(
        [*NEWER, "serve", str(folder), "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Running(process, ready_port(process))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stdout is not None
        process.stdout.close()


def test_an_old_worker_goes_on_beside_a_new_one_until_it_is_stopped(pg: Town) -> None:
    engine = open_engine(pg.spare)
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE leftover (one int)")
    with serving(pg.folder) as old:
        here = pg.desk(old, "窗口一")
        said = newer("upgrade", pg.folder, "--to", pg.store)
        assert f"{NEXT.number} {NEXT.name}: added" in said
        assert f"(edition {NEXT.number - 1}); then run this again" in said
        assert list(pg.store.glob("*.baiyun-backup"))
        here.door.save([Draft.create("person", here.ids.new(), name="旧进程")])
        assert go(here).in_step
        with newer_serving(pg.folder) as new:
            there = pg.desk(new, "窗口二")
            there.door.save([Draft.create("person", there.ids.new(), name="新进程")])
            assert go(there).in_step and go(here).in_step
            for desk in (here, there):
                assert {row.name for row in desk.read.list("person").rows} == {"旧进程", "新进程"}
                desk.close()
    assert inspect(engine).has_table("leftover")
    assert "is removed" in newer("upgrade", pg.folder)
    assert not inspect(engine).has_table("leftover")
    engine.dispose()
    assert "install the program that upgraded it" in pg.run("serve", pg.folder, "--port", "0", code=1)


def test_serve_says_upgrade_and_upgrade_makes_a_backup_first(lite: Town) -> None:
    with Assembly(lite.folder) as assembly, assembly.engine.begin() as conn:
        WORKER.drop(conn)
        EDITION.drop(conn)
    assert f"run 'baiyun-district upgrade {lite.folder}' first" in lite.run("serve", lite.folder, "--port", "0", code=1)
    assert "to add: 2" in lite.run("upgrade", lite.folder, "--check", code=1)
    assert "say with --to" in lite.run("upgrade", lite.folder, code=1)
    with Assembly(lite.folder) as assembly, assembly.snapshot() as conn:
        assert not inspect(conn).has_table(EDITION.name), "without a backup nothing is touched"
    said = lite.run("upgrade", lite.folder, "--to", lite.store).splitlines()
    lacking = editions.newest() - 1  # a database without editions is the first release's
    assert [line.split(":")[0] for line in said][: lacking + 2] == ["to add"] * lacking + ["to remove", "backup"]
    assert "nothing to do" in lite.run("upgrade", lite.folder, "--check")
    with Assembly(lite.folder) as assembly, assembly.snapshot() as conn:
        editions.refuse_unfit(conn, lite.folder)


def test_a_step_runs_once_however_many_ask_for_it_and_may_run_twice(town: Town) -> None:
    with Assembly(town.folder) as assembly:
        assert [editions.expand(assembly.engine, NEXT) for _ in range(2)] == [True, False]
        with assembly.engine.begin() as conn:
            expand(conn)
            contract(conn)
        assert [editions.contract(assembly.engine, NEXT) for _ in range(2)] == [True, False]
        with pytest.raises(Unfit, match="knows up to"):
            assembly.check()


def test_a_step_that_fails_leaves_nothing_behind(town: Town) -> None:
    def fails(conn: editions.Connection) -> None:
        expand(conn)
        raise RuntimeError("no")

    with Assembly(town.folder) as assembly:
        with pytest.raises(RuntimeError):
            editions.expand(assembly.engine, editions.Migration(NEXT.number, "fails", fails))
        with assembly.snapshot() as conn:
            assert editions.standing(conn).expanded == NEXT.number - 1
            assert "remark" not in {c["name"] for c in inspect(conn).get_columns("desk")}


def test_a_column_without_which_an_older_worker_cannot_write_is_refused() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE desk (replica text)")
        with pytest.raises(ValueError, match="older worker"):
            editions.add_column(conn, "desk", Column("must", Text, nullable=False))
        editions.add_column(conn, "desk", Column("may", BigInteger, nullable=False, server_default="7"))
        conn.exec_driver_sql("INSERT INTO desk (replica) VALUES ('a')")
        assert conn.exec_driver_sql("SELECT may FROM desk").scalar_one() == 7
    engine.dispose()


def test_a_worker_that_was_killed_stops_being_waited_for(lite: Town) -> None:
    with Assembly(lite.folder) as assembly:
        presence = Presence(assembly.engine, "elsewhere/7")
        presence.say()
        with assembly.engine.begin() as conn:
            assert editions.older_workers(conn, NEXT.number) == [f"elsewhere/7 (edition {editions.newest()})"]
            conn.execute(WORKER.update().values(seen_at=WORKER.c.seen_at - LIVE_MS - 1))
            assert editions.older_workers(conn, NEXT.number) == []
        presence.end()
