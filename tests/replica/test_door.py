"""What a clerk saves is there at once, with its history and its act; what may not be done changes nothing."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Changes, Replica
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import StepRefused, Unknown
from sync.act import Act, Op
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds, person


def acts(desk: Replica) -> list[Act]:
    with desk.store.reading() as conn:
        rows = conn.exec_driver_sql("SELECT body FROM sync_journal ORDER BY number")
        return [msgspec.msgpack.decode(body, type=Act) for (body,) in rows]


def test_what_was_saved_is_read_back_with_its_projections(desk: Replica, ids: SeededIds) -> None:
    draft = person(ids, name="覃公平", birth_date=date(1990, 2, 3), languages=["蒙古语", "普通话"])
    changes = desk.door.save([draft])
    snap = desk.read.get("person", draft.id)
    assert snap is not None
    assert (snap.name, snap.birth_date, snap.languages) == ("覃公平", "1990-02-03", ["蒙古语", "普通话"])
    assert snap.name_py.split("|")[0] == "qin gong ping"
    assert snap.area == "150206001006"
    assert snap.pending
    assert changes.ids == {("person", draft.id)}
    assert changes.act == 1


def test_each_kind_of_record_is_saved_empty(desk: Replica, ids: SeededIds) -> None:
    for kind in PROGRAM.kinds.keys() - {ENTRY}:  # nobody types one
        draft = Draft.create(kind, ids.new())
        desk.door.save([draft])
        assert desk.read.get(kind, draft.id) is not None


def test_several_records_are_one_act_with_parents_first(desk: Replica, ids: SeededIds) -> None:
    one = person(ids, name="王公平")
    document = Draft.create("person_identity", ids.new(), person=one.id, id_no="15020619650704001X")
    desk.door.save([document, one])
    (act,) = acts(desk)
    assert [change.collection for change in act.changes] == ["person", "person_identity"]
    assert [child.id for child in desk.read.children("person_identity", one.id)] == [document.id]


def test_an_edit_says_only_what_differs_and_keeps_what_was_before(desk: Replica, ids: SeededIds) -> None:
    draft = person(ids, name="王公平", phone="13800000001")
    desk.door.save([draft])
    snap = desk.read.get("person", draft.id)
    assert snap is not None
    desk.door.save([Draft("person", draft.id, snap.base, {"name": "王公平", "phone": "13800000002"})])
    assert acts(desk)[1].changes[0].fields == {"phone": "13800000002"}
    assert acts(desk)[1].base == snap.base
    latest, first = desk.read.history("person", draft.id)
    assert latest.fields == {"phone": ("13800000001", "13800000002")}
    assert (first.op, first.officer, first.verb) == ("create", "officer-1", "保存")


def test_saving_nothing_new_writes_no_act(desk: Replica, ids: SeededIds) -> None:
    draft = person(ids, name="王公平")
    desk.door.save([draft])
    snap = desk.read.get("person", draft.id)
    assert snap is not None
    assert not desk.door.save([Draft.of(snap, name="王公平")])
    assert len(acts(desk)) == 1


def test_a_set_travels_as_what_was_added_and_taken_since_the_form_opened(desk: Replica, ids: SeededIds) -> None:
    draft = Draft.create("visit", ids.new(), tags=["老年", "独居"], minutes=10)
    desk.door.save([draft])
    opened = desk.read.get("visit", draft.id)
    assert opened is not None
    desk.door.save([Draft.of(opened, tags=["老年", "独居", "低保"], minutes=15)])
    # the second form had opened before that save, and knows nothing of 低保
    desk.door.save([Draft.of(opened, tags=["独居"], minutes=12)])
    assert acts(desk)[2].changes[0].fields == {"tags": {"+": [], "-": ["老年"]}, "minutes": 2}
    now = desk.read.get("visit", draft.id)
    assert now is not None
    assert (now.tags, now.minutes, now.summary) == (["低保", "独居"], 17, "/17")


def test_a_void_record_keeps_its_history_and_leaves_lists_and_search(desk: Replica, ids: SeededIds) -> None:
    draft = person(ids, name="王公平")
    desk.door.save([draft])
    desk.door.void("person", draft.id, "重复登记")
    snap = desk.read.get("person", draft.id)
    assert snap is not None
    assert snap.voided
    assert desk.read.list("person").total == 0
    assert desk.read.list("person", voided=True).total == 1
    assert desk.search.find("王公平").hits == []
    latest = desk.read.history("person", draft.id)[0]
    assert (latest.op, latest.reason) == ("void", "重复登记")
    assert acts(desk)[1].changes[0].op is Op.VOID


def test_a_step_moves_the_state_dates_the_record_and_numbers_it(desk: Replica, ids: SeededIds) -> None:
    draft = Draft.create("visit", ids.new(), topic="独居老人")
    desk.door.save([draft])
    changes = desk.door.step("visit", draft.id, "走访", stated_date=date(2026, 9, 1), reason="例行")
    snap = desk.read.get("visit", draft.id)
    assert snap is not None
    assert (snap.state, snap.visited_on, snap.biz_no) == ("DONE", "2026-09-01", "(2026)白矿宝山访字第00011号")
    assert ("visit", draft.id) in changes.ids
    (movement,) = desk.read.movements(draft.id)
    assert (movement.verb, movement.article, movement.reason) == ("走访", "《走访办法》第3条", "例行")
    assert [change.collection for change in acts(desk)[-1].changes] == ["visit", "movement"]


def test_a_step_with_its_own_drafts_is_one_act(desk: Replica, ids: SeededIds) -> None:
    draft = Draft.create("visit", ids.new())
    desk.door.save([draft])
    snap = desk.read.get("visit", draft.id)
    assert snap is not None
    desk.door.step("visit", draft.id, "走访", drafts=[Draft.of(snap, topic="看望")], stated_date="2026-09-02")
    assert len(acts(desk)) == 2
    done = desk.read.get("visit", draft.id)
    assert done is not None
    assert (done.topic, done.state) == ("看望", "DONE")


def test_a_record_is_made_and_moved_in_one_act(desk: Replica, ids: SeededIds) -> None:
    draft = Draft.create("visit", ids.new(), topic="看望")
    desk.door.step("visit", draft.id, "走访", drafts=[draft], stated_date="2026-09-02")
    snap = desk.read.get("visit", draft.id)
    assert snap is not None
    assert snap.state == "DONE"
    assert len(acts(desk)) == 1


def test_a_refused_step_names_the_reason_and_changes_nothing(desk: Replica, ids: SeededIds) -> None:
    draft = Draft.create("visit", ids.new())
    desk.door.save([draft])
    with pytest.raises(StepRefused) as lacking:
        desk.door.step("visit", draft.id, "走访", stated_date=date(2026, 9, 1))
    assert lacking.value.fields == ("topic",)
    snap = desk.read.get("visit", draft.id)
    assert snap is not None
    with pytest.raises(StepRefused) as early:
        desk.door.step("visit", draft.id, "走访", drafts=[Draft.of(snap, topic="看望")], stated_date=date(2019, 1, 1))
    assert (early.value.reason, early.value.cite) == ("走访日期早于启用日期", "《走访办法》第3条")
    with pytest.raises(StepRefused):
        desk.door.step("visit", draft.id, "重新走访")
    assert len(acts(desk)) == 1
    assert desk.read.get("visit", draft.id).topic is None  # type: ignore[union-attr]
    assert desk.door.number("visit").endswith("第00011号")


def test_possible_steps_come_with_what_is_in_their_way(desk: Replica, ids: SeededIds) -> None:
    draft = Draft.create("visit", ids.new())
    desk.door.save([draft])
    ((step, reason),) = desk.read.steps("visit", draft.id)
    assert step.verb == "走访"
    assert reason is not None
    assert reason.fields == ("topic",)


def test_numbers_run_on_and_become_provisional_when_the_block_is_used_up(desk: Replica) -> None:
    given = [desk.door.number("visit") for _ in range(5)]
    assert given[:3] == [f"(2026)白矿宝山访字第000{n}号" for n in (11, 12, 13)]
    assert all("暂" in number for number in given[3:])
    assert len(set(given)) == 5


def test_a_record_that_is_not_here_cannot_be_edited(desk: Replica, ids: SeededIds) -> None:
    with pytest.raises(Unknown):
        desk.door.save([Draft("person", ids.new(), values={"name": "王"})])
    assert acts(desk) == []


def test_a_computed_field_is_not_to_be_typed(desk: Replica, ids: SeededIds) -> None:
    with pytest.raises(ValueError, match="name_py"):
        desk.door.save([person(ids, name_py="wang")])


def test_subscribers_hear_of_a_commit_after_it_and_one_that_fails_harms_nobody(
    desk: Replica, ids: SeededIds, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Changes] = []

    def fails(_: Changes) -> None:
        raise RuntimeError("a screen's bug")

    def sees(changes: Changes) -> None:
        assert all(desk.read.get(kind, record) is not None for kind, record in changes.ids)
        heard.append(changes)

    desk.subscribe(fails)
    stop = desk.subscribe(sees)
    draft = person(ids, name="王公平")
    returned = desk.door.save([draft])
    assert heard == [returned]
    assert "a subscriber failed" in caplog.text
    stop()
    desk.door.void("person", draft.id, "x")
    assert len(heard) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO person (id) VALUES ('x')",
        "UPDATE person SET name = 'x'",
        "DELETE FROM person",
        "DELETE FROM sync_journal",
        "UPDATE history SET officer = 'x'",
    ],
)
def test_a_write_beside_the_door_fails_also_as_raw_sql(desk: Replica, ids: SeededIds, sql: str) -> None:
    draft = person(ids, name="王公平")
    desk.door.save([draft])
    raw = open_raw(desk.path, KEY)
    with pytest.raises(sqlcipher.IntegrityError, match="door is closed"):
        raw.execute(sql)
    raw.close()
    assert desk.read.get("person", draft.id).name == "王公平"  # type: ignore[union-attr]


def test_readers_cannot_write(desk: Replica) -> None:
    with desk.store.reading() as conn, pytest.raises(Exception, match="readonly"):
        conn.exec_driver_sql("INSERT INTO door (open) VALUES (1)")


def test_an_import_is_many_acts_and_comes_back_as_one_piece_of_news(
    desk: Replica, ids: SeededIds, clock: ManualClock
) -> None:
    groups = [[person(ids, name=f"王{n}")] for n in range(45)]
    changes = desk.door.save_all(groups, verb="导入", batch="b1")
    assert len(changes.ids) == 45
    assert changes.batch == "b1"
    assert [act.batch for act in acts(desk)] == ["b1"] * 45
    assert {entry.verb for entry in desk.read.history("person", groups[7][0].id)} == {"导入"}


def test_many_are_voided_in_one_go_and_an_import_knows_what_it_made(desk: Replica, ids: SeededIds) -> None:
    groups = [[person(ids, name=f"王{n}"), Draft.create("visit", ids.new())] for n in range(3)]
    desk.door.save_all(groups, verb="导入", batch="b1")
    made = desk.read.made_by("b1")
    assert {kind: len(records) for kind, records in made.items()} == {"person": 3, "visit": 3}
    desk.door.void("visit", made["visit"][0], "误")
    changes = desk.door.void_all([(kind, r) for kind, records in made.items() for r in records], "撤销导入")
    assert len(changes.ids) == 5  # the one that was void already is left as it was
    assert desk.read.list("person").total == desk.read.list("visit").total == 0
    assert desk.read.made_by("") == {}
