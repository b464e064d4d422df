"""What time alone brings is taken by the district, once, and is expected on a desk until it has heard of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from baiyun_desktop.district.elapsing import FIRST_AFTER_S, Elapsing
from baiyun_desktop.replica.errors import StepRefused
from sync.outside import SystemClock, SystemIds
from tests.kernel.program import PROGRAM
from tests.modules.offices import HERE, Office, three_offices
from tests.replica.desk import ManualClock

REG, PERMIT = "residence_reg", "residence_permit"
TODAY = date(2026, 11, 23)


def registered(office: Office, day: str) -> str:
    person = office.save("person", area=HERE, name="乌云其其格", birth_date="1990-12-31")
    reg = office.save(
        REG, area=HERE, person=person, live_addr="宝山社区1号楼1单元101室", dwelling="01", arrive_date=day,
        inflow_reason="12", source="1",
    )  # fmt: skip
    office.step(REG, reg, "登记", day)
    return reg


def held(office: Office, issued: str) -> str:
    """A permit with a card, as the police and the counter bring it about."""
    person = office.save("person", area=HERE, name="王", birth_date="1990-12-31")
    permit = office.save(
        PERMIT, area=HERE, person=person, reg=office.save("residence_reg", area=HERE, person=person), basis=["2"],
        proofs=["21"], photo_held=True, apply_by="1", permit_no="1502", issuer="公安分局", reside_since="2025-03-01",
    )  # fmt: skip
    for verb in ("材料齐", "受理", "报公安", "制证", "制成", "发放"):
        office.step(PERMIT, permit, verb, issued)
    return permit


def test_the_district_takes_what_time_brings_once_and_a_desk_expects_it(tmp_path: Path) -> None:
    with three_offices(tmp_path) as (here, _, above):
        read = here.desk.read
        due, fresh, checked = (registered(here, day) for day in ("2026-08-24", "2026-08-25", "2026-06-01"))
        here.step(REG, checked, "核实", "2026-09-01")
        for record, expected in ((due, "TO_CHECK"), (fresh, None), (checked, None)):
            step = read.expected(REG, record, TODAY)
            assert (step.to.name if step is not None else None) == expected
        near, far = held(here, "2025-12-23"), held(here, "2025-12-24")
        with pytest.raises(StepRefused, match="由区里到期自动办理"):
            here.step(REG, due, "转待核实", "2026-11-23")
        here.round()
        days, clock, ids = [TODAY], ManualClock(), SystemIds(SystemClock())
        given = above.district.engine, above.district, PROGRAM, ids, clock, lambda: days[0]
        duty, other = Elapsing(*given), Elapsing(*given)
        assert duty() == 0  # a server that was just started has others to serve
        clock.ms += int(FIRST_AFTER_S * 1000)
        seen = [(procedure, fallen) for procedure, part in other._parts(TODAY) for fallen in part]
        assert {fallen[1] for _, fallen in seen} == {due, near}
        assert (duty(), duty()) == (2, 0)
        assert not any(other._take(procedure, *fallen) for procedure, fallen in seen)  # a second process is too late
        here.step(REG, due, "核实", "2026-11-23")  # the desk has not heard of it, and goes on all the same
        for office in (here, above):
            office.round()
        pairs = ((REG, due), (REG, fresh), (PERMIT, near), (PERMIT, far))
        assert [here.row(*pair).state for pair in pairs] == ["ACTIVE", "ACTIVE", "TO_ENDORSE", "VALID"]
        assert read.expected(PERMIT, near, TODAY) is None
        moved = [m for m in above.desk.read.movements(due) if m.verb == "转待核实"]
        assert [(m.judgement, m.stated_date, m.officer) for m in moved] == [("accepted", "2026-11-23", "system")]
        days[0] = date(2026, 11, 24)
        assert (duty(), duty()) == (2, 0)  # `fresh`, and the other permit
        here.round()
        assert [here.row(*pair).state for pair in pairs] == ["ACTIVE", "TO_CHECK", "TO_ENDORSE", "TO_ENDORSE"]
