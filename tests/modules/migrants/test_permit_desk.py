"""A permit on real desks: what its steps give, renew, make and say, and that the district agrees to all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.modules.migrants.onward import ONWARD
from baiyun_desktop.replica.errors import StepRefused
from tests.modules.offices import HERE, POSTS, Offices, three_offices
from tests.modules.offices import POLICE as POLICE_POST
from tests.timed.calendars import years

KIND = "residence_permit"
COUNTER, POLICE = 0, 2
COURSE: tuple[tuple[int, str, str, dict[str, Any]], ...] = (
    (COUNTER, "材料齐", "2025-09-10", {}),
    (COUNTER, "受理", "2025-09-10", {}),
    (COUNTER, "报公安", "2025-09-11", {}),
    (POLICE, "制证", "2025-09-15", {}),
    (POLICE, "制成", "2025-09-20", {"permit_no": "150206000123", "issuer": "公安分局"}),
    (COUNTER, "发放", "2025-09-22", {}),
    (POLICE, "功能中止", "2026-09-25", {}),
    (COUNTER, "补签注", "2026-10-20", {}),
)
"""At whose desk which step is taken on which day."""


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with three_offices(tmp_path, posts=(*POSTS[:2], POLICE_POST)) as made:
        made[0].district.write(years(2025, 2026), "录入放假安排")
        made[0].round()
        yield made


def test_a_permit_goes_all_its_way_and_a_late_endorsement_starts_its_years_anew(offices: Offices) -> None:
    here, _, above = offices
    door, read = here.desk.door, here.desk.read
    person = here.save("person", area=HERE, name="乌云其其格", birth_date="1990-12-31", hukou_code="150202")
    reg = here.save(
        "residence_reg", area=HERE, person=person, live_addr="宝山社区1号楼1单元101室", dwelling="01",
        arrive_date="2025-03-01", inflow_reason="12", child_school_need=True, source="1",
    )  # fmt: skip
    assert [hint.text[:4] for hint in read.advice("residence_reg", reg, "登记")] == ["户籍在本", "随迁子女"]
    door.step("residence_reg", reg, "登记", stated_date="2025-03-01")
    begun = next(o for o in ONWARD if o.to == KIND).values({**here.row("residence_reg", reg).values, "id": reg})
    assert begun == {"person": person, "area": HERE, "reg": reg, "reside_since": "2025-03-01"}
    permit = here.save(KIND, **begun, basis=["2"], proofs=["21"], photo_held=True, apply_by="1")
    assert here.row(KIND, permit).qualify_date == "2025-09-01"
    at = COUNTER
    for who, verb, day, values in COURSE:
        if who != at:
            if verb != "补签注":  # which either may
                with pytest.raises(StepRefused, match="请交给他们办理"):
                    offices[at].desk.door.step(KIND, permit, verb, stated_date=day)
            offices[at].round()
            offices[who].round()
            at = who
        offices[who].step(KIND, permit, verb, day, **values)
    row = here.row(KIND, permit)
    assert (row.state, row.fee, row.endorsed_on, row.years_from) == ("VALID", "2", "2026-10-20", "2026-10-20")
    assert (row.endorse_from, row.due_on) == ("2027-09-20", "2027-10-20")
    (year,) = read.children("permit_endorse", permit)
    assert (year.due, year.done_on, year.get("kind"), year.restart_from) == (
        "2026-09-20",
        "2026-10-20",
        "2",
        "2026-10-20",
    )
    with pytest.raises(StepRefused, match="2027-09-20 起可以签注"):
        door.step(KIND, permit, "签注", stated_date="2027-09-01")
    assert "转待签注" not in [step.verb for step, _ in read.steps(KIND, permit)]
    for office in (here, above):
        office.round()
    judged = [m.judgement for m in above.desk.read.movements(permit)]
    assert judged == ["accepted"] * len(COURSE)
    assert above.row(KIND, permit).values == row.values
    assert len(above.desk.read.children("permit_endorse", permit)) == 1


def test_what_is_missing_is_listed_from_the_catalogue(offices: Offices) -> None:
    here = offices[0]
    item = here.save("service_item", code="x1", name="临时救助", family="5")
    here.save("service_material", item=item, place="1", name="户口簿", form="原件", shared=True)
    ticket = here.save("service_ticket", area=HERE, item=item, person=here.save("person", area=HERE, name="王"))
    (hint,) = here.desk.read.advice("service_ticket", ticket, "受理")
    assert hint.text == "所需材料：户口簿（原件）［本所已有的免交］"
