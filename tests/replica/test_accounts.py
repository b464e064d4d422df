"""Who sits at a desk: log-in, lock-out, first password, seven days without a line, and the code over the telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.telephone import code_for
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts import Accounts, NoEntry, WeakPassword
from baiyun_desktop.replica.errors import StepRefused
from sync.district.tokens import token_hash
from tests.replica.desk import KEY, PROGRAM, SeededIds, person
from tests.replica.offices import BAOSHAN, Office, Town
from tests.replica.staff import CHOSEN, FIRST, cheap, edit, officer, post, with_token

MINUTE, DAY = 60_000, 24 * 3600 * 1000
WANG, LI = "b" * 32, "c" * 32


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.close()


@pytest.fixture
def office(town: Town) -> Office:
    """A desk whose post has two officers; Li's password is a first one."""
    made = with_token(town.office("宝山社区·窗口", BAOSHAN))
    post(town, "宝山社区·窗口")
    officer(town, WANG, "王芳", "wangfang")
    officer(town, LI, "李四", "lisi", must_change=True)
    town.settle(1)
    return made


@pytest.fixture
def accounts(office: Office) -> Accounts:
    return Accounts(office.replica)


def refused(accounts: Accounts, record: str, password: str) -> str:
    with pytest.raises(NoEntry) as reason:
        accounts.log_in(record, password)
    assert accounts.current is None
    return reason.value.reason


def reopened(office: Office) -> Accounts:
    replica = office.replica
    replica.close()
    clock = replica.clock
    office.replica = Replica.open(replica.path, KEY, PROGRAM, clock, SeededIds(clock, "again"))  # type: ignore[arg-type]
    return Accounts(office.replica)


def test_a_desk_of_which_the_district_says_nothing_asks_nobody(town: Town) -> None:
    plain = town.office("祥云社区·窗口", BAOSHAN)
    post(town, "宝山社区·窗口")
    officer(town, WANG, "王芳", "wangfang")
    town.settle()
    accounts = Accounts(plain.replica)
    assert not accounts.required
    assert accounts.look() == ""
    assert plain.replica.role is Role.COMMUNITY_WORKER, "as it is called"


def test_whoever_proves_himself_signs_what_he_does(office: Office, accounts: Accounts) -> None:
    assert accounts.required
    assert [m.name for m in accounts.members()] == ["李四", "王芳"]
    assert accounts.log_in(WANG, FIRST).name == "王芳"
    assert accounts.current is not None and accounts.last == WANG
    draft = person(office.replica.ids, name="赵一")  # type: ignore[arg-type]
    office.replica.door.save([draft])
    assert office.replica.read.history("person", draft.id)[0].officer == "王芳"


def test_wrong_ones_are_counted_over_a_restart_and_the_wait_grows(town: Town, office: Office) -> None:
    accounts = Accounts(office.replica)
    for left in (4, 3):
        assert f"还可以试 {left} 次" in refused(accounts, WANG, "wrong")
    accounts = reopened(office)
    assert "还可以试 2 次" in refused(accounts, WANG, "wrong")
    refused(accounts, WANG, "wrong")
    assert "等 1 分钟" in refused(accounts, WANG, "wrong")
    assert "连续错了 5 次" in refused(reopened(office), WANG, FIRST)  # not even the right one, nor after a restart
    accounts = Accounts(office.replica)
    town.clock.ms += MINUTE
    assert "等 5 分钟" in refused(accounts, WANG, "wrong")
    town.clock.ms += 5 * MINUTE
    assert "等 15 分钟" in refused(accounts, WANG, "wrong")
    town.clock.ms -= 2 * DAY  # setting the PC's clock back makes no wait shorter
    assert "等 15 分钟" in refused(accounts, WANG, FIRST)
    town.clock.ms += 2 * DAY + 15 * MINUTE
    accounts.log_in(WANG, FIRST)
    accounts.log_out()
    assert "还可以试 4 次" in refused(accounts, WANG, "wrong")


def test_one_officers_wrong_ones_keep_nobody_else_out(accounts: Accounts) -> None:
    for _ in range(5):
        refused(accounts, WANG, "wrong")
    assert accounts.log_in(LI, FIRST).must_change


def test_a_first_password_opens_nothing_until_it_is_changed(town: Town, office: Office, accounts: Accounts) -> None:
    assert accounts.log_in(LI, FIRST).must_change
    assert accounts.current is None
    with pytest.raises(NoEntry):
        accounts.choose(WANG, CHOSEN, CHOSEN)
    with pytest.raises(WeakPassword, match="登录名"):
        accounts.choose(LI, "lisilisi", "lisilisi")
    with pytest.raises(WeakPassword, match="原来的"):
        accounts.choose(LI, FIRST, FIRST)
    accounts.choose(LI, CHOSEN, CHOSEN)
    assert accounts.current is not None and office.replica.officer == "李四"
    beside = town.office("另一台", BAOSHAN)
    town.settle()
    row = beside.replica.read.get("officer", LI)
    assert row is not None and row.must_change is False
    accounts.log_out()
    assert "不对" in refused(accounts, LI, FIRST)
    accounts.log_in(LI, CHOSEN)


def test_a_password_is_changed_by_whoever_knows_the_old_one(accounts: Accounts) -> None:
    accounts.log_in(WANG, FIRST)
    with pytest.raises(NoEntry, match="不对"):
        accounts.change("wrong", CHOSEN, CHOSEN)
    accounts.change(FIRST, CHOSEN, CHOSEN)
    accounts.log_out()
    accounts.log_in(WANG, CHOSEN)


def test_who_is_locked_left_or_moved_is_out_also_in_the_middle_of_work(
    town: Town, office: Office, accounts: Accounts
) -> None:
    accounts.log_in(WANG, FIRST)
    assert accounts.look() == ""
    edit(town, "officer", WANG, state="locked")
    edit(town, "officer", LI, state="left")
    town.settle()
    assert "已停用" in accounts.look()
    assert [m.id for m in accounts.members()] == [WANG]
    accounts.log_out()
    assert "已停用" in refused(accounts, WANG, FIRST)
    edit(town, "officer", WANG, state="active", posts=["f" * 32])
    town.settle()
    assert "不在本岗位" in refused(accounts, WANG, FIRST)
    edit(town, "officer", LI, posts=["f" * 32])
    town.settle()
    assert accounts.members() == [] and accounts.required  # nobody is left, and so nobody gets in
    assert reopened(town.offices[0]).required


def test_after_seven_days_without_the_district_it_locks_and_still_sends(
    town: Town, office: Office, accounts: Accounts
) -> None:
    accounts.log_in(WANG, FIRST)
    draft = person(office.replica.ids, name="赵一")  # type: ignore[arg-type]
    office.replica.door.save([draft])
    town.clock.ms += 7 * DAY
    assert accounts.look() == ""
    town.clock.ms += MINUTE
    assert "7 天没有和区里同步" in accounts.look()
    accounts.log_out()
    assert "7 天" in refused(accounts, WANG, FIRST)
    assert "7 天" in refused(reopened(office), WANG, FIRST)
    assert office.replica.work_status().unsent == 1


def test_the_courier_sends_behind_a_lock_and_a_round_opens_it(town: Town, office: Office, accounts: Accounts) -> None:
    office.replica.door.save([person(office.replica.ids, name="赵一")])  # type: ignore[arg-type]
    town.clock.ms += 8 * DAY
    assert accounts.expired()
    town.settle()
    assert office.replica.status().unsent == 0
    assert not accounts.expired()
    accounts.log_in(WANG, FIRST)


def test_a_clock_that_is_set_back_gains_nothing(town: Town, office: Office) -> None:
    accounts = Accounts(office.replica)
    town.clock.ms += 5 * DAY
    accounts.log_in(WANG, FIRST)
    for _ in range(3):
        town.clock.ms -= 5 * DAY  # back to the day of the round, each morning
        assert accounts.look() == ""
        town.clock.ms += DAY  # and the program runs for a day
        accounts.look()
    assert "8 天" in accounts.look()
    assert "8 天" in reopened(office).expired()


def test_a_clock_that_stood_in_the_future_is_forgiven_by_a_round(town: Town, office: Office) -> None:
    accounts = Accounts(office.replica)
    town.clock.ms += 1500 * DAY
    assert accounts.expired()
    town.clock.ms -= 1499 * DAY
    assert accounts.expired()
    town.settle()
    assert not accounts.expired()
    town.clock.ms += 8 * DAY
    assert accounts.expired()


def code_of(office: Office, accounts: Accounts, record: str) -> str:
    """What the administrator reads back: made from what the district keeps."""
    me = office.replica.identity
    call = accounts.call(record)
    return code_for(token_hash(me.token), desk=me.replica, officer=record, challenge=call.challenge)


def test_a_forgotten_password_is_mended_by_telephone_once(town: Town, office: Office) -> None:
    accounts = Accounts(office.replica)
    for _ in range(5):
        refused(accounts, WANG, "wrong")
    call = accounts.call(WANG)
    assert (call.login, call.desk) == ("wangfang", office.replica.identity.replica[-8:])
    assert len(call.challenge) == 8 and call.challenge.isdigit()
    accounts = reopened(office)
    assert accounts.call(WANG).challenge == call.challenge
    code = code_of(office, accounts, WANG)
    with pytest.raises(NoEntry, match="代码不对"):
        accounts.take_code(LI, code)
    accounts.take_code(WANG, code.lower().replace("-", " "))
    with pytest.raises(NoEntry):
        accounts.take_code(WANG, code)
    accounts.choose(WANG, CHOSEN, CHOSEN)
    accounts.log_out()
    accounts.log_in(WANG, CHOSEN)
    assert accounts.call(WANG).challenge != call.challenge


def test_codes_are_not_guessed_and_digits_end_after_a_day(town: Town, office: Office) -> None:
    accounts = Accounts(office.replica)
    right = code_of(office, accounts, WANG)
    for _ in range(4):
        with pytest.raises(NoEntry, match="代码不对"):
            accounts.take_code(WANG, "00000-00000")
    with pytest.raises(NoEntry, match="等 1 分钟"):
        accounts.take_code(WANG, "00000-00000")
    with pytest.raises(NoEntry, match="等 1 分钟"):
        accounts.take_code(WANG, right)
    first = accounts.call(WANG).challenge
    town.clock.ms += DAY + MINUTE
    assert accounts.call(WANG).challenge != first
    with pytest.raises(NoEntry, match="等 5 分钟"):
        accounts.take_code(WANG, right)


def test_a_desk_that_never_has_a_line_is_renewed_by_the_administrators_word(town: Town, office: Office) -> None:
    accounts = Accounts(office.replica)
    town.clock.ms += 8 * DAY
    assert "7 天" not in accounts.expired() and "8 天" in accounts.expired()
    accounts.take_code(WANG, code_of(office, accounts, WANG))
    accounts.choose(WANG, CHOSEN, CHOSEN)
    assert accounts.look() == ""
    town.clock.ms += 7 * DAY + MINUTE
    assert accounts.look()


def test_a_wrong_one_of_a_desk_without_a_token_is_never_right(town: Town) -> None:
    plain = town.office("宝山社区·窗口", BAOSHAN)
    post(town, "宝山社区·窗口")
    officer(town, WANG, "王芳", "wangfang", password=cheap("x"))
    town.settle()
    accounts = Accounts(plain.replica)
    with pytest.raises(NoEntry, match="代码不对"):
        accounts.take_code(WANG, code_of(plain, accounts, WANG))


def test_a_post_of_another_role_is_told_whose_step_it_is(town: Town) -> None:
    post(town, "宝山街道", role="STREET")
    desk = town.office("宝山街道", BAOSHAN)
    town.settle()
    replica = desk.replica
    assert replica.role is Role.STREET
    visit = Draft.create("visit", replica.ids.new(), topic="低保")
    replica.door.save([visit])
    (step,) = (s for s, _ in replica.read.steps("visit", visit.id))
    replica.door.step("visit", visit.id, step.verb)  # nobody said by whom
    object.__setattr__(step, "by", Role.GRID_WORKER)
    try:
        other = Draft.create("visit", replica.ids.new(), topic="低保")
        replica.door.save([other])
        ((_, reason),) = replica.read.steps("visit", other.id)
        assert reason is not None and "由网格员办理，本岗位是街道" in reason.text
        with pytest.raises(StepRefused, match="网格员"):
            replica.door.step("visit", other.id, step.verb)
    finally:
        object.__setattr__(step, "by", ())


def test_who_comes_and_goes_and_every_wrong_password_is_in_the_audit(town: Town, office: Office) -> None:
    accounts, replica = Accounts(office.replica), office.replica
    with pytest.raises(NoEntry):
        accounts.log_in(WANG, "wrong")
    accounts.log_in(WANG, FIRST)
    accounts.change(FIRST, CHOSEN, CHOSEN)
    accounts.log_out("十分钟没有操作")
    accounts.log_out()  # nobody is here any more: nothing to note
    rows = replica.read.list(ENTRY, sort=("seq",)).rows
    assert [(r.get("who"), r.get("what")) for r in rows] == [
        ("王芳", "密码错误"), ("王芳", "登录"), ("王芳", "改密码"), ("王芳", "退出")
    ]  # fmt: skip
    assert rows[-1].get("reason") == "十分钟没有操作"
    assert not any(secret in str(row.values) for row in rows for secret in ("wrong", FIRST, CHOSEN))
    town.settle()
    assert replica.status().tray == 0
