"""Erasure by law: nowhere at the district is anything left of what the record said, and everything else goes on adding up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, select

from sync.act import Act, Change, Op
from sync.codec import decompress
from sync.district.audit import lost_values
from sync.district.tables import ACT, ERASED, FEED, HEAD, POSITION
from tests.sync.district.erasing import (
    IDNO,
    NAME,
    PHONE,
    chain_wrongs,
    erase,
    in_files,
    in_tables,
    person,
    still_whole,
)
from tests.sync.small import SCHEMA
from tests.sync.world import World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[World]:
    yield from still_whole(district_engine, tmp_path)


def test_nothing_of_the_record_is_left_at_the_district_or_on_any_desk(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "S1")
    p = person(a, idno=IDNO)
    reg = a.create("reg", person=p, area="A", reason="务工")
    a.edit("person", p, note="备注" + NAME)
    world.settle()
    erase(world, ("person", p))
    assert in_tables(world, NAME, PHONE, IDNO) == []
    world.settle()
    for desk in (a, b):
        assert desk.row("person", p) is None
        assert (desk.row("reg", reg) or {}).get("reason") == "务工"
    assert in_files(tmp_path, NAME, PHONE, IDNO) == []


def test_what_was_done_to_it_when_and_by_whom_stays(world: World) -> None:
    a = world.desk("a", "A")
    p = person(a)
    world.settle()
    pos = erase(world, ("person", p))
    with world.district.engine.connect() as conn:
        said = [(r.officer, r.verb) for r in conn.execute(select(POSITION).order_by(POSITION.c.pos))]
        (head,) = conn.execute(select(HEAD).where(HEAD.c.record == p)).all()
        (gone,) = conn.execute(select(ERASED)).all()
    assert said == [("a", "保存"), ("局长", "依法删除")]
    assert (head.voided, msgspec.msgpack.decode(head.payload), head.pos) == (True, {}, pos)
    assert (gone.collection, gone.record, gone.pos, gone.officer, gone.reason) == (
        "person",
        p,
        pos,
        "局长",
        "当事人申请",
    )


def test_children_and_what_was_said_about_it_go_with_it(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    reg = a.create("reg", area="A", reason="务工")
    line = a.create("line", reg=reg, text=NAME)
    step = a.step("reg", reg, "登记")
    world.settle()
    a.edit("reg", reg, reason="理由甲")
    b.edit("reg", reg, reason="理由乙")
    world.settle()
    assert len(a.rows("contest")) == 1
    erase(world, ("reg", reg))
    world.settle()
    assert in_tables(world, NAME, "理由甲", "理由乙") == []
    for kind, record in (("reg", reg), ("line", line), ("step", step)):
        assert a.row(kind, record) is None
    assert a.rows("contest") == {}


def test_a_doubt_about_it_goes_and_the_other_record_stays(world: World) -> None:
    """The doubt held a summary of it, for an area that does not hold the record."""
    a, c = world.desk("a", "A"), world.desk("c", "C")
    p = a.create("person", name="李四", idno="U", area="A")
    a.create("reg", person=p, area="A", reason="秘密")
    a.round()
    other = c.create("reg", person=p, area="C")
    c.round()
    world.settle()
    regs = a.rows("reg")
    erase(world, *(("reg", r) for r in regs if r != other))
    world.settle()
    assert a.rows("doubt") == {}
    assert in_tables(world, "秘密") == []


def test_the_rest_of_a_linked_group_is_linked_anew(world: World) -> None:
    """Links lead to the earliest record: without it, the two that are left would be strangers."""
    a = world.desk("a", "A")
    first, second, third = (a.create("person", name="王五", idno="Z", area="A", note=n) for n in ("甲", "乙", "丙"))
    world.settle()
    erase(world, ("person", first))
    world.settle()
    (link,) = a.rows("link").values()
    assert {link["subject"], link["head"]} == {second, third}


def test_the_other_parts_of_its_acts_stay(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p, q = world.ids.new(), world.ids.new()
    both = [Change("person", i, Op.CREATE, {"name": n, "area": "A"}) for i, n in ((p, NAME), (q, "张三"))]
    a.act(*both)
    world.settle()
    erase(world, ("person", p))
    with world.district.engine.connect() as conn:
        (body,) = conn.execute(select(ACT.c.body)).scalars()
        assert lost_values(conn, SCHEMA) == []
    act = msgspec.msgpack.decode(decompress(body), type=Act)
    assert act.changes == (Change("person", p, Op.ERASE), both[1])
    world.settle()
    assert b.row("person", q) == {"name": "张三", "area": "A"}


def test_the_audit_leaves_out_what_was_erased_and_nothing_else(world: World) -> None:
    a = world.desk("a", "A")
    p, q = person(a), person(a, name="张三")
    world.settle()
    erase(world, ("person", p))
    with world.district.engine.begin() as conn:
        assert lost_values(conn, SCHEMA) == []
        conn.execute(FEED.update().where(FEED.c.record == q).values(fields=msgspec.msgpack.encode({})))
    with world.district.engine.begin() as conn:
        assert {(key, name) for key, name, _ in lost_values(conn, SCHEMA)} == {
            (("person", q), n) for n in ("name", "phone", "area")
        }
        fields = msgspec.msgpack.encode({"name": "张三", "phone": PHONE, "area": "A"}, order="sorted")
        conn.execute(FEED.update().where(FEED.c.record == q).values(fields=fields))


def test_erasing_again_does_nothing(world: World) -> None:
    a = world.desk("a", "A")
    p = person(a)
    world.settle()
    pos = erase(world, ("person", p))
    assert erase(world, ("person", p)) == pos
    assert world.district.last_pos() == pos


def test_the_chain_shows_what_was_changed_behind_its_back(world: World) -> None:
    a = world.desk("a", "A")
    p, q = person(a), person(a, name="张三", phone="2")
    world.settle()
    assert chain_wrongs(world) == []
    erase(world, ("person", p))
    assert chain_wrongs(world) == []
    with world.district.engine.begin() as conn:
        (old,) = conn.execute(select(FEED.c.fields).where(FEED.c.record == q)).scalars()
        changed = msgspec.msgpack.encode({"name": "李四"})
        conn.execute(FEED.update().where(FEED.c.record == q).values(fields=changed))
    assert len(chain_wrongs(world)) == 1
    with world.district.engine.begin() as conn:
        conn.execute(FEED.update().where(FEED.c.record == q).values(fields=old))
        conn.execute(POSITION.update().where(POSITION.c.pos == 1).values(officer="别人"))
    assert len(chain_wrongs(world)) == 1
    with world.district.engine.begin() as conn:
        conn.execute(POSITION.update().where(POSITION.c.pos == 1).values(officer="a"))


def test_content_cannot_be_guessed_from_what_is_left(world: World) -> None:
    """The commitment is salted and the salt is gone; the act is known again by what is left of it."""
    a = world.desk("a", "A")
    p = person(a)
    world.settle()
    with world.district.engine.connect() as conn:
        (before,) = conn.execute(select(ACT.c.digest)).scalars()
    erase(world, ("person", p))
    with world.district.engine.connect() as conn:
        (after,) = conn.execute(select(ACT.c.digest)).scalars()
        salts = list(conn.execute(select(FEED.c.salt).where(FEED.c.pos == 1)).scalars())
    assert after != before
    assert salts == [None]
