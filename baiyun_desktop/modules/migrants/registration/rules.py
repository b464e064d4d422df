"""The ifs of residence registration: pure functions, a sentence each."""

from __future__ import annotations

from baiyun_desktop.kernel.hours import read_clock
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import Brief, Reason
from baiyun_desktop.modules.migrants.law import EDUCATION, EXIT_ENTRY, PERMIT_RULES, PRIVACY
from baiyun_desktop.modules.migrants.people import MINOR_BELOW, is_foreign, is_minor
from baiyun_desktop.registry import address, names

IMPORTED, FROM_ABOVE = "3", "4"
RENTED = "02"
NEW = "1"
"""Of code list REG_KIND."""
BY_AGENT, BY_GUARDIAN = "5", "4"
FOR_WORK = "01"
CITY_DIGITS, COMMUNITY_DIGITS = 4, 12


def taken_over(brief: Brief) -> bool:
    """A registration that some office made earlier and that we only take into our books: gaps are named, not refused."""
    return brief.values.get("source") in (IMPORTED, FROM_ABOVE)


def stay_runs_forward(brief: Brief) -> Reason | None:
    """Nobody plans to be gone before having come."""
    arrived, until = brief.day("arrive_date"), brief.day("plan_until")
    if taken_over(brief) or arrived is None or until is None or until >= arrived:
        return None
    return Reason("拟居住至早于来本地日期", fields=("plan_until", "arrive_date"))


def registered_after_arrival(brief: Brief) -> Reason | None:
    """The day of registration cannot be before the day of arrival."""
    arrived = brief.day("arrive_date")
    if taken_over(brief) or arrived is None or brief.stated_date is None or brief.stated_date >= arrived:
        return None
    return Reason("登记日期早于来本地日期", fields=("arrive_date",), cite=PERMIT_RULES[2])


def landlord_known(brief: Brief) -> Reason | None:
    """For a rented home the landlord is named."""
    if taken_over(brief) or brief.values.get("dwelling") != RENTED or brief.has("landlord_name"):
        return None
    return Reason("租赁房屋请填写房主姓名", fields=("landlord_name", "landlord_phone"), cite=PERMIT_RULES[8])


def agent_known(brief: Brief) -> Reason | None:
    """Who declares for another shows both identities."""
    if taken_over(brief) or brief.values.get("declarer_kind") != BY_AGENT:
        return None
    lacking = tuple(name for name in ("declarer_name", "declarer_id") if not brief.has(name))
    return Reason("代办须填写代办人姓名和证件号", fields=lacking, cite=PERMIT_RULES[9]) if lacking else None


def left_after_arrival(brief: Brief) -> Reason | None:
    """Nobody leaves before having come."""
    arrived = brief.day("arrive_date")
    left = brief.day("leave_date") or brief.stated_date
    if arrived is None or left is None or left >= arrived:
        return None
    return Reason("离开日期早于来本地日期", fields=("leave_date", "arrive_date"))


def guardian_declares(brief: Brief) -> Reason | None:
    """For a child a guardian declares; one who came with the family on its sheet is declared by whoever leads it."""
    day = brief.stated_date or brief.day("reg_date")
    if taken_over(brief) or brief.has("with_reg") or not is_minor(_person(brief), day):
        return None
    if brief.values.get("declarer_kind") == BY_GUARDIAN and brief.has("declarer_name"):
        return None
    return Reason(f"未满{MINOR_BELOW}周岁由监护人申报，请填写监护人", fields=("declarer_kind", "declarer_name"))


def foreigner_told(brief: Brief) -> Reason | None:
    """A foreigner's note says when they were told to go to the police; the centre registers no lodging of foreigners."""
    if taken_over(brief) or not is_foreign(_person(brief)) or brief.has("duty_told_on"):
        return None
    return Reason("境外人员请先告知住宿登记义务，并填写告知日期", fields=("duty_told_on",), cite=EXIT_ENTRY[39])


def clock_is_one(brief: Brief) -> Reason | None:
    """A time of day is one, or the hours are counted from the end of the day without anybody noticing."""
    said = brief.values.get("moved_in_at")
    if not said or read_clock(str(said)) is not None:
        return None
    return Reason("入住时间请写成几点几分，例如 13:30", fields=("moved_in_at",), cite=EXIT_ENTRY[39])


def on_registering(brief: Brief) -> Row:
    """A foreigner's hours run from the day of moving in, which is the day of arrival where nobody says another one."""
    if not is_foreign(_person(brief)) or brief.has("moved_in_on"):
        return {"reg_kind": NEW}
    return {"reg_kind": NEW, "moved_in_on": brief.values.get("arrive_date")}


def told_police_duty(brief: Brief) -> Reason | None:
    """Says to a foreigner what the police want within a day."""
    if not is_foreign(_person(brief)):
        return None
    return Reason("境外人员：入住后24小时内由本人或留宿人到派出所登记；不办理居住证", cite=EXIT_ENTRY[39])


def home_is_here(brief: Brief) -> Reason | None:
    """Somebody whose household is registered where they live is no migrant; the officer looks twice and decides."""
    person, area = _person(brief), str(brief.values.get("area") or "")
    home = str(person.get("hukou_code") or "")
    if _same_community(home, area) or _same_door(person.get("hukou_addr"), brief.values.get("live_addr")):
        return Reason("户籍就在本社区，可能人户一致，请核对是否需要登记", fields=("live_addr",))
    if home and area and home[:CITY_DIGITS] == area[:CITY_DIGITS]:
        return Reason("户籍在本市，可能只是市内人户分离，请核对能否申领居住证", cite=PERMIT_RULES[2])
    return None


def employer_named(brief: Brief) -> Reason | None:
    """Who came for work has an employer, or says that there is none."""
    named = brief.has("employer") or _person(brief).get("work_unit")
    if brief.values.get("inflow_reason") != FOR_WORK or named:
        return None
    return Reason("务工人员请问明服务处所；没有的填“无业”", fields=("employer",))


def children_to_school(brief: Brief) -> Reason | None:
    """A family whose children need a school is told where that is asked for."""
    if not brief.values.get("child_school_need"):
        return None
    return Reason("随迁子女需就学，请接着办理就学登记", cite=EDUCATION[12])


def checked_after_registration(brief: Brief) -> Reason | None:
    """A check comes after what it checks."""
    registered = brief.day("reg_date")
    if registered is None or brief.stated_date is None or brief.stated_date >= registered:
        return None
    return Reason("核实日期早于登记日期")


def renewed_for_longer(brief: Brief) -> Reason | None:
    """Who declares to stay on means a day that has not passed."""
    until = brief.day("plan_until")
    if until is None or brief.stated_date is None or until > brief.stated_date:
        return None
    return Reason("拟居住至须在续报日期之后", fields=("plan_until",))


def replaced_by_the_same_person(brief: Brief) -> Reason | None:
    """Only another registration of the same person takes a registration's place."""
    other = brief.links.get("replaced_by")
    if brief.values.get("replaced_by") == brief.id:
        return Reason("不能由本登记代替自己", fields=("replaced_by",))
    if other is None or other.get("person") in (None, brief.values.get("person")):
        return None
    return Reason("新登记不是同一个人的", fields=("replaced_by",), cite=PRIVACY[8])


def house_to_begin(brief: Brief) -> Row:
    """The house of somebody who registers at a door of which nothing is known; none where the address names no door."""
    lives = brief.values.get("live_addr")
    if not address.parse(str(lives or "")).door:
        return {}
    rented = brief.values.get("dwelling") == RENTED
    said = {
        "full_text": lives,
        "area": brief.values.get("area"),
        "is_rental": True if rented else None,
        "owner_name": brief.values.get("landlord_name"),
        "owner_phone": brief.values.get("landlord_phone"),
    }
    return {name: value for name, value in said.items() if value}


def at_another_door(brief: Brief) -> bool:
    """Whether the address says another door than the house that the registration leads to.

    A house that is only a part of the address, a whole building or a dormitory, is somebody's choice and stays.
    """
    house = brief.links.get("house")
    if house is None:
        return False
    lives, stands = (address.parse(row.get(name)) for row, name in ((brief.values, "live_addr"), (house, "full_text")))
    if lives.door and stands.door:
        return lives.door != stands.door or not _one_estate(lives.estate, stands.estate)
    return bool(lives.text) and lives.text not in stands.text and stands.text not in lives.text


def _one_estate(one: str, other: str) -> bool:
    return not one or not other or names.match_key(one) == names.match_key(other)


def same_house(wanted: Row, held: Row) -> bool:
    """Whether a house of that door stands in the same community and estate; one that names no estate may be it."""
    here, there = str(wanted.get("area") or ""), str(held.get("area") or "")
    if here[:COMMUNITY_DIGITS] != there[:COMMUNITY_DIGITS]:
        return False
    return _one_estate(*(address.parse(row.get("full_text")).estate for row in (wanted, held)))


def _person(brief: Brief) -> Row:
    return brief.links.get("person", {})


def _same_community(home: str, area: str) -> bool:
    return len(home) >= COMMUNITY_DIGITS and home[:COMMUNITY_DIGITS] == area[:COMMUNITY_DIGITS]


def _same_door(home: object, lives: object) -> bool:
    """Whether two addresses end at one door, and one says all that the other says."""
    one, other = str(home or ""), str(lives or "")
    if not one or not other or address.parse(one).door != address.parse(other).door:
        return False
    return bool(address.parse(one).door) and (one in other or other in one)
