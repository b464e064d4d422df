"""Papers on a real desk: the steps that write them, their own numbers, and the ones that an officer prints of a record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.enrolment import NumberBlock
from tests.kernel.program import PROGRAM
from tests.modules.offices import HERE, TODAY_MS
from tests.replica.desk import KEY, ManualClock, SeededIds

DAY = "2026-11-23"
SERIES = ("telling", "ticket", "permit", "residence")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Replica]:
    clock = ManualClock(TODAY_MS)
    blocks = tuple(NumberBlock(name, "宝山", 2026, 1, 99) for name in SERIES)
    identity = DeskIdentity(replica="d" * 32, post="宝山社区·窗口", officer="张敏", areas=(HERE,), blocks=blocks)
    made = Replica.create(tmp_path / "desk.db", KEY, PROGRAM, identity, clock, SeededIds(clock))
    yield made
    made.close()


def save(desk: Replica, kind: str, /, **values: object) -> str:
    record = desk.ids.new()
    desk.door.save([Draft.create(kind, record, **values)])
    return record


def snapshot(desk: Replica, name: str, kind: str, record: str) -> dict[str, object]:
    paper: PaperSpec = PROGRAM.papers[name]
    return dict(desk.papers.look(paper, kind, record).snapshot)


def test_a_ticket_is_told_once_taken_in_and_handed_on_each_with_its_paper(desk: Replica) -> None:
    person = save(desk, "person", area=HERE, name="乌云其其格", id_no="15020619650704028X", phone="13947212345")
    item = save(
        desk, "service_item", area="*", code="x1", name="临时救助", family="5", dept="区民政局", time_limit="20日"
    )
    save(desk, "service_material", item=item, place="1", name="户口簿", form="原件", copies=1)
    ticket = save(desk, "service_ticket", area=HERE, person=person, item=item, missing=["户口簿"], wish="突发重病")
    for verb, values in (
        ("一次性告知", {}),
        ("补齐", {"handed_in": ["户口簿"]}),
        ("转部门", {"forwarded_org": "区民政局", "forwarded_phone": "0472-8510000"}),
    ):
        row = desk.read.get("service_ticket", ticket)
        assert row is not None
        drafts = [Draft.of(row, **values)] if values else []
        desk.door.step("service_ticket", ticket, verb, drafts=drafts, stated_date=DAY)
    forward, notice = desk.papers.issued(ticket)
    assert (notice.title, notice.number, notice.masked) == ("一次性告知单", "(2026)白矿宝山告字第00001号", True)
    assert notice.snapshot["lacking"] == [{"name": "户口簿", "form": "原件", "copies": 1, "instead": ""}]
    assert notice.snapshot["person.id_no"] == "1502**********028X"
    assert (forward.title, forward.number) == ("转办单", "(2026)白矿宝山窗服字第00001号")
    assert (forward.snapshot["to"], forward.snapshot["person.phone"]) == ("区民政局", "13947212345")
    assert snapshot(desk, "ticket_receipt", "service_ticket", ticket)["who"] == "区民政局　0472-8510000"


def test_a_permits_reminder_names_the_days_and_the_house_form_who_lives_there(desk: Replica) -> None:
    person = save(desk, "person", area=HERE, name="乌云其其格", id_no="15020619650704028X")
    house = save(desk, "house", area=HERE, full_text="宝山社区1号楼1单元101室")
    reg = save(
        desk, "residence_reg", area=HERE, person=person, house=house, reg_date="2025-03-01", arrive_date="2025-03-01"
    )
    permit = save(
        desk, "residence_permit", area=HERE, person=person, reg=reg, permit_no="150206000123", issue_date="2025-12-10"
    )
    said = snapshot(desk, "permit_reminder", "residence_permit", permit)
    assert (said["endorse_from"], said["last_day"]) == ("2026-11-10", "2026-12-10")
    assert (said["person.name"], said["permit_no"]) == ("乌云其其格", "1*******0123")
    landlord = save(desk, "landlord", area=HERE, person=person, phone="13947212345")
    rental = save(desk, "rental_house", area=HERE, house=house, landlord=landlord)
    form = snapshot(desk, "rental_form", "rental_house", rental)
    assert form["tenants"] == [
        {"name": "乌云其其格", "sex": None, "id_no": "15020619650704028X", "phone_no": None, "since": "2025-03-01"}
    ]
    assert (form["owner"], form["owner_phone"], form["house.full_text"]) == (
        "乌云其其格", "13947212345", "宝山社区1号楼1单元101室",
    )  # fmt: skip
