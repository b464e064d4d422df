"""The three administrators over HTTP: each does his own and nothing of the others', and nobody is two of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from baiyun_desktop.district import Assembly
from baiyun_desktop.district.admin_tokens import new_token
from baiyun_desktop.district.desks import needs_of
from baiyun_desktop.district.officers import enter
from baiyun_desktop.district.posts import set_up
from baiyun_desktop.district.standing import OFFICER, POST, officer_named, records
from baiyun_desktop.kernel.role import POWERS, Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.spelled import fingerprint_words
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.accounts import Accounts, NoEntry
from baiyun_desktop.replica.admin_messages import (
    CODES_PATH,
    DEEDS_PATH,
    DESKS_PATH,
    HEALTH_PATH,
    HOLDINGS_PATH,
    OFFICERS_PATH,
    ORGANISATIONS_PATH,
    PASSWORDS_PATH,
    POSTS_PATH,
    REVOCATIONS_PATH,
    RIGHTS_PATH,
    SELF_PATH,
    STATES_PATH,
)
from baiyun_desktop.replica.engine import open_raw
from sync.act import Change, Op
from sync.desk.courier import Courier
from sync.district.enrol import Place
from sync.enrolment import Code, EnrolRequest
from sync.outside import SystemClock
from tests.end2end.offices import BAOSHAN, PROGRAM, Wire

from .conftest import Town
from .test_fleet_api import asking, bearer

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
PLANTED = "不该在此的王某某"
COUNTER = "宝山社区·窗口"
Asking = tuple[Assembly, TestClient[Any], dict[str, dict[str, str]]]


@pytest.fixture
def admins(lite: Town) -> Iterator[Asking]:
    """The application, and each administrator's header; "monitor" is nobody's in particular."""
    with asking(lite) as (assembly, client):
        headers = {"monitor": bearer(new_token(assembly, "监控", timedelta(days=1)))}
        for role in (SYSTEM, SECURITY, AUDIT):
            home = POWERS[role].home
            set_up(assembly, role.value, "150206", role=role.name)
            enter(assembly, role.value, home, [role.value])
            headers[home] = bearer(new_token(assembly, role.value, timedelta(days=1), home))
        yield assembly, client, headers


def test_each_does_his_own_and_nothing_of_the_others(admins: Asking) -> None:
    _, client, headers = admins
    reads = {
        DESKS_PATH: {"system", "monitor"}, HEALTH_PATH: {"system", "monitor"}, ORGANISATIONS_PATH: {"system", "security"},
        POSTS_PATH: {"system", "security"}, OFFICERS_PATH: {"security"}, DEEDS_PATH: {"audit"}, SELF_PATH: set(headers),
    }  # fmt: skip
    for path, who in reads.items():
        assert {one for one in headers if client.get(path, headers=headers[one]).status_code == 200} == who, path
    revoking = {"replica": "0" * 32, "reason": "丢了", "misused": True}
    deeds: list[tuple[str, str, dict[str, Any]]] = [
        (POSTS_PATH, "system", {"name": COUNTER, "organisation": "1"}), (CODES_PATH, "system", {"post": COUNTER}),
        (REVOCATIONS_PATH, "system", revoking), (ORGANISATIONS_PATH, "system", {"code": "1", "values": {}}),
        (RIGHTS_PATH, "security", {"post": "x", "role": "STREET", "grants": []}),
        (OFFICERS_PATH, "security", {"name": "王", "login": "wang", "posts": ["x"]}),
        (HOLDINGS_PATH, "security", {"login": "nobody", "posts": ["x"]}),
        (STATES_PATH, "security", {"login": "nobody", "state": "locked"}), (PASSWORDS_PATH, "security", {"login": "nobody"}),
    ]  # fmt: skip
    for path, whose, wanted in deeds:
        answers = {one: client.post(path, json=wanted, headers=headers[one]) for one in headers}
        assert {one: answer.status_code for one, answer in answers.items()} == {
            one: 409 if one == whose else 403 for one in headers
        }, path
        assert not answers[whose].json()["message"].isascii(), "the reason is said in the administrator's language"


def test_a_post_needs_two_administrators_and_all_is_noted(admins: Asking) -> None:
    assembly, client, headers = admins

    def do(who: str, path: str, status: int = 200, **wanted: Any) -> Any:
        answer = client.post(path, json=wanted, headers=headers[who])
        assert answer.status_code == status, answer.text
        return answer.json()

    do("system", POSTS_PATH, name=COUNTER, organisation=BAOSHAN, unit="宝山")
    assert "授权" in do("system", CODES_PATH, 409, post=COUNTER)["message"]
    everybody = do("security", RIGHTS_PATH, 409, post=COUNTER, role="STREET", grants=["150206|administration"])
    assert "只给管理员" in everybody["message"]
    do("security", RIGHTS_PATH, post=COUNTER, role="COMMUNITY_WORKER", grants=[BAOSHAN])
    first = do("security", OFFICERS_PATH, name="王芳", login="wangfang", posts=[COUNTER])["secret"]
    given = do("system", CODES_PATH, post=COUNTER, officer="王芳")
    groups = fingerprint_words(Code.parse(given["code"]).fingerprint)
    assert given["fingerprint"] == groups, "as the PC's own page shows them, to be compared by eye"
    with desk_of(assembly, given["code"], "clerk.baiyun") as clerk:
        accounts = Accounts(clerk)
        (wang,) = accounts.members()
        assert accounts.log_in(wang.id, first).must_change
        call = accounts.call(wang.id)
        told = do("security", PASSWORDS_PATH, login="wangfang", challenge=call.challenge, desk=call.desk)
        accounts.take_code(wang.id, told["secret"])
        (row,) = [one for one in client.get(DESKS_PATH, headers=headers["system"]).json() if one["post"] == COUNTER]
        assert (row["place"], row["officer"], row["needs"]) == ("宝山社区居委会", "王芳", [])
        do("system", REVOCATIONS_PATH, replica=row["replica"], reason="换了电脑", misused=False)
        do("system", REVOCATIONS_PATH, 409, replica=row["replica"], reason="换了电脑", misused=False)
    said = client.get(DEEDS_PATH, headers=headers["audit"]).json()
    by_system, by_security = "系统管理员（system）", "安全保密管理员（security）"
    assert [(one["by"], one["what"]) for one in said][:7] == [
        (by_system, "撤销电脑"), (by_security, "电话一次性代码"), (by_system, "发登记代码"), (by_security, "登记经办人"),
        (by_security, "改岗位"), (by_system, "设岗位"), ("命令行", "登记经办人"),
    ]  # fmt: skip
    assert said[0]["reason"] == "换了电脑"
    assert not any(secret in str(said) for secret in (first, told["secret"], given["code"]))


def test_an_organisation_is_entered_and_changed_with_care(admins: Asking) -> None:
    assembly, client, headers = admins

    def put(code: str, /, *, new: bool = False, **values: str | None) -> str:
        wanted = {"code": code, "values": values, "new": new}
        answer = client.post(ORGANISATIONS_PATH, json=wanted, headers=headers["system"])
        return "" if answer.status_code == 200 else str(answer.json()["message"])

    grid = f"{BAOSHAN}009"
    for code, values, why in (
        (grid, {"name": "第9网格"}, "上级代码"), (grid, {"name": "第9网格", "parent_code": "999"}, "上级代码"),
        (grid, {"parent_code": BAOSHAN}, "名称"), ("@x", {"name": "x", "parent_code": BAOSHAN}, "代码"),
        ("audit", {"name": "x", "parent_code": BAOSHAN}, "代码"), (BAOSHAN, {"name": "x", "parent_code": "150206"}, "已经有了"),
        (grid, {"name": "第9网格", "parent_code": "system"}, "上级代码"),
        (grid, {"name": "第9网格", "parent_code": BAOSHAN, "level": "33"}, "没有“33”这一项"),
        (grid, {"name": "第9网格", "parent_code": BAOSHAN, "area": "x"}, "内容不对"),
    ):  # fmt: skip
        assert why in put(code, new=True, **values), (code, values)
    assert put(grid, new=True, name="第9网格", parent_code=BAOSHAN, level="3", leader="王芳") == ""
    assert "不能改" in put(grid, parent_code="150206") and "不能改" in put(grid, code="1")
    assert "没有改动" in put(grid, leader="王芳") and "没有代码" in put("audit", name="x")
    assert "早于" in put(grid, valid_from="2026-11-02", valid_to="2026-11-01")
    assert "后继代码" in put(grid, successor=grid) and "后继代码" in put(grid, successor="system")
    assert put(grid, successor=BAOSHAN, valid_to="2026-12-01", leader=None) == ""
    assert "后继代码" in put(BAOSHAN, successor=grid), "nothing becomes what has become it"
    rows = {one["code"]: one for one in client.get(ORGANISATIONS_PATH, headers=headers["system"]).json()}
    assert rows[grid]["values"] == {
        "code": grid, "name": "第9网格", "parent_code": BAOSHAN, "level": "3", "valid_to": "2026-12-01", "successor": BAOSHAN
    }  # fmt: skip
    said = client.get(DEEDS_PATH, headers=headers["audit"]).json()[:2]
    assert [(one["what"], one["about"], one["reason"]) for one in said] == [
        ("改组织", f"第9网格 {grid}", "后继代码、停用日期、负责人"), ("设组织", f"第9网格 {grid}", "")
    ]  # fmt: skip
    with assembly.snapshot() as conn:
        assert assembly.scope.tree(conn).above(grid)[-1] == "150206"


def test_nobody_is_two_of_them(admins: Asking, lite: Town) -> None:
    assembly, client, headers = admins
    both = {"name": "赵", "login": "zhao", "posts": [SYSTEM.value, AUDIT.value]}
    assert "三员分立" in client.post(OFFICERS_PATH, json=both, headers=headers["security"]).json()["message"]
    holding = {"login": "system", "posts": [SYSTEM.value, SECURITY.value]}
    assert "三员分立" in client.post(HOLDINGS_PATH, json=holding, headers=headers["security"]).json()["message"]
    said = lite.run("officers", "change", lite.folder, "audit", "--post", AUDIT.value, "--post", SECURITY.value, code=1)
    assert "nobody may hold two of the three" in said
    # a post whose officer holds another of the three cannot become one either
    lite.run("posts", "add", lite.folder, COUNTER, "--organisation", BAOSHAN, "--role", "社区工作者")
    lite.run("officers", "change", lite.folder, "system", "--post", SYSTEM.value, "--post", COUNTER)
    rights = {"post": COUNTER, "role": "SECURITY_ADMIN", "grants": []}
    assert "三员分立" in client.post(RIGHTS_PATH, json=rights, headers=headers["security"]).json()["message"]
    # and what an administrator's post holds is for no other post
    peeping = {"post": COUNTER, "role": "STREET", "grants": ["audit"]}
    assert "只给管理员" in client.post(RIGHTS_PATH, json=peeping, headers=headers["security"]).json()["message"]
    # nor does anybody come back into both: his post became an administrator's while he was away
    lite.run("officers", "leave", lite.folder, "system")
    assert client.post(RIGHTS_PATH, json=rights, headers=headers["security"]).status_code == 200
    for state in ("active", "locked"):
        back = client.post(STATES_PATH, json={"login": "system", "state": state}, headers=headers["security"])
        assert "三员分立" in back.json()["message"]
    assert "nobody may hold two" in lite.run("officers", "unlock", lite.folder, "system", code=1)
    lite.run("posts", "change", lite.folder, COUNTER, "--role", "社区工作者", "--area", BAOSHAN)
    lite.run("officers", "unlock", lite.folder, "system")
    # his own account is nobody's to change
    assert (
        client.post(STATES_PATH, json={"login": "security", "state": "left"}, headers=headers["security"]).status_code
        == 409
    )

    # however it came about, somebody who is two of them can do nothing: neither with the token nor at the desk
    with desk_of(
        assembly, str(lite.run("enrol", lite.folder, "--post", SYSTEM.value).splitlines()[0]), "a.baiyun"
    ) as desk:
        (zhao,) = Accounts(desk).members()
        zhao_row = officer_named(assembly, "system")
        posts = [post["id"] for post in records(assembly, POST).values() if post["name"] in (SYSTEM.value, AUDIT.value)]
        given = {"posts": posts, "areas": ["audit", "system"]}
        assembly.district.write([Change(OFFICER, zhao_row["id"], Op.FIELDS, given)], "改")
        refused = client.get(DESKS_PATH, headers=headers["system"])
        assert refused.status_code == 403 and "三员分立" in refused.json()["message"]
        Courier(desk.layout.schema, Wire(assembly.district, desk.identity.replica), desk, desk.clock).round()
        with pytest.raises(NoEntry, match="三员分立"):
            Accounts(desk).log_in(zhao.id, "whatever")
    # and who is locked, neither
    assert client.get(DEEDS_PATH, headers=headers["audit"]).status_code == 200
    lite.run("officers", "lock", lite.folder, "audit")
    assert client.get(DEEDS_PATH, headers=headers["audit"]).status_code == 403
    assert "is locked" in lite.run("token", lite.folder, "--for", "李", "--officer", "audit", code=1)
    assert "no administrator's post" in lite.run("token", lite.folder, "--for", "x", "--officer", _clerk(lite), code=1)


def _clerk(town: Town) -> str:
    town.run("officers", "add", town.folder, "王芳", "wangfang", "--post", COUNTER)
    return "wangfang"


def test_an_administrators_file_holds_nobody(admins: Asking, tmp_path: Path) -> None:
    assembly, _, _ = admins
    people = [
        Change("person", assembly.ids.new(), Op.CREATE, {"name": PLANTED, "area": area})
        for area in (BAOSHAN, "150206", *(POWERS[role].home for role in (SYSTEM, SECURITY)))
    ]
    assembly.district.write(people, "登记")
    set_up(assembly, COUNTER, BAOSHAN, role="COMMUNITY_WORKER", areas=[BAOSHAN])
    enter(assembly, PLANTED, "planted", [COUNTER])
    found = {}
    for post in (COUNTER, SYSTEM.value, SECURITY.value, AUDIT.value):
        code = assembly.enroller().new_code(_place(assembly, post))
        path = f"{post}.baiyun"
        with desk_of(assembly, str(code), path) as desk:
            assert {m.name for m in Accounts(desk).members()} == {PLANTED if post == COUNTER else post}
        found[post] = PLANTED.encode() in plain_bytes(desk, tmp_path / f"{post}.plain")
    assert found == {COUNTER: True, SYSTEM.value: False, SECURITY.value: False, AUDIT.value: False}


def plain_bytes(desk: Replica, to: Path) -> bytes:
    """The whole file, decrypted."""
    raw = open_raw(desk.path, desk.store.key)
    raw.execute(f"ATTACH DATABASE '{to}' AS plain KEY ''")
    raw.execute("SELECT sqlcipher_export('plain')").fetchall()
    raw.close()
    return to.read_bytes()


def _place(assembly: Assembly, post: str) -> Place:
    (row,) = [row for row in records(assembly, POST).values() if row["name"] == post]
    return Place(post, "", tuple(row["grants"]), "-")


class _Ahead(SystemClock):
    """Twenty minutes before its time."""

    def now_ms(self) -> int:
        return super().now_ms() + 20 * 60_000


def desk_of(assembly: Assembly, code: str, name: str, clock: Any = None) -> Replica:
    """A real desk, enrolled by that code, on a line within this process."""
    answer = assembly.enroller().enrol(EnrolRequest(Code.parse(code).secret, "n" * 22))
    path = assembly.folder.parent / name
    desk = Replica.create(path, new_key(), PROGRAM, DeskIdentity.of(answer), clock or assembly.clock, assembly.ids)
    Courier(desk.layout.schema, Wire(assembly.district, answer.replica), desk, desk.clock).round()
    return desk


def test_what_somebody_has_to_do_about_a_desk(admins: Asking) -> None:
    assembly, client, headers = admins
    code = assembly.enroller().new_code(_place(assembly, SECURITY.value))
    with desk_of(assembly, str(code), "ahead.baiyun", _Ahead()) as desk:
        accounts = Accounts(desk)
        (one,) = accounts.members()
        held = desk.read.get("officer", one.id)
        assert held is not None
        desk.door.save([Draft.of(held, must_change=False)], officer=one.login)
        Courier(desk.layout.schema, Wire(assembly.district, desk.identity.replica), desk, desk.clock).round()
    (row,) = client.get(DESKS_PATH, headers=headers["system"]).json()
    assert row["needs"] == ["clock"] and 19 * 60_000 < row["ahead_ms"] <= 20 * 60_000
    fine = {"faults": 0, "oldest_ms": 0, "silent_ms": 1, "ahead_ms": 0, "oldest_held_ms": 0, "revoked": False}
    day = 86_400_000
    assert needs_of(fine) == []
    assert needs_of({**fine, "silent_ms": 5 * day, "oldest_ms": 4 * day, "faults": 1}) == ["faults", "unsent", "silent"]
    assert needs_of({**fine, "silent_ms": None}) == ["never"]
    assert needs_of({**fine, "silent_ms": None, "revoked": True}) == []
