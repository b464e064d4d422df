"""Desks, revoke and health tell an administrator what is so; the log tells it without anybody's data."""

from __future__ import annotations

import json
import logging
import os
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from baiyun_desktop.district import Assembly, health
from baiyun_desktop.district.logs import Discreet, log_to
from sync.district.tables import ACT, DESK
from tests.end2end.mortal_desk import register

from .conftest import Run, Town, go, serving

DAY_MS = 86_400_000


@pytest.fixture
def lived_in(town: Town) -> Town:
    """Two desks: one has pushed, one has heard nothing since it was enrolled."""
    with town.desk_here("宝山社区·窗口甲") as (first, courier), town.desk_here("宝山社区·网格乙"):
        register(first, "甲", "13800000001")
        for _ in range(2):
            courier.round()
    return town


def test_the_fleet_says_who_lags_and_since_when(lived_in: Town) -> None:
    rows = {row["post"]: row for row in json.loads(lived_in.run("desks", lived_in.folder, "--json"))}
    assert (rows["宝山社区·窗口甲"]["behind"], rows["宝山社区·窗口甲"]["cursor_age_ms"]) == (0, 0)
    assert rows["宝山社区·网格乙"]["behind"] == 1
    assert 0 < rows["宝山社区·网格乙"]["cursor_age_ms"] < 60_000
    assert not rows["宝山社区·网格乙"]["revoked"]
    lines = lived_in.run("desks", lived_in.folder).splitlines()
    assert len(lines) == 3 and rows["宝山社区·窗口甲"]["replica"][-8:] in lines[1] + lines[2]


def test_revoking_says_what_becomes_of_unsent_work(lived_in: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with Assembly(lived_in.folder) as assembly, assembly.engine.begin() as conn:
        name = conn.execute(select(DESK.c.replica).where(DESK.c.post == "宝山社区·窗口甲")).scalar_one()
        conn.execute(update(DESK).where(DESK.c.replica == name).values(waiting=7, oldest_ms=3 * DAY_MS))
    said = lived_in.run("revoke", lived_in.folder, name, code=1)
    assert "7 acts waited there, the oldest for 3 d" in said and "counts as far as" in said
    assert not json.loads(lived_in.run("desks", lived_in.folder, "--json"))[0]["revoked"], "nobody said yes"
    said = lived_in.run("revoke", lived_in.folder, name, "--cause", "账号被盗用", "--yes")
    assert "none of it counts" in said
    rows = {row["replica"]: row for row in json.loads(lived_in.run("desks", lived_in.folder, "--json"))}
    assert rows[name]["revoked"]
    noted = json.loads((lived_in.folder / "revocations.log").read_text())
    assert (noted["replica"], noted["cause"]) == (name, "账号被盗用")
    assert "already" in lived_in.run("revoke", lived_in.folder, name, "--yes", code=1)
    assert "0 desks are called" in lived_in.run("revoke", lived_in.folder, "nobody1", code=1)
    assert "2 desks are called" in lived_in.run("revoke", lived_in.folder, name[:6], code=1)


def test_a_healthy_district(lived_in: Town) -> None:
    lived_in.backup()
    report = json.loads(lived_in.run("health", lived_in.folder))
    assert report["alarms"] == []
    assert (report["desks"], report["held"], report["backup_behind"], report["open_files"]) == (2, 0, 0, 0)
    assert report["backup_hours"] < 1 and report["disk_free_gib"] > 0


def alarm(town: Town, *words: object) -> str:
    """The one alarm there is."""
    alarms = json.loads(town.run("health", town.folder, *words, code=1))["alarms"]
    assert len(alarms) == 1, alarms
    return str(alarms[0])


def test_a_disk_is_told_before_it_is_full(lite: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    lite.backup()
    left = {lite.folder: 2.1, lite.store: 2.1}
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=left[path] * 2**30))
    monkeypatch.setattr(health, "_on_another", lambda one, other: one != other)
    lite.run("health", lite.folder)
    left[lite.folder] = 1.9
    assert alarm(lite) == "the district's disk has 1.9 GiB left: free or add space"
    left |= {lite.folder: 2.1, lite.store: 0.4}
    assert "the disk with the backups has 0.4 GiB left" in alarm(lite)
    with Assembly(lite.folder) as assembly:
        assert health.look(assembly)["needs"] == ["backup_disk"]
    lite.store.rename(lite.store.with_name("unplugged"))
    lite.run("health", lite.folder)


def test_each_thing_that_needs_doing_is_said(lived_in: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "GiB left" in alarm(lived_in, "--free-gib", 10**6)
    assert "does not answer" in alarm(lived_in, "--url", "https://127.0.0.1:1")
    with monkeypatch.context() as patch:
        patch.setattr(health, "BACKUP_AGE_MAX", timedelta(0))
        assert "there is no backup" in alarm(lived_in)
        lived_in.backup()
        time.sleep(0.002)
        assert "the last backup is of" in alarm(lived_in)
    with monkeypatch.context() as patch:
        patch.setattr(health, "EXPIRY_WARNING", timedelta(days=500))
        assert "certificate ends" in alarm(lived_in)
    (lived_in.folder / "tls" / "ca.key").chmod(0o644)
    assert "others than their owner" in alarm(lived_in)
    lived_in.run("init", lived_in.folder)
    with Assembly(lived_in.folder) as assembly:
        with assembly.engine.begin() as conn:
            conn.execute(update(DESK).where(DESK.c.post == "宝山社区·窗口甲").values(waiting=1, oldest_ms=8 * DAY_MS))
        assert "unsent for 8 d" in alarm(lived_in)
        with assembly.engine.begin() as conn:
            conn.execute(update(DESK).values(waiting=0))
            old = assembly.clock.now_ms() - 9 * DAY_MS
            conn.execute(update(ACT).values(outcome="held", waits_for="person/x", arrived_at=old))
        assert "held for 9 d" in alarm(lived_in)
        with assembly.engine.begin() as conn:
            conn.execute(update(ACT).values(waits_for=None, arrived_at=assembly.clock.now_ms()))
        assert "could not be judged" in alarm(lived_in)


def test_folder_and_files_are_their_owners_alone(town: Town) -> None:
    town.folder.chmod(0o755)
    (town.folder / "tls" / "ca.pem").chmod(0o644)
    with serving(town.folder) as running:
        desk = town.desk(running)
        register(desk, "甲", "13800000001")
        go(desk)
        desk.close()
        found = [p for p in (town.folder, *town.folder.rglob("*")) if p.stat().st_mode & 0o077]
    assert found == []
    assert (town.folder / "logs" / "serve-0.log").exists()
    assert list((town.folder / "packs").iterdir()), "the server made a pack, and it was looked at too"


@pytest.fixture
def _quiet() -> object:
    """Gives the root logger back as it was."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.mark.usefixtures("_quiet")
def test_the_log_says_when_by_one_clock() -> None:
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "started", None, None)
    record.created, record.msecs = 1_800_000_000.0, 0.0
    assert Discreet().format(record) == "2027-01-15 08:00:00,000Z INFO a: started"


def test_the_log_holds_no_value_of_a_row(town: Town, tmp_path: Path) -> None:
    log_to(tmp_path, "serve")
    row = {"replica": "张三丰的电脑", "epoch": 1, "grants": "[]", "post": "李四的岗位"}
    with Assembly(town.folder) as assembly:
        for _ in range(2):
            try:
                with assembly.engine.begin() as conn:
                    conn.execute(insert(DESK).values(row))
            except IntegrityError:
                logging.getLogger("a").exception("a request failed")
                try:
                    raise ExceptionGroup("several", [RuntimeError("one of ours")]) from None
                except ExceptionGroup:
                    logging.getLogger("a").exception("and another")
    text = (tmp_path / "logs" / "serve.log").read_text("utf-8")
    assert "a request failed" in text and "one of ours" in text
    assert "UniqueViolation" in text or "IntegrityError" in text
    assert "23505" in text or "SQLITE_CONSTRAINT_PRIMARYKEY" in text
    assert "test_the_log_holds" in text, "where it happened is told"
    assert "张三丰" not in text and "李四" not in text


@pytest.mark.usefixtures("_quiet")
def test_the_log_rotates_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("baiyun_desktop.district.logs.BYTES_MAX", 2_000)
    log_to(tmp_path, "serve")
    for n in range(400):
        logging.getLogger("a").info("line %d of what a server says", n)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 10
    assert sum(file.stat().st_size for file in files) <= 20_000
    assert "line 399" in (tmp_path / "logs" / "serve.log").read_text()


def test_a_message_without_an_error_is_told_as_it_is() -> None:
    record = logging.LogRecord("a", logging.INFO, "f", 1, "ready at %d", (8443,), None)
    assert Discreet().format(record).endswith("INFO a: ready at 8443")


@pytest.mark.parametrize(
    ("database", "advice"),
    [
        ("postgresql://nobody@127.0.0.1:1/x", "start PostgreSQL"),
        ("sqlite:////nowhere/at/all.db", "owns the district's folder"),
        ("sqlite://", "baiyun-district init"),
    ],
)
def test_a_database_that_is_not_there_is_one_line(lite: Town, run: Run, database: str, advice: str) -> None:
    config = lite.folder / "district.toml"
    config.write_text(config.read_text().replace('database = ""', f'database = "{database}"'))
    said = run("verify", lite.folder, code=1)
    assert advice in said and said.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(lite: Town, run: Run) -> None:
    before = list(logging.getLogger().handlers)
    with serving(lite.folder) as running:
        said = run("serve", lite.folder, "--port", running.port, code=1)
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)
        handler.close()
    assert "choose another --port" in said.splitlines()[-1]
    assert os.umask(0o022) == 0o022, "the tests' own rights are as before"
