"""What comes by sync takes the clerk's own path: projections, search, history, news; a new desk is filled in one go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Changes, Replica
from baiyun_desktop.replica.changes import ANY
from tests.replica.offices import BAOSHAN, XIANGYUN, Office, Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.close()


def make_person(office: Office, **values: object) -> str:
    draft = Draft.create("person", office.replica.ids.new(), **values)
    office.replica.door.save([draft])
    return draft.id


def edit(replica: Replica, kind: str, record: str, **values: object) -> None:
    snap = replica.read.get(kind, record)
    assert snap is not None
    replica.door.save([Draft.of(snap, **values)])


def test_a_new_desk_is_filled_with_everything_that_follows_from_the_rows(town: Town) -> None:
    first = town.office("宝山", BAOSHAN)
    record = make_person(first, name="覃公平", phone="13847201234")
    visit = Draft.create("visit", first.replica.ids.new(), topic="看望", person=record, tags=["老年"])
    first.replica.door.step("visit", visit.id, "走访", drafts=[visit], stated_date="2026-09-01")
    voided = make_person(first, name="误录")
    first.replica.door.void("person", voided, "误录")
    first.round()
    town.clock.ms += 1000

    second = town.office("宝山2", BAOSHAN)
    heard: list[Changes] = []
    second.replica.subscribe(heard.append)
    report = second.round()
    assert report.pack_rows >= 4
    person, moved = second.replica.read.get("person", record), second.replica.read.get("visit", visit.id)
    assert person is not None
    assert moved is not None
    assert person.name_py.split("|")[0] == "qin gong ping"
    assert (moved.state, moved.summary, moved.tags) == ("DONE", "看望/0", ["老年"])
    assert [hit.id for hit in second.replica.search.find("tangp").hits] == [record]
    assert second.replica.search.find("误录").hits == []
    assert second.replica.read.get("person", voided).voided  # type: ignore[union-attr]
    assert ("person", ANY) in heard[0].ids
    assert second.replica.identity.post == "宝山2"
    assert second.round().pack_rows == 0
    assert not list(town.folder.glob("*.filling"))


def test_a_filled_desk_still_keeps_its_door_closed_and_saves(town: Town) -> None:
    first = town.office("宝山", BAOSHAN)
    record = make_person(first, name="王公平")
    first.round()
    second = town.office("宝山2", BAOSHAN)
    second.round()
    with second.replica.store.reading() as conn:
        triggers = {name for (name,) in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")}
    with first.replica.store.reading() as conn:
        assert triggers == {
            name for (name,) in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
        }
    edit(second.replica, "person", record, phone="13800000000")
    second.round()
    first.round()
    assert first.replica.read.get("person", record).phone == "13800000000"  # type: ignore[union-attr]


def test_what_a_clerk_saved_while_the_pack_was_laid_out_is_not_lost(town: Town) -> None:
    first = town.office("宝山", BAOSHAN)
    for n in range(60):
        make_person(first, name=f"王{n}")
    first.round()
    second = town.office("宝山2", BAOSHAN)
    early: list[str] = []

    def clerk(point: str) -> None:
        if point == "filled" and not early:
            early.append(make_person(second, name="李早"))

    second.replica.store.at = clerk
    second.round()
    assert second.replica.read.get("person", early[0]) is not None
    assert second.replica.read.list("person").total == 61
    second.round()
    first.round()
    assert first.replica.read.list("person").total == 61
    assert second.replica.status().unsent == 0


def test_news_of_another_office_is_searched_told_and_signed(town: Town) -> None:
    first, second = town.office("宝山", BAOSHAN), town.office("宝山2", BAOSHAN)
    town.settle()
    record = make_person(first, name="王公平", phone="1")
    first.round()
    heard: list[Changes] = []
    second.replica.subscribe(heard.append)
    second.round()
    assert {("person", record)} == set().union(*(c.ids for c in heard))
    assert [hit.id for hit in second.replica.search.find("wgp").hits] == [record]
    edit(first.replica, "person", record, name="李公平")
    first.round()
    second.round()
    assert second.replica.search.find("wgp").hits == []
    assert [hit.id for hit in second.replica.search.find("lgp").hits] == [record]
    latest, created = second.replica.read.history("person", record)
    assert (latest.officer, latest.verb, latest.fields) == ("宝山", "保存", {"name": ("王公平", "李公平")})
    assert (created.officer, created.op) == ("宝山", "create")


def test_an_answer_ends_waiting_without_a_second_history_entry(town: Town) -> None:
    office = town.office("宝山", BAOSHAN)
    record = make_person(office, name="王公平")
    assert office.replica.read.get("person", record).pending  # type: ignore[union-attr]
    heard: list[Changes] = []
    office.replica.subscribe(heard.append)
    office.round()
    assert not office.replica.read.get("person", record).pending  # type: ignore[union-attr]
    assert any(("person", record) in changes.ids for changes in heard)
    (entry,) = office.replica.read.history("person", record)
    assert (entry.officer, entry.outcome) == ("宝山", "applied")


def test_two_offices_that_disagree_see_a_contest_and_one_decides(town: Town) -> None:
    first, second = town.office("宝山", BAOSHAN), town.office("宝山2", BAOSHAN)
    record = make_person(first, name="王公平", phone="1")
    town.settle()
    edit(first.replica, "person", record, phone="13800000001")
    edit(second.replica, "person", record, phone="13800000002")
    town.settle()
    for office in (first, second):
        (contest,) = office.replica.read.contests()
        assert (contest.kind, contest.record, contest.group) == ("person", record, "phone")
        assert [side.value for side in contest.sides] == [{"phone": "13800000001"}, {"phone": "13800000002"}]
        assert [section.name for section in office.replica.read.worklist()] == ["contests"]
    second.replica.door.decide(contest.id, 1)
    assert second.replica.read.contests() == []
    assert second.replica.read.get("person", record).phone == "13800000002"  # type: ignore[union-attr]
    town.settle()
    for office in (first, second):
        assert office.replica.read.contests() == []
        assert office.replica.read.get("person", record).phone == "13800000002"  # type: ignore[union-attr]
        values = [change for entry in office.replica.read.history("person", record) for change in entry.fields.items()]
        assert any("13800000002" in pair for _, pair in values)


def test_a_step_that_came_second_is_in_the_tray_and_the_state_is_one(town: Town) -> None:
    first, second = town.office("宝山", BAOSHAN), town.office("宝山2", BAOSHAN)
    visit = Draft.create("visit", first.replica.ids.new(), topic="看望")
    first.replica.door.save([visit])
    town.settle()
    for office in (first, second):
        office.replica.door.step("visit", visit.id, "走访", stated_date="2026-09-01")
    town.settle()
    for office in (first, second):
        assert office.replica.read.get("visit", visit.id).state == "DONE"  # type: ignore[union-attr]
        assert sorted(str(m.judgement) for m in office.replica.read.movements(visit.id)) == ["accepted", "overtaken"]
    (item,) = second.replica.read.tray()
    assert (item.verb, item.outcome) == ("走访", "overtaken")
    assert first.replica.read.tray() == []
    second.replica.door.put_aside(item.number)
    assert second.replica.read.tray() == []
    assert second.replica.status().tray == 0


def test_what_leaves_an_office_leaves_no_trace_of_itself(town: Town) -> None:
    first, second = town.office("宝山", BAOSHAN), town.office("祥云", XIANGYUN)
    town.settle()
    record = make_person(first, name="王公平", id_no="15020619650704001X")
    town.settle()
    assert second.replica.read.get("person", record) is None
    edit(first.replica, "person", record, area=XIANGYUN)
    town.settle()
    assert first.replica.read.get("person", record) is None
    assert first.replica.search.find("wgp").hits == []
    assert first.replica.read.history("person", record) == []
    assert [hit.id for hit in second.replica.search.find("001X").hits] == [record]
    with first.replica.store.reading() as conn:
        left = conn.exec_driver_sql("SELECT count(*) FROM search_doc WHERE record = ?", (record,)).scalar()
    assert left == 0
