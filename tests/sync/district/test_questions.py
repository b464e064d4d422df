"""What the district asks officers about: dates, steps objected to later, papers; and what waits for an upgrade."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sync.act import Base, Change, Op
from sync.errors import Refused
from sync.protocol import TOO_NEW, TOO_OLD, VERSION, RoundRequest, encode
from tests.sync.scenarios.versions import older
from tests.sync.world import DeskInTest, World

DAY_MS = 86_400_000
FIRST = "2027-01-15"
"""The day on which these worlds begin."""


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


def open_doubts(desk: DeskInTest, grade: str) -> list[dict[str, Any]]:
    return [d for d in desk.rows("doubt").values() if d["grade"] == grade and d["state"] == "open"]


@pytest.mark.parametrize(
    ("stated", "asked"),
    [("2027-01-14", True), ("2027-01-15", False), ("2027-02-13", False), ("2027-02-16", False), ("2027-02-17", True)],
)
def test_a_stated_date_lies_between_what_was_seen_and_the_arrival(world: World, stated: str, asked: bool) -> None:
    """N19: a date of day 30 that arrives on day 32 is believed; one that nobody can have typed then is asked about."""
    a = world.desk("a", "A")
    person = a.create("person", name="甲", area="A")
    a.round()
    a.step("person", person, "登记", day=stated)
    world.clock.ms += 32 * DAY_MS
    a.round()
    doubts = open_doubts(a, "date")
    assert [d["summary"] for d in doubts] == ([[{"value": stated, "from": FIRST, "to": "2027-02-16"}]] if asked else [])
    assert [s["judgement"] for s in a.rows("step").values()] == ["accepted"]


def test_a_date_that_is_mended_is_asked_about_no_more_and_an_answer_stays(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    people = [a.create("person", name=n, area="A") for n in "甲乙"]
    a.round()
    steps = [a.step("person", p, "登记", day="2019-01-01") for p in people]
    a.round()
    assert len(open_doubts(a, "date")) == 2
    a.edit("step", steps[0], day=FIRST)
    (mine,) = [i for i, q in a.rows("doubt").items() if q["subject"] == steps[1]]
    a.answer(mine, "stands")
    a.round()
    d.round()
    assert not open_doubts(d, "date")
    assert {q["state"] for q in d.rows("doubt").values()} == {"settled", "stands"}
    a.edit("step", steps[1], day="2019-01-01")
    a.round()
    assert not open_doubts(a, "date"), "the same date is not asked about again"


def test_an_import_is_not_asked_about_its_dates(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="甲", area="A")
    a.round()
    step = Change("step", world.ids.new(), Op.CREATE, {
        "subject_kind": "person", "subject": person, "verb": "登记", "day": "2019-01-01",
    })  # fmt: skip
    with a.store.writing() as conn:
        base = a.journal.base(conn)
        a.journal.write(conn, officer="甲", verb="导入", base=base, changes=[step], batch="b1")
    a.round()
    assert not open_doubts(a, "date")


def test_an_edit_that_did_not_know_of_a_step_and_forbids_it_is_put_to_an_officer(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="甲", area="A")
    a.round()
    b.round()
    form = b.base()
    step = a.step("person", person, "迁出")
    a.round()
    b.edit("person", person, form, phone="9")
    b.round()
    a.round()
    (doubt,) = open_doubts(a, "step")
    assert doubt["subject"] == step and doubt["summary"] == [{"verb": "迁出", "reason": "电话是9"}]
    assert a.rows("step")[step]["judgement"] == "accepted"
    a.edit("person", person, phone="8")
    a.round()
    assert open_doubts(a, "step"), "who knows of the step does not take the question away by editing on"


def test_an_edit_after_a_step_that_its_author_has_seen_is_no_objection(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="甲", area="A")
    a.round()
    a.step("person", person, "迁出")
    a.round()
    a.edit("person", person, phone="9")
    a.round()
    assert not open_doubts(a, "step")


def test_a_decision_that_forbids_a_step_taken_before_is_put_to_an_officer(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="甲", area="A", phone="1")
    a.round()
    b.round()
    form = b.base()
    a.edit("person", person, phone="2")
    a.step("person", person, "迁出")
    a.round()
    b.edit("person", person, form, phone="9")
    b.round()
    a.round()
    (contest,) = a.rows("contest")
    a.decide(contest, {"phone": "9"})
    a.round()
    assert [d["summary"][0]["reason"] for d in open_doubts(a, "step")] == ["电话是9"]


def printed(world: World) -> tuple[DeskInTest, DeskInTest, str]:
    """A person whose paper was printed while another office changed the telephone number."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="甲", area="A", phone="1")
    a.round()
    b.round()
    b.edit("person", person, phone="2")
    b.round()
    a.step("person", person, "发证", paper="甲 1")
    a.round()
    return a, b, person


def test_a_step_whose_paper_says_other_than_the_rows_waits_for_an_officer(world: World) -> None:
    a, b, person = printed(world)
    assert a.status().held == 1
    (doubt,) = open_doubts(a, "paper")
    assert (
        doubt["subject"] == person and doubt["summary"][0]["paper"] == "甲 1" and doubt["summary"][0]["now"] == "甲 2"
    )
    b.round()
    (number,) = [i for i, q in b.rows("doubt").items() if q["grade"] == "paper"]
    b.answer(number, "stands")
    b.round()
    world.settle()
    assert a.status().held == 0
    assert [s["judgement"] for s in b.rows("step").values()] == ["accepted"]


def test_a_paper_that_is_called_wrong_sends_its_step_back_to_the_tray(world: World) -> None:
    a, _, _ = printed(world)
    (number,) = [i for i, q in a.rows("doubt").items() if q["grade"] == "paper"]
    a.answer(number, "wrong")
    a.round()
    world.settle()
    assert a.status().held == 0 and a.status().tray == 1
    assert [s["judgement"] for s in a.rows("step").values()] == ["overtaken"]


def test_a_paper_that_still_says_what_the_rows_say_is_no_question(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="甲", area="A", phone="1")
    a.step("person", person, "发证", Change("person", person, Op.FIELDS, {"phone": "2"}), paper="甲 2")
    a.round()
    assert [s["judgement"] for s in a.rows("step").values()] == ["accepted"]


def test_a_step_that_an_old_desk_could_not_satisfy_waits_for_its_upgrade(world: World) -> None:
    """N22: the guard asks for a field that the desk's version does not have."""
    old, new = world.desk("old", "S1", schema=older()), world.desk("new", "S1")
    person = old.create("person", name="甲", area="A")
    old.step("person", person, "核验")
    old.round()
    assert old.status().held == 1 and old.status().tray == 0
    with old.store.reading() as conn:
        (words,) = conn.exec_driver_sql("SELECT reason FROM sync_journal WHERE outcome='held'").one()
    assert "升级" in words
    new.round()
    new.edit("person", person, birth="1990")
    new.round()
    old.courier._schema = new.store.schema  # the program was upgraded on the same file
    old.round()
    world.settle()
    assert old.status().held == 0
    assert [s["judgement"] for s in new.rows("step").values()] == ["accepted"]


def test_the_same_step_of_a_desk_that_could_fill_it_in_is_refused(world: World) -> None:
    new = world.desk("new", "S1")
    person = new.create("person", name="甲", area="A")
    new.step("person", person, "核验")
    new.round()
    assert new.status().held == 0 and new.status().tray == 1


def test_a_version_that_is_not_spoken_is_refused_politely(world: World) -> None:
    a = world.desk("a", "A")
    for version, words in ((0, TOO_OLD), (VERSION + 1, TOO_NEW)):
        request = RoundRequest(version, 1, 1, 0, b"", "")
        with pytest.raises(Refused, match=words):
            world.district.round(a.wire.replica, encode(request))
    a.create("person", name="甲", area="A")
    a.round()
    assert a.base() == Base(1, 1)
