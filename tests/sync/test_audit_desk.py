"""What an audit found on the desk's side, each as the smallest story that shows it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from sync.blobs import PIECE_BYTES
from sync.errors import Damaged
from sync.limits import DAY_MS, LIMITS
from tests.sync.world import DeskInTest, World


def test_the_day_between_two_restored_backups_is_offered_again(world: World) -> None:
    """The wrong backup was restored, and worked on until the night's backup had it: desks had let that day's acts go."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    wrong = world.backup()
    a.edit("person", person, note="n1")
    world.settle()
    right = world.backup()
    world.clock.ms += 2_000
    world.bring_back(wrong)
    world.rest()
    between = a.create("person", name="李四", area="A")
    world.rest()
    world.district.backed_up(world.district.last_pos())
    world.rest()
    world.clock.ms += DAY_MS
    world.bring_back(right)
    world.rest()
    assert a.row("person", between) == b.row("person", between) == {"name": "李四", "area": "A"}


def test_a_backup_of_a_lost_past_lets_nothing_go(world: World) -> None:
    """A position that the night's backup had before the restore is another act's after it, which no backup has yet."""
    a = world.desk("a", "A")
    world.settle()
    kept = world.backup()
    a.create("person", name="王公平", area="A")
    world.settle()
    world.district.backed_up(world.district.last_pos())
    world.settle()
    world.clock.ms += 2_000
    world.bring_back(kept)
    world.rest()
    world.clock.ms += LIMITS.backed_up_act_ms
    world.rest()
    world.bring_back(kept)
    world.rest()
    assert [row["name"] for row in a.rows("person").values()] == ["王公平"]


def restored(world: World) -> tuple[DeskInTest, DeskInTest, str]:
    """Two desks with a record, in step with a district that has just been restored."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A")
    b.create("person", name="赵六", area="A")
    world.settle()
    kept = world.backup()
    world.clock.ms += 2_000
    world.bring_back(kept)
    world.rest()
    return a, b, person


def test_what_was_on_the_screen_after_a_restore_was_seen(world: World) -> None:
    """A desk's first act after a restore named no own act since, and so counted as typed before it: a false contest."""
    a, b, person = restored(world)
    a.edit("person", person, phone="1")
    world.rest()
    assert b.row("person", person)["phone"] == "1"  # type: ignore[index]
    b.edit("person", person, phone="2")
    world.rest()
    assert a.status().contests == 0
    assert a.row("person", person)["phone"] == "2"  # type: ignore[index]


def test_a_form_opened_before_a_restore_has_not_seen_what_came_after(world: World) -> None:
    """Its position is the lost past's, whatever the district has put there since."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    kept = world.backup()
    b.edit("person", person, note="later lost")
    world.settle()
    before = b.base()
    world.clock.ms += 2_000
    world.bring_back(kept)
    a.round()
    a.edit("person", person, phone="1")
    world.rest()
    b.edit("person", person, base=before, phone="2")
    world.rest()
    (contest,) = a.rows("contest").values()
    assert {s["value"]["phone"] for s in contest["sides"]} == {"1", "2"}


def test_of_two_forms_open_after_a_restore_the_second_has_not_seen_the_first(world: World) -> None:
    """Both were opened before either was saved."""
    _, b, person = restored(world)
    first, second = b.base(), b.base()
    b.edit("person", person, base=first, phone="1")
    b.edit("person", person, base=second, phone="2")
    world.rest()
    (contest,) = b.rows("contest").values()
    assert {s["value"]["phone"] for s in contest["sides"]} == {"1", "2"}


PHOTO = Random(1).randbytes(2 * PIECE_BYTES + 17)


def content(desk: DeskInTest) -> bytes:
    """All that lies in a desk's file."""
    path = Path(str(desk.store.engine.url.database))
    return b"".join(p.read_bytes() for p in (path, path.with_name(path.name + "-wal")) if p.exists())


def files(desk: DeskInTest) -> int:
    with desk.store.reading() as conn:
        return int(conn.exec_driver_sql("SELECT count(DISTINCT hash) FROM sync_blob_piece").scalar_one())


def photographed(world: World) -> tuple[DeskInTest, DeskInTest, str, str, dict[str, list[Any]]]:
    """A record that has left the desk that photographed it, and a backup from before the photograph had come."""
    a, b = world.desk("a", "A"), world.desk("b", "A", "C")
    world.settle()
    photo = a.attach(PHOTO)
    person = a.create("person", name="王公平", area="A", photo=photo)
    backups: list[dict[str, list[Any]]] = []
    a.courier._at = lambda point: backups.append(world.backup()) if point == "blob piece sent" else None
    a.round()
    a.courier._at = lambda _point: None
    b.round()
    b.edit("person", person, area="C")
    b.round()
    a.round()
    assert a.row("person", person) is None
    return a, b, person, photo, backups[1]


def test_a_photograph_of_a_record_that_left_is_offered_to_a_restored_district(world: World) -> None:
    """It was let go with its record as soon as the district had it, though no backup did: then nobody had it."""
    a, b, person, photo, kept = photographed(world)
    assert not [at for at in range(0, len(PHOTO) - 64, 4096) if PHOTO[at : at + 64] in content(a)]
    with pytest.raises(FileNotFoundError):
        a.courier.blob(photo)
    world.clock.ms += 2_000
    world.bring_back(kept)
    world.rest()
    assert b.row("person", person)["photo"] == photo  # type: ignore[index]
    assert b.courier.blob(photo) == PHOTO
    assert PHOTO[:64] not in content(a)


def test_a_sealed_photograph_goes_when_backups_have_had_it_for_weeks(world: World) -> None:
    """Also one whose backup went up to the very act before it had come may not have it."""
    a, b, person, _, _ = photographed(world)
    world.district.backed_up(world.district.last_pos())
    world.settle()
    world.clock.ms += LIMITS.backed_up_act_ms
    world.settle()
    assert files(a) == 1
    b.edit("person", person, note="n")
    world.settle()
    world.district.backed_up(world.district.last_pos())
    world.settle()
    assert files(a) == 1
    world.clock.ms += LIMITS.backed_up_act_ms
    world.settle()
    assert files(a) == 0


def test_a_sealed_photograph_is_erased_with_its_record(world: World) -> None:
    """The desk that photographed it hears of the law's order too."""
    a, _, person, _, _ = photographed(world)
    assert files(a) == 1
    world.district.erase([("person", person)], "局长", "当事人申请")
    world.settle()
    assert files(a) == 0


def test_a_photograph_is_looked_at_where_its_record_has_come_back(world: World) -> None:
    """What is sealed here is fetched like anybody's, leaves with the record, and is still offered after that."""
    a, b, person, photo, kept = photographed(world)
    b.edit("person", person, area="A")
    world.settle()
    assert a.courier.blob(photo) == PHOTO
    b.edit("person", person, area="C")
    world.settle()
    assert PHOTO[:64] not in content(a) and files(a) == 1
    world.clock.ms += 2_000
    world.bring_back(kept)
    world.rest()
    assert b.courier.blob(photo) == PHOTO


def test_one_broken_photograph_does_not_keep_the_others_waiting(world: World) -> None:
    """A byte of it had fallen over in the file: every round ended there."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    broken, whole = a.attach(b"a broken photograph"), a.attach(b"a photograph")
    a.create("person", name="王公平", area="A", photo=broken)
    a.create("person", name="李四", area="A", photo=whole)
    with a.store.writing() as conn:
        sql = "UPDATE sync_blob_piece SET body=CAST('a brXken photograph' AS BLOB) WHERE hash=?"
        conn.exec_driver_sql(sql, (broken,))
        conn.exec_driver_sql("UPDATE sync_blob SET at=0 WHERE hash=?", (broken,))
    assert a.round().blobs == 1
    assert "附件" in (a.status().alarm or "")
    b.round()
    assert b.courier.blob(whole) == b"a photograph"


def test_a_photograph_that_is_damaged_on_its_way_is_told_after_the_others(world: World) -> None:
    """The round says so, and the next one tries again."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    names = [a.attach(text) for text in (b"first photograph", b"second photograph")]
    for name in names:
        a.create("person", name=name[:4], area="A", photo=name)
    post = a.wire.post
    a.wire.post = lambda path, body: post(path, b"x" + body[1:] if names[0] in path else body)  # type: ignore[method-assign]
    with pytest.raises(Damaged):
        a.courier.round()
    b.round()
    assert b.courier.blob(names[1]) == b"second photograph"
    a.wire.post = post  # type: ignore[method-assign]
    assert a.round().blobs == 1
    assert b.courier.blob(names[0]) == b"first photograph"
