"""The simulator itself: it finds nothing in the engine, everything in a broken one, and says the same twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.act import Change, Op
from sync.errors import Damaged
from sync.protocol import RoundReply, decode, encode
from tests.simulate import __main__ as command
from tests.simulate import results
from tests.simulate.__main__ import main
from tests.simulate.breakages import BREAKAGES
from tests.simulate.plan import make
from tests.simulate.proof import caught
from tests.simulate.runs import run
from tests.sync.world import World

SEEDS = range(1, 13)
HARD = (1028, 1076, 1460, 1529, 1588, 2138, 2226, 3836, 6474, 6609, 7068, 9970)
"""Worlds in which something was lost once; what it was stands in `tests/simulate/FOUND.md`."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Broken engines are loud."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(before)


@pytest.mark.parametrize("seed", [*SEEDS, *HARD])
def test_nothing_is_lost_in_a_world(seed: int) -> None:
    outcome = run(make(seed), clocks=seed == 1)
    assert outcome.wrongs == []
    assert outcome.acts >= 15


def test_the_same_seed_gives_the_same_trace() -> None:
    assert run(make(3)).trace == run(make(3)).trace
    assert run(make(3)).trace != run(make(4)).trace


@pytest.mark.apart
@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_engine_is_caught(name: str) -> None:
    assert caught(name) is not None


def test_the_command_says_how_many_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "1", "--first", "5", "--trace"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "seeds: 1, violations: 0"


def test_a_run_that_was_cut_goes_on_where_it_stopped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[int] = []
    monkeypatch.setattr(results, "RANGE_SEEDS", 2)
    monkeypatch.setattr(command, "run", lambda plan, clocks: played.append(plan.seed) or run(plan))
    assert main(["--seeds", "2", "--first", "5", "--results", str(tmp_path)]) == 0
    assert main(["--seeds", "4", "--first", "5", "--results", str(tmp_path)]) == 0
    assert played == [5, 6, 7, 8]
    assert capsys.readouterr().out.splitlines()[-1] == "seeds: 4, violations: 0"
    assert len((tmp_path / "seeds.jsonl").read_text("utf-8").splitlines()) == 2


# --- what the simulator has found, each as the smallest scenario ------------------------------------------------------


def test_who_decides_for_a_void_hears_that_it_is_one(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    a.edit("person", person, phone="2")
    b.void("person", person)
    world.settle()
    a.decide(next(iter(a.rows("contest"))), {"voided": True})
    assert not a.round().repaired
    assert a.row("person", person) is None


def test_a_desk_keeps_nothing_of_its_own_edits_of_what_it_moved_away(world: World) -> None:
    a = world.desk("a", "A", "B")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    world.district.grant(a.wire.replica, ["A"])
    world.settle()
    a.edit("person", person, area="C")
    a.edit("person", person, name="𠮷田")
    assert not a.round().repaired
    assert a.row("person", person) is None


def test_an_unsent_row_of_an_unknown_collection_is_in_no_sum(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    with a.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET name='坏', rowhash=rowhash+1 WHERE id=?", (person,))
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")
    typed = iter([lambda: a.act(Change("newer", world.ids.new(), Op.CREATE, {"title": "新"}))])
    a.courier._at = lambda point: next(typed, lambda: 0)() if point == "after apply" else None
    assert a.round().repaired
    assert a.status().alarm is None


def test_a_wrong_byte_in_a_small_message_is_damage() -> None:
    body = encode(RoundReply(7, b"tagtag12", 1, 2, []))
    for at in range(len(body)):
        with pytest.raises(Damaged):
            decode(body[:at] + bytes([body[at] ^ 0x40]) + body[at + 1 :], RoundReply)
