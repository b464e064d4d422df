"""What the scenarios of lifeboats share: a desk with one beside its file, its loss, and who sends what is in it."""

from __future__ import annotations

from pathlib import Path

from sync.act import Act
from sync.desk.lifeboat import Boat, FilePlace, Sent, send
from sync.desk.lifeboat_files import Cargo, FolderHold, send_files
from sync.district.audit import acts
from sync.district.direct import DirectLine
from sync.lifeboat import Frame, scan
from tests.sync.scenarios.looks import shown
from tests.sync.world import DeskInTest, Dice, World


def boarded(desk: DeskInTest, boat: Path | None = None) -> DeskInTest:
    """The desk with a lifeboat beside its file, and its hold beside that."""
    cargo = Cargo(hold_of(desk), b"", desk.store.reading, Dice())
    desk.store.boat = Boat(FilePlace(boat or boat_of(desk)), b"", Dice(), named=cargo.soon)
    with desk.store.reading() as conn:
        desk.store.boat.board(conn)
    cargo.soon()
    return desk


def hold_of(desk: DeskInTest) -> FolderHold:
    return FolderHold(desk.world.folder / f"{desk.name}.aboard")


def boat_of(desk: DeskInTest) -> Path:
    return desk.world.folder / f"{desk.name}.lifeboat"


def frames(desk: DeskInTest) -> list[Frame]:
    return [f.frame for f in scan(boat_of(desk).read_bytes())[0]]


def lost(world: World, desk: DeskInTest) -> None:
    """Its file is noise from now on."""
    world.desks.remove(desk)
    desk.store.engine.dispose()


def sent(by: DeskInTest, whose: DeskInTest, *, prune: bool = False) -> Sent:
    line = DirectLine(by.world.district, by.wire.replica)
    said = send(line, FilePlace(boat_of(whose)), prune=prune)
    send_files(line, hold_of(whose), said, prune=prune)
    return said


def taken(world: World) -> list[Act]:
    with world.district.engine.connect() as conn:
        return [act for _, _, act in acts(conn)]


def office(world: World) -> tuple[DeskInTest, DeskInTest, str]:
    """A desk with a lifeboat, which has sent two acts and typed four more, and another desk of the same town."""
    a, other = boarded(world.desk("a", "S1")), world.desk("other", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", visits=1)
    a.edit("person", person, visits=2)
    world.settle()
    a.edit("person", person, visits=10)
    a.create("person", name="李四", area="A")
    a.edit("person", person, phone="5")
    a.edit("person", person, visits=20)
    return a, other, person


def whole(world: World, other: DeskInTest, person: str) -> None:
    world.rest()
    row = shown([*world.desks], "person", person)
    assert (row["visits"], row["phone"]) == (33, "5")
    assert sorted(r["name"] for r in other.rows("person").values()) == ["李四", "王公平"]
