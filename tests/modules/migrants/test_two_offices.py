"""Two communities register overlapping people with the line down; afterwards all see one truth, and each doubt.

The desk above them is the migrant centre's counter, which holds the district through its view.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules.migrants import counter
from tests.modules.offices import HERE, THERE, Office, Offices, three_offices

ID = "150206199912310013"
WHO: dict[str, Any] = {"name": "乌云其其格", "id_no": ID, "birth_date": "1999-12-31", "sex": "1"}


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with three_offices(tmp_path, above=f"150206|{counter.VIEW.name}") as made:
        yield made


def register(office: Office, area: str, **who: Any) -> tuple[str, str]:
    """A person and an active registration, as the counter makes them."""
    person = office.save("person", area=area, **who)
    reg = office.save(
        "residence_reg", area=area, person=person, live_addr=f"{area}的1号楼1单元101室", dwelling="01",
        arrive_date="2026-10-01", inflow_reason="01", source="1",
    )  # fmt: skip
    office.desk.door.step("residence_reg", reg, "登记", stated_date="2026-11-23")
    return person, reg


def rounds(*offices: Office) -> None:
    for office in (*offices, *offices):
        office.round()


def test_a_registration_is_numbered_dated_and_judged(offices: Offices) -> None:
    here, _, above = offices
    person, reg = register(here, HERE, **WHO)
    row = here.row("residence_reg", reg)
    assert row.state == "ACTIVE"
    assert row.reg_date == "2026-11-23"
    assert row.biz_no
    assert row.next_check == "2027-02-21"
    rounds(here, above)
    assert [m.judgement for m in above.desk.read.movements(reg)] == ["accepted"]
    assert above.row("residence_reg", reg).state == "ACTIVE"
    assert above.row("person", person).name_py == "wu yun qi qi ge"


def test_the_same_person_in_two_communities_is_linked_and_both_stays_are_asked_about(offices: Offices) -> None:
    here, there, above = offices
    mine, _ = register(here, HERE, **WHO, phone="13800000001")
    register(there, THERE, **WHO, phone="13900000002")
    rounds(here, there, above)
    found = above.desk.read.doubts()
    grades = sorted((d.rule, d.grade, tuple(d.facts)) for d in found)
    assert grades == [("双重登记", "both", ()), ("同一人", "facts", ("phone",))]
    assert here.row("person", mine).phone == "13800000001"
    assert len(above.desk.read.list("person").rows) == 2


def test_someone_alike_is_asked_of_the_desk_above_alone(offices: Offices) -> None:
    here, there, above = offices
    register(here, HERE, **WHO)
    register(there, THERE, **{**WHO, "id_no": None})
    rounds(here, there, above)
    (doubt,) = above.desk.read.doubts()
    assert (doubt.rule, doubt.grade) == ("同一人", "ask")
    assert here.desk.read.doubts() == []
    assert there.desk.read.doubts() == []
    above.desk.door.decide_doubt(doubt.id, "same")
    rounds(above, here, there)
    assert {d.rule for d in above.desk.read.doubts()} == {"双重登记"}


def test_one_stay_ends_and_the_doubt_with_it(offices: Offices) -> None:
    here, there, above = offices
    register(here, HERE, **WHO)
    _, reg = register(there, THERE, **WHO)
    rounds(here, there, above)
    assert [d.rule for d in above.desk.read.doubts()] == ["双重登记"]
    from_form = there.row("residence_reg", reg)
    there.desk.door.step(
        "residence_reg", reg, "注销", drafts=[Draft.of(from_form, leave_reason="1")], stated_date="2026-11-23"
    )
    rounds(there, above, here)
    assert above.desk.read.doubts() == []
    ended = above.row("residence_reg", reg)
    assert (ended.state, ended.leave_date, ended.next_check) == ("ENDED", "2026-11-23", None)


def test_a_corrected_id_and_a_corrected_birth_date_are_one_contest(offices: Offices) -> None:
    here, _, above = offices
    person, _ = register(here, HERE, **WHO)
    rounds(here, above)
    here.desk.door.save([Draft.of(here.row("person", person), id_no="15020619650704001X")])
    above.desk.door.save([Draft.of(above.row("person", person), birth_date="1999-12-30")])
    rounds(here, above)
    (contest,) = above.desk.read.contests(person)
    assert contest.group == "identity"


def test_a_paper_number_that_two_copies_of_a_file_took_keeps_both_papers_and_is_asked_about(offices: Offices) -> None:
    here, there, above = offices
    papers = []
    for office, area in ((here, HERE), (there, THERE)):
        _, reg = register(office, area, name=f"{area}的人", birth_date="1999-12-31", sex="1")
        of_one = {"subject_kind": "residence_reg", "subject": reg, "title": "居住登记回执"}
        papers.append(office.save("doc_instance", **of_one, doc_no="（2026）白云居00012号", series="reg_receipt"))
        office.save("doc_instance", **of_one, doc_no="（2026）白云居00012号")
    rounds(here, there, above)
    (doubt,) = above.desk.read.doubts()
    assert (doubt.rule, doubt.grade, sorted(doubt.ids)) == ("文书编号重复", "both", sorted(papers))
    above.desk.door.decide_doubt(doubt.id, "different")
    rounds(above, here, there)
    assert above.desk.read.doubts() == []
    assert all(above.desk.read.get("doc_instance", paper) is not None for paper in papers)


def test_the_counter_registers_elsewhere_whom_a_community_had_entered(offices: Offices) -> None:
    here, there, above = offices
    person = here.save("person", area=HERE, **WHO, remark="社区的备注")
    rounds(here, there, above)
    assert there.desk.read.get("person", person) is None
    reg = above.save(
        "residence_reg", area=THERE, person=person, live_addr="1号楼1单元101室", dwelling="01",
        arrive_date="2026-10-01", inflow_reason="01", source="1",
    )  # fmt: skip
    above.desk.door.step("residence_reg", reg, "登记", stated_date="2026-11-23")
    rounds(above, there, here)
    assert above.desk.status().tray == 0
    assert (there.row("residence_reg", reg).state, there.row("person", person).remark) == ("ACTIVE", "社区的备注")
    above.desk.door.save([Draft.of(above.row("person", person), area=THERE)], "迁入")
    rounds(above, there, here)
    assert above.desk.status().tray == 0 and here.desk.read.get("person", person) is None
