"""Several workers on one PostgreSQL: what two offices type in the same moment is compared all the same."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from sync.district.district import District
from sync.district.engine import open_engine
from tests.sync.world import World


@pytest.fixture
def workers(district_engine: Engine, database_url: str, tmp_path: Path) -> tuple[World, list[District]]:
    """A world whose desks go to three servers of one database in turn."""
    world = World(district_engine, tmp_path)
    first = world.district
    others = [
        District(
            open_engine(database_url),
            first.schema,
            first.scope,
            first.judge,
            world.clock,
            world.ids,
            tmp_path / "packs",
        )
        for _ in range(2)
    ]
    return world, [first, *others]


def test_the_same_person_at_three_workers_at_once(workers: tuple[World, list[District]]) -> None:
    world, districts = workers
    desks = [world.desk(f"desk{n}", "S1") for n in range(3)]
    for desk, district in zip(desks, districts, strict=True):
        desk.wire.district = district
        desk.round()
    for n in range(8):
        for desk in desks:
            person, reg = world.ids.new(), world.ids.new()
            desk.act(
                Change("person", person, Op.CREATE, {"name": f"人{n}", "idno": str(n), "area": "A"}),
                Change("reg", reg, Op.CREATE, {"person": person, "area": "A"}),
            )
    failures: list[Exception] = []

    def push(number: int) -> None:
        try:
            desks[number].round()
        except Exception as error:  # noqa: BLE001 - told in the main thread
            failures.append(error)

    threads = [threading.Thread(target=push, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    world.settle()
    links = desks[0].rows("link")
    assert len(links) == 8 * 2, "each of eight people was typed three times: two links each"
    assert [d.rows("person").keys() for d in desks] == [desks[0].rows("person").keys()] * 3
    for district in districts[1:]:
        district.engine.dispose()
