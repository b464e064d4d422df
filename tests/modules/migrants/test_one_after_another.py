"""What one matter of the centre leads to without anything typed again: house, visit and legal aid (played on real desks)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.loaded import Setting, load
from baiyun_desktop.kernel.onward import ITSELF
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules.migrants.onward import ONWARD
from baiyun_desktop.modules.migrants.screens import waiting as waiting_on
from baiyun_desktop.replica.dues import Group
from baiyun_desktop.replica.errors import StepRefused
from baiyun_desktop.ui.papers import ReadSource
from tests.kernel.program import PROGRAM
from tests.modules.offices import HERE, Office, Offices, three_offices
from tests.replica.desk import ManualClock

STAY = {"dwelling": "02", "arrive_date": "2026-11-20", "inflow_reason": "01", "landlord_name": "李房东"}
DOOR = "宝山社区矿苑小区15号楼5单元102室"


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """One set of desks for all: each test looks at the people whom it brought along itself."""
    with three_offices(tmp_path_factory.mktemp("offices")) as made:
        yield made


def registered(office: Office, name: str, where: str, **more: Any) -> str:
    person = office.save("person", area=HERE, name=name, birth_date="1990-01-05")
    reg = office.save("residence_reg", area=HERE, person=person, live_addr=where, **{**STAY, **more})
    office.step("residence_reg", reg, "登记", "2026-11-23")
    return reg


def _ids(office: Office, spec: ListSpec) -> set[str]:
    return {row.id for row in office.desk.read.list(spec.kind, spec.where, spec.sort).rows}


def goes_on(office: Office, frm: str, record: str, to: str) -> dict[str, Any]:
    onward = next(o for o in ONWARD if (o.frm, o.to) == (frm, to))
    row = {**office.row(frm, record).values, ITSELF: record}
    setting = Setting(PROGRAM, lambda code: str(code), date(2026, 11, 23))
    return onward.values(row, load(setting, ReadSource(office.desk.read), frm, row, onward.needs))


def test_a_registration_at_an_unknown_door_begins_the_house_and_the_next_one_finds_it(offices: Offices) -> None:
    here, _, above = offices
    first = registered(here, "王公平", DOOR)
    second = registered(here, "李平安", "矿苑小区15-5-102")
    elsewhere = registered(here, "赵安", "宝山社区向阳小区15号楼5单元102室")
    nowhere = registered(here, "无门号", "铁矿工棚")
    houses = [here.row("residence_reg", reg).house for reg in (first, second, elsewhere, nowhere)]
    assert houses[0] == houses[1] != houses[2]
    assert houses[3] is None
    house = here.row("house", houses[0])
    assert (house.full_text, house.area, house.is_rental, house.owner_name) == (DOOR, HERE, True, "李房东")
    assert len({*houses} - {None}) == 2
    here.round()
    above.round()
    occupants = [row.id for row in above.desk.read.by_ref("residence_reg", "house", house.id)]
    assert {first, second} <= set(occupants)
    assert above.row("residence_reg", first).state == "ACTIVE"
    assert goes_on(here, "residence_reg", first, "rental_house") == {"house": house.id, "area": HERE}


def test_who_moves_to_another_door_leads_to_its_house_and_who_stays_keeps_his(offices: Offices) -> None:
    here = offices[0]
    reg = registered(here, "王公平", DOOR)
    lived = here.row("residence_reg", reg).house
    here.step("residence_reg", reg, "变更", "2026-11-23", inflow_reason="03")
    assert here.row("residence_reg", reg).house == lived
    here.step("residence_reg", reg, "变更", "2026-11-23", live_addr="矿苑小区15号楼5单元103室")
    moved = here.row("residence_reg", reg).house
    assert here.row("house", moved).full_text == "矿苑小区15号楼5单元103室"
    here.step("residence_reg", reg, "变更", "2026-11-23", live_addr="铁矿工棚")
    assert here.row("residence_reg", reg).house is None
    here.step("residence_reg", reg, "变更", "2026-11-23", live_addr=DOOR)
    assert here.row("residence_reg", reg).house == lived


def test_who_is_newly_registered_waits_for_a_visit_until_somebody_was_there(offices: Offices) -> None:
    here = offices[0]
    new, taken_over = registered(here, "王公平", DOOR), registered(here, "李平安", DOOR, source="3")
    spec = PROGRAM.lists["residence_new"]
    assert {new, taken_over} & _ids(here, spec) == {new}
    here.step("residence_reg", new, "核实", "2026-11-23")
    assert new not in _ids(here, spec)
    assert here.row("residence_reg", taken_over).checked_on is None


def test_unpaid_wages_at_the_counter_become_an_application_that_needs_no_look_at_means(offices: Offices) -> None:
    here = offices[0]
    employer = here.save("enterprise", area=HERE, name="白云铁矿劳务有限公司")
    reg = registered(here, "王公平", DOOR, employer=employer, job="爆破工")
    person = here.row("residence_reg", reg).person
    item = here.save("service_item", area=HERE, code="403", name="欠薪维权", family="4")
    ticket = here.save("service_ticket", area=HERE, person=person, item=item, wish="三个月工资没发")
    begun = goes_on(here, "service_ticket", ticket, "legal_aid_app")
    assert begun == {
        "person": person, "area": HERE, "ticket": ticket, "facts": "三个月工资没发", "reg": reg, "employer": employer,
        "opponent": "白云铁矿劳务有限公司", "matter": "05", "income_basis": "4", "side": "1",
    }  # fmt: skip
    aid = here.save("legal_aid_app", **begun, form="3", employment_ended_on="2025-11-26")
    (hint,) = here.desk.read.advice("legal_aid_app", aid, "申请", stated_date="2026-11-23")
    assert hint.text == "仲裁时效到 2026-11-26，请办先行援助"
    here.step("legal_aid_app", aid, "申请", "2026-11-23")
    row = here.row("legal_aid_app", aid)
    assert (row.state, row.income_basis, row.urgent, row.claim_lapses) == ("APPLIED", "4", True, "2026-11-26")


def test_another_matter_takes_the_stay_along_and_nothing_that_was_not_said(offices: Offices) -> None:
    here = offices[0]
    person = here.save("person", area=HERE, name="赵安", birth_date="1980-01-05", work_unit="矿建公司")
    asked = here.save("service_ticket", area=HERE, person=person, wish="赡养费")
    plain = {"person": person, "area": HERE, "ticket": asked, "facts": "赡养费"}
    assert goes_on(here, "service_ticket", asked, "legal_aid_app") == plain
    item = here.save("service_item", area=HERE, code="403", name="欠薪维权", family="4")
    unpaid = here.save("service_ticket", area=HERE, person=person, item=item)
    assert goes_on(here, "service_ticket", unpaid, "legal_aid_app")["opponent"] == "矿建公司"


def test_who_is_to_be_reminded_comes_on_a_list_within_the_month_and_stays_until_something_is_done(
    offices: Offices,
) -> None:
    here = offices[0]
    days = {"今天": "2026-11-23", "月底": "2026-12-23", "还早": "2026-12-24", "过了": "2026-10-01", "没写": None}
    regs = {name: registered(here, name, DOOR, lease_to=day) for name, day in days.items()}
    registered(here, "合同", DOOR, contract_to="2026-11-30", plan_until="2027-06-30")
    here.step(
        "residence_reg", registered(here, "走了", DOOR, lease_to="2026-11-24"), "注销", "2026-11-23", leave_reason="1"
    )

    def listed(name: str) -> list[str]:
        spec = PROGRAM.lists[name]
        page = here.desk.read.list(spec.kind, spec.where, spec.sort, columns=spec.columns)
        return [page.value(row, "person.name") for row in page.rows]

    assert listed("remind_lease") == ["过了", "今天", "月底"]
    assert (listed("remind_contract"), listed("remind_stay")) == (["合同"], [])
    assert isinstance(here.desk.clock, ManualClock)
    here.desk.clock.ms += 86_400_000
    assert listed("remind_lease") == ["过了", "今天", "月底", "还早"]
    here.step("residence_reg", regs["过了"], "变更", "2026-11-24", lease_to="2027-10-01")
    assert listed("remind_lease") == ["今天", "月底", "还早"]


@pytest.mark.parametrize(
    ("month", "season"), [(5, "remind_school"), (8, "remind_school"), (10, "remind_insurance"), (2, "")]
)
def test_a_season_is_on_the_worklist_in_its_months_alone(month: int, season: str) -> None:
    places = {waiting.place for waiting in waiting_on(date(2026, month, 9))}
    assert places & {"remind_school", "remind_insurance"} == ({season} if season else set())


def test_a_foreigners_hours_run_on_the_desk_until_the_police_have_registered_them(offices: Offices) -> None:
    here = offices[0]
    person = here.save("person", area=HERE, name="Бат", nationality="MNG", birth_date="1990-01-05")
    stay = {**STAY, "arrive_date": "2026-11-22", "duty_told_on": "2026-11-22", "moved_in_at": "13:30"}
    reg = here.save("residence_reg", area=HERE, person=person, live_addr=DOOR, **stay)
    here.step("residence_reg", reg, "登记", "2026-11-22")
    row = here.row("residence_reg", reg)
    assert (row.moved_in_on, row.next_check) == ("2026-11-22", "2026-11-23")
    first, check = here.desk.read.dues([reg])[reg]
    assert (first.code, first.day, first.near, check.code) == (
        "RR-FOR",
        "2026-11-23T13:30",
        "2026-11-23T08:42",
        "RR-CHK",
    )

    def groups(now: datetime) -> list[Group]:
        found = {group: here.desk.read.waiting("residence_reg", group, now, 50)[1] for group in Group}
        return [group for group, rows in found.items() if reg in {row.record for row in rows}]

    assert groups(datetime(2026, 11, 22, 20, 0)) == []  # noqa: DTZ001
    assert groups(datetime(2026, 11, 23, 13, 30)) == [Group.TODAY]  # noqa: DTZ001
    assert groups(datetime(2026, 11, 23, 13, 31)) == [Group.OVERDUE]  # noqa: DTZ001
    here.desk.door.save([Draft.of(here.row("residence_reg", reg), police_on="2026-11-23")])
    assert [due.code for due in here.desk.read.dues([reg])[reg]] == ["RR-CHK"]


def test_an_office_above_calls_a_late_ticket_to_account_on_paper_and_owes_no_reason(offices: Offices) -> None:
    here = offices[0]
    person = here.save("person", area=HERE, name="王公平")
    item = here.save("service_item", area=HERE, code="203", name="职业技能培训报名", family="2", modes=["2"])
    ticket = here.save("service_ticket", area=HERE, person=person, item=item, wish="报名")
    for verb, values in (("受理", {}), ("办理", {"promised_on": "2026-11-12"})):
        here.step("service_ticket", ticket, verb, "2026-11-10", **values)
    assert here.row("service_ticket", ticket).due_on == "2026-11-12"
    with pytest.raises(StepRefused, match="没有超期"):
        here.step("service_ticket", ticket, "督办", "2026-11-12")
    here.step("service_ticket", ticket, "督办", "2026-11-23")
    (order, *_) = here.desk.papers.issued(ticket)
    assert (order.title, order.snapshot["over"], order.snapshot["matter"]) == ("督办通知书", "11天", "职业技能培训报名")
    assert "督字第" in order.number
    with pytest.raises(StepRefused, match="超期原因"):
        here.step("service_ticket", ticket, "办结", "2026-11-23", result="1")
    here.step("service_ticket", ticket, "办结", "2026-11-23", late="3", result="1")
    assert here.row("service_ticket", ticket).state == "DONE"
