"""A round costs what changed: not what is held, and not what was ever sent. Small enough to be looked at each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.district.engine import open_engine
from tests.bench import growth
from tests.bench.growth import MEASURES, TASKS, Figures
from tests.bench.rows import Rows, Tally
from tests.sync.world import World

STEPS_OFF_MAX = 0.10


def here(work: Callable[..., Any], *args: Any) -> Any:
    """In this process: starting others would take longer than the work."""
    return work(*args)


@pytest.fixture(scope="module")
def figures() -> Figures:
    return growth.run(2_000, 10_000, 60, here)


def test_a_round_costs_no_more_where_five_times_as_much_is_held(figures: Figures) -> None:
    assert figures.missed() == []


def test_what_is_counted_is_there(figures: Figures) -> None:
    for task in TASKS:
        for size in (figures.small, figures.large):
            cost = figures.tasks[size][task]
            assert all(
                value(cost) > 0 for name, (_, value) in MEASURES.items() if task != "noop" or "steps" not in name
            )
    assert figures.tasks[figures.large]["push"].district_rows.written > figures.changes


def test_a_figure_too_far_from_one_is_told(figures: Figures) -> None:
    cost = figures.tasks[figures.large]["push"]
    other = Figures(1, 2, 3, {1: dict.fromkeys(TASKS, cost), 2: dict.fromkeys(TASKS, cost)})
    assert other.missed() == []
    other.tasks[1] = {**other.tasks[1], "pull": figures.tasks[figures.large]["noop"]}
    assert {words.partition(":")[0] for words in other.missed()} == {"pull"}


# --- what was ever sent -----------------------------------------------------------------------------------------------


def after_a_history(folder: Path, acts: int) -> dict[str, Rows]:
    """What a desk of so many acts, among as many that wait for a record, has the databases do."""
    folder.mkdir()
    engine = open_engine(f"sqlite:///{folder / 'district.db'}")
    with Tally(steps_a_tick=10) as tally:
        world = World(engine, folder)
        writer, other = world.desk("writer", "A"), world.desk("other", "A")
        world.settle()
        for _ in range(acts):
            writer.create("person", name="甲", area="A")
            other.edit("person", world.ids.new(), name="没有传到")
        world.settle()
        found = {}
        for name, work in (
            ("noop", writer.round),
            ("push of one act", lambda: (writer.create("person", name="乙", area="A"), writer.round())),
            ("wake-up", lambda: world.district.head_pos(writer.wire.replica)),
        ):
            before = tally.rows()
            work()
            found[name] = tally.rows() - before
        found["load"] = tally.rows()
    engine.dispose()
    return found


def test_a_long_history_makes_no_round_and_no_wake_up_dearer(tmp_path: Path) -> None:
    short, long = after_a_history(tmp_path / "short", 15), after_a_history(tmp_path / "long", 150)
    assert long.pop("load").steps > 5 * short.pop("load").steps
    for name, rows in long.items():
        assert (rows.read, rows.written) == (short[name].read, short[name].written), name
        assert rows.steps <= short[name].steps * (1 + STEPS_OFF_MAX), name


def test_a_tally_sees_what_is_only_looked_at(tmp_path: Path) -> None:
    with Tally(steps_a_tick=1) as tally:
        engine = open_engine(f"sqlite:///{tmp_path / 'some.db'}")
        with engine.begin() as conn:
            conn.exec_driver_sql("CREATE TABLE t (a)")
            conn.exec_driver_sql("INSERT INTO t VALUES (?)", [(n,) for n in range(500)])
            written = tally.rows()
            assert conn.exec_driver_sql("SELECT a FROM t WHERE a = 7").all() == [(7,)]
        scan = tally.rows() - written
        engine.dispose()
        assert (written.written, scan.read, scan.written) == (500, 1, 0)
        assert scan.steps > 500
        assert tally.rows() - written == scan
