"""Erasure by law: nowhere is anything left of what the record said, and everything else goes on adding up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from sync.act import Act, Change, Op, Outcome
from sync.blobs import hash_of
from sync.codec import decompress
from sync.district.audit import lost_values
from sync.district.chain import verify_chain
from sync.district.scope import covered
from sync.district.tables import ACT, ERASED, FEED, HEAD, METADATA, POSITION
from sync.erasing import ERASED_WORDS
from sync.errors import Refused
from tests.sync.wholeness import wrongs
from tests.sync.world import SCHEMA, DeskInTest, World

NAME, PHONE, IDNO = "欧阳灭迹", "13800009999", "15020619900101777X"


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[World]:
    """Whatever a test erases, both sides must add up when it is done, and the chain must verify."""
    made = World(district_engine, tmp_path)
    yield made
    for _ in range(3):
        made.settle(1)
    assert wrongs(made) == []
    assert chain_wrongs(made) == []


def chain_wrongs(world: World) -> list[str]:
    with world.district.engine.connect().execution_options(reads=True) as conn:
        return verify_chain(conn)


def person(desk: DeskInTest, **fields: Any) -> str:
    return desk.create("person", **{"name": NAME, "phone": PHONE, "area": "A", **fields})


def in_tables(world: World, *texts: str) -> list[str]:
    """Where in the district's tables one of the texts still stands, unpacked as far as it goes."""
    found = []
    with world.district.engine.connect().execution_options(reads=True) as conn:
        for table in METADATA.sorted_tables:
            for row in conn.execute(table.select()):
                content = b" ".join(_plain(value) for value in row)
                found += [f"{table.name}: {text}" for text in texts if text.encode() in content]
    return found


def _plain(value: Any) -> bytes:
    if not isinstance(value, bytes):
        return str(value).encode()
    return decompress(value) if value[:4] == b"\x28\xb5\x2f\xfd" else value


def in_files(folder: Path, *texts: str) -> list[str]:
    """The files below a folder in which one of the texts stands."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    return [f"{p.name}: {t}" for p in files for t in texts if t.encode() in p.read_bytes()]


def erase(world: World, *keys: tuple[str, str]) -> int:
    return world.district.erase(keys, "局长", "当事人申请")


# --- at the district ------------------------------------------------------------------------------------------------


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


# --- the chain ------------------------------------------------------------------------------------------------------


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


# --- on desks -------------------------------------------------------------------------------------------------------


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


# --- later ----------------------------------------------------------------------------------------------------------


def test_a_held_act_that_names_it_is_refused(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    world.settle()
    b.act(Change("person", p, Op.FIELDS, {"note": NAME}), Change("person", world.ids.new(), Op.FIELDS, {"note": "x"}))
    assert [v.outcome for v in b.round().verdicts] == [Outcome.HELD]
    erase(world, ("person", p))
    world.settle()
    assert (b.status().held, b.status().tray) == (0, 1)
    assert in_tables(world, NAME) == []


def test_a_rescue_keeps_what_else_was_in_it(world: World, tmp_path: Path) -> None:
    a, c, d = world.desk("a", "A"), world.desk("c", "C"), world.desk("d", "D")
    p, q = person(a), a.create("person", name="张三", area="A")
    world.settle()
    a.act(Change("person", p, Op.FIELDS, {"note": "密" + NAME}), Change("person", q, Op.FIELDS, {"note": "张三的"}))
    world.district.revoke(a.wire.replica, "账号被盗用")
    with pytest.raises(Refused):
        a.courier.round()
    world.desks.remove(a)
    world.settle()
    assert [r["state"] for r in d.rows("rescue").values()] == ["open"]
    erase(world, ("person", p))
    assert in_tables(world, NAME, "密") == []
    world.settle()
    (kept,) = d.rows("rescue").values()
    assert [(part["id"], part["op"], part["fields"]) for part in kept["parts"]] == [
        (p, "x", {}),
        (q, "f", {"note": "张三的"}),
    ]
    assert (kept["state"], kept["why"]) == ("open", "账号被盗用") or kept["why"]
    erase(world, ("person", q))
    world.settle()
    assert d.rows("rescue") == {}
    assert in_tables(world, "张三") == []
    assert c.rows("rescue") == {}


def test_its_files_go_with_it_unless_another_record_links_them(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    alone, shared = (b"\x89" + bytes(word * 40, "utf-8") for word in ("独照", "合照"))
    p = person(a, photo=a.attach(alone))
    a.edit("person", p, photo=a.attach(shared))
    q = a.create("person", name="张三", area="A", photo=a.attach(shared))
    world.settle()
    b.courier.blob(hash_of(shared))
    erase(world, ("person", p))
    world.settle()
    assert in_tables(world, "独照" * 40) == []
    assert in_files(tmp_path, "独照" * 40) == []
    assert in_tables(world, "合照" * 40) != []
    erase(world, ("person", q))
    world.settle()
    assert in_tables(world, "合照" * 40) == []
    assert in_files(tmp_path, "合照" * 40) == []


def test_nothing_more_is_hung_on_it(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    world.settle()
    erase(world, ("person", p))
    reg = b.create("reg", person=p, area="A", reason="务工")
    assert [(v.outcome, v.reason) for v in b.round().verdicts] == [(Outcome.REFUSED, ERASED_WORDS)]
    world.settle()
    assert "务工" in str(tray(b)), "it says nothing of the person"
    assert b.row("reg", reg) is None


def test_of_two_values_that_were_erased_the_one_that_stands_can_be_kept(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p, q, r = (person(a, name=f"{NAME}{n}", phone=f"{PHONE}{n}", idno=f"{IDNO}{n}") for n in range(3))
    reg = a.create("reg", person=p, area="A")
    world.settle()
    a.edit("reg", reg, person=q)
    b.edit("reg", reg, person=r)
    world.settle()
    erase(world, ("person", q), ("person", r))
    world.settle()
    (contest,) = a.rows("contest")
    stands = a.row("reg", reg)["person"]
    gone = {q, r} - {stands}
    a.decide(contest, {"person": gone.pop()})
    assert [(v.outcome, v.reason) for v in a.round().verdicts] == [(Outcome.REFUSED, ERASED_WORDS)]
    a.decide(contest, {"person": stands})
    assert [v.outcome for v in a.round().verdicts] == [Outcome.APPLIED]
    world.settle()
    assert [row["state"] for row in b.rows("contest").values()] == ["decided"]
    assert b.row("reg", reg)["person"] == stands


def test_a_restored_district_erases_again(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    world.settle()
    backup = world.backup()
    q = a.create("person", name="后来" + NAME, area="A")
    world.settle()
    erase(world, ("person", p))
    erase(world, ("person", q))
    old = world.copy(b, "old", runs=False)
    world.settle()
    world.bring_back(backup)
    assert in_tables(world, NAME) == []
    world.rest()
    world.restore(b, old)
    world.rest()
    assert in_tables(world, NAME) == []
    assert in_files(tmp_path, NAME) == []


def test_an_order_that_a_crash_cut_short_is_carried_out_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a = world.desk("a", "A")
    p = person(a)
    world.settle()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world.district._eraser, "_note", _after(world.district._eraser._note, dies))
    with pytest.raises(KeyboardInterrupt):
        erase(world, ("person", p))
    monkeypatch.undo()
    assert in_tables(world, NAME) != []
    world.district.tend()
    assert in_tables(world, NAME) == []


def _after(work: Any, then: Any) -> Any:
    def both(*given: Any) -> None:
        work(*given)
        then()

    return both


def tray(desk: DeskInTest) -> list[Act]:
    with desk.store.reading() as conn:
        sql = "SELECT body FROM sync_journal WHERE outcome IN ('refused', 'overtaken') ORDER BY number"
        return [msgspec.msgpack.decode(body, type=Act) for (body,) in conn.exec_driver_sql(sql)]


def test_a_doubt_closes_between_rows_whose_people_were_one_through_it(world: World) -> None:
    a = world.desk("a", "A")
    people = [a.create("person", name="王公平", idno="U", area="A") for _ in range(2)]
    for person in people:
        a.create("reg", person=person, area="A")
    world.settle()
    asked = [d["state"] for d in a.rows("doubt").values() if d["rule"] == "one active registration"]
    assert asked == ["open"]
    world.district.erase([("person", people[1])], "局长", "当事人申请")
    world.settle()
    asked = [d["state"] for d in a.rows("doubt").values() if d["rule"] == "one active registration"]
    assert asked == ["settled"]
