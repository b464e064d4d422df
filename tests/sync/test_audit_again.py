"""What a second audit found, each as the smallest story that shows it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from sync.act import Act, Base, Change, Op, Outcome
from sync.canon import NotCanonical
from sync.codec import compress
from sync.district.lines import body_of
from sync.district.tables import ACT
from sync.errors import Refused
from sync.limits import DAY_MS, LIMITS
from tests.sync.world import DeskInTest, World


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def two_people(world: World, writer: DeskInTest) -> tuple[str, str]:
    """A person in each of two areas below the writer's own."""
    in_a, in_b = writer.create("person", name="王公平", area="A"), writer.create("person", name="李四", area="B")
    world.settle()
    return in_a, in_b


def test_an_office_reads_nothing_of_a_rescued_act_about_people_that_it_does_not_hold(world: World) -> None:
    street, above, a = world.desk("street", "S1"), world.desk("above", "S1"), world.desk("a", "A")
    in_a, in_b = two_people(world, street)
    phones = (Change("person", p, Op.FIELDS, {"phone": n}) for p, n in ((in_a, "1"), (in_b, "2")))
    street.act(*phones)
    world.district.revoke(street.wire.replica, "账号被盗用")
    with pytest.raises(Refused, match="撤销"):
        street.round()
    a.round()
    above.round()
    assert a.rows("rescue") == {}
    assert [row["areas"] for row in above.rows("rescue").values()] == [["S1"]]


def test_an_office_that_holds_all_of_a_rescued_act_has_it(world: World) -> None:
    street, a = world.desk("street", "S1"), world.desk("a", "A")
    in_a, _ = two_people(world, street)
    street.edit("person", in_a, phone="1")
    world.district.revoke(street.wire.replica, "账号被盗用")
    with pytest.raises(Refused, match="撤销"):
        street.round()
    a.round()
    assert [row["areas"] for row in a.rows("rescue").values()] == [["A"]]


def test_a_form_open_over_two_restores_goes_over_nothing_unseen(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", phone="0", area="A")
    world.settle()
    kept = world.backup()
    b.edit("person", person, note="lost")
    world.settle()
    world.bring_back(kept)
    world.rest()
    for n in range(12):
        world.district.write([Change("person", world.ids.new(), Op.CREATE, {"name": f"n{n}", "area": "C"})], "chief")
    world.rest()
    form = a.base()
    world.clock.ms += 5_000
    world.bring_back(kept)
    b.round()
    b.edit("person", person, phone="B")
    b.round()
    world.rest()
    a.edit("person", person, base=form, phone="A")
    world.rest()
    (contest,) = a.rows("contest").values()
    assert [side["value"]["phone"] for side in contest["sides"]] == ["B", "A"]


def test_a_form_that_opened_after_a_restore_still_knows_what_it_showed(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="王公平", phone="0", area="A")
    world.settle()
    kept = world.backup()
    world.district.write([Change("person", person, Op.FIELDS, {"phone": "1"})], "chief")
    world.settle()
    world.bring_back(kept)
    world.rest()
    world.district.write([Change("person", person, Op.FIELDS, {"phone": "2"})], "chief")
    world.rest()
    a.edit("person", person, base=a.base(), phone="3")
    world.rest()
    assert (a.row("person", person)["phone"], a.rows("contest")) == ("3", {})


def test_numbers_of_acts_that_were_let_go_are_given_anew_by_a_district_that_lost_them(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    old = world.backup()
    a.edit("person", person, phone="1")
    world.settle()
    world.district.backed_up(world.district.last_pos())
    a.round()
    world.clock.ms += LIMITS.backed_up_act_ms + DAY_MS
    a.round()
    a.edit("person", person, note="typed today")
    a.round()
    world.bring_back(old)
    a.edit("person", person, blood="A")
    world.rest()
    row = a.row("person", person)
    assert (row["note"], row["blood"]) == ("typed today", "A")
    assert a.round().sent == 0


def test_a_value_too_deep_to_be_kept_beside_another_is_not_saved(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    with pytest.raises(NotCanonical):
        a.create("person", name="王公平", area="A", later=nested(24))
    person = a.create("person", name="王公平", area="A", later=nested(22))
    world.settle()
    base = b.base()
    a.edit("person", person, later=[nested(20)])
    a.round()
    b.edit("person", person, base=base, later="2")
    world.settle()
    assert len(a.rows("contest")) == 1


def test_a_held_act_that_cannot_be_judged_stops_nobody(world: World) -> None:
    """Such an act can only be older than the rule that bounds it, or meet a fault of ours."""
    x, y = world.desk("x", "A"), world.desk("y", "A")
    record, other = world.ids.new(), world.ids.new()
    y.act(Change("person", record, Op.CREATE, {"name": "王公平", "area": "A"}))
    x.act(Change("person", record, Op.FIELDS, {"later": "1"}))
    x.act(Change("person", other, Op.FIELDS, {"note": "waits"}))
    x.round()
    deep = Act(1, "x", 0, "v", Base(), (Change("person", record, Op.FIELDS, {"later": nested(40)}),))
    with world.district.engine.begin() as conn:
        conn.execute(update(ACT).where(ACT.c.waits_for == f"person/{record}").values(body=compress(body_of(deep), 3)))
    assert {v.outcome for v in y.round().verdicts} == {Outcome.APPLIED}
    world.clock.ms += LIMITS.hold_ms + 1
    world.district.tend()
    world.settle()
    assert [row["parts"][0]["fields"] for row in y.rows("rescue").values()] == [{"note": "waits"}]


def test_a_picture_attached_here_is_sent_though_it_was_looked_at_before(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    photo = b"P" * 3_000
    first = b.create("person", name="王公平", area="A", photo=b.attach(photo))
    world.settle()
    name = b.row("person", first)["photo"]
    assert a.courier.blob(name) == photo
    a.create("person", name="李四", area="A", photo=a.attach(photo))
    world.district.erase([("person", first)], "chief", "当事人申请")
    world.settle()
    assert world.district.blob(b.wire.replica, name, 0).endswith(photo)


def test_a_file_that_no_act_names_is_not_sent(world: World) -> None:
    a = world.desk("a", "A")
    world.settle()
    name = a.attach(b"P" * 3_000)
    assert a.round().requests == 1
    a.create("person", name="王公平", area="A", photo=name)
    assert a.round().blobs == 1
