"""An old file grows into this program's tables on a copy; what it could not show before is shown now."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica, index, migrations, schema, upgrading
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.layout import Layout
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds, make_desk, person


def make_old(path: Path, ids: SeededIds, clock: ManualClock) -> str:
    """A file of an earlier version: visits had no topic, minutes or tags yet, and kept what came of them as unknown."""
    visit = Draft.create("visit", ids.new(), person="p1")
    with make_desk(path, clock, ids) as desk:
        desk.door.save([visit, person(ids, name="王公平")])
    raw = open_raw(path, KEY)
    extra = json.dumps({"topic": "看望", "minutes": 15, "tags": ["老年"], "future": True}, ensure_ascii=False)
    raw.execute("BEGIN")
    raw.execute("INSERT INTO door VALUES (1)")
    raw.execute("UPDATE visit SET extra = ?", (extra,))
    raw.execute("DELETE FROM door")
    for column in ("topic", "minutes", "tags", "summary"):
        raw.execute(f'ALTER TABLE visit DROP COLUMN "{column}"')
    raw.execute("UPDATE meta SET value = 'older' WHERE name = 'schema'")
    raw.execute("COMMIT")
    raw.close()
    return visit.id


def test_a_field_that_a_newer_program_knows_takes_the_value_that_was_kept(
    tmp_path: Path, clock: ManualClock, ids: SeededIds
) -> None:
    record = make_old(tmp_path / "desk.db", ids, clock)
    with Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids) as desk:
        snap = desk.read.get("visit", record)
        assert snap is not None
        assert (snap.topic, snap.minutes, snap.tags, snap.summary) == ("看望", 15, ["老年"], "看望/15")
        with desk.store.reading() as conn:
            assert json.loads(conn.exec_driver_sql("SELECT extra FROM visit").scalar_one()) == {"future": True}
        assert desk.search.find("wgp").total == 1
        assert desk.status().unsent == 1
        desk.door.save([Draft.of(snap, topic="走访")])
    assert not list(tmp_path.glob("*.upgrading*"))


def test_a_program_that_differs_by_indexes_alone_makes_them_without_an_upgrade(
    tmp_path: Path, clock: ManualClock, ids: SeededIds
) -> None:
    path = tmp_path / "desk.db"
    with make_desk(path, clock, ids) as desk:
        desk.door.save([person(ids, name="王公平")])
        with desk.store.aside() as conn:
            conn.exec_driver_sql("DROP INDEX ix_visit_person")
            conn.exec_driver_sql("CREATE INDEX fl_visit_other ON visit (id) WHERE topic IS NOT NULL")
            conn.exec_driver_sql("UPDATE meta SET value = 'other' WHERE name = 'indexes'")
    told: list[str] = []
    with Replica.open(path, KEY, PROGRAM, clock, ids, lambda part, *_: told.append(part)) as desk:
        with desk.reading() as conn:
            names = schema.names_of(conn, "index")
        assert "ix_visit_person" in names
        assert "fl_visit_other" not in names
        assert desk.search.find("wgp").total == 1
    assert told == []
    assert not upgrading.kept_of(path).exists()


def test_records_of_a_kind_that_only_a_newer_program_knows_are_shown_by_it(
    tmp_path: Path, clock: ManualClock, ids: SeededIds
) -> None:
    record = make_old(tmp_path / "desk.db", ids, clock)
    raw = open_raw(tmp_path / "desk.db", KEY)
    kept = (record, msgspec.msgpack.encode((False, {"person": "p1", "topic": "看望", "future": True})))
    raw.execute("DROP TABLE visit")
    raw.execute("INSERT INTO sync_unknown (collection, id, pos, rowhash, body) VALUES ('visit', ?, 7, 9, ?)", kept)
    raw.close()
    with Replica.open(tmp_path / "desk.db", KEY, PROGRAM, clock, ids) as desk:
        snap = desk.read.get("visit", record)
        assert snap is not None
        assert (snap.topic, snap.person) == ("看望", "p1")
        with desk.store.reading() as conn:
            assert conn.exec_driver_sql("SELECT pos, rowhash FROM visit").one() == (7, 9)
            assert conn.exec_driver_sql("SELECT count(*) FROM sync_unknown").scalar_one() == 0


def test_a_migration_that_fails_leaves_the_old_file(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    path = tmp_path / "desk.db"
    make_old(path, ids, clock)

    def fails(conn: Connection, layout: Layout) -> None:
        conn.exec_driver_sql("DROP TABLE person")
        raise RuntimeError("no")

    layout = Layout(PROGRAM)
    with pytest.raises(RuntimeError):
        upgrading.upgrade(path, KEY, layout, [*migrations.MIGRATIONS, fails])
    with Replica.open(path, KEY, PROGRAM, clock, ids) as desk:
        assert desk.read.list("person").total == 1


def test_migrations_run_once_each_in_their_order(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    path = tmp_path / "desk.db"
    make_desk(path, clock, ids).close()
    ran: list[int] = []

    def step(number: int) -> migrations.Migration:
        def migrate(conn: Connection, layout: Layout) -> None:
            ran.append(number)

        return migrate

    steps = [*migrations.MIGRATIONS, step(2), step(3)]
    upgrading.upgrade(path, KEY, Layout(PROGRAM), steps)
    upgrading.upgrade(path, KEY, Layout(PROGRAM), [*steps, step(4)])
    assert ran == [2, 3, 4]
    raw = open_raw(path, KEY)
    assert raw.execute("PRAGMA user_version").fetchone()[0] == len(steps) + 1
    raw.close()


def test_an_index_of_an_older_program_is_made_again(
    tmp_path: Path, clock: ManualClock, ids: SeededIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    with make_desk(path, clock, ids) as desk:
        desk.door.save([person(ids, name="王公平")])

    def other_keys(info: Any, values: Any) -> set[str]:
        return {"aother"}

    monkeypatch.setattr(index, "VERSION", "next")
    monkeypatch.setattr(index, "keys_of", other_keys)
    with Replica.open(path, KEY, PROGRAM, clock, ids) as desk:
        assert desk.search.find("王").total == 0
        assert desk.search.find("other").total == 1
        with desk.store.reading() as conn:
            assert conn.exec_driver_sql("SELECT count(*) FROM search_key").scalar() == 1


def test_a_kill_in_an_upgrade_leaves_a_file_that_upgrades(tmp_path: Path, clock: ManualClock, ids: SeededIds) -> None:
    path = tmp_path / "desk.db"
    record = make_old(path, ids, clock)
    code = (
        "import os, sys, signal; from pathlib import Path\n"
        "from baiyun_desktop.replica import migrations, upgrading; from baiyun_desktop.replica.layout import Layout\n"
        "from tests.replica.desk import KEY, PROGRAM\n"
        "migrations.swap = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "upgrading.upgrade(Path(sys.argv[1]), KEY, Layout(PROGRAM))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60)
    assert done.returncode == -9
    with Replica.open(path, KEY, PROGRAM, clock, ids) as desk:
        assert desk.read.get("visit", record).topic == "看望"  # type: ignore[union-attr]
    assert not list(tmp_path.glob("*.upgrading*"))
