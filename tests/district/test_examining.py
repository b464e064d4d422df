"""Drill and verify find what is wrong with a backup or a database, and say nothing of one that is as it should be."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update

from baiyun_desktop.district import Assembly
from baiyun_desktop.district.restore import RESTORES
from baiyun_desktop.district.settings import Settings
from sync.district.tables import ACT, DESK, DIGEST, FEED, FEED_AREA, HEAD, POSITION
from tests.end2end.mortal_desk import register
from tests.sync.net.conftest import ROOT

from .conftest import Run, Town


def lived_in(town: Town) -> None:
    """A desk has registered people."""
    with town.desk_here() as (desk, courier):
        register(desk, "甲", "13800000001")
        register(desk, "乙", "13800000002")
        courier.round()


def test_a_district_as_it_should_be(town: Town) -> None:
    lived_in(town)
    report = json.loads(town.run("verify", town.folder, "--values"))
    assert report["ok"] and report["rows"]["act"] == 2 and report["rows"]["desk"] == 1
    assert report["wrong"] == {"chain": [], "digests": [], "acts": [], "audit": [], "deeds": [], "values": []}


_LAST = select(func.max(POSITION.c.pos)).scalar_subquery()
_WRONGS: list[tuple[str, str, Callable[[Connection], object]]] = [
    ("acts", "nobody knows", lambda c: c.execute(delete(DESK))),
    ("acts", "is of an act", lambda c: c.execute(delete(ACT).where(ACT.c.number == 1))),
    ("acts", "counted at", lambda c: c.execute(delete(POSITION).where(POSITION.c.pos == _LAST))),
    ("acts", "is told of", lambda c: c.execute(update(FEED_AREA).where(FEED_AREA.c.pos == 2).values(n=99, area="x"))),
    ("chain", "not what was told", lambda c: c.execute(update(FEED).where(FEED.c.pos == 2).values(voided=True))),
    ("chain", "does not follow", lambda c: c.execute(update(POSITION).where(POSITION.c.pos == 2).values(officer="x"))),
    ("chain", "missing", lambda c: c.execute(delete(POSITION).where(POSITION.c.pos == 2))),
    (
        "digests",
        "hash says",
        lambda c: c.execute(update(HEAD).where(HEAD.c.collection == "person").values(voided=True)),
    ),
    ("digests", "add up", lambda c: c.execute(update(DIGEST).values(total=5))),
    ("digests", "add up", lambda c: c.execute(delete(HEAD).where(HEAD.c.collection == "person"))),
]


@pytest.mark.parametrize(("kind", "said", "wrong"), _WRONGS)
def test_what_was_tampered_with_is_found(
    lite: Town, kind: str, said: str, wrong: Callable[[Connection], object]
) -> None:
    lived_in(lite)
    with Assembly(lite.folder) as assembly, assembly.engine.begin() as conn:
        if said == "is told of":
            row = conn.execute(select(FEED_AREA).where(FEED_AREA.c.pos == 2)).first()
            assert row is not None
            conn.execute(delete(FEED_AREA).where(FEED_AREA.c.pos == 2, FEED_AREA.c.area != row.area))
            conn.execute(delete(FEED_AREA).where(FEED_AREA.c.pos == 2, FEED_AREA.c.n != row.n))
        wrong(conn)
    report = json.loads(lite.run("verify", lite.folder, code=1))
    assert not report["ok"]
    assert any(said in line for line in report["wrong"][kind]), report["wrong"]


def test_a_drill_says_how_it_went_and_leaves_nothing(town: Town) -> None:
    lived_in(town)
    town.backup()
    words = ["--from", town.store, "--key-file", town.key]
    there = {p.relative_to(town.folder) for p in town.folder.rglob("*")}
    report = json.loads(town.run("drill", town.folder, *words))
    with Assembly(town.folder) as assembly, assembly.snapshot() as conn:
        counts = {t.name: conn.execute(select(func.count()).select_from(t)).scalar_one() for t in (ACT, HEAD, POSITION)}
    assert {name: report["tables"][name] for name in counts} == counts
    assert report["ok"] and report["restore_seconds"] > 0
    assert {p.relative_to(town.folder) for p in town.folder.rglob("*")} - there == {Path("drill.json")}
    assert not (town.store / RESTORES).exists(), "it hands out no number that a real restore has to pass over"
    for _ in range(2):  # the scratch database is empty again after each
        assert json.loads(town.run("drill", town.folder, *words, "--database", town.spare))["ok"]


def test_a_drill_on_the_district_itself_is_refused(town: Town) -> None:
    """Its tables would be dropped when the drill is over."""
    lived_in(town)
    town.backup()
    url = Settings.load(town.folder).database_url(town.folder)
    words = ["--from", town.store, "--key-file", town.key, "--database", url]
    assert "not empty" in town.run("drill", town.folder, *words, code=1)
    assert json.loads(town.run("verify", town.folder))["rows"]["act"] == 2
    assert not list(town.folder.glob("drill-*"))


def test_a_drill_fails_where_the_backup_is_of_a_district_that_was_tampered_with(lite: Town, run: Run) -> None:
    lived_in(lite)
    with Assembly(lite.folder) as assembly, assembly.engine.begin() as conn:
        conn.execute(update(FEED).where(FEED.c.pos == 2).values(voided=True))
    lite.backup()
    words = ["--from", lite.store, "--key-file", lite.key]
    report = json.loads(run("drill", lite.folder, *words, code=1))
    assert report["wrong"]["chain"]
    said = run("restore", lite.folder.parent / "r", *words)
    assert "not what was told" in said, "the only backup there may be is restored all the same, and says so"


def test_the_key_may_be_piped_in(lite: Town) -> None:
    lite.backup()
    words = ["drill", str(lite.folder), "--from", str(lite.store)]
    command = [sys.executable, "-m", "baiyun_desktop.district", *words]
    with lite.key.open() as key:
        done = subprocess.run(command, cwd=ROOT, stdin=key, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["ok"]
    assert json.loads(lite.run("health", lite.folder))["drill_days"] == 0.0


@pytest.mark.parametrize("where", [40, 1000, -30])
def test_a_drill_finds_a_rotten_backup(lite: Town, where: int) -> None:
    path = lite.backup()
    raw = bytearray(path.read_bytes())
    raw[where] ^= 4
    path.write_bytes(raw)
    said = lite.run("drill", lite.folder, "--from", lite.store, "--key-file", lite.key, code=1)
    assert said.count("\n") == 1 and said.startswith("baiyun-district: ")
    assert not list(lite.folder.glob("drill-*"))
