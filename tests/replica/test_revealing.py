"""A covered value is handed out whole by the replica itself: after its line in the audit, and to no role that sees none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.kernel.audit import ENTRY, Doing
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.errors import DiskTrouble, DoorRefusal
from sync.outside import SystemClock, SystemIds
from tests.end2end.offices import BAOSHAN, PROGRAM

NUMBER = "15020619880315002X"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Replica]:
    clock = SystemClock()
    who = DeskIdentity(replica="d" * 32, post="宝山议事堂·窗口", officer="张敏", areas=(BAOSHAN,))
    with Replica.create(tmp_path / "desk.baiyun", new_key(), PROGRAM, who, clock, SystemIds(clock)) as made:
        made.door.save([Draft.create("person", "p" * 32, name="王公平", id_no=NUMBER, phone="13812345678")])
        yield made


def noted(desk: Replica) -> list[tuple[str, str, str, str]]:
    rows = desk.read.list(ENTRY, sort=("seq",)).rows
    return [(r.get("what"), r.get("record"), r.get("fields"), r.get("reason")) for r in rows]


def test_whoever_sees_numbers_gets_them_after_the_entry(desk: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    given = desk.revealing.whole("person", ["p" * 32, "q" * 32], ("id_no",), " 核对身份 ")
    assert given == {"p" * 32: {"id_no": NUMBER}}
    assert noted(desk) == [("查看", f"{'p' * 32} {'q' * 32}", "id_no", "核对身份")]
    assert desk.audit.last_reason() == "核对身份"
    with pytest.raises(DoorRefusal, match="事由"):
        desk.revealing.whole("person", ["p" * 32], ("id_no",), " ")
    read = desk.read.many

    def full(point: str) -> None:
        raise DiskTrouble("full")

    monkeypatch.setattr(desk.store, "at", full)
    monkeypatch.setattr(desk.read, "many", lambda *about: pytest.fail("read before the entry was on the disk"))
    with pytest.raises(DiskTrouble):
        desk.revealing.whole("person", ["p" * 32], ("id_no",), "核对身份")
    monkeypatch.undo()
    assert desk.read.many == read and len(noted(desk)) == 1


def test_a_role_that_sees_no_numbers_is_refused_and_nothing_is_noted(desk: Replica) -> None:
    said = {"name": desk.identity.post, "area": BAOSHAN, "grants": [BAOSHAN]}
    desk.door.save([Draft.create("post", "e" * 32, role="HALL_MEMBER", **said)])
    for what in (Doing.REVEAL, Doing.CALL):
        with pytest.raises(DoorRefusal, match="本岗位的职责不看完整号码"):
            desk.revealing.whole("person", ["p" * 32], ("id_no",), "核对身份", what=what)
        with pytest.raises(DoorRefusal, match="不看完整号码"):
            desk.audit.note(what, kind="person", record="p" * 32, fields=("id_no",), reason="核对身份")
    assert noted(desk) == []
    desk.audit.note(Doing.PRINT)
    assert [what for what, *_ in noted(desk)] == ["打印"]
