"""The table of roles against the files of real desks: what a role is for is in its file, and of the rest no byte is."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from baiyun_desktop.district.assembly import Assembly
from baiyun_desktop.district.enrolling import enrol
from baiyun_desktop.district.founding import init
from baiyun_desktop.district.lookup import LookUps
from baiyun_desktop.district.posts import add, post_named
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.registry.citizen_id import check_digit
from baiyun_desktop.registry.divisions import organisation_id
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.lookup import BY_ID, Question
from sync.act import Change, Op
from sync.desk.courier import Courier
from sync.enrolment import Code, EnrolRequest
from tests.district.plain_bytes import plain_bytes
from tests.end2end.offices import BAILING, BAOSHAN, DISTRICT, PROGRAM, XIANGYUN, XINGGUANG, Wire

pytestmark = pytest.mark.apart

STREET, GRID = "150206001", f"{BAOSHAN}001"
PLACES = {
    Role.GRID_WORKER: GRID, Role.COMMUNITY_WORKER: BAOSHAN, Role.COMMUNITY_HEAD: BAOSHAN, Role.STREET: STREET,
}  # fmt: skip
"""Where the posts of roles with an area sit; those of all others belong to the district."""
ASSIGNED = (
    Role.POLICE_LIAISON, Role.MEDIATOR, Role.PROFESSIONAL, Role.DEPARTMENT, Role.RESPONDENT, Role.COURT_LIAISON
)  # fmt: skip
"""Whom somebody of 星光社区 is shown to, in part."""
ROLES = [role for role in Role if role is not Role.SYSTEM]
COMMUNITY = {Role.COMMUNITY_WORKER, Role.COMMUNITY_HEAD, Role.STREET, Role.MIGRANT_COUNTER}
COUNTER = {Role.MIGRANT_COUNTER}

HELD: Mapping[str, set[Role]] = {
    "qwgrid": COMMUNITY | {Role.GRID_WORKER},  # somebody of the grid
    "qwcommunity": COMMUNITY,  # somebody of the community, but of none of its grids
    "qwelsewhere": COUNTER | {*ASSIGNED},  # the name of somebody of another community
    "qwhidden": COUNTER,  # his remarks, which the part that is shown leaves out
    "qwregistered": COUNTER,  # his registration
    "qwcounter": COMMUNITY,  # somebody of the community whom the migrant centre registered
    "qwlooked": COUNTER | {Role.STREET, Role.COMMUNITY_WORKER},  # whom the community's counter looked up, of its street
    "qwunseen": COUNTER | {Role.STREET},  # his remarks
    "qwmoved": COUNTER,  # somebody who lived in the grid and moved to another community
    "qwsealed": {Role.MEDIATOR},  # what one side alone was told
    "qwofficer": {Role.MEDIATOR},  # an officer of a post that holds no office's area
    "qwasked": {Role.COMMUNITY_WORKER, Role.AUDIT_ADMIN},  # why somebody was looked up
    "qwrevealed": {Role.AUDIT_ADMIN},  # why a number was shown at the counter of the community
    "qwreference": {*ROLES},  # the name of a community
}
"""Each word that stands somewhere in the district, and the roles of the posts in whose files it stands."""


def name_of(role: Role) -> str:
    return role.value.replace("/", "·")


@dataclass
class World:
    """A district with a post and a desk of each role, and two offices elsewhere."""

    assembly: Assembly
    folder: Path
    open: ExitStack
    desks: dict[str, Replica] = field(default_factory=dict)
    couriers: list[Courier] = field(default_factory=list)

    def desk(self, role: Role, organisation: str, name: str = "") -> Replica:
        name, said = name or name_of(role), io.StringIO()
        with redirect_stdout(said):
            add(self.assembly.folder, name, organisation, role.name)
            said.truncate(said.seek(0))
            enrol(self.assembly.folder, name, officer=name)
        request = EnrolRequest(Code.parse(said.getvalue().splitlines()[0]).secret, f"{len(self.desks):022}")
        answer = self.assembly.enroller().enrol(request)
        path = self.folder / f"{len(self.desks)}.baiyun"
        clock, ids = self.assembly.clock, self.assembly.ids
        desk = Replica.create(path, new_key(), PROGRAM, DeskIdentity.of(answer), clock, ids)
        self.open.callback(desk.close)
        self.desks[name] = desk
        self.couriers.append(
            Courier(desk.layout.schema, Wire(self.assembly.district, answer.replica), desk, self.assembly.clock)
        )
        return desk

    def settle(self) -> None:
        for _ in range(3):
            for courier in self.couriers:
                assert courier.round().in_step

    def own(self, role: Role) -> str:
        return f"@{post_named(self.assembly, name_of(role))['id']}"


def number(start: str) -> str:
    return start + check_digit(start)


def person(desk: Replica, area: str, **values: object) -> str:
    record = desk.ids.new()
    desk.door.save([Draft.create("person", record, area=area, **values)])
    return record


def registered_at(desk: Replica, area: str, name: str) -> None:
    """A registration from the sheet to its step."""
    someone = person(desk, area, name=name, sex="1", birth_date="1990-01-02", ethnic="01", phone="13800000000")
    record = desk.ids.new()
    desk.door.save([Draft.create("residence_reg", record, person=someone, area=area, clerk=name)])


def play(world: World) -> None:
    """What happens in the district until every word stands where it belongs."""
    here, desks = world.desks[Role.COMMUNITY_WORKER.value], world.desks
    there, third = desks["星光社区·窗口"], desks["百灵社区·窗口"]
    person(here, GRID, name="qwgrid")
    person(here, BAOSHAN, name="qwcommunity")
    registered_at(desks[name_of(Role.MIGRANT_COUNTER)], BAOSHAN, "qwcounter")
    moved = person(here, GRID, name="qwmoved", remark="qwmoved")
    other = person(there, XINGGUANG, name="qwelsewhere", remark="qwhidden")
    looked_up = number("15020619880315002")
    person(third, BAILING, name="qwlooked", remark="qwunseen", id_type="1", id_no=looked_up)
    there.door.save(
        [Draft.create("residence_reg", there.ids.new(), person=other, area=XINGGUANG, remark="qwregistered")]
    )
    world.settle()
    asked = Question(by=BY_ID, value=looked_up, reason="qwasked", officer=here.officer)
    assert LookUps(world.assembly).answer(here.identity.replica, asked).found == 1
    held = here.read.get("person", moved)
    assert held is not None
    here.door.save([Draft.of(held, area=XINGGUANG)], "迁出")
    here.audit.note(Doing.REVEAL, kind="person", record="p", reason="qwrevealed")
    links = [{"area": DISTRICT, "person": other, "desk_area": world.own(role)} for role in ASSIGNED]
    sealed = {"area": world.own(Role.MEDIATOR), "reason": "qwsealed"}
    officer = {"areas": [world.own(Role.MEDIATOR)], "name": "李调解", "login": "li", "password": "qwofficer"}
    world.assembly.district.write(
        [Change("party_link", world.assembly.ids.new(), Op.CREATE, dict(link)) for link in links]
        + [Change("approval", world.assembly.ids.new(), Op.CREATE, dict(sealed))]
        + [Change("officer", world.assembly.ids.new(), Op.CREATE, dict(officer))],
        "交办",
    )
    world.settle()
    assert {name: desk.status().tray for name, desk in desks.items() if desk.status().tray} == {}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Role, bytes]]:
    """The decrypted file and log of a desk of each role, as they are while the program runs."""
    folder = tmp_path_factory.mktemp("roles")
    with redirect_stdout(io.StringIO()):
        init(folder / "d", grids=1, key_file=folder / "key.txt")
    with ExitStack() as stack:
        world = World(stack.enter_context(Assembly(folder / "d")), folder, stack)
        known = Change("organisation", organisation_id(XIANGYUN), Op.FIELDS, {"leader": "qwreference"})
        world.assembly.district.write([known], "维护")
        world.desk(Role.COMMUNITY_WORKER, XINGGUANG, "星光社区·窗口")
        world.desk(Role.COMMUNITY_WORKER, BAILING, "百灵社区·窗口")
        for role in ROLES:
            world.desk(role, PLACES.get(role, DISTRICT))
        world.settle()
        play(world)
        desks = {role: world.desks[name_of(role)] for role in ROLES}
        yield {role: plain_bytes(desk.path, desk.store.key).lower() for role, desk in desks.items()}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_desk_holds_what_its_role_is_for_and_no_byte_else(files: dict[Role, bytes], role: Role) -> None:
    found = {word for word in HELD if word.encode() in files[role]}
    assert found == {word for word, roles in HELD.items() if role in roles}


def test_the_guide_has_a_line_for_each_role() -> None:
    guide = resource("guide", "it", "security.md").read_text("utf-8")
    assert [role.value for role in ROLES if f"| {role.value} |" not in guide] == []
