"""The ifs of a residence permit: pure functions, a sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from baiyun_desktop.kernel.deadline import Due
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import Brief, Reason
from baiyun_desktop.modules.migrants.law import EXIT_ENTRY, PERMIT_RULES
from baiyun_desktop.modules.migrants.people import from_outside_mainland, is_foreign, is_minor
from baiyun_desktop.modules.migrants.permit import times
from baiyun_desktop.modules.migrants.registration.records import stands

BY_GUARDIAN, BY_AGENT = "4", "5"
IN_TIME, LATE = "1", "2"
FREE_FIRST, FREE_ENDORSED, COST_PRICE = "1", "2", "3"
LOST = "2"
BASIS_WORDS = {"1": "就业", "2": "住所", "3": "就读"}
"""A proof's code begins with the digit of the ground that it proves."""
CITY_DIGITS = 4


def citizen_of_mainland(brief: Brief) -> Reason | None:
    """The permit is for citizens; foreigners and residents of Hong Kong, Macao and Taiwan have their own ways."""
    person = brief.links.get("person", {})
    if is_foreign(person):
        return Reason("外国人不适用居住证，请到派出所办理住宿登记", cite=EXIT_ENTRY[39])
    if from_outside_mainland(person):
        return Reason("港澳台居民请到公安机关申领港澳台居民居住证")
    return None


def registration_stands(brief: Brief) -> Reason | None:
    """Who has left or is registered anew applies where they live now."""
    reg = brief.links.get("reg")
    if reg is None or stands(reg):
        return None
    return Reason("所附居住登记已注销或已变更，请选现在的登记", fields=("reg",), cite=PERMIT_RULES[2])


def registration_is_theirs(brief: Brief) -> Reason | None:
    """The registration is the applicant's own."""
    reg = brief.links.get("reg")
    if reg is None or reg.get("person") in (None, brief.values.get("person")):
        return None
    return Reason("所附居住登记不是申领人本人的", fields=("reg", "person"))


def each_ground_proved(brief: Brief) -> Reason | None:
    """One of three grounds is enough, but each that is claimed has its proof."""
    proofs = brief.values.get("proofs") or []
    bare = [g for g in brief.values.get("basis") or [] if not any(str(p).startswith(str(g)) for p in proofs)]
    if not bare:
        return None
    words = "、".join(BASIS_WORDS.get(str(g), str(g)) for g in bare)
    return Reason(f"缺少{words}证明", fields=("proofs", "basis"), cite=PERMIT_RULES[9])


def photo_there(brief: Brief) -> Reason | None:
    """The card bears a photograph."""
    if brief.values.get("photo_held"):
        return None
    return Reason("缺少本人相片", fields=("photo_held",), cite=PERMIT_RULES[9])


def agent_shows_both(brief: Brief) -> Reason | None:
    """An agent is known, and has shown the applicant's identity card and their own."""
    if brief.values.get("apply_by") != BY_AGENT:
        return None
    lacking = tuple(n for n in ("agent_name", "agent_id", "both_ids_seen") if not brief.values.get(n))
    return Reason("代办须核对申领人和代办人双方身份证", fields=lacking, cite=PERMIT_RULES[9]) if lacking else None


def guardian_applies(brief: Brief) -> Reason | None:
    """For a child a guardian or somebody at their wish applies."""
    if not is_minor(brief.links.get("person", {}), brief.stated_date):
        return None
    if brief.values.get("apply_by") in (BY_GUARDIAN, BY_AGENT) and brief.has("agent_name"):
        return None
    return Reason("未满16周岁由监护人代为申领，请填写监护人", fields=("apply_by", "agent_name"), cite=PERMIT_RULES[9])


def lived_half_a_year(brief: Brief) -> Reason | None:
    """Nobody is sent away for coming early: the exact day is said, and the application waits for it on a list."""
    day = brief.due(times.QUALIFY.code)
    if day is None or brief.stated_date is None or brief.stated_date >= day:
        return None
    return Reason(f"{day.isoformat()} 起可以受理，已列入“待满半年”，到期提醒", cite=PERMIT_RULES[2])


def something_lacks(brief: Brief) -> Reason | None:
    """What is missing is said once and completely, so it has to be named."""
    if brief.has("lacking"):
        return None
    return Reason("请勾选所缺材料，一次告知清楚", fields=("lacking",), cite=PERMIT_RULES[9])


def not_told_before(brief: Brief) -> Reason | None:
    """Nobody is sent home for papers a second time."""
    if not brief.has("told_on"):
        return None
    return Reason(f"已于 {brief.values['told_on']} 一次性告知，不能再次退补")


def issued_after_acceptance(brief: Brief) -> Reason | None:
    """No card is issued before it was applied for."""
    accepted = brief.day("accept_date")
    if accepted is None or brief.stated_date is None or brief.stated_date >= accepted:
        return None
    return Reason("签发日期早于受理日期", fields=("issue_date",))


def handed_over_after_issue(brief: Brief) -> Reason | None:
    """A card is fetched after it was issued."""
    issued = brief.day("issue_date")
    if issued is None or brief.stated_date is None or brief.stated_date >= issued:
        return None
    return Reason("领取日期早于签发日期")


def window_is_open(brief: Brief) -> Reason | None:
    """A year is endorsed in the month before it is full."""
    year = _turn(brief)
    if year is None or year.opens is None:
        return Reason("没有签发日期，不能签注", fields=("issue_date",))
    if brief.stated_date is None or brief.stated_date >= year.opens:
        return None
    return Reason(f"{year.opens.isoformat()} 起可以签注，到时提醒", cite=PERMIT_RULES[10])


def still_in_time(brief: Brief) -> Reason | None:
    """After the last day it is a late endorsement, with what follows from that."""
    due = brief.due(times.ENDORSE.code)
    if due is None or brief.stated_date is None or brief.stated_date <= due:
        return None
    return Reason(f"已过 {due.isoformat()}，请办“补签注”，居住年限重新计算", cite=PERMIT_RULES[10])


def past_due(brief: Brief) -> Reason | None:
    """Only what was not endorsed in time is suspended, and endorsed late."""
    due = brief.due(times.ENDORSE.code)
    if due is not None and brief.stated_date is not None and brief.stated_date > due:
        return None
    return Reason(f"签注期限到 {due.isoformat() if due else '签发后一年'}，尚未逾期", cite=PERMIT_RULES[10])


def loss_reported(brief: Brief) -> Reason | None:
    """A card that was lost is reported lost first."""
    if brief.values.get("reissue_reason") != LOST or brief.has("lost_on"):
        return None
    return Reason("丢失补领请填写挂失日期", fields=("lost_on",), cite=PERMIT_RULES[11])


def home_in_this_city(brief: Brief) -> Reason | None:
    """The permit is for those who left their home for another city; the officer looks twice."""
    home = str(brief.links.get("person", {}).get("hukou_code") or "")
    area = str(brief.values.get("area") or "")
    if not home or not area or home[:CITY_DIGITS] != area[:CITY_DIGITS]:
        return None
    return Reason("户籍在本市，条例说的是到其他城市居住，请核对", cite=PERMIT_RULES[2])


def years_start_anew(brief: Brief) -> Reason | None:
    """Says what a late endorsement costs before it is made."""
    return Reason("补签注后使用功能恢复，居住年限自补办之日起重新计算", cite=PERMIT_RULES[10])


def endorsed_in_time(brief: Brief) -> Sequence[Row]:
    """The year's line: when it opened, when it was due, when it was done."""
    return [_year(brief, IN_TIME)]


def endorsed_late(brief: Brief) -> Sequence[Row]:
    """The same for a late one, with the day from which years run anew."""
    return [{**_year(brief, LATE), "restart_from": _iso(brief.stated_date)}]


def _turn(brief: Brief) -> Due | None:
    """The year of the permit that runs: the first that was not endorsed."""
    limit = brief.limits.get(times.ENDORSE.code)
    return limit.due if limit is not None else None


def _year(brief: Brief, kind: str) -> dict[str, Any]:
    year = _turn(brief)
    return {
        "window_from": _iso(year.opens if year is not None else None),
        "due": _iso(year.day if year is not None else None),
        "done_on": _iso(brief.stated_date),
        "kind": kind,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
