"""Files that never come again: what was typed in them comes by their lifeboats, once, and as if they had sent it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from sync.desk.lifeboat import FilePlace, send
from sync.district.direct import DirectLine
from sync.district.tables import ACT, DESK, EPOCH
from sync.errors import Refused
from sync.lifeboat import frame_of, inside_of, scan, secret_of, written
from sync.limits import LIMITS
from tests.sync.scenarios.looks import shown
from tests.sync.world import World

from .boats import boarded, boat_of, frames, lost, office, sent, taken, whole


def test_l1_a_file_is_lost_with_unsent_acts(world: World) -> None:
    """Another desk sends its lifeboat: all that was typed is there once, as if the lost desk itself had sent it."""
    a, other, person = office(world)
    lost(world, a)
    assert sent(other, a).fates == {"known": 2, "taken": 4}
    whole(world, other, person)
    before = world.district.last_pos()
    assert sent(other, a).fates == {"known": 6}
    assert (world.district.last_pos(), len(taken(world))) == (before, 6)
    with world.district.engine.connect() as conn:
        rows = conn.execute(select(ACT.c.number, ACT.c.epoch).where(ACT.c.replica == a.wire.replica)).all()
    assert sorted(map(tuple, rows)) == [(n, 1) for n in range(1, 7)]


def test_l2_a_lifeboat_is_sent_while_its_file_lives(world: World) -> None:
    """Whichever comes first, each act counts once, and the desk goes on as if nothing had been."""
    a, other, person = office(world)
    assert sent(other, a).fates == {"known": 2, "taken": 4}
    a.edit("person", person, visits=100)
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 133
    assert sent(other, a).fates == {"known": 7}
    assert len(taken(world)) == 7


def test_l3_a_frame_is_damaged_and_its_file_comes_back(world: World) -> None:
    """What can be read is taken, what cannot be is told; the file that turns up brings what is missing, and nothing twice."""
    a, other, person = office(world)
    copy = world.copy(a, "found again", runs=False)
    lost(world, a)
    data = bytearray(boat_of(a).read_bytes())
    ends = [f.end for f in scan(bytes(data))[0]]
    data[ends[2] + 100] ^= 1  # the fourth act, which makes a record
    boat_of(a).write_bytes(data)
    said = sent(other, a)
    assert (said.broken, said.fates) == (1, {"known": 2, "taken": 3})
    assert sent(other, a).fates == {"known": 5}
    world.rest()
    row = shown(world.desks, "person", person)
    assert (row["visits"], row["phone"], len(other.rows("person"))) == (33, "5", 1)
    copy.create("person", name="张三", area="A")
    world.desks.append(copy)
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 33
    assert len(other.rows("person")) == 3
    assert len(taken(world)) == 7
    assert sent(other, a).fates == {"known": 5}


def test_l4_a_copy_of_the_file_has_used_its_numbers(world: World) -> None:
    """The lost copy's acts go on beside the other's, as they would have done by its own rounds."""
    a, other, person = office(world)
    ghost = world.copy(a, "ghost")
    ghost.edit("person", person, visits=100)
    a.edit("person", person, visits=200)
    a.create("person", name="张三", area="A")
    lost(world, a)
    world.rest()
    assert sent(other, a).fates == {"known": 6, "taken": 2}
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 333
    assert {r["name"] for r in other.rows("person").values()} == {"李四", "王公平", "张三"}
    assert sent(other, a).fates == {"known": 8}
    with world.district.engine.connect() as conn:
        assert len(conn.execute(select(EPOCH).where(EPOCH.c.parent > 0)).all()) == 1


def test_l5_a_file_that_was_renumbered_is_lost(world: World) -> None:
    """Its acts stand in the lifeboat under two numbers, and count once."""
    a, other, person = office(world)
    ghost = world.copy(a, "ghost")
    ghost.edit("person", person, visits=100)
    a.edit("person", person, visits=200)
    for desk in (ghost, other, a):
        world.rest(1) if desk is a else desk.round()
    a.edit("person", person, visits=1000)
    lost(world, a)
    assert sent(other, a).fates["taken"] == 1
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 1333
    assert len(taken(world)) == 9


def test_l6_the_district_was_restored_meanwhile(world: World) -> None:
    """What the backup lacks comes by the lifeboat, also what the district had answered."""
    a, other, person = office(world)
    backup = world.backup()
    a.round()
    a.edit("person", person, visits=100)
    lost(world, a)
    world.bring_back(backup)
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 3
    assert sent(other, a).fates == {"known": 2, "taken": 5}
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 133


@pytest.mark.parametrize("cause", ["", "账号被盗用"])
def test_l7_the_lost_desk_was_revoked(world: World, cause: str) -> None:
    """What was typed in good faith counts; of a misused account all is kept for people to look at."""
    a, other, person = office(world)
    world.district.revoke(a.wire.replica, cause)
    lost(world, a)
    sent(other, a)
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == (3 if cause else 33)
    assert len(other.rows("rescue")) == (4 if cause else 0)
    with pytest.raises(Refused) if cause else pytest.MonkeyPatch.context():
        sent(a, a)


def test_l8_a_desk_hands_in_acts_as_anothers(world: World) -> None:
    """Only what its own desk has written is taken, and what cannot be opened stops nothing else."""
    a, other, person = office(world)
    with world.district.engine.begin() as conn:
        given = update(DESK).where(DESK.c.replica == a.wire.replica)
        conn.execute(given.values(token_hash=secret_of("a token of a's").decode()))
    with a.store.reading() as conn:
        public = conn.exec_driver_sql("SELECT seal FROM sync_state").scalar_one()
        body = conn.exec_driver_sql("SELECT body FROM sync_journal WHERE number=3").scalar_one()
    whose = a.wire.replica, 1, 3, inside_of(body, 1, [], -1, 0), b"12345678", public
    forged, true = frame_of(*whose, secret_of("another's")), frame_of(*whose, secret_of("a token of a's"))
    boat_of(other).write_bytes(written([forged, true]))
    assert sent(other, other).fates == {"damaged": 1, "taken": 1}
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 33


def test_l9_an_act_about_what_was_erased_comes_by_lifeboat(world: World) -> None:
    """It is kept without its content."""
    a, other, person = office(world)
    lost(world, a)
    world.district.erase([("person", person)], "局长", "当事人申请")
    sent(other, a)
    world.rest()
    assert [r["name"] for r in other.rows("person").values()] == ["李四"]
    assert b"visits" not in b"".join(repr(act).encode() for act in taken(world))


def test_l10_a_backup_covers_what_a_lifeboat_holds(world: World) -> None:
    """Once backups have had acts for weeks their frames leave the file; what nobody else has stays."""
    a, other, _ = office(world)
    world.district.backed_up(world.district.last_pos())
    a.round()
    world.clock.ms += LIMITS.backed_up_act_ms + 1
    a.round()
    number = a.create("person", name="张三", area="A")
    assert len(frames(a)) == 7
    boarded(a)
    assert [f.number for f in frames(a)] == [3, 4, 5, 6, 7]
    boarded(a)
    world.rest()
    assert number in other.rows("person")


def test_l11_an_orphaned_lifeboat_is_spared_until_a_backup_covers_it(world: World) -> None:
    """Sent by whoever is there; what the district's backup has leaves it, and with the last of it the file."""
    a, other, person = office(world)
    lost(world, a)
    line, place = DirectLine(world.district, other.wire.replica), FilePlace(boat_of(a))
    assert send(line, place, prune=True).left == 6
    world.district.backed_up(world.district.last_pos() - 1)
    assert send(line, place, prune=True).left == 1
    world.district.backed_up(world.district.last_pos())
    assert send(line, place, prune=True).left == 0
    assert not boat_of(a).exists()
    whole(world, other, person)


def test_l12_the_power_goes_between_the_save_and_its_lifeboat(world: World) -> None:
    """The next opening adds what is missing; a frame that was torn costs no other."""
    a, other, person = office(world)
    data = boat_of(a).read_bytes()
    for cut in (scan(data)[0][3].end, scan(data)[0][3].end + 30, len(data) - 1):
        boat_of(a).write_bytes(data[:cut])
        boarded(a)
        assert {f.number for f in frames(a)} == set(range(1, 7))
    lost(world, a)
    assert sent(other, a).fates == {"known": 2, "taken": 4}
    whole(world, other, person)


def test_l13_the_disk_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The save stands; what the lifeboat lacks goes there with the next one."""
    a, other, person = office(world)
    boat = a.store.boat
    assert boat is not None

    def full(_self: object, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(FilePlace, "append", full)
        a.edit("person", person, visits=100)
    assert "No space" in boat.trouble
    assert len(frames(a)) == 6
    a.edit("person", person, visits=200)
    assert (boat.trouble, len(frames(a))) == ("", 8)
    lost(world, a)
    sent(other, a)
    world.rest()
    assert shown(world.desks, "person", person)["visits"] == 333


def test_l14_a_desk_types_before_its_first_round(world: World) -> None:
    """As soon as it knows the district's key, what it typed before goes there too."""
    a = boarded(world.desk("a", "S1"))
    a.create("person", name="王公平", area="A")
    assert not boat_of(a).exists()
    a.round()
    assert [f.number for f in frames(a)] == [1]


def test_l15_a_file_that_went_back_twice_lives_and_its_lifeboat_was_sent_first(world: World) -> None:
    """Each past goes where its own file would have put it, so that whichever of them lives goes on with nothing twice."""
    a, other, person = office(world)
    pasts = [a, *(world.copy(a, name, runs=False) for name in ("second", "third"))]
    for n, desk in enumerate(pasts[n] for n in (0, 1, 2, 0, 1, 0, 2)):  # each time another of them is put in its place
        boarded(desk, boat_of(a)).edit("person", person, visits=100 * 4**n)
    lost(world, a)
    assert sent(other, a).fates == {"known": 2, "taken": 11}
    total = 33 + 100 * (4**7 - 1) // 3
    for living in pasts:
        world.desks.append(living)
        world.rest()
        assert (shown(world.desks, "person", person)["visits"], len(taken(world))) == (total, 13)
    assert set(sent(other, a).fates) == {"known"}


@pytest.mark.parametrize("before", ["nothing", "what has left"])
def test_l20_what_is_before_the_acts_of_a_lifeboat_is_not_to_be_told(world: World, before: str) -> None:
    """They stand where their desk had its last answer, so that a file which lives after all sends none of them twice."""
    a, other = boarded(world.desk("a", "S1")), world.desk("other", "S1")
    person = other.create("person", name="王公平", area="A", visits=1)
    world.settle()
    if before == "what has left":
        a.edit("person", a.create("person", name="李四", area="A"), area="D")
        world.settle()
        assert [r["name"] for r in a.rows("person").values()] == ["王公平"]
    pasts = [a, *(world.copy(a, name, runs=False) for name in ("second", "third"))]
    for n, desk in enumerate(
        pasts[n] for n in (0, 0, 1, 1, 1, 2, 2)
    ):  # the second has as many acts as the first, and one more
        boarded(desk, boat_of(a)).edit("person", person, visits=100 * 4**n)
    a.round()
    lost(world, a)
    assert sent(other, a).fates["taken"] == 5
    count = len(taken(world))
    for living in pasts[1:]:
        world.desks.append(living)
        world.rest()
        assert shown(world.desks, "person", person)["visits"] == 1 + 100 * (4**7 - 1) // 3
        assert len(taken(world)) == count
