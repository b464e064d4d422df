"""Who sits at this desk and that he proves it, with no line: log-in, lock-out, passwords, one-time codes, a second person."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys import telephone
from baiyun_desktop.keys.passwords import WeakPassword, check_new, hashed, matches
from baiyun_desktop.replica import visit_lock
from baiyun_desktop.replica.accounts_clock import OFFLINE_MS_MAX, SteadyClock
from baiyun_desktop.replica.accounts_post import OFFICER, Member, called, members_of, post_row, roles_of
from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.replica import Replica

log = logging.getLogger(__name__)

TRIES = 5
WAITS_MS = (60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000)
"""After the fifth wrong one, and after each that follows; the last is for all further ones."""
CHALLENGE_LIFE_MS = 24 * 3600 * 1000
CHANGE_PASSWORD = "改密码"  # noqa: S105 - the verb of the act
PASSWORD, CODE = "password", "code"
_CALLED = {PASSWORD: "密码", CODE: "一次性代码"}
_DAY_MS = 24 * 3600 * 1000
DESK_CHARS = 8
"""Of a desk's id, as the district's list of desks shows it."""


class NoEntry(DoorRefusal):
    """Nobody is let in as things are; the words say what to do."""


@dataclass(frozen=True, slots=True)
class Call:
    """What an officer reads out over the telephone."""

    desk: str
    login: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Second:
    """Another officer, who stands beside the one that is logged in and has proved himself by his own password."""

    name: str
    roles: tuple[Role, ...]


class Accounts:
    """The officers of one desk's post. Without any, the desk opens as it is and nothing here is asked."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._clock = SteadyClock(replica.store)
        self._proved = ""
        self.current: Member | None = None
        """Who has logged in."""

    # --- who there is -----------------------------------------------------------------------------------------------

    @property
    def required(self) -> bool:
        """Whether the district has said who sits here; then nobody else does.

        Also where it has moved them all elsewhere since: a desk at which somebody has once logged in opens to no passer-by.
        """
        return bool(self._all()) or bool(self.last)

    def members(self) -> Sequence[Member]:
        """Who may be chosen: those who left are not offered."""
        return [m for m in self._all() if m.state != "left"]

    @property
    def last(self) -> str:
        """Who logged in last, by id."""
        return self._clock.last

    def member(self, record: str) -> Member:
        """One officer as he stands now. Raises NoEntry where the district has taken him from this post."""
        found = next((m for m in self._all() if m.id == record), None)
        if found is None:
            raise NoEntry("您已不在本岗位，请联系区管理员")
        return found

    def _all(self) -> list[Member]:
        replica = self._replica
        with replica.reading() as conn:
            post = post_row(conn, replica.layout, replica.identity.post)
            return members_of(conn, replica.layout, post["id"]) if post is not None else []

    # --- time -------------------------------------------------------------------------------------------------------

    def look(self) -> str:
        """Called now and then: keeps the clock going. Words for why whoever sits here may no longer, or nothing."""
        expired = self.expired()
        if self.current is None or expired:
            return expired
        try:
            _check_standing(self.member(self.current.id))
        except NoEntry as reason:
            return reason.reason
        return ""

    def expired(self) -> str:
        """Words for a desk that has been without the district for too long, or out beyond the end of the walk that was
        prepared on it; nothing of it is lost by that.
        """
        offline = self._clock.offline_ms()
        if offline <= OFFLINE_MS_MAX:
            now = self._clock.now()
            with self._replica.reading() as conn:
                return visit_lock.ended(conn, now, now - offline)
        return (
            f"本机已有 {offline // _DAY_MS} 天没有和区里同步，先锁住了；内容都在，没上传的照常上传。"
            "接通网络，同步一次就能登录；没有网络，请打电话向区管理员要一次性代码"
        )

    # --- getting in -------------------------------------------------------------------------------------------------

    def log_in(self, record: str, password: str) -> Member:
        """Lets an officer in. Where his `must_change` is set he is not in yet: `choose` comes first. Raises NoEntry."""
        expired = self.expired()
        if expired:
            raise NoEntry(expired)
        member = self.member(record)
        self._check_password(member, password)
        self._proved = member.id
        if not member.must_change:
            self._enter(member)
        return member

    def log_out(self, why: str = "") -> None:
        """Nobody sits here until somebody logs in. A disk that does not take the entry keeps nobody's screen open."""
        left, self.current, self._proved = self.current, None, ""
        if left is None:
            return
        try:
            self._replica.audit.note(Doing.LOG_OUT, reason=why, officer=left.name)
        except ReplicaError:
            log.exception("a log-out was not noted")

    def second(self, typed: str, password: str) -> Second:
        """Another officer whom this desk knows, by name or log-in name; nobody is logged in or out by it. Raises NoEntry.

        His wrong passwords count like those at the log-in.
        """
        expired, replica = self.expired(), self._replica
        if expired:
            raise NoEntry(expired)
        with replica.reading() as conn:
            found = called(conn, replica.layout, typed)
            roles = roles_of(conn, replica.layout, found[0].id) if len(found) == 1 else ()
        if not found:
            raise NoEntry(f"本机没有“{typed}”的登记；不在本机的人员，请他在自己的岗位上办理")
        if len(found) > 1:
            raise NoEntry(f"有几位“{typed}”，请输入登录名")
        self._check_password(found[0], password)
        if found[0].must_change:
            raise NoEntry("用的还是初始密码，请先登录一次，改成自己的密码")
        return Second(found[0].name, roles)

    def change(self, old: str, new: str, again: str) -> None:
        """Another password for whoever is logged in. Raises NoEntry, WeakPassword."""
        if self.current is None:
            raise NoEntry("请先登录")
        self._check_password(self.member(self.current.id), old)
        self._save(self.current.id, new, again)

    def choose(self, record: str, new: str, again: str) -> Member:
        """The password of an officer who has just proved himself by his first one or by a code; he is in then.

        Raises NoEntry, WeakPassword.
        """
        if not record or record != self._proved:
            raise NoEntry("请先输入初始密码或一次性代码")
        self._save(record, new, again)
        member = self.member(record)
        self._enter(member)
        return member

    def _enter(self, member: Member) -> None:
        self._replica.audit.note(Doing.LOG_IN, officer=member.name)
        self.current = member
        self._replica.officer = member.name
        self._clock.keep(last=member.id)

    def _save(self, record: str, new: str, again: str) -> None:
        member, replica = self.member(record), self._replica
        check_new(new, again, login=member.login, before=member.password)
        held = replica.read.get(OFFICER, record)
        if held is None:
            raise NoEntry("您已不在本岗位，请联系区管理员")
        # named by his log-in name: the district lets an officer write these fields of his own record alone
        draft = Draft.of(held, password=hashed(new), must_change=False)
        replica.door.save([draft], CHANGE_PASSWORD, officer=member.login)
        replica.audit.note(Doing.PASSWORD, kind=OFFICER, record=record, officer=member.name)

    # --- wrong ones -------------------------------------------------------------------------------------------------

    def _check_password(self, member: Member, password: str) -> None:
        """Raises NoEntry; a wrong one is written down before anybody hears that it was wrong."""
        _check_standing(member)
        self._check_wait(member, PASSWORD)
        if matches(member.password, password):
            self._set(member.id, password_wrong=0, password_until=0)
            return
        left = self._count(member, PASSWORD)
        if left > 0:
            raise NoEntry(f"密码不对，还可以试 {left} 次；请看看大小写和输入法")
        self._check_wait(member, PASSWORD)

    def _count(self, member: Member, what: str) -> int:
        """One wrong one more; how many tries are left before the next wait."""
        now, row = self._clock.now(), self._row(member.id)
        wrong = int(row.get(f"{what}_wrong") or 0) + 1
        wait = WAITS_MS[min(wrong - TRIES, len(WAITS_MS) - 1)] if wrong >= TRIES else 0
        with self._replica.store.transaction(Priority.CLERK) as txn:
            _set(txn.conn, member.id, {f"{what}_wrong": wrong, f"{what}_until": now + wait})
            about = {"kind": OFFICER, "record": member.id, "officer": member.name}
            self._replica.audit.within(txn, Doing.FAILED, fields=(_CALLED[what],), **about)
            if wait:
                self._replica.audit.within(txn, Doing.LOCKED, fields=(f"{wait // 60_000}分钟",), **about)
        self._clock.keep()
        return TRIES - wrong

    def _check_wait(self, member: Member, what: str) -> None:
        """Raises NoEntry until the wait is over. By the steady clock: who sets the PC's ahead brings its seven days near."""
        row = self._row(member.id)
        rest = int(row.get(f"{what}_until") or 0) - self._clock.now()
        if rest > 0:
            name, wrong, minutes = _CALLED[what], int(row[f"{what}_wrong"]), -(-rest // 60_000)
            more = "；忘记了密码，请用“忘记密码”" if what == PASSWORD else ""
            raise NoEntry(f"{name}连续错了 {wrong} 次，请等 {minutes} 分钟再试{more}")

    def _row(self, record: str) -> dict[str, Any]:
        with self._replica.reading() as conn:
            found = conn.exec_driver_sql("SELECT * FROM account WHERE officer = ?", (record,)).mappings().first()
        return dict(found) if found is not None else {}

    def _set(self, record: str, **values: Any) -> None:
        with self._replica.store.transaction(Priority.CLERK) as txn:
            _set(txn.conn, record, values)

    # --- over the telephone -----------------------------------------------------------------------------------------

    def call(self, record: str) -> Call:
        """What the officer reads to the administrator; the same for a day, also after a restart. Raises NoEntry."""
        member, now = self.member(record), self._clock.now()
        _check_standing(member)
        row = self._row(record)
        challenge = str(row.get("challenge") or "")
        if not challenge or now - int(row.get("asked_at") or 0) > CHALLENGE_LIFE_MS:
            challenge = telephone.new_challenge()
            self._set(record, challenge=challenge, asked_at=now)
        return Call(self._replica.identity.replica[-DESK_CHARS:], member.login, challenge)

    def take_code(self, record: str, typed: str) -> Member:
        """Takes the administrator's code, once; then `choose`. It also stands for a round with the district.

        Raises NoEntry.
        """
        member = self.member(record)
        _check_standing(member)
        self._check_wait(member, CODE)
        challenge, me = str(self._row(record).get("challenge") or ""), self._replica.identity
        digest = telephone.token_digest(me.token)
        right = telephone.code_for(digest, desk=me.replica, officer=record, challenge=challenge)
        if not me.token or not challenge or not telephone.is_code(typed, right):
            if self._count(member, CODE) <= 0:
                self._check_wait(member, CODE)
            raise NoEntry("代码不对，请和管理员逐组核对：本机编号、登录名、8 位数字")
        self._set(record, challenge="", asked_at=0, password_wrong=0, password_until=0, code_wrong=0, code_until=0)
        self._clock.keep(renewed=True)
        self._proved = record
        return member


def _set(conn: Connection, record: str, values: Mapping[str, Any]) -> None:
    conn.exec_driver_sql("INSERT OR IGNORE INTO account (officer) VALUES (?)", (record,))
    marks = ", ".join(f'"{name}" = ?' for name in values)
    conn.exec_driver_sql(f"UPDATE account SET {marks} WHERE officer = ?", (*values.values(), record))


def _check_standing(member: Member) -> None:
    if not member.stands:
        raise NoEntry(f"{member.name}的登录已停用，请联系区管理员")
    if member.clash:
        raise NoEntry(member.clash)


__all__ = ["Accounts", "Call", "Member", "NoEntry", "Second", "WeakPassword"]
