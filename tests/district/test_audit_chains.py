"""What a desk notes comes to the auditors alone, leaves the desk, and `verify` says where a chain was tampered with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, select, update

from baiyun_desktop.district.assembly import Assembly
from baiyun_desktop.district.lookup import PER_HOUR_MAX, LookUps, TooOften
from baiyun_desktop.kernel.audit import AUDIT_AREA, ENTRY, Doing, Link, examine, sealed
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.registry.citizen_id import check_digit
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.lookup import BY_ID, BY_PHONE, Question
from sync.act import Change, Op
from sync.desk.courier import Courier
from sync.district.tables import HEAD
from sync.errors import Refused
from tests.district.conftest import Run, Town
from tests.end2end.offices import BAOSHAN, DISTRICT, PROGRAM, XINGGUANG, Wire

NUMBER = "15020619880315002" + check_digit("15020619880315002")
PERSON = {"name": "王公平", "id_no": NUMBER, "birth_date": "1988-03-15", "phone": "13812345678", "remark": "密"}


@dataclass
class House:
    """A district in this process, and the desks at it."""

    assembly: Assembly
    folder: Path
    open: ExitStack
    couriers: dict[str, Courier] = field(default_factory=dict)

    def desk(self, name: str, area: str) -> Replica:
        district, assembly = self.assembly.district, self.assembly
        replica = assembly.ids.new()
        district.add_desk(replica, [area], post=name, officer=name)
        who = DeskIdentity(replica=replica, post=name, officer=name, areas=(area,))
        desk = Replica.create(self.folder / f"{name}.baiyun", new_key(), PROGRAM, who, assembly.clock, assembly.ids)
        self.open.callback(desk.close)
        self.couriers[name] = Courier(desk.layout.schema, Wire(district, replica), desk, assembly.clock)
        self.settle()
        return desk

    def settle(self) -> None:
        for _ in range(3):
            for courier in self.couriers.values():
                assert courier.round().in_step


@pytest.fixture
def house(lite: Town, tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        assembly = stack.enter_context(Assembly(lite.folder))
        yield House(assembly, tmp_path, stack)


def entries(desk: Replica) -> list[str]:
    return [str(row.get("who")) for row in desk.read.list(ENTRY, sort=("seq",)).rows]


def test_entries_come_to_the_auditors_and_stay_with_no_other_desk(house: House) -> None:
    counter, grid = house.desk("窗口", BAOSHAN), house.desk("网格", BAOSHAN)
    centre, auditor = house.desk("区里", DISTRICT), house.desk("审计", AUDIT_AREA)
    counter.audit.note(Doing.REVEAL, kind="person", record="p", fields=("phone",), reason="核对身份")
    counter.audit.note(Doing.EXPORT, reason="月报")
    grid.audit.note(Doing.PRINT)
    assert entries(counter) == ["窗口", "窗口"]  # until the district has them
    house.settle()
    assert [entries(desk) for desk in (counter, grid, centre)] == [[], [], []]
    assert sorted(entries(auditor)) == ["窗口", "窗口", "网格"]
    assert all(desk.status().unsent == 0 and desk.status().held == 0 for desk in (counter, grid))
    assert [desk.status().tray for desk in (counter, grid)] == [0, 0]
    with counter.reading() as conn:
        assert conn.exec_driver_sql("SELECT seq FROM audit_chain").all() == [(2,)]
        assert conn.exec_driver_sql("SELECT count(*) FROM history").scalar_one() == 0
    counter.audit.note(Doing.REVEAL, reason="又一次")  # goes on from a row that has left
    house.settle()
    rows = [{**row.values, "id": row.id} for row in auditor.read.list(ENTRY).rows if row.get("who") == "窗口"]
    assert examine(counter.identity.replica, rows).wrongs == () and len(rows) == 3


def test_desks_of_one_office_share_their_download_though_each_notes(house: House) -> None:
    counter = house.desk("窗口", BAOSHAN)
    counter.audit.note(Doing.PRINT)
    house.settle()
    packs = house.assembly.folder / "packs"
    before = sorted(path.name for path in packs.glob("*-*-*-*"))
    house.desk("网格", BAOSHAN)
    assert before and sorted(path.name for path in packs.glob("*-*-*-*")) == before


def test_the_auditors_may_not_write_what_everybody_holds(house: House) -> None:
    auditor = house.desk("审计", AUDIT_AREA)
    area = auditor.read.list("organisation", limit=1).rows[0]
    auditor.door.save([Draft.of(area, leader="自己")])
    house.settle()
    assert [item.outcome for item in auditor.read.tray()] == ["refused"]


def report(run: Run, folder: Path, code: int = 0) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("verify", folder, code=code).splitlines()[0])
    return found


def altered(house: House, record: str, **values: object) -> None:
    """What nobody can do through the program: an entry's row in the database itself."""
    with house.assembly.engine.begin() as conn:
        here = (HEAD.c.collection == ENTRY) & (HEAD.c.record == record)
        row = msgspec.msgpack.decode(conn.execute(select(HEAD.c.payload).where(here)).scalar_one())
        if values:
            conn.execute(update(HEAD).where(here).values(payload=msgspec.msgpack.encode({**row, **values})))
        else:
            conn.execute(delete(HEAD).where(here))


def noted(house: House, desk: Replica, *reasons: str) -> list[str]:
    """Entries with these reasons, settled; their ids."""
    before = {row.id for row in desk.read.list(ENTRY).rows}
    for reason in reasons:
        desk.audit.note(Doing.REVEAL, record="p", reason=reason)
    found = [row.id for row in desk.read.list(ENTRY, sort=("seq",)).rows if row.id not in before]
    house.settle()
    return found


def test_verify_follows_every_chain_and_says_where_it_breaks(town: Town, tmp_path: Path, run: Run) -> None:
    with ExitStack() as stack:
        house = House(stack.enter_context(Assembly(town.folder)), tmp_path, stack)
        counter = house.desk("窗口", BAOSHAN)
        _, second, third, _ = noted(house, counter, "一", "二", "三", "四")
        fine = report(run, town.folder)
        assert fine["ok"] and fine["audit"] == {"desks": 1, "entries": 4, "forks": []}
        altered(house, second, reason="别的")
        wrong = report(run, town.folder, code=1)["wrong"]["audit"]  # type: ignore[index]
        assert len(wrong) == 1 and "窗口" in wrong[0] and "entry 2 was altered" in wrong[0]
        altered(house, second, reason="二")
        altered(house, third)
        wrong = report(run, town.folder, code=1)["wrong"]["audit"]  # type: ignore[index]
        assert len(wrong) == 1 and "窗口" in wrong[0] and "entry 3 is missing" in wrong[0]


def test_an_entry_in_anothers_name_is_told_with_who_wrote_it(house: House, run: Run, lite: Town) -> None:
    counter, grid = house.desk("窗口", BAOSHAN), house.desk("网格", BAOSHAN)
    forged = sealed({"desk": grid.identity.replica, "who": "别人", "what": "查看"}, Link())
    said = {name: value for name, value in forged.items() if value is not None} | {"area": AUDIT_AREA}
    with counter.writing() as conn:  # past the door, as a changed program would
        change = Change(ENTRY, counter.ids.new(), Op.CREATE, said)
        counter.journal.write(conn, officer="别人", verb="审计", base=counter.journal.base(conn), changes=[change])
    house.settle()
    wrong = report(run, lite.folder, code=1)["wrong"]["audit"]  # type: ignore[index]
    assert len(wrong) == 1 and f"was written by desk {counter.identity.replica}" in wrong[0]


def test_a_restored_file_is_told_as_a_fork_and_is_lawful(house: House, run: Run, lite: Town, tmp_path: Path) -> None:
    counter, auditor = house.desk("窗口", BAOSHAN), house.desk("审计", AUDIT_AREA)
    counter.audit.note(Doing.REVEAL, reason="一")
    house.settle()
    key, path = counter.store.key, counter.path
    counter.close()
    shutil.copy(path, tmp_path / "older.baiyun")
    again = Replica.open(path, key, PROGRAM, house.assembly.clock, house.assembly.ids)
    again.audit.note(Doing.REVEAL, reason="二")
    line = Wire(house.assembly.district, again.identity.replica)
    Courier(again.layout.schema, line, again, again.clock).round()
    again.close()
    copy = Replica.open(tmp_path / "older.baiyun", key, PROGRAM, house.assembly.clock, house.assembly.ids)
    house.open.callback(copy.close)
    copy.audit.note(Doing.REVEAL, reason="三")
    for _ in range(3):
        Courier(copy.layout.schema, line, copy, copy.clock).round()
    found = report(run, lite.folder)
    assert found["ok"] and len(found["audit"]["forks"]) == 1  # type: ignore[index]
    house.couriers["审计"].round()
    assert sorted(str(row.get("reason")) for row in auditor.read.list(ENTRY).rows) == ["一", "三", "二"]


# --- somebody who lives elsewhere ------------------------------------------------------------------------------------


def ask(look_ups: LookUps, desk: Replica, by: str, value: str) -> object:
    question = Question(by=by, value=value, reason="办理登记", officer=desk.officer)
    return look_ups.answer(desk.identity.replica, question)


@pytest.mark.parametrize(("by", "value"), [(BY_ID, NUMBER), (BY_PHONE, "138 1234 5678")])
def test_who_lives_elsewhere_is_found_minimally_and_comes_in_part(house: House, by: str, value: str) -> None:
    here, there, auditor = house.desk("窗口", BAOSHAN), house.desk("星光", XINGGUANG), house.desk("审计", AUDIT_AREA)
    person = there.ids.new()
    there.door.save([Draft.create("person", person, **PERSON)])
    house.settle()
    look_ups = LookUps(house.assembly)
    found = ask(look_ups, here, by, value)
    assert (found.found, found.name, found.person) == (1, "王*平", person)  # type: ignore[attr-defined]
    assert "星光" in found.centre  # type: ignore[attr-defined]
    house.settle()
    held = here.read.get("person", person)
    assert held is not None and held.get("name") == "王公平" and held.get("remark") is None
    noted = auditor.read.list(ENTRY).rows
    assert [(row.get("who"), row.get("what"), row.get("record")) for row in noted] == [("窗口", "查询", person)]
    assert not any(NUMBER in str(v) or "13812345678" in str(v) for v in noted[0].values.values())
    ask(look_ups, here, by, value)
    house.settle()
    assert len(here.read.list("party_link").rows) == 1  # the second look-up finds the person shown already


def test_nobody_is_found_by_a_part_of_a_number_or_without_a_reason(house: House) -> None:
    here = house.desk("窗口", BAOSHAN)
    look_ups = LookUps(house.assembly)
    for by, value in ((BY_ID, "150206"), (BY_PHONE, "5678"), ("name", "王公平")):
        with pytest.raises(Refused, match="完整"):
            ask(look_ups, here, by, value)
    with pytest.raises(Refused, match="事由"):
        look_ups.answer(here.identity.replica, Question(by=BY_PHONE, value="13812345678", reason=" ", officer="张敏"))
    assert ask(look_ups, here, BY_PHONE, "13899999999").found == 0  # type: ignore[attr-defined]


def test_a_desk_that_asks_on_and_on_is_stopped(house: House) -> None:
    here = house.desk("窗口", BAOSHAN)
    look_ups = LookUps(house.assembly)
    for _ in range(PER_HOUR_MAX):
        ask(look_ups, here, BY_PHONE, "13899999999")
    with pytest.raises(TooOften):
        ask(look_ups, here, BY_PHONE, "13899999999")
