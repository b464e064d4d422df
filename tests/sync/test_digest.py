"""The sums that both sides compare: the same however the rows came, kept by every write, and blind to nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sync.canon import add_hash, row_hash
from sync.desk.audit import pristine_rows
from sync.district.feed import digest_of
from sync.district.sight import Cover
from sync.district.tables import DIGEST, HEAD
from sync.ranges import RANGES, differing, range_of, sums
from tests.sync.small import SCHEMA
from tests.sync.wholeness import wrongs
from tests.sync.world import DeskInTest, World

IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
SHARES = st.integers(-(2**63), 2**63 - 1)


def kept(desk: DeskInTest) -> tuple[int, int]:
    """(sum, rows) as the desk keeps them."""
    with desk.store.reading() as conn:
        total, rows = conn.exec_driver_sql("SELECT digest, rows FROM sync_state").one()
    return total, rows


def recomputed(desk: DeskInTest) -> tuple[int, int]:
    """The same, from the rows."""
    with desk.store.reading() as conn:
        rows = pristine_rows(conn, SCHEMA)
    return add_hash(0, *(row_hash(*key, voided, row) for key, (voided, row) in rows.items())), len(rows)


def held(world: World, *areas: str) -> tuple[int, int]:
    """What the district says that these areas hold."""
    with world.district.engine.connect() as conn:
        return digest_of(conn, Cover.of(areas))


def test_every_write_keeps_the_sums(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", visits=1, blood="A")
    for step in range(6):
        world.settle(2)
        for desk, areas in ((a, ("A", "*")), (b, ("S1", "A", "B", "*"))):
            assert kept(desk) == recomputed(desk) == held(world, *areas), f"after step {step}"
        match step:
            case 0:
                a.edit("person", person, phone="2", visits=2)
            case 1:
                a.create("reg", person=person, area="A")
                b.create("reg", person=person, area="B")
            case 2:
                a.edit("person", person, phone="3")
                b.edit("person", person, phone="4")
            case 3:
                b.edit("person", person, area="C")
            case 4:
                b.void("person", person)
    assert wrongs(world) == []


def test_own_unsent_work_does_not_count(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    before = kept(a)
    a.edit("person", person, phone="2")
    a.create("person", name="李四", area="A")
    a.void("person", person)
    assert kept(a) == recomputed(a) == before


def test_the_same_rows_have_the_same_sum_on_whatever_way_they_came(world: World) -> None:
    a, early, late = world.desk("a", "A"), world.desk("early", "S1"), world.desk("late", "S1")
    early.round()
    for n in range(5):
        person = a.create("person", name=f"人{n}", area="A", tags=["b", "a"])
        a.round()
        a.edit("person", person, phone=None if n % 2 else str(n), note="x")
        early.round()
    world.settle()
    assert kept(early) == kept(late) != (0, 0)


def test_rows_that_left_all_areas_of_a_sum_leave_nothing_behind(world: World) -> None:
    a = world.desk("a", "A")
    people = [a.create("person", name=f"人{n}", area="A") for n in range(3)]
    world.settle()
    for person in people:
        a.edit("person", person, area="B")
    world.settle()
    with world.district.engine.connect() as conn:
        rows = {r.areas: (r.total, r.rows) for r in conn.execute(select(DIGEST))}
        heads = conn.execute(select(HEAD.c.rowhash, HEAD.c.payload, HEAD.c.record)).all()
    assert rows["A"] == (0, 0)
    assert rows["B"] == (add_hash(0, *(h.rowhash for h in heads)), 3)
    assert all(h.rowhash == row_hash("person", h.record, False, msgspec.msgpack.decode(h.payload)) for h in heads)
    assert kept(a) == (0, 0)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE person SET name='坏', rowhash=rowhash+1",
        "DELETE FROM person",
        "UPDATE person SET rowhash=0",
        "UPDATE sync_state SET digest=digest+1",
        "UPDATE sync_state SET rows=rows+1",
        "INSERT INTO person (id, pos, rowhash, name) VALUES ('019a00000009700080000000000000ff', 1, 5, '多')",
    ],
)
def test_what_was_changed_beside_the_program_is_mended(world: World, damage: str) -> None:
    a = world.desk("a", "A")
    a.create("person", name="王公平", area="A")
    a.create("line", text="子")
    world.settle()
    with a.store.writing() as conn:
        conn.exec_driver_sql(damage)
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+7")  # the sums are kept as the program writes
    assert a.round().repaired
    assert wrongs(world) == []


# --- ranges ---------------------------------------------------------------------------------------------------------


@given(st.dictionaries(IDS, SHARES, max_size=20), st.randoms(use_true_random=False))
def test_sums_of_ranges_do_not_depend_on_order(rows: dict[str, int], random: Any) -> None:
    shuffled = list(rows.items())
    random.shuffle(shuffled)
    assert sums(shuffled) == sums(rows.items())


@given(st.dictionaries(IDS, SHARES, max_size=20), IDS, SHARES.filter(bool))
def test_one_more_row_differs_in_its_range_alone(rows: dict[str, int], record: str, share: int) -> None:
    more = [*((k, v) for k, v in rows.items()), (record, share)]
    assert differing(sums(rows.items()), sums(more)) == [range_of(record)]
    assert differing(sums(more), b"nonsense") == list(range(RANGES))
