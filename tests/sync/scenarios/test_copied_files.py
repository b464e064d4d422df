"""Files and districts that are copies of themselves, at work again: each act is there once, under a number of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sync.act import Change, Op
from sync.district.audit import acts
from sync.district.tables import EPOCH, META
from sync.errors import Superseded
from tests.sync.scenarios.looks import shown
from tests.sync.world import DeskInTest, World


def counted(world: World) -> tuple[int, int]:
    """(acts that the district has, number lines that it gave to copies)"""
    with world.district.engine.connect() as conn:
        return len(list(acts(conn))), len(conn.execute(select(EPOCH).where(EPOCH.c.parent > 0)).all())


def restored(world: World) -> tuple[DeskInTest, str]:
    """A desk whose file is put back to before its last acknowledgement: act 2 is unsent in it, acts 3 and 4 not typed."""
    a = world.desk("a", "S1")
    world.desk("other", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", visits=1)
    world.settle()
    a.edit("person", person, visits=2)
    copy = world.copy(a, "copy", runs=False)
    a.edit("person", person, visits=3)
    a.create("person", name="李四", area="A")
    world.rest()
    return world.restore(a, copy), person


def test_x5_a_crash_leaves_a_state_from_before_the_last_acknowledgement(world: World) -> None:
    """The same acts are answered as they were, what was lost with the file comes back, and no number is used twice."""
    a, person = restored(world)
    assert (a.row("person", person)["visits"], len(a.rows("person"))) == (3, 1)
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 6
    assert {row["name"] for row in a.rows("person").values()} == {"王公平", "李四"}
    assert counted(world) == (4, 0)
    a.edit("person", person, visits=1)
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 7
    assert counted(world) == (5, 0)


def test_n4_a_restored_file_reaches_the_same_act_number_with_another_act(world: World) -> None:
    """Both acts stand: what was typed in the restored file goes on in an epoch and under numbers of its own."""
    a, person = restored(world)
    new = a.create("person", name="张三", area="A")
    a.edit("person", new, phone="7")
    with pytest.raises(Superseded):
        a.round()
    assert [v.number for v in a.round().verdicts] == [2, 5, 6]
    world.rest()
    assert shown(world.desks, "person", new) == {"name": "张三", "area": "A", "phone": "7"}
    assert shown(world.desks, "person", person)["visits"] == 6
    assert {row["name"] for row in a.rows("person").values()} == {"王公平", "李四", "张三"}
    assert counted(world) == (6, 1)


def test_n5_two_ghosted_pcs_are_online(world: World) -> None:
    """The second to send gets an epoch of its own; everything typed on either is everywhere once."""
    a, other = world.desk("a", "S1"), world.desk("other", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    ghost = world.copy(a, "ghost")
    made = {person}
    for n in range(4):
        made |= {desk.create("person", name=f"人{n}", area="A", phone=desk.name) for desk in (a, ghost)}
        a.edit("person", person, visits=1)
        ghost.edit("person", person, visits=10)
        world.rest(1)
    world.rest()
    assert shown((a, ghost, other), "person", person)["visits"] == 45
    assert [set(desk.rows("person")) for desk in (a, ghost, other)] == [made] * 3
    assert counted(world) == (17, 1)


def test_n6_a_district_is_restored_and_refilled_below_a_desk_that_was_further(world: World) -> None:
    """The late desk goes back to the backup's position, waits for what others have yet to offer again, and loses nothing."""
    a, b, late = world.desk("a", "S1"), world.desk("b", "S1"), world.desk("late", "S1")
    people = [a.create("person", name=f"人{n}", area="A", visits=1) for n in range(10)]
    world.settle()
    backup = world.backup()
    for n, person in enumerate(people[:5]):
        late.edit("person", person, visits=10)
        b.edit("person", person, note=f"注{n}")
    gone = b.create("person", name="李四", area="A")
    world.settle()
    world.desks.remove(late)
    late.edit("person", gone, phone="9")
    late.edit("person", people[9], name="新名")
    world.bring_back(backup)
    for n in range(60):
        a.edit("person", people[n % 10], phone=str(n))
    a.round()
    assert world.district.last_pos() > late.base().pos
    world.desks.append(late)
    assert late.round().rewound
    assert late.status().held == 1, "what b made is not there yet"
    assert late.row("person", gone) == {"name": "李四", "area": "A", "phone": "9"}
    world.rest()
    assert [shown((a, b, late), "person", p)["visits"] for p in people] == [11] * 5 + [1] * 5
    assert shown((a, b, late), "person", gone) == {"name": "李四", "area": "A", "phone": "9"}
    assert shown((a, b, late), "person", people[9])["name"] == "新名"
    assert not late.round().rewound


def test_x14_the_district_is_restored_from_yesterday(world: World) -> None:
    """Every desk offers again what the backup lacks; rows and numbers of acts are what they were, and sums count once."""
    a, b = world.desk("a", "A"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", visits=1)
    world.settle()
    backup = world.backup()
    a.edit("person", person, visits=2, tags={"+": ["x"], "-": []})
    b.edit("person", person, visits=4, phone="2")
    new = a.create("person", name="李四", area="A")
    reg = a.create("reg", person=new, area="A")
    line = a.create("line", reg=reg, text="同行")
    a.void("line", line)
    a.act(Change("newer", world.ids.new(), Op.CREATE, {"title": "新"}))
    world.rest()
    b.edit("reg", reg, reason="务工")
    world.rest()
    before, held = [d.rows("person") | d.rows("reg") for d in world.desks], counted(world)
    world.bring_back(backup)
    world.rest()
    assert [d.rows("person") | d.rows("reg") for d in world.desks] == before
    assert shown((a, b), "person", person)["visits"] == 7
    assert a.row("line", line) is None
    assert counted(world) == held
    with world.district.engine.connect() as conn:
        assert conn.execute(select(META.c.timeline)).scalar_one() > 1
