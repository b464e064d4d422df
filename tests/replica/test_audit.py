"""Every entry goes through the door, hangs on the one before, and can be neither changed nor taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.kernel.approval import ApprovalState, Thing, Wanted, fingerprint_of
from baiyun_desktop.kernel.audit import ENTRY, Doing, examine
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.accounts import Accounts, NoEntry
from baiyun_desktop.replica.approvals import Approvals
from baiyun_desktop.replica.errors import DiskTrouble, DoorRefusal
from sync.outside import SystemClock, SystemIds
from tests.end2end.offices import BAOSHAN, PROGRAM
from tests.replica.staff import FIRST, cheap

THING = Thing((Wanted.MANY,), "居住登记 · 脱敏", 300, fingerprint_of([Wanted.MANY], "residence_active", False))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Replica]:
    clock = SystemClock()
    who = DeskIdentity(replica="d" * 32, post="宝山社区·窗口", officer="张敏", areas=(BAOSHAN,))
    with Replica.create(tmp_path / "desk.baiyun", new_key(), PROGRAM, who, clock, SystemIds(clock)) as made:
        yield made


def rows(desk: Replica) -> list[dict[str, object]]:
    found = desk.read.list(ENTRY, sort=("seq",)).rows
    return [{**row.values, "id": row.id, "voided": row.voided} for row in found]


def test_entries_hang_on_one_another_and_say_who_and_why(desk: Replica) -> None:
    audit = desk.audit
    audit.note(Doing.REVEAL, kind=PROGRAM.kind("person").name, record="p1", fields=("phone",), reason=" 核对身份 ")
    desk.audit.note(Doing.PRINT, kind="residence_reg", record="r1", fields=("residence_form",), officer="李芳")
    first, second = rows(desk)
    assert (first["who"], first["what"], first["reason"], first["fields"]) == ("张敏", "查看", "核对身份", "phone")
    assert (second["who"], second["prev"], second["seq"]) == ("李芳", first["hash"], 2)
    found = examine("d" * 32, rows(desk))
    assert (found.entries, found.wrongs, found.forks) == (2, (), ())
    assert audit.last_reason() == "核对身份"


def test_no_list_leaves_a_desk_whose_role_takes_none_out(desk: Replica) -> None:
    desk.audit.note(Doing.EXPORT, reason="月报")
    said = {"name": desk.identity.post, "area": BAOSHAN, "grants": [BAOSHAN]}
    desk.door.save([Draft.create("post", "p" * 32, role="GRID_WORKER", **said)])
    with pytest.raises(DoorRefusal, match="不能导出"):
        desk.audit.note(Doing.EXPORT, reason="月报")
    desk.audit.note(Doing.PRINT)
    assert [row["what"] for row in rows(desk)] == ["导出", "打印"]


def test_an_entry_is_an_act_that_travels_and_nobodys_unsent_work(desk: Replica) -> None:
    desk.audit.note(Doing.EXPORT, reason="月报")
    assert (desk.status().unsent, desk.work_status().unsent) == (1, 0)
    assert desk.work_status().oldest_unsent_at is None
    desk.door.save([Draft.create("person", desk.ids.new(), name="王公平")])
    saved = desk.clock.now_ms()
    desk.audit.note(Doing.PRINT)
    assert (desk.status().unsent, desk.work_status().unsent) == (3, 1)
    oldest = desk.work_status().oldest_unsent_at
    assert oldest is not None and desk.status().oldest_unsent_at <= oldest <= saved  # type: ignore[operator]


def test_an_entry_is_never_changed_or_taken_back(desk: Replica) -> None:
    desk.audit.note(Doing.REVEAL, record="p1", reason="核对身份")
    entry = desk.read.list(ENTRY).rows[0]
    with pytest.raises(DoorRefusal, match="只能追加"):
        desk.door.save([Draft.of(entry, reason="别的")])
    with pytest.raises(DoorRefusal, match="只能追加"):
        desk.door.void(ENTRY, entry.id, "不要了")
    with pytest.raises(DoorRefusal, match="只能追加"):
        desk.door.save([Draft(ENTRY, desk.ids.new(), values={"who": "别人"}, new=True)])
    assert examine("d" * 32, rows(desk)).wrongs == ()


def test_a_disk_that_takes_nothing_gives_no_entry(desk: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(point: str) -> None:
        raise DiskTrouble("full")

    monkeypatch.setattr(desk.store, "at", full)
    with pytest.raises(DiskTrouble):
        desk.audit.note(Doing.REVEAL, record="p1", reason="核对身份")
    monkeypatch.undo()
    assert rows(desk) == []


# --- a second person's word ------------------------------------------------------------------------------------------


@pytest.fixture
def approvals(desk: Replica) -> Approvals:
    return Approvals(desk)


@pytest.fixture
def accounts(desk: Replica) -> Accounts:
    """Zhang sits at the counter; Li heads the community and Wu works in a grid, each with a post of their own."""
    both: dict[str, Any] = {"areas": [BAOSHAN], "state": "active", "password": cheap(FIRST)}
    posts = {
        "a": ("宝山社区·窗口", "COMMUNITY_WORKER"),
        "b": ("宝山社区·主任", "COMMUNITY_HEAD"),
        "c": ("网格", "GRID_WORKER"),
    }
    staff = {"a": ("张敏", "zhangmin"), "b": ("李芳", "lifang"), "c": ("吴刚", "wugang")}
    for key, (name, role) in posts.items():
        post = Draft.create("post", key * 32, name=name, area=BAOSHAN, grants=[BAOSHAN], role=role)
        person, login = staff[key]
        officer = Draft.create("officer", desk.ids.new(), name=person, login=login, posts=[key * 32], **both)
        desk.door.save([post, officer])
    with desk.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET last_round_at = ?", (desk.clock.now_ms(),))
    made = Accounts(desk)
    made.log_in(next(m.id for m in made.members() if m.login == "zhangmin"), FIRST)
    return made


def noted(desk: Replica) -> list[tuple[object, object]]:
    return [(row["who"], row["what"]) for row in rows(desk)]


def test_it_is_asked_for_given_here_and_used_once(desk: Replica, approvals: Approvals, accounts: Accounts) -> None:
    record = approvals.ask(THING, "月报")
    assert [row.id for row in approvals.open()] == [record] and approvals.found(THING) is None
    approvals.give_here(record, "lifang", FIRST, accounts.second)
    allowed = approvals.found(THING)
    assert allowed is not None and (allowed.given_by, allowed.state) == ("李芳", ApprovalState.GIVEN.name)
    assert allowed.given_role == Role.COMMUNITY_HEAD.value
    approvals.use(record)
    assert approvals.found(THING) is None
    with pytest.raises(DoorRefusal):
        approvals.use(record)
    assert noted(desk) == [("张敏", "登录"), ("张敏", "申请"), ("李芳", "批准")]
    assert [m.officer for m in desk.read.movements(record)] == ["李芳", "张敏"]
    assert accounts.current is not None and accounts.current.name == desk.officer == "张敏"


def test_a_wrong_password_gives_nothing_is_noted_and_locks_in_the_end(
    desk: Replica, approvals: Approvals, accounts: Accounts
) -> None:
    record = approvals.ask(THING, "月报")
    for said in (*["还可以试"] * 4, "请等 1 分钟"):
        with pytest.raises(NoEntry, match=said):
            approvals.give_here(record, "李芳", "wrong", accounts.second)
    with pytest.raises(NoEntry, match="请等"):
        approvals.give_here(record, "李芳", FIRST, accounts.second)
    assert approvals.found(THING) is None
    assert noted(desk)[2:] == [("李芳", Doing.FAILED.value)] * 5 + [("李芳", Doing.LOCKED.value)]


@pytest.mark.parametrize(
    ("officer", "why"), [("张敏", "本人不能批准"), ("wugang", "“网格员”无权批准"), ("赵六", "没有“赵六”的登记")]
)
def test_nobody_gives_it_here_who_may_not(approvals: Approvals, accounts: Accounts, officer: str, why: str) -> None:
    record = approvals.ask(THING, "月报")
    with pytest.raises(DoorRefusal, match=why):
        approvals.give_here(record, officer, FIRST, accounts.second)
    assert approvals.found(THING) is None


@pytest.mark.parametrize(
    ("officer", "role"), [("张敏", Role.COMMUNITY_HEAD), ("李芳", Role.GRID_WORKER), ("李芳", None)]
)
def test_nobody_gives_it_who_may_not(approvals: Approvals, officer: str, role: Role | None) -> None:
    record = approvals.ask(THING, "月报")
    with pytest.raises(DoorRefusal):
        approvals.give(record, officer, role)
    assert approvals.found(THING) is None


def test_it_counts_for_this_very_thing(approvals: Approvals) -> None:
    record = approvals.ask(THING, "月报")
    approvals.give(record, "李芳", Role.STREET)
    other = Thing(THING.wanted, THING.about, THING.rows, fingerprint_of([Wanted.MANY], "residence_drafts", False))
    more = Thing(THING.wanted, THING.about, THING.rows + 1, THING.fingerprint)
    assert approvals.found(other) is None and approvals.found(more) is None
    assert approvals.found(THING) is not None


def test_a_no_is_a_no(approvals: Approvals) -> None:
    record = approvals.ask(THING, "月报")
    approvals.deny(record, "李芳", Role.STREET, "没有必要")
    assert approvals.open() == [] and approvals.found(THING) is None
