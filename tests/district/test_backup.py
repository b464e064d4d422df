"""A backup is one moment of a district that goes on, lies on its disk whole or not at all, and tells desks what it covers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from baiyun_desktop.district import Assembly
from baiyun_desktop.district.archive import messages
from baiyun_desktop.district.backup import make
from baiyun_desktop.district.keys import parse
from baiyun_desktop.district.messages import File, Head, Rows
from sync.act import Change, Op
from sync.district.tables import META
from tests.born import killed
from tests.sync.net.conftest import ROOT

from .conftest import Run, Town

FOUNDED = 3
"""The acts of a district that was just founded: its organisations, its calendar and its catalogue of services."""


def covered(folder: Path) -> tuple[int, int]:
    """(what desks are told is covered, last position)."""
    with Assembly(folder) as assembly, assembly.snapshot() as conn:
        row = conn.execute(select(META.c.covered, META.c.pos)).one()
    return row.covered, row.pos


def write_person(assembly: Assembly, name: str) -> None:
    change = Change("person", assembly.ids.new(), Op.CREATE, {"name": name, "area": "150206001006"})
    assembly.district.write([change], "录入")


def test_a_backup_is_one_moment_of_a_district_that_goes_on(town: Town) -> None:
    """Somebody writes all the while; every record in the file is of a position up to the one it says."""
    stop, written = threading.Event(), []
    with Assembly(town.folder) as assembly:

        def busy() -> None:
            while not stop.is_set():
                write_person(assembly, f"忙{len(written)}")
                written.append(1)

        clerk = threading.Thread(target=busy)
        clerk.start()
        try:
            for _ in range(5):
                made = make(assembly, town.store)
                head, *rest = messages(Path(made.file), parse(town.key.read_text()))
                assert isinstance(head, Head)
                rows = {m.table: [] for m in rest if isinstance(m, Rows)}
                for m in rest:
                    if isinstance(m, Rows):
                        rows[m.table] += [dict(zip(m.columns, row, strict=True)) for row in m.rows]
                assert [p["pos"] for p in sorted(rows["position"], key=lambda p: p["pos"])] == [*range(1, head.pos + 1)]
                assert max(h["pos"] for h in rows["head"]) == head.pos == rows["meta"][0]["pos"]
                time.sleep(0.01)
                for file in town.store.iterdir():  # two within a second have one name
                    file.unlink()
        finally:
            stop.set()
            clerk.join()
    assert len(written) > 5


def test_what_a_backup_holds_of_the_folder(lite: Town) -> None:
    (lite.folder / "erasures.log").write_text('{"keys": []}\n')
    path = lite.backup()
    names = {m.path for m in messages(path, parse(lite.key.read_text())) if isinstance(m, File)}
    assert names == {"district.toml", "erasures.log", "tls/ca.key", "tls/ca.pem", "tls/server.pem"}
    assert path.stat().st_mode & 0o077 == 0


def test_a_database_of_another_name_in_the_folder_is_not_taken_as_a_file(lite: Town, run: Run) -> None:
    folder = lite.folder.parent / "named"
    folder.mkdir()
    url = f"sqlite:///{folder / 'b' / 'tables.db'}"
    (folder / "b").mkdir()
    run("init", folder, "--database", url, "--key-file", lite.folder.parent / "key2")
    with Assembly(folder) as assembly:
        made = make(assembly, lite.store)
    said = messages(Path(made.file), parse((lite.folder.parent / "key2").read_text()))
    assert {m.path for m in said if isinstance(m, File)} == {
        *("district.toml", "tls/ca.key", "tls/ca.pem", "tls/server.pem")
    }


def test_desks_are_told_only_of_a_backup_that_leaves_the_machine(town: Town) -> None:
    said = town.run("backup", town.folder, "--to", town.store)
    assert "same disk" in said
    assert covered(town.folder) == (0, FOUNDED)
    said = town.run("backup", town.folder, "--to", town.store, "--elsewhere")
    assert "same disk" not in said
    assert covered(town.folder) == (FOUNDED, FOUNDED)


def test_so_many_are_kept_and_others_are_left_alone(lite: Town) -> None:
    for day in range(1, 6):
        (lite.store / f"150206-2026010{day}T020000Z-1.baiyun-backup").write_bytes(b"old")
    (lite.store / "150207-20260101T020000Z-1.baiyun-backup").write_bytes(b"a neighbour's")
    (lite.store / "notes.txt").write_text("mine")
    left = lite.store / "150206-20260101T020000Z-9.baiyun-backup.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    new = lite.backup("--keep", 3)
    kept = {f"150206-2026010{day}T020000Z-1.baiyun-backup" for day in (4, 5)}
    others = {"150207-20260101T020000Z-1.baiyun-backup", "notes.txt"}
    assert {p.name for p in lite.store.iterdir()} == {new.name, *kept, *others}


def test_what_it_cannot_back_up_is_said(town: Town) -> None:
    with Assembly(town.folder) as assembly, assembly.engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY)")
    assert "of_tomorrow" in town.run("backup", town.folder, "--to", town.store)


@pytest.mark.parametrize(("to", "said"), [("nowhere", "no folder"), ("district/packs", "another disk")])
def test_where_a_backup_cannot_go(lite: Town, to: str, said: str) -> None:
    assert said in lite.run("backup", lite.folder, "--to", lite.folder.parent / to, code=1)


def test_without_a_key_it_says_how_to_get_one(lite: Town, run: Run) -> None:
    """As a district that was founded before there were keys."""
    config = lite.folder / "district.toml"
    config.write_text("".join(x for x in config.read_text().splitlines(True) if not x.startswith("backup_key")))
    assert "init" in run("backup", lite.folder, "--to", lite.store, code=1)
    said = run("init", lite.folder)
    shown = said.splitlines()[3].strip()
    path = lite.backup()
    assert isinstance(next(messages(path, parse(shown))), Head)
    assert "backup key" not in run("init", lite.folder), "it is shown once"
    assert shown not in "".join(p.read_text("latin-1") for p in lite.folder.rglob("*") if p.is_file())


def test_the_key_is_not_written_beside_what_it_opens(lite: Town, run: Run) -> None:
    other = lite.folder.parent / "other"
    assert "elsewhere" in run("init", other, "--key-file", other / "key", code=1)


@pytest.mark.parametrize("messages_written", [1, 4, 12])
def test_a_power_cut_leaves_the_old_backup(town: Town, messages_written: int) -> None:
    old = town.backup("--elsewhere")
    before = old.read_bytes()
    with Assembly(town.folder) as assembly:
        write_person(assembly, "后来的人")
    words = ["backup", town.folder, "--to", town.store, "--elsewhere"]
    killed("tests.district.mortal_backup", messages_written, *words)
    assert [p.name for p in town.store.glob("*.baiyun-backup")] == [old.name]
    assert old.read_bytes() == before
    assert len(list(town.store.glob("*.part"))) == 1
    assert covered(town.folder) == (FOUNDED, FOUNDED + 1), "desks were told of no backup that is not there"
    assert (
        json.loads(town.run("drill", town.folder, "--from", town.store, "--key-file", town.key))["position"] == FOUNDED
    )


def test_a_full_disk_is_one_line_and_leaves_nothing(lite: Town) -> None:
    old = lite.backup()
    with Assembly(lite.folder) as assembly:
        for _ in range(10):
            write_person(assembly, os.urandom(20_000).hex())

    def small() -> None:
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    command = [sys.executable, "-m", "baiyun_desktop.district", "backup", str(lite.folder), "--to", str(lite.store)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=small)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "free space" in done.stderr
    assert [p.name for p in lite.store.iterdir()] == [old.name]
