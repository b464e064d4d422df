"""Photographs and scans of a file that is lost come by its lifeboat too, as far as there was room for them."""

from __future__ import annotations

from random import Random

import pytest

from sync.blobs import PIECE_BYTES
from sync.desk.lifeboat import FilePlace, send
from sync.desk.lifeboat_files import Cargo, send_files
from sync.district.direct import DirectLine
from sync.errors import LineDown
from sync.limits import LIMITS
from tests.sync.world import DeskInTest, Dice, World

from .boats import boarded, boat_of, hold_of, lost, office, sent

SCAN, PHOTO = (Random(n).randbytes(size) for n, size in ((1, 2 * PIECE_BYTES + 17), (2, 5_000)))


def photographed(world: World) -> tuple[DeskInTest, DeskInTest, str, str]:
    """A desk that has sent a photograph, and not a scan of a later day."""
    a, other, person = office(world)
    early = a.attach(PHOTO)
    a.edit("person", person, photo=early)
    world.settle()
    late = a.attach(SCAN)
    a.create("person", name="张三", area="A", photo=late)
    return a, other, early, late


def test_l16_a_file_is_lost_with_a_scan_that_was_not_sent(world: World) -> None:
    """The scan comes by the lifeboat too, on from where it was cut, and whoever holds its record can look at it."""
    a, other, early, late = photographed(world)
    assert len(hold_of(a).sizes()) == 2
    assert SCAN[:40] not in b"".join(hold_of(a).read(n) for n in hold_of(a).sizes())
    lost(world, a)

    class Cut(DirectLine):
        """Breaks off after so many answers."""

        left = 4

        def post(self, path: str, body: bytes) -> bytes:
            answer = super().post(path, body)
            self.left -= 1
            if not self.left:
                raise LineDown("cut")
            return answer

    line = Cut(world.district, other.wire.replica)
    with pytest.raises(LineDown):
        send_files(line, hold_of(a), send(line, FilePlace(boat_of(a))))
    assert sent(other, a).files == {"known": 1, "taken": 1}
    assert sent(other, a).files == {"known": 2}
    world.rest()
    assert other.courier.blob(late) == SCAN
    assert other.courier.blob(early) == PHOTO


def test_l17_a_backup_covers_the_files_of_a_lifeboat(world: World) -> None:
    """What the district's backups have had for weeks leaves it, with an orphan's last file its folder; all else stays."""
    a, other, person = office(world)
    a.edit("person", person, photo=a.attach(PHOTO))
    world.settle()
    other.edit("person", person, phone="6")
    other.round()
    world.district.backed_up(world.district.last_pos())
    a.round()
    assert len(hold_of(boarded(a)).sizes()) == 1
    world.clock.ms += LIMITS.backed_up_act_ms + 1
    a.round()
    late = a.attach(SCAN)
    a.create("person", name="张三", area="A", photo=late)
    assert len(hold_of(a).sizes()) == 1
    lost(world, a)
    assert sent(other, a, prune=True).files_left == 1
    other.create("person", name="钱七", area="A")
    other.round()
    assert sent(other, a, prune=True).files_left == 1
    world.district.backed_up(world.district.last_pos())
    assert sent(other, a, prune=True).files_left == 0
    assert not hold_of(a).path.exists()
    assert other.courier.blob(late) == SCAN


def test_l18_files_are_more_than_a_lifeboat_takes(world: World) -> None:
    """What the district has makes room for what only this PC has; what still does not fit is told."""
    a, _, _, _ = photographed(world)
    hold = hold_of(a)
    (first, second), tight = hold.sizes(), Cargo(hold, b"", a.store.reading, Dice(), most=len(SCAN) + 4_000)
    hold.remove(second)
    tight.soon()
    assert first not in hold.sizes()
    assert (len(hold.sizes()), tight.trouble) == (1, "")
    a.create("person", name="赵六", area="A", photo=a.attach(PHOTO[:4_500]))
    assert len(hold.sizes()) == 2
    (*_, newest) = hold.sizes()
    hold.remove(newest)
    tight.soon()
    assert (len(hold.sizes()), "more than" in tight.trouble) == (1, True)


def test_l19_the_power_goes_while_a_file_is_written_beside_its_lifeboat(world: World) -> None:
    """The next opening writes what is missing; one that was damaged is told and stops no other."""
    a, other, _, late = photographed(world)
    hold = hold_of(a)
    (_, scan_) = hold.sizes()
    (hold.path / f"{scan_}.new").write_bytes(hold.read(scan_)[:1_000])
    hold.remove(scan_)
    boarded(a)
    assert len(hold.sizes()) == 2
    lost(world, a)
    (photo, scan_) = hold.sizes()
    data = bytearray(hold.read(photo))
    data[300] ^= 1
    hold.write(photo, bytes(data))
    assert sent(other, a).files == {"damaged": 1, "taken": 1}
    world.rest()
    assert other.courier.blob(late) == SCAN
