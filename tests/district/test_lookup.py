"""Asking a real server for a person who lives elsewhere: by a whole number, with the right to, seldom, and noted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import requests

from baiyun_desktop.district.lookup import PER_HOUR_MAX
from baiyun_desktop.kernel.audit import AUDIT_AREA, ENTRY
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.registry.citizen_id import check_digit
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.lookup import BY_ID, BY_PHONE, LOOKUP_PATH, LookedUp, Question, look_up
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.errors import Busy, Refused
from sync.outside import SystemClock, SystemIds
from tests.district.conftest import Town, go, serving
from tests.end2end.mortal_desk import line_of
from tests.end2end.offices import BAOSHAN, PROGRAM, XINGGUANG
from tests.sync.net.conftest import Running

NUMBER = "15020619880315002" + check_digit("15020619880315002")
MOBILE = "13812345678"
Enrol = Callable[..., Replica]


@pytest.fixture
def running(lite: Town) -> Iterator[Running]:
    with serving(lite.folder) as served:
        yield served


@contextmanager
def enrolling(town: Town, running: Running, folder: Path) -> Iterator[Enrol]:
    """Makes a desk of a post: one with a role, or one that is granted an area at the command."""
    with ExitStack() as stack:

        def made(name: str, area: str, role: str = "") -> Replica:
            if role:
                town.run("posts", "add", town.folder, name, "--organisation", area, "--role", role)
            words = [] if role else ["--area", area]
            code = town.run("enrol", town.folder, "--post", name, "--officer", name, *words).splitlines()[0]
            clock = SystemClock()
            answer = enrol_desk(running.url, code, new_nonce(os.urandom(16)), clock.now_ms)
            desk = Replica.create(
                folder / f"{name}.baiyun", new_key(), PROGRAM, DeskIdentity.of(answer), clock, SystemIds(clock)
            )
            stack.callback(desk.close)
            go(desk)
            return desk

        yield made


def ask(desk: Replica, by: str, value: str, reason: str = "办理登记") -> LookedUp:
    with closing(line_of(desk)) as line:
        return look_up(line.post, Question(by=by, value=value, reason=reason, officer=desk.officer))


@pytest.fixture
def enrol(lite: Town, running: Running, tmp_path: Path) -> Iterator[Enrol]:
    with enrolling(lite, running, tmp_path) as made:
        yield made


def test_a_whole_number_finds_somebody_minimally_and_shows_him_in_part(enrol: Enrol) -> None:
    here, there = enrol("窗口", BAOSHAN, "社区工作者"), enrol("星光", XINGGUANG, "社区工作者")
    beside, auditor = enrol("同室", BAOSHAN), enrol("审计", AUDIT_AREA)
    person = there.ids.new()
    values = {"name": "王公平", "id_no": NUMBER, "birth_date": "1988-03-15", "phone": MOBILE, "remark": "密"}
    there.door.save([Draft.create("person", person, **values)])
    go(there)
    assert ask(here, BY_PHONE, MOBILE) == LookedUp(found=1, centre="星光社区居委会", name="王*平", person=person)
    assert ask(here, BY_ID, NUMBER).person == person
    assert ask(here, BY_PHONE, "13899999999") == LookedUp(found=0)
    for desk in (here, beside, auditor, here):  # with the second one it has asked for its new area
        go(desk)
    held = here.read.get("person", person)
    assert held is not None and (held.get("name"), held.get("id_no"), held.get("remark")) == ("王公平", NUMBER, None)
    assert beside.read.get("person", person) is None
    assert len(here.read.list("party_link").rows) == 1
    noted = auditor.read.list(ENTRY, sort=("seq",)).rows
    assert [(row.get("who"), row.get("post"), row.get("record")) for row in noted] == [
        ("窗口", "窗口", person), ("窗口", "窗口", person), ("窗口", "窗口", None)
    ]  # fmt: skip
    assert not any(secret in str(row.values) for row in noted for secret in (NUMBER, MOBILE, "王"))


def test_what_may_not_be_asked_is_refused_in_words(enrol: Enrol, running: Running) -> None:
    here, hall = enrol("窗口", BAOSHAN), enrol("议事堂", BAOSHAN, "议事堂召集人/成员")
    for by, value in ((BY_ID, NUMBER[:6]), (BY_PHONE, MOBILE[-4:]), ("name", "王公平")):
        with pytest.raises(Refused, match="请输入完整的身份证号或手机号"):
            ask(here, by, value)
    with pytest.raises(Refused, match="事由"):
        ask(here, BY_PHONE, MOBILE, reason=" ")
    with pytest.raises(Refused, match="议事堂召集人/成员不办理人员登记"):
        ask(hall, BY_PHONE, MOBILE)
    stranger = requests.post(
        running.url + LOOKUP_PATH, data=b"{}", headers={"Authorization": "Bearer x"}, verify=False, timeout=10
    )
    assert stranger.status_code == 401
    for _ in range(PER_HOUR_MAX):
        assert ask(here, BY_PHONE, "13899999999").found == 0
    with pytest.raises(Busy, match="一小时内已查询"):
        ask(here, BY_PHONE, "13899999999")
