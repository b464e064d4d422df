"""Posts and officers through the district's commands, a desk that obeys them, and what it may write of them itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from baiyun_desktop.district import Assembly
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.registry.areas import DISTRICTS_OWN
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.accounts import Accounts, NoEntry
from sync.act import Change, Op
from sync.desk.courier import Courier
from sync.district.tables import DESK
from sync.enrolment import Code, EnrolRequest
from tests.end2end.offices import BAILING, BAOSHAN, PROGRAM, XINGGUANG, Wire

from .conftest import Town

COUNTER = "宝山社区·窗口"
CHOSEN = "a password of hers 7"


@pytest.fixture
def staffed(lite: Town) -> tuple[Town, str]:
    """A post with one officer; her first password."""
    return staff(lite)


def staff(town: Town) -> tuple[Town, str]:
    town.run("posts", "add", town.folder, COUNTER, "--organisation", BAOSHAN, "--role", "社区工作者", "--unit", "宝山")
    return town, town.run("officers", "add", town.folder, "王芳", "wangfang", "--post", COUNTER).splitlines()[0]


@contextmanager
def desk_of(town: Town, name: str = COUNTER) -> Iterator[tuple[Replica, Courier]]:
    """A desk enrolled with a code for that post, on a line within this process."""
    code = Code.parse(town.run("enrol", town.folder, "--post", name).splitlines()[0])
    path = town.folder.parent / f"{name}.baiyun"
    with Assembly(town.folder) as assembly:
        answer = assembly.enroller().enrol(EnrolRequest(code.secret, "n" * 22))
        desk = Replica.create(path, new_key(), PROGRAM, DeskIdentity.of(answer), assembly.clock, assembly.ids)
        with desk:
            courier = Courier(desk.layout.schema, Wire(assembly.district, answer.replica), desk, assembly.clock)
            courier.round()
            yield desk, courier


def test_a_desk_gets_what_its_post_holds_and_its_officer_logs_in(staffed: tuple[Town, str]) -> None:
    town, first = staffed
    with desk_of(town) as (desk, courier):
        assert desk.identity.areas == (BAOSHAN,)
        assert desk.role is Role.COMMUNITY_WORKER
        accounts = Accounts(desk)
        (wang,) = accounts.members()
        assert accounts.log_in(wang.id, first).must_change
        accounts.choose(wang.id, CHOSEN, CHOSEN)
        assert courier.round().in_step
        assert desk.status().tray == desk.status().unsent == 0  # the district let her write her own password
        said = town.run("officers", "list", town.folder)
        assert "wangfang" in said and "在岗" in said and "first password" not in said and "argon2" not in said


def test_an_office_writes_nothing_else_of_posts_and_officers(town: Town) -> None:
    staff(town)
    with desk_of(town) as (desk, courier):
        (wang,) = desk.read.list("officer").rows
        (post,) = desk.read.list("post").rows
        desk.door.save([Draft.of(wang, state="left")], officer="wangfang")
        desk.door.save([Draft.of(wang, password="x")], officer="王芳")
        desk.door.save([Draft.of(post, role="STREET")], officer="wangfang")
        desk.door.save([Draft.create("officer", desk.ids.new(), name="贼", login="thief", areas=[BAOSHAN])])
        desk.door.void("officer", wang.id, "走了", officer="wangfang")
        assert courier.round().in_step
        assert desk.status().tray == 5
        again = desk.read.get("officer", wang.id)
        assert again is not None and not again.voided and again.state == "active" and again.password == wang.password


def test_locking_unlocking_and_leaving_reach_the_desk(staffed: tuple[Town, str]) -> None:
    town, first = staffed
    with desk_of(town) as (desk, courier):
        accounts = Accounts(desk)
        (wang,) = accounts.members()
        town.run("officers", "lock", town.folder, "wangfang")
        town.run("officers", "reset", town.folder, "wangfang", code=1)
        courier.round()
        with pytest.raises(NoEntry, match="已停用"):
            accounts.log_in(wang.id, first)
        town.run("officers", "unlock", town.folder, "wangfang")
        courier.round()
        accounts.log_in(wang.id, first)
        town.run("officers", "leave", town.folder, "wangfang")
        courier.round()
        assert accounts.members() == [] and accounts.required


def test_a_forgotten_password_by_telephone_and_with_a_line(staffed: tuple[Town, str]) -> None:
    town, first = staffed
    with desk_of(town) as (desk, courier):
        accounts = Accounts(desk)
        (wang,) = accounts.members()
        call = accounts.call(wang.id)
        town.run("officers", "reset", town.folder, call.login, "--challenge", "1234", code=1)
        words = ["--challenge", call.challenge, "--desk", call.desk, "--by", "赵管理员"]
        code = town.run("officers", "reset", town.folder, call.login, *words).splitlines()[0]
        accounts.take_code(wang.id, code)
        accounts.choose(wang.id, CHOSEN, CHOSEN)
        noted = json.loads((town.folder / "resets.log").read_text("utf-8"))
        assert (noted["login"], noted["replica"], noted["by"]) == ("wangfang", desk.identity.replica, "赵管理员")
        assert code not in (town.folder / "resets.log").read_text("utf-8")
        courier.round()
        second = town.run("officers", "reset", town.folder, "wangfang").splitlines()[0]
        assert second != first
        courier.round()
        accounts.log_out()
        with pytest.raises(NoEntry, match="不对"):
            accounts.log_in(wang.id, CHOSEN)
        assert accounts.log_in(wang.id, second).must_change


def test_a_post_is_changed_and_its_desks_and_officers_follow(staffed: tuple[Town, str]) -> None:
    town, first = staffed
    with desk_of(town) as (desk, courier):
        assert "1 desks" in town.run("posts", "change", town.folder, COUNTER, "--area", BAILING, "--role", "网格员")
        for _ in range(2):
            courier.round()
        assert desk.role is Role.GRID_WORKER
        accounts = Accounts(desk)
        assert accounts.log_in(accounts.members()[0].id, first).name == "王芳"
        with Assembly(town.folder) as assembly, assembly.engine.connect() as conn:
            assert json.loads(conn.execute(select(DESK.c.grants)).scalar_one()) == [BAILING]
    with Replica.open(desk.path, desk.store.key, PROGRAM, desk.clock, desk.ids) as again:
        assert again.identity.areas == (BAILING,)


def test_an_officer_of_two_posts_is_known_at_both(staffed: tuple[Town, str]) -> None:
    town, _ = staffed
    town.run("posts", "add", town.folder, "星光社区·窗口", "--organisation", XINGGUANG, "--role", "COMMUNITY_WORKER")
    town.run("officers", "change", town.folder, "wangfang", "--post", COUNTER, "--post", "星光社区·窗口")
    for name in (COUNTER, "星光社区·窗口"):
        with desk_of(town, name) as (desk, _):
            assert [m.login for m in Accounts(desk).members()] == ["wangfang"]
    rows = json.loads(town.run("posts", "list", town.folder, "--json"))
    assert [(row["name"], row["desks"], row["officers"]) for row in rows] == [(COUNTER, 1, 1), ("星光社区·窗口", 1, 1)]


def test_what_cannot_be_meant_is_refused_in_a_line(lite: Town) -> None:
    add = ["posts", "add", lite.folder, COUNTER]
    assert "no such role" in lite.run(*add, "--organisation", BAOSHAN, "--role", "皇帝", code=1)
    assert "no such area" in lite.run(*add, "--organisation", "999", "--role", "街道", code=1)
    assert "no such view" in lite.run(
        *add, "--organisation", BAOSHAN, "--role", "街道", "--area", f"{BAOSHAN}|x", code=1
    )
    lite.run(*add, "--organisation", BAOSHAN, "--role", "街道")
    assert "already" in lite.run(*add, "--organisation", BAOSHAN, "--role", "街道", code=1)
    assert "--post" in lite.run("officers", "add", lite.folder, "王芳", "wangfang", code=1)
    assert "no post" in lite.run("officers", "add", lite.folder, "王芳", "wangfang", "--post", "无", code=1)
    staff = f"{BAOSHAN}|administration"
    said = lite.run(
        "posts", "add", lite.folder, "办公室", "--organisation", BAOSHAN, "--role", "街道", "--area", staff, code=1
    )
    assert "shows officers" in said
    assert "shows officers" in lite.run(
        "posts", "change", lite.folder, COUNTER, "--area", "150206|party&administration", code=1
    )
    assert "shows officers" in lite.run("enrol", lite.folder, "--post", "别的", "--area", staff, code=1)
    for view in ("xyz", "party&xyz", ""):
        said = lite.run("enrol", lite.folder, "--post", "别的", "--area", f"{BAOSHAN}|{view}", code=1)
        assert "no such view" in said and "there are administration, counter, party" in said, view
    assert "name the post" in lite.run("enrol", lite.folder, "--post", " ", "--area", BAOSHAN, code=1)
    assert "2 to 20" in lite.run("officers", "add", lite.folder, "王芳", "王芳", "--post", COUNTER, code=1)
    lite.run("officers", "add", lite.folder, "王芳", "wangfang", "--post", COUNTER)
    assert "taken" in lite.run("officers", "add", lite.folder, "王方", "wangfang", "--post", COUNTER, code=1)
    assert "there are: none" in lite.run(
        "officers", "reset", lite.folder, "wangfang", "--challenge", "12345678", code=1
    )
    assert "no post" in lite.run("enrol", lite.folder, "--post", "别的", code=1)
    assert "leave --area out" in lite.run("enrol", lite.folder, "--post", COUNTER, "--area", XINGGUANG, code=1)


def test_no_roles_post_is_the_districts_own(town: Town) -> None:
    add = ["posts", "add", town.folder]
    counter = [*add, "流动人口中心·窗口", "--organisation", "150206", "--role", "MIGRANT_COUNTER"]
    assert "流动人口中心·窗口: 150206|counter, @" in town.run(*counter)
    change = ["posts", "change", town.folder, "流动人口中心·窗口", "--area"]
    assert "流动人口中心·窗口: 150206|counter, @" in town.run(*change, "150206"), "the role says through which view"
    assert "流动人口中心·窗口: 150206|counter, @" in town.run(*change, "150206|counter")
    assert "派出所·查阅: 150206|party, @" in town.run(
        *add, "派出所·查阅", "--organisation", "150206", "--role", "POLICE_LIAISON", "--area", "150206|party"
    )
    centre = [*add, "区指挥中心", "--organisation", "150206", "--role", "DISTRICT_CENTRE"]
    assert "does not hold 150206 whole" in town.run(*centre, "--area", "150206", code=1)
    staff(town)
    with desk_of(town, "流动人口中心·窗口") as (desk, courier):
        assert desk.role is Role.MIGRANT_COUNTER
        post = next(row for row in desk.read.list("post").rows if row.get("role") == "MIGRANT_COUNTER")
        desk.door.save([Draft.of(post, role="STREET")])
        desk.door.save([Draft.create("officer", desk.ids.new(), name="贼", login="thief", areas=["150206"])])
        organisation = desk.read.list("organisation", limit=1).rows[0]
        desk.door.save([Draft.of(organisation, leader="贼")])
        person = Draft.create("person", desk.ids.new(), name="王公平", area=BAOSHAN)
        desk.door.save([person])
        assert courier.round().in_step
        assert desk.status().tray == 3
        held = desk.read.get("person", person.id)
        assert held is not None and held.get("area") == BAOSHAN and not held.pending
    said = town.run("enrol", town.folder, "--post", "区里", "--area", "150206", "--area", DISTRICTS_OWN)
    with Assembly(town.folder) as assembly:
        answer = assembly.enroller().enrol(EnrolRequest(Code.parse(said.splitlines()[0]).secret, "o" * 22))
        path = town.folder.parent / "own.baiyun"
        with Replica.create(path, new_key(), PROGRAM, DeskIdentity.of(answer), assembly.clock, assembly.ids) as own:
            courier = Courier(own.layout.schema, Wire(assembly.district, answer.replica), own, assembly.clock)
            courier.round()
            own.door.save([Draft.of(own.read.list("organisation", limit=1).rows[0], leader="赵区长")])
            courier.round()
            assert own.status().tray == own.status().unsent == 0
            posts = [own.ids.new() for _ in range(2)]
            for record, role in zip(posts, ("SYSTEM_ADMIN", "AUDIT_ADMIN"), strict=True):
                own.door.save([Draft.create("post", record, name=role, role=role, area="150206", grants=["audit"])])
            both = {"name": "赵", "areas": ["150206"], "state": "active"}
            own.door.save([Draft.create("officer", own.ids.new(), login="zhao", posts=posts, **both)])
            own.door.save([Draft.create("officer", own.ids.new(), login="qian", posts=posts[:1], **both)])
            courier.round()
            assert ["三员分立" in item.reason for item in own.read.tray()] == [True]


def test_the_district_takes_no_step_from_a_post_whose_role_may_not_take_it(town: Town) -> None:
    staff(town)
    hall = "宝山社区·议事堂"
    town.run("posts", "add", town.folder, hall, "--organisation", BAOSHAN, "--role", "HALL_MEMBER", "--area", BAOSHAN)
    with desk_of(town) as (counter, counters), desk_of(town, hall) as (hallmen, hallmens):
        person, record = counter.ids.new(), counter.ids.new()
        counter.door.save(
            [Draft.create("person", person, name="王公平", sex="1", ethnic="01", birth_date="1990-01-02")]
        )
        stay = {"person": person, "live_addr": "宝山社区1号楼1单元101室", "dwelling": "01", "arrive_date": "2026-01-05"}
        counter.door.save([Draft.create("residence_reg", record, inflow_reason="01", **stay)])
        counters.round()
        for desk, courier, outcomes in ((hallmen, hallmens, ["overtaken"]), (counter, counters, [])):
            courier.round()
            with desk.writing() as conn:  # past the door, as a changed program would
                fields = {
                    "subject_kind": "residence_reg",
                    "subject": record,
                    "verb": "登记",
                    "stated_date": "2026-01-06",
                }
                step = Change("movement", desk.ids.new(), Op.CREATE, fields)
                dated = Change("residence_reg", record, Op.FIELDS, {"reg_date": "2026-01-06"})
                desk.journal.write(
                    conn, officer="王芳", verb="登记", base=desk.journal.base(conn), changes=[dated, step]
                )
            for _ in range(2):
                courier.round()
            tray = desk.read.tray()
            assert [item.outcome for item in tray] == outcomes, [item.reason for item in tray]
            assert all("本岗位是议事堂召集人/成员" in item.reason for item in tray)
