"""Four desks, officers who do anything, lines and processes that end anywhere: when it is quiet, all adds up."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from sync.desk import apply, laying
from sync.district.engine import open_engine
from tests.sync.chance import Chance
from tests.sync.wholeness import wrongs

SEEDS = 12
STEPS = 60


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_both_sides_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    for module in (apply, laying):
        monkeypatch.setattr(module, "SLICE_ENTRIES", 3)
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    event.listen(engine, "connect", lambda conn, _: conn.execute("PRAGMA synchronous=OFF"))
    chance = Chance(engine, tmp_path, seed)
    chance.play(STEPS)
    found = wrongs(chance.world)
    engine.dispose()
    for desk in chance.desks:
        desk.store.engine.dispose()
    assert not found, "\n".join([f"seed {seed}", *chance.log, *found])
    assert sum(" act " in line for line in chance.log) > STEPS // 8, "the run did hardly anything"


def test_one_seed_is_one_run(tmp_path: Path) -> None:
    logs = []
    for n in range(2):
        folder = tmp_path / str(n)
        folder.mkdir()
        engine = open_engine(f"sqlite:///{folder / 'district.db'}")
        chance = Chance(engine, folder, 7)
        chance.play(25)
        engine.dispose()
        logs.append(chance.log)
    assert logs[0] == logs[1]
