"""A restored district is the one that was backed up, lets nobody in before somebody says so, and gets back what it lacks."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from baiyun_desktop.district import Assembly, restore, revocations
from baiyun_desktop.district.dump import load, tables_there
from baiyun_desktop.district.gate import RESTORE
from baiyun_desktop.district.restore import RESTORES
from sync.act import Change, Op
from sync.desk.audit import pristine_rows
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.district import numbers
from sync.district.audit import lost_values, rows_for
from sync.district.engine import open_engine
from sync.district.numbers import BLOCK, SERIES
from sync.district.tables import DESK, HEAD, META, METADATA
from sync.enrolment import Enrolment
from sync.errors import Refused
from sync.outside import SystemClock
from tests.end2end.mortal_desk import register
from tests.end2end.offices import BAOSHAN
from tests.sync.net.conftest import ROOT

from .conftest import Run, Town, go, serving
from .mortal_restore import STEPS

NOW = SystemClock().now_ms


def everything(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a district, but for what a restore itself writes."""
    with Assembly(folder) as assembly, assembly.snapshot() as conn:
        rows = {t.name: sorted(map(tuple, conn.execute(select(t))), key=repr) for t in tables_there(conn)}
        meta = conn.execute(select(META)).one()._asdict()
    for name in ("timeline", "restored_at"):
        meta.pop(name)
    rows["meta"] = [tuple(meta.values())]
    rows.pop("restore")
    rows.pop("number_series")
    return rows


def enrolled(town: Town, url: str, name: str = "登记岗") -> Enrolment:
    said = town.run("enrol", town.folder, "--post", name, "--area", BAOSHAN)
    return enrol_desk(url, said.splitlines()[0], new_nonce(bytes(16)), NOW)


def persons(assembly: Assembly, count: int) -> list[str]:
    ids = [assembly.ids.new() for _ in range(count)]
    for n, record in enumerate(ids):
        change = Change("person", record, Op.CREATE, {"name": f"王{n}", "area": BAOSHAN})
        assembly.district.write([change], "录入")
    return ids


def test_everything_comes_back_and_nothing_serves_before_it_is_confirmed(town: Town) -> None:
    with serving(town.folder) as running:
        enrolled(town, running.url)
    with Assembly(town.folder) as assembly:
        persons(assembly, 30)
    town.backup("--elsewhere")
    before = everything(town.folder)
    restored = town.folder.parent / "restored"
    said = town.restore(restored)
    assert "登记岗" in said and "may come in" in said
    after = everything(restored)
    assert after["enrolment_code"] == before["enrolment_code"], "this one was used"
    assert {**after, "meta": 0} == {**before, "meta": 0}
    command = [sys.executable, "-m", "baiyun_desktop.district", "serve", str(restored), "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and "baiyun-district confirm" in done.stderr
    town.run("health", restored, code=1)
    town.run("confirm", restored, "--yes", "--by", "李管理")
    with Assembly(restored) as assembly, assembly.snapshot() as conn:
        assert conn.execute(select(RESTORE.c.confirmed_by)).scalars().all() == ["李管理"]
    with serving(restored) as running:
        assert "ok" in town.run("health", restored, "--url", running.url)
    town.run("verify", restored)


def test_it_goes_from_one_kind_of_database_to_the_other(town: Town) -> None:
    with Assembly(town.folder) as assembly:
        persons(assembly, 5)
    before = everything(town.folder)
    town.backup()
    moved = town.folder.parent / "moved"
    words = ["--from", town.store, "--key-file", town.key, "--database", "sqlite"]
    town.run("restore", moved, *words)
    assert everything(moved) == before
    with Assembly(moved) as assembly:
        assert assembly.engine.dialect.name == "sqlite"


def test_a_desk_gives_back_what_the_backup_lacks(town: Town) -> None:
    """Over real lines: the district burns down, and a desk of it goes on with the one made from last night's backup."""
    with serving(town.folder) as running:
        desk = town.desk(running)
        register(desk, "备份前", "13800000001")
        go(desk)
        town.backup("--elsewhere")
        register(desk, "备份后", "13800000002")
        go(desk)
        assert desk.status().unsent == 0
        port = running.port
    register(desk, "停机时", "13800000003")
    restored = town.folder.parent / "restored"
    town.restore(restored)
    town.run("confirm", restored, "--yes")
    with serving(restored, port):
        for _ in range(4):
            go(desk)
        status = desk.status()
        assert (status.unsent, status.held, status.tray) == (0, 0, 0)
    with Assembly(restored) as assembly, assembly.snapshot() as conn, desk.reading() as here:
        held = rows_for(conn, assembly.scope, desk.identity.replica)
        assert held == pristine_rows(here, desk.layout.schema)
        assert lost_values(conn, assembly.district.schema) == []
        names = {row[1]["name"] for key, row in held.items() if key[0] == "person"}
    assert names == {"备份前", "备份后", "停机时"}
    town.run("verify", restored)
    desk.close()


def test_numbers_go_on_beyond_what_may_have_been_given(town: Town, run: Run) -> None:
    with serving(town.folder) as running:
        first = enrolled(town, running.url)
        town.backup()
        lost = enrolled(town, running.url, "备份后")
        said = run("enrol", town.folder, "--post", "x", "--area", "150206002006")
        unknown = enrol_desk(running.url, said.splitlines()[0], new_nonce(bytes(16)), NOW)
    restored = town.folder.parent / "restored"
    town.restore(restored)
    town.run("confirm", restored, "--yes")
    with serving(restored) as running:
        codes = [run("enrol", restored, "--post", "y", "--area", a).splitlines()[0] for a in (BAOSHAN, "150206002006")]
        again = [enrol_desk(running.url, code, new_nonce(bytes(16)), NOW) for code in codes]
    given = [
        (f"{b.pattern} {b.unit}", b.year, b.first, b.last) for e in (first, lost, unknown, *again) for b in e.blocks
    ]
    for unit, year, start, last in given:
        others = [g for g in given if g != (unit, year, start, last)]
        assert all(g[:2] != (unit, year) or last < g[2] or start > g[3] for g in others), given
    assert {b.first for b in again[1].blocks} == {numbers.SKIP + 1}, "a series that the backup does not know"
    with Assembly(restored) as assembly, assembly.snapshot() as conn:
        assert conn.execute(select(BLOCK.c.replica).where(BLOCK.c.replica == first.replica)).first() is not None
        assert conn.execute(select(SERIES.c.reserved_to)).scalars().all()


def test_a_second_restore_begins_unknown_series_further_on(lite: Town, run: Run) -> None:
    """Each lost district may have begun the series anew."""
    lite.backup()
    lite.restore(lite.folder.parent / "first")
    (lite.store / "second").mkdir()
    run("backup", lite.folder.parent / "first", "--to", lite.store / "second")
    words = ["--from", lite.store / "second", "--key-file", lite.key, "--database", "sqlite"]
    run("restore", lite.folder.parent / "second", *words)
    run("confirm", lite.folder.parent / "second", "--yes")
    with serving(lite.folder.parent / "second") as running:
        code = run("enrol", lite.folder.parent / "second", "--post", "y", "--area", BAOSHAN).splitlines()[0]
        desk = enrol_desk(running.url, code, new_nonce(bytes(16)), NOW)
    assert {b.first for b in desk.blocks} == {2 * numbers.SKIP + 1}


def test_a_second_restore_from_the_same_backup_gives_no_number_that_the_first_one_gave(lite: Town, run: Run) -> None:
    lite.backup()
    starts = []
    for name in ("first", "second"):
        folder = lite.folder.parent / name
        said = lite.restore(folder)
        lite.run("confirm", folder, "--yes")
        with serving(folder) as running:
            code = run("enrol", folder, "--post", "y", "--area", BAOSHAN).splitlines()[0]
            desk = enrol_desk(running.url, code, new_nonce(bytes(16)), NOW)
        starts.append({b.first for b in desk.blocks})
    assert starts == [{numbers.SKIP + 1}, {2 * numbers.SKIP + 1}]
    assert f"has passed over {2 * numbers.SKIP} by now" in said
    assert len((lite.store / RESTORES).read_text("utf-8").splitlines()) == 2


def test_a_restore_whose_note_a_power_cut_tore_counts_and_the_next_note_is_a_line_of_its_own(lite: Town) -> None:
    lite.backup()
    (lite.store / RESTORES).write_bytes("2026-11-23 03:00 备份".encode()[:-1])  # in the middle of a character
    said = lite.restore(lite.folder.parent / "restored")
    assert f"has passed over {2 * numbers.SKIP} by now" in said
    torn, whole = (lite.store / RESTORES).read_bytes().splitlines()
    assert torn.startswith(b"2026-11-23 03:00") and whole.endswith(b".baiyun-backup #2")


def test_a_revocation_after_one_that_a_power_cut_tore_is_known_to_what_is_restored(lite: Town) -> None:
    with lite.desk_here("被盗") as (desk, _):
        thief = desk.identity
    lite.backup()
    (lite.folder / revocations.LOG).write_bytes(b'{"replica": "0190')
    lite.run("revoke", lite.folder, thief.replica, "--cause", "电脑被盗", "--yes")
    assert "WILL BE REVOKED AGAIN" in lite.restore(lite.folder.parent / "restored", "--old", lite.folder)


def test_who_was_revoked_since_stays_out(town: Town) -> None:
    """The old folder can still be read: its list says who."""
    with serving(town.folder) as running:
        thief = town.desk(running, "被盗")
        town.backup()
        assert "y/N" in town.run("revoke", town.folder, thief.identity.replica, "--cause", "电脑被盗", code=1)
        town.run("revoke", town.folder, thief.identity.replica[-8:], "--cause", "电脑被盗", "--yes")
    restored = town.folder.parent / "restored"
    said = town.restore(restored, "--old", town.folder)
    assert "WILL BE REVOKED AGAIN" in said
    assert "1 desks revoked again" in town.run("confirm", restored, "--yes")
    with Assembly(restored) as assembly, assembly.snapshot() as conn:
        row = conn.execute(select(DESK.c.revoked_at, DESK.c.cause, DESK.c.grants)).one()
    assert row.revoked_at is not None and (row.cause, row.grants) == ("电脑被盗", "[]")
    thief.close()


def test_a_later_backup_says_who_was_revoked_and_what_was_erased(lite: Town) -> None:
    """An older backup is chosen though there is a later one."""
    with serving(lite.folder) as running:
        gone = enrolled(lite, running.url)
    with Assembly(lite.folder) as assembly:
        named, stays = persons(assembly, 2)
    old = lite.backup()
    old = old.rename(old.with_name("150206-20260101T000000Z-3.baiyun-backup"))
    lite.run("revoke", lite.folder, gone.replica, "--yes")
    with Assembly(lite.folder) as assembly:
        assembly.district.erase([("person", named)], "王法", "本人申请")
    lite.backup()
    restored = lite.folder.parent / "restored"
    lite.run("restore", restored, "--from", old, "--key-file", lite.key)
    assert "1 desks revoked again" in lite.run("confirm", restored, "--yes")
    with Assembly(restored) as assembly, assembly.snapshot() as conn:
        heads = {r.record: r for r in conn.execute(select(HEAD).where(HEAD.c.collection == "person"))}
        assert conn.execute(select(DESK.c.revoked_at)).scalar_one() is not None
    assert heads[named].voided and not heads[stays].voided


def test_codes_that_were_open_are_ended(lite: Town, run: Run) -> None:
    """One that was used after the backup would look unused to whoever finds the note."""
    code = run("enrol", lite.folder, "--post", "x", "--area", BAOSHAN).splitlines()[0]
    lite.backup()
    restored = lite.folder.parent / "restored"
    assert "1 open enrolment codes" in lite.restore(restored)
    run("confirm", restored, "--yes")
    with serving(restored) as running, pytest.raises(Refused, match="过期"):
        enrol_desk(running.url, code, new_nonce(bytes(16)), NOW)


def test_what_a_restore_refuses(town: Town, run: Run, tmp_path: Path) -> None:
    town.backup()
    restored = tmp_path / "restored"
    assert "not empty" in town.restore(town.folder, code=1)
    words = ["--from", town.store, "--key-file", town.key]
    assert "no backup" in run("restore", restored, "--from", tmp_path / "district", "--key-file", town.key, code=1)
    (tmp_path / "wrong").write_text("AAAA-BBBB")
    assert "characters" in run("restore", restored, "--from", town.store, "--key-file", tmp_path / "wrong", code=1)
    with Assembly(town.folder) as assembly:
        live = assembly.engine.url.render_as_string(hide_password=False)
    assert "database is not empty" in run("restore", tmp_path / "r2", *words, "--database", live, code=1)
    town.run("verify", town.folder)
    assert not (tmp_path / "r2" / "district.toml").exists()


def test_a_backup_cut_short_leaves_an_empty_database(town: Town, run: Run, tmp_path: Path) -> None:
    with Assembly(town.folder) as assembly:
        persons(assembly, 50)
    path = town.backup()
    path.write_bytes(path.read_bytes()[:-40])
    assert "use another" in town.restore(tmp_path / "r", code=1)
    assert "holds no district" in run("serve", tmp_path / "r", code=1)
    assert not (tmp_path / "r" / "district.toml").exists()
    path.unlink()
    town.backup()
    town.restore(tmp_path / "r2")


def test_a_restore_that_ended_before_its_timeline_began_is_not_confirmed(
    lite: Town, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody runs `init` on what a power cut left, which makes a district of it: it must not be let loose."""
    lite.backup()

    def cut(*_: object) -> int:
        raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr("sync.district.district.District.new_timeline", cut)
        lite.restore(tmp_path / "r", code=1)
    run("init", tmp_path / "r", "--key-file", tmp_path / "key2")
    assert "confirm" in run("serve", tmp_path / "r", code=1)
    assert "half-way" in run("confirm", tmp_path / "r", "--yes", code=1)


@pytest.mark.apart
def test_a_power_cut_at_any_step_leaves_nothing_that_serves_and_the_backup_as_it_was(town: Town, run: Run) -> None:
    """Each time the next restore goes through, in a folder and a database that are empty again."""
    with Assembly(town.folder) as assembly:
        persons(assembly, 20)
    backup, place = town.backup(), town.folder.parent
    before, whole = backup.read_bytes(), everything(town.folder)
    for n, step in enumerate(STEPS):
        folder = place / f"r{n}"
        where = ["--from", town.store, "--key-file", town.key, "--database", town.spare]
        command = [sys.executable, "-m", "tests.district.mortal_restore", step, "restore", folder, *where]
        done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert "holds no district" in run("serve", folder, code=1), step
        assert "not empty" in town.restore(folder, code=1), step
        if town.spare != "sqlite":
            if step not in ("files laid out", "rows written"):
                assert "database is not empty" in town.restore(place / f"again{n}", code=1), step
            emptied(town.spare)
    assert backup.read_bytes() == before
    said = town.restore(place / "last")
    assert f"has passed over {numbers.passed_over(3)} by now" in said, (
        "two came so far that they might have given numbers"
    )
    assert everything(place / "last") == whole
    run("confirm", place / "last", "--yes")
    served = everything(place / "last")
    assert {name for name in whole if served[name] != whole[name]} == {"admin_deed", "admin_deed_end"}


def emptied(url: str) -> None:
    engine = open_engine(url)
    METADATA.drop_all(engine)
    engine.dispose()


def test_rows_that_do_not_add_up_are_refused(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a database changes a value on its way in."""
    with Assembly(town.folder) as assembly:
        persons(assembly, 3)
    town.backup()

    def load_wrong(conn: Any, message: Any) -> None:
        load(conn, message)
        conn.execute(update(HEAD).values(created=7))

    monkeypatch.setattr(restore, "load", load_wrong)
    assert "rows of head are not what was backed up" in town.restore(tmp_path / "r", code=1)
