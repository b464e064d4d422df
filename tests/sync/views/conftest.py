"""What the tests of views share: an office that sees all of a person, a liaison that sees a part, both checked at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.sync.viewed import ViewedWorld, wrongs
from tests.sync.world import DeskInTest


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[ViewedWorld]:
    made = ViewedWorld(district_engine, tmp_path)
    yield made
    for _ in range(2):
        made.settle(1)
    assert wrongs(made) == []


@pytest.fixture
def office(world: ViewedWorld) -> DeskInTest:
    return world.desk("office", "A")


@pytest.fixture
def person(office: DeskInTest) -> str:
    return office.create(
        "person", name="~wang~", phone="~phone~", idno="~idno~", birth="~birth~", note="~note~", area="A", tags=["x"]
    )


def refused(desk: DeskInTest) -> str:
    """Why the desk's last act was not taken."""
    with desk.store.reading() as conn:
        sql = "SELECT outcome, reason FROM sync_journal ORDER BY number DESC LIMIT 1"
        outcome, reason = conn.exec_driver_sql(sql).one()
    return str(reason) if outcome == "refused" else ""


@pytest.fixture
def liaison(world: ViewedWorld, person: str) -> DeskInTest:
    desk = world.desk("liaison", "A|police")
    world.settle()
    return desk
