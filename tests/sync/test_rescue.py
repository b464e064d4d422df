"""Work that comes too late: taken in whole, put before those who hold its records, and gone from the desk that lost them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from sync.act import Act, Change, Op
from sync.desk.audit import pristine_rows
from sync.district.audit import rows_for
from sync.district.holding import HOLD_MS
from sync.district.tables import ACT
from sync.errors import Refused
from sync.limits import LIMITS
from tests.sync.small import SCHEMA
from tests.sync.world import DeskInTest, World

SECRET = "阿拉腾苏和"


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


def journal(desk: DeskInTest) -> list[Any]:
    with desk.store.reading() as conn:
        return conn.exec_driver_sql("SELECT number, outcome, body, kept FROM sync_journal ORDER BY number").all()


def file_content(desk: DeskInTest) -> bytes:
    """The file and its log, free pages included."""
    path = Path(str(desk.store.engine.url.database))
    return b"".join(p.read_bytes() for p in (path, path.with_name(path.name + "-wal")) if p.exists())


def test_a_step_of_an_office_that_has_lost_the_record_is_put_before_the_new_one(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "B")
    person = a.create("person", name=SECRET, area="A")
    a.round()
    d = world.desk("d", "D")
    d.round()
    d.edit("person", person, area="B")
    d.round()
    a.step("person", person, "登记", Change("person", person, Op.FIELDS, {"note": "愿意登记"}))
    a.round()
    a.round()
    b.round()
    (rescued,) = b.rows("rescue").values()
    assert rescued["why"] == "这条记录已不在本岗位的范围内"
    assert rescued["officer"] == "a" and rescued["post"] == "post a" and rescued["state"] == "open"
    assert [p["fields"].get("note") for p in rescued["parts"]] == ["愿意登记", None]
    assert b.row("person", person) == {"name": SECRET, "area": "B"}
    assert a.status().tray == 1 and a.status().unsent == 0 and b.status().rescues == 1
    assert a.row("person", person) is None and SECRET.encode() not in file_content(a)
    (number,) = [n for n, outcome, _, _ in journal(a) if outcome == "rescued"]
    act = a.courier.rescued(number)
    assert act.changes[0].fields == {"note": "愿意登记"}


def test_who_holds_the_records_says_what_became_of_a_rescue(world: World) -> None:
    a, b, d = world.desk("a", "A"), world.desk("b", "B"), world.desk("d", "D")
    person = a.create("person", name="甲", area="A")
    a.round()
    d.round()
    d.edit("person", person, area="B")
    d.round()
    a.step("person", person, "登记")
    a.round()
    b.round()
    (rescue,) = b.rows("rescue")
    b.act(Change("rescue", rescue, Op.DECIDE, {"answer": "taken"}), verb="转为草稿")
    b.round()
    d.round()
    assert d.rows("rescue")[rescue]["state"] == "taken" and d.rows("rescue")[rescue]["decided_by"] == "b"
    assert b.status().rescues == 0


def test_a_desk_that_is_retired_hands_in_what_it_had_typed(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name="甲", area="A")
    a.round()
    a.edit("person", person, phone="2")
    made = a.create("person", name="乙", area="A")
    step = a.step("person", person, "登记")
    world.district.revoke(a.wire.replica)
    with pytest.raises(Refused):
        a.courier.round()
    assert a.status().unsent == 0 and a.status().revoked
    d.round()
    assert d.row("person", person) == {"name": "甲", "area": "A", "phone": "2"}
    assert d.row("person", made) == {"name": "乙", "area": "A"}
    assert d.row("step", step) is None and len(d.rows("rescue")) == 1
    with pytest.raises(Refused):
        a.courier.round()


def test_of_a_desk_revoked_for_cause_nothing_counts_and_nothing_is_lost(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name="甲", area="A")
    a.round()
    a.edit("person", person, phone="2")
    a.create("person", name="乙", area="A")
    world.district.revoke(a.wire.replica, "账号被盗用")
    with pytest.raises(Refused):
        a.courier.round()
    d.round()
    assert d.row("person", person) == {"name": "甲", "area": "A"}
    typed = [p["fields"] for r in d.rows("rescue").values() for p in r["parts"]]
    assert {"phone": "2"} in typed and {"name": "乙", "area": "A"} in typed
    with pytest.raises(Refused):
        a.courier.rescued(2)


def test_what_never_came_is_given_up_at_the_deadline(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    nowhere = world.ids.new()
    a.act(Change("line", world.ids.new(), Op.CREATE, {"reg": nowhere, "text": "等不到"}))
    a.round()
    assert a.status().held == 1
    assert [s.held for s in world.district.fleet() if s.replica == a.wire.replica] == [1]
    world.clock.ms += HOLD_MS - 10_000
    world.district.tend()
    a.round()
    assert a.status().held == 1
    world.clock.ms += 20_000
    world.district.tend()
    a.round()
    d.round()
    assert a.status().held == 0 and a.status().rescues == 1
    (rescued,) = d.rows("rescue").values()
    assert rescued["parts"][0]["fields"]["text"] == "等不到"


def test_an_act_whose_judging_fails_is_tried_three_times_and_then_given_to_people(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name="甲", area="A")
    a.round()
    judge, tries = world.district.judge, []

    def fails(*_: Any) -> None:
        tries.append(1)
        raise ZeroDivisionError

    monkeypatch.setattr(judge, "judge", fails)
    a.step("person", person, "登记")
    a.edit("person", person, phone="2")
    a.round()
    for _ in range(6):
        world.clock.ms += 60_000
        world.district.tend()
    assert len(tries) == 1 + 3
    assert [s.faults for s in world.district.fleet() if s.replica == a.wire.replica] == [1]
    d.round()
    assert d.row("person", person) == {"name": "甲", "area": "A", "phone": "2"}
    world.clock.ms += HOLD_MS
    world.district.tend()
    d.round()
    assert len(d.rows("rescue")) == 1


def test_the_journal_of_records_that_left_can_be_read_by_the_district_alone(world: World) -> None:
    a, d = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name=SECRET, area="A")
    a.round()
    backup = world.backup()
    a.edit("person", person, note=SECRET + "二")
    a.round()
    d.round()
    d.edit("person", person, area="C")
    d.round()
    a.round()
    assert a.row("person", person) is None
    assert [kept for _, _, _, kept in journal(a)] == [1, 1]
    assert SECRET.encode() not in file_content(a)
    # The district loses what came after its backup: the desk offers what it can no more read.
    world.bring_back(backup)
    a.round()
    d.round()
    world.settle()
    assert d.row("person", person) == {"name": SECRET, "note": SECRET + "二", "area": "C"}
    with world.district.engine.connect() as conn:
        there = rows_for(conn, world.district.scope, a.wire.replica)
    with a.store.reading() as conn:
        assert pristine_rows(conn, SCHEMA) == there


def test_what_a_backup_of_the_district_holds_a_desk_need_not_keep(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="甲", area="A")
    a.act(Change("person", world.ids.new(), Op.CREATE, {"name": "外", "area": "C"}))
    a.round()
    world.district.backed_up(world.district.last_pos())
    a.round()
    assert all(body for _, _, body, _ in journal(a)), "another backup than the newest may be restored"
    world.clock.ms += LIMITS.backed_up_act_ms
    a.edit("person", person, phone="1")
    a.round()
    assert [(outcome, bool(body)) for _, outcome, body, _ in journal(a)] == [
        ("applied", False),
        ("refused", True),
        ("applied", True),
    ]
    with world.district.engine.connect() as conn:
        assert len(conn.execute(select(ACT)).all()) == 3


def test_the_fleet_tells_who_is_silent_and_what_waits(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "B")
    a.create("person", name="甲", area="A")
    world.clock.ms += 60_000
    a.round()
    world.clock.ms += 3_600_000
    seen = {s.replica: s for s in world.district.fleet()}
    assert seen[b.wire.replica].silent_ms is None
    mine = seen[a.wire.replica]
    assert mine.waiting == 0 and 3_600_000 <= (mine.silent_ms or 0) < 3_700_000 and mine.epochs == 1


def test_an_act_read_online_is_the_act_that_was_saved(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="甲", area="A")
    a.edit("person", "0" * 32, name="乙")
    a.round()
    assert msgspec.structs.asdict(a.courier.rescued(2)) == msgspec.structs.asdict(
        msgspec.msgpack.decode(journal(a)[1][2], type=Act)
    )
    assert a.row("person", person) is not None
    with pytest.raises(FileNotFoundError):
        a.courier.rescued(9)
