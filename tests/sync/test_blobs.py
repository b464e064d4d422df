"""Files beside the rows: sent after their acts, whole or not at all, given to those who hold a record, gone with it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from sync.blobs import BLOB_BYTES_MAX, PIECE_BYTES, hash_of
from sync.desk.blobs import content_of, had_before, unconfirmed
from sync.errors import Damaged, LineDown, Refused
from tests.sync.world import DeskInTest, World

PHOTO = Random(1).randbytes(2 * PIECE_BYTES + 17)


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


def lies_here(desk: DeskInTest, name: str) -> bool:
    with desk.store.reading() as conn:
        return content_of(conn, name) is not None


def waiting(desk: DeskInTest) -> int:
    with desk.store.reading() as conn:
        return len(unconfirmed(conn))


def file_content(desk: DeskInTest) -> bytes:
    path = Path(str(desk.store.engine.url.database))
    return b"".join(p.read_bytes() for p in (path, path.with_name(path.name + "-wal")) if p.exists())


def photographed(desk: DeskInTest, content: bytes = PHOTO) -> tuple[str, str]:
    name = desk.attach(content)
    return desk.create("person", name="甲", area="A", photo=name), name


def test_a_file_reaches_those_who_hold_its_record_when_they_look_at_it(world: World) -> None:
    a, d, c = world.desk("a", "A"), world.desk("d", "D"), world.desk("c", "C")
    _, name = photographed(a)
    assert a.round().blobs == 1 and waiting(a) == 0
    d.round()
    c.round()
    assert not lies_here(d, name)
    assert d.courier.blob(name) == PHOTO and lies_here(d, name)
    with pytest.raises(FileNotFoundError):
        c.courier.blob(name)
    with pytest.raises(FileNotFoundError):
        d.courier.blob("0" * 64)


@pytest.mark.parametrize("piece", [0, 1, 2])
def test_a_file_cut_in_the_middle_goes_on_where_it_was_cut(world: World, piece: int) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    _, name = photographed(a)
    post, count = a.wire.post, [0]

    def cut(path: str, body: bytes) -> bytes:
        answer = post(path, body)
        if "/blob/" in path:
            count[0] += 1
            if count[0] == piece + 1:
                raise LineDown("cut at the reply")
        return answer

    a.wire.post = cut  # type: ignore[method-assign]
    with pytest.raises(LineDown):
        a.round()
    a.round()
    d.round()
    assert d.courier.blob(name) == PHOTO
    assert count[0] <= 4, "what had come is not sent again"


def test_a_spoilt_file_is_not_taken_and_comes_again(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    _, name = photographed(a)
    post = a.wire.post
    a.wire.post = lambda path, body: post(path, b"x" + body[1:] if "/blob/" in path else body)  # type: ignore[method-assign]
    with pytest.raises(Damaged):
        a.round()
    assert waiting(a) == 1
    a.wire.post = post  # type: ignore[method-assign]
    a.round()
    d.round()
    assert d.courier.blob(name) == PHOTO


def test_a_step_that_needs_a_file_waits_until_it_has_come(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    name = a.attach(PHOTO)
    person = world.ids.new()
    made = Change("person", person, Op.CREATE, {"name": "甲", "area": "A", "photo": name})
    a.step("person", person, "照相", made)
    post = a.wire.post

    def no_files(path: str, body: bytes) -> bytes:
        if "/blob/" in path:
            raise LineDown("too slow for files")
        return post(path, body)

    a.wire.post = no_files  # type: ignore[method-assign]
    with pytest.raises(LineDown):
        a.round()
    assert a.status().held == 1
    a.wire.post = post  # type: ignore[method-assign]
    a.round()
    world.settle()
    assert a.status().held == 0
    assert [s["judgement"] for s in d.rows("step").values()] == ["accepted"]


def test_a_file_that_is_given_up_lets_its_step_go_back_to_the_officer(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="甲", area="A", photo=hash_of(PHOTO))  # the file itself was lost with the disk
    a.step("person", person, "照相")
    a.round()
    assert a.status().held == 1
    world.district.give_up_blob(hash_of(PHOTO), "王管理")
    a.round()
    assert a.status().held == 0 and a.status().tray == 1


def test_a_record_leaves_only_after_its_file_has_come(world: World) -> None:
    """N3: it moves away between the push and the sending of its photograph."""
    a, d = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name="甲", area="A")
    a.round()
    d.round()
    name = a.attach(PHOTO)
    a.edit("person", person, photo=name)
    d.edit("person", person, area="C")
    d.round()
    post, pieces = a.wire.post, []

    def no_files(path: str, body: bytes) -> bytes:
        if "/blob/" in path:
            pieces.append(path)
            raise LineDown("too slow for files")
        return post(path, body)

    a.wire.post = no_files  # type: ignore[method-assign]
    with pytest.raises(LineDown):
        a.round()
    with pytest.raises(LineDown):
        a.round()
    assert pieces and lies_here(a, name) and waiting(a) == 1
    a.wire.post = post  # type: ignore[method-assign]
    a.round()
    d.round()
    assert a.row("person", person) is None and not lies_here(a, name)
    assert PHOTO[:64] not in file_content(a)
    assert d.courier.blob(name) == PHOTO


def test_a_fetched_file_leaves_with_its_record_but_not_with_another_that_links_it(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    first, name = photographed(d)
    second = d.create("person", name="乙", area="A", photo=name)
    d.round()
    a.round()
    a.courier.blob(name)
    d.edit("person", first, area="C")
    d.round()
    a.round()
    assert lies_here(a, name)
    d.edit("person", second, area="C")
    d.round()
    a.round()
    assert not lies_here(a, name) and PHOTO[:64] not in file_content(a)


def test_a_restored_district_is_offered_the_file_again(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    backup = world.backup()
    _, name = photographed(a)
    a.round()
    world.bring_back(backup)
    a.round()
    a.round()
    d.round()
    d.round()
    assert d.courier.blob(name) == PHOTO


def test_what_no_act_names_is_not_taken_and_what_is_too_large_not_attached(world: World) -> None:
    a = world.desk("a", "A")
    with pytest.raises(Refused):
        world.district.take_blob(a.wire.replica, hash_of(b"x"), 0, 1, b"x")
    with pytest.raises(ValueError, match="bytes"):
        a.attach(b"\0" * (BLOB_BYTES_MAX + 1))
    with pytest.raises(ValueError, match="bytes"):
        a.attach(b"")


def test_a_round_in_step_asks_as_little_of_a_thousand_files_as_of_one(world: World) -> None:
    a = world.desk("a", "A")

    def steps() -> int:
        seen: list[None] = []
        with a.store.writing() as conn:
            raw: Any = conn.connection.dbapi_connection
            raw.set_progress_handler(lambda: seen.append(None), 1)
            had_before(conn, 1)
            assert unconfirmed(conn) == []
            raw.set_progress_handler(None, 1)
        return len(seen)

    photographed(a, b"one")
    a.round()
    a.round()
    one = steps()
    with a.store.writing() as conn:
        row = conn.exec_driver_sql("SELECT * FROM sync_blob").one()._asdict()
        many = [(f"{n:064x}", *list(row.values())[1:]) for n in range(1_000)]
        conn.exec_driver_sql("INSERT INTO sync_blob VALUES (?, ?, ?, ?, ?, ?, ?)", many)
    assert 0 < one == steps()
