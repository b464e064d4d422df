"""What a desk lets pass the district lets pass: both judge a step by what it found, and not by what it filled in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.errors import StepRefused
from tests.modules.offices import HERE, Office, Offices, three_offices
from tests.timed.calendars import years

PERMIT, TICKET, AID = "residence_permit", "service_ticket", "legal_aid_app"


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with three_offices(tmp_path_factory.mktemp("offices")) as made:
        made[0].district.write(years(2026, 2026), "录入放假安排")
        made[0].round()
        yield made


def judged(office: Office, record: str) -> list[tuple[str, str]]:
    return [(m.verb, m.judgement) for m in office.desk.read.movements(record)]


def issued(office: Office) -> str:
    """A permit whose second year ends on 2026-12-10; its first endorsement came out of an old book."""
    person = office.save("person", area=HERE, name="乌云其其格", birth_date="1990-12-31")
    permit = office.save(
        PERMIT, area=HERE, person=person, reg=office.save("residence_reg", area=HERE, person=person), basis=["2"],
        proofs=["21"], photo_held=True, apply_by="1", permit_no="1502", issuer="公安分局", reside_since="2024-01-01",
        endorsed_on="2025-11-20",
    )  # fmt: skip
    for verb in ("材料齐", "受理", "报公安", "制证", "制成", "发放"):
        office.step(PERMIT, permit, verb, "2024-12-10")
    return permit


def test_one_year_of_a_permit_is_endorsed_once_though_two_offices_do_it(offices: Offices) -> None:
    here, _, above = offices
    permit = issued(here)
    for office in (here, above):
        office.round()
    stale = Draft.of(here.row(PERMIT, permit), remark="补登电话")
    above.step(PERMIT, permit, "签注", "2026-11-20")
    here.step(PERMIT, permit, "签注", "2026-11-22")  # it has not heard of the other
    for office in (above, here, above):
        office.round()
    assert sorted(judged(above, permit))[-2:] == [("签注", "accepted"), ("签注", "overtaken")]
    (late,) = [m for m in above.desk.read.movements(permit) if m.judgement == "overtaken"]
    assert "2027-11-10 起可以签注" in late.note
    assert above.row(PERMIT, permit).endorsed_on == "2026-11-20"
    assert [year.due for year in above.desk.read.children("permit_endorse", permit)] == ["2026-12-10"]
    here.desk.door.save([stale])  # it knew of neither endorsement, and forbids none
    for office in (here, above):
        office.round()
    assert above.row(PERMIT, permit).remark == "补登电话"
    assert [doubt for doubt in above.desk.read.doubts() if doubt.grade == "step"] == []


def test_what_is_missing_is_said_once_and_the_district_agrees(offices: Offices) -> None:
    here, _, above = offices
    item = here.save("service_item", area=HERE, code="x1", name="临时救助")
    person = here.save("person", area=HERE, name="王")
    ticket = here.save(TICKET, area=HERE, item=item, person=person, missing=["照片"])
    here.step(TICKET, ticket, "一次性告知", "2026-11-02")
    here.step(TICKET, ticket, "补齐", "2026-11-02", handed_in=["照片"])
    with pytest.raises(StepRefused, match="已于 2026-11-02 一次性告知"):
        here.step(TICKET, ticket, "一次性告知", "2026-11-02")
    for office in (here, above):
        office.round()
    assert judged(above, ticket) == [("一次性告知", "accepted"), ("补齐", "accepted")]


def test_legal_aid_is_decided_and_assigned_in_its_time_without_the_days_that_papers_took(offices: Offices) -> None:
    here, _, above = offices
    person = here.save("person", area=HERE, name="王", birth_date="1990-12-31")
    aid = here.save(
        AID, area=HERE, person=person, matter="05", form="3", facts="欠薪三个月", employment_ended_on="2026-09-01"
    )

    def due() -> list[tuple[str, str]]:
        return [(row.code, row.day) for row in here.desk.read.dues([aid])[aid]]

    here.step(AID, aid, "申请", "2026-09-29")
    assert due() == [("LA-7", "2026-10-14"), ("LD-1Y", "2027-09-01")]
    here.step(AID, aid, "要求补充", "2026-09-30", missing=["工资条"])
    assert here.desk.read.dues([aid])[aid][1].ground == "补充材料"
    here.step(AID, aid, "补齐", "2026-10-10")
    assert due()[0] == ("LA-7", "2026-10-19")  # three days worked are left out: 09-30, 10-08, 10-09
    here.step(AID, aid, "不予援助", "2026-10-12", refusal="1")
    here.step(AID, aid, "提出异议", "2026-10-13", objection="确实困难")
    assert due()[0] == ("LA-OBJ", "2026-10-19")  # 10-18 is a Sunday
    with pytest.raises(StepRefused, match="异议审查已于2026-10-19到期"):
        here.step(AID, aid, "给予援助", "2026-10-20")
    here.step(AID, aid, "给予援助", "2026-10-20", late="1")
    assert due()[0] == ("LA-3", "2026-10-23")  # from this decision, not from the refusal
    here.step(AID, aid, "指派", "2026-10-22", assigned_to="苏和")
    assert here.desk.read.dues([aid]) == {}
    for office in (here, above):
        office.round()
    assert {judgement for _, judgement in judged(above, aid)} == {"accepted"}
