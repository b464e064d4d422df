"""Erasure by law on desks: their rows, what they typed and have not sent, their packs, and files that were put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op, Outcome
from sync.district.scope import covered
from sync.erasing import ERASED_WORDS
from tests.sync.district.erasing import (
    NAME,
    erase,
    in_files,
    in_tables,
    person,
    still_whole,
    tray,
)
from tests.sync.world import World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[World]:
    yield from still_whole(district_engine, tmp_path)


def test_unsent_acts_on_it_are_emptied_and_refused(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    q = a.create("person", name="张三", area="A")
    world.settle()
    b.act(
        Change("person", p, Op.FIELDS, {"note": "迟到" + NAME}),
        Change("person", q, Op.FIELDS, {"note": "张三的"}),
        verb="核对",
    )
    erase(world, ("person", p))
    verdicts = b.round().verdicts
    assert [(v.outcome, v.reason) for v in verdicts] == [(Outcome.REFUSED, ERASED_WORDS)]
    assert in_tables(world, "迟到") == []
    world.settle()
    assert b.status().tray == 1
    assert "张三的" in str(tray(b)), "what the act said of others waits for its officer"
    assert in_files(tmp_path, NAME, "迟到") == []


def test_an_erasure_heard_before_the_act_is_sent_empties_it(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    reg = a.create("reg", person=p, area="A")
    world.settle()
    b.edit("reg", reg, reason="改了" + NAME)
    child = b.create("line", reg=reg, text="附" + NAME)
    b.edit("line", child, text="再附" + NAME)
    held_back, b.courier._next_acts = b.courier._next_acts, lambda _conn: iter(())  # type: ignore[method-assign]
    b.courier._unsent = lambda: False  # type: ignore[method-assign]
    erase(world, ("reg", reg), ("person", p))
    b.round()
    a.round()
    assert in_files(tmp_path, NAME) == []
    b.courier._next_acts = held_back  # type: ignore[method-assign]
    del b.courier._unsent
    assert {v.outcome for v in b.round().verdicts} == {Outcome.REFUSED}
    assert in_tables(world, NAME) == []
    assert b.row("line", child) is None


def test_a_child_typed_before_the_erasure_was_heard_falls_with_it(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    reg = a.create("reg", area="A", reason=NAME)
    world.settle()
    erase(world, ("reg", reg))
    child = b.create("line", reg=reg, text="附" + NAME)
    b.edit("line", child, text="再附" + NAME)
    assert {v.outcome for v in b.round().verdicts} == {Outcome.REFUSED}
    assert in_tables(world, NAME) == []
    world.settle()
    assert in_files(tmp_path, NAME) == []


def test_a_restored_desk_brings_nothing_back(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    old = world.copy(a, "old", runs=False)  # unsent, as it was
    world.settle()
    known = world.copy(b, "known", runs=False)
    erase(world, ("person", p))
    world.settle()
    assert in_files(tmp_path, NAME) == ["old.db: " + NAME, "known.db: " + NAME] or len(in_files(tmp_path, NAME)) == 2
    world.restore(a, old)
    world.restore(b, known)
    world.rest()
    assert in_tables(world, NAME) == []
    assert in_files(tmp_path, NAME) == []


def test_who_no_longer_holds_it_hears_of_it_by_its_own_acts(world: World, tmp_path: Path) -> None:
    a, c = world.desk("a", "A"), world.desk("c", "C")
    p = person(a)
    a.round()
    a.edit("person", p, area="C")
    world.settle()
    assert a.row("person", p) is None
    assert len(in_files(tmp_path, NAME)) >= 2, "its journal has what was typed here"
    erase(world, ("person", p))
    world.settle()
    assert in_files(tmp_path, NAME) == []
    assert c.row("person", p) is None


def test_a_desk_whose_areas_changed_meanwhile_forgets_it_with_its_pack(world: World, tmp_path: Path) -> None:
    a = world.desk("a", "A")
    p = person(a)
    a.round()
    world.district.grant(a.wire.replica, ["C"])
    erase(world, ("person", p))
    world.settle()
    assert in_files(tmp_path, NAME) == []


def test_a_pack_of_before_is_neither_told_of_nor_given(world: World, tmp_path: Path) -> None:
    a = world.desk("a", "A")
    p = person(a)
    world.settle()
    late = world.desk("late", "A")
    late.round()
    with world.district.engine.connect().execution_options(reads=True) as conn:
        areas = covered(world.district.scope.tree(conn), ["A"])
        name, _ = world.district.packs.for_scope(conn, areas)
    kept = {path: path.read_bytes() for path in (tmp_path / "packs").iterdir()}
    erase(world, ("person", p))
    assert list((tmp_path / "packs").iterdir()) == []
    for path, content in kept.items():  # one that was being built while it was erased
        path.write_bytes(content)
    with pytest.raises(FileNotFoundError):
        world.district.pack(a.wire.replica, name)
    newer = world.desk("newer", "A")
    newer.round()
    assert newer.row("person", p) is None
    world.district.packs.remove_all()
