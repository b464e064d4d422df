"""Packs: who gets a ready one, and what a post that is given other areas has left."""

from __future__ import annotations

from tests.sync.world import World


def packs(world: World) -> int:
    return len(list((world.folder / "packs").glob("*.pack")))


def test_desks_of_one_set_of_areas_share_a_pack(world: World) -> None:
    a = world.desk("a", "A")
    a.create("person", name="王公平", area="A")
    a.round()
    before = packs(world)
    one, two = world.desk("one", "S1"), world.desk("two", "S1")
    one.round()
    two.round()
    assert packs(world) == before + 1
    assert one.rows("person") == two.rows("person")


def test_a_pack_older_than_the_cursor_is_not_given_to_a_post_that_moves(world: World) -> None:
    """Rows that came after the old pack would stay behind: it cannot say that they have left."""
    a, b = world.desk("a", "A"), world.desk("b", "B")
    world.settle()  # packs of both areas, at position 0
    mine = a.create("person", name="王公平", area="A")
    theirs = b.create("person", name="李四", area="B")
    world.settle()
    world.district.grant(a.wire.replica, ["B"])
    a.round()
    assert set(a.rows("person")) == {theirs}
    assert mine not in a.rows("person")


def test_a_wrong_row_newer_than_the_ready_pack_is_repaired(world: World) -> None:
    a = world.desk("a", "A")
    a.round()
    person = a.create("person", name="王公平", area="A")
    a.round()
    with a.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET name='坏', rowhash=rowhash+1")
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")
    assert a.round().repaired
    assert a.rows("person")[person]["name"] == "王公平"
