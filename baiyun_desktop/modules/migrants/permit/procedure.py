"""How a residence permit is applied for, made, endorsed year by year, suspended, restored and cancelled."""

from __future__ import annotations

from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Falls, Step, always
from baiyun_desktop.modules.migrants.law import PERMIT_RULES
from baiyun_desktop.modules.migrants.people import AT_POLICE, COUNTER, POLICE
from baiyun_desktop.modules.migrants.permit import rules, times
from baiyun_desktop.modules.migrants.permit.records import ONE_PERMIT, ResidencePermit
from baiyun_desktop.modules.migrants.permit.states import HELD, S

PAPERS_WHOLE = (
    rules.citizen_of_mainland,
    rules.registration_is_theirs,
    rules.registration_stands,
    rules.each_ground_proved,
    rules.photo_there,
    rules.agent_shows_both,
    rules.guardian_applies,
)

PERMIT = Procedure(
    ResidencePermit,
    S,
    (
        Step("材料齐", (S.PRECHECK, S.TOLD), S.READY, by=COUNTER, cite=PERMIT_RULES[9], needs=("person",),
             when=PAPERS_WHOLE, advises=(rules.home_in_this_city,), loads=("person", "reg"), sets=("apply_date",),
             number="permit", en="Papers complete"),
        Step("受理", S.READY, S.ACCEPTED, by=COUNTER, cite=PERMIT_RULES[2],
             when=(rules.lived_half_a_year, *PAPERS_WHOLE), loads=("person", "reg"),
             gives=always(fee=rules.FREE_FIRST), sets=("accept_date",), writes="permit_receipt", en="Accept"),
        Step("一次性告知", (S.PRECHECK, S.READY), S.TOLD, by=COUNTER, cite=PERMIT_RULES[9],
             when=(rules.not_told_before, rules.something_lacks), ask=("lacking",), sets=("told_on",), number="permit",
             writes="permit_notice", en="Say what is missing"),
        Step("不予受理", (S.READY, S.ACCEPTED), S.REJECTED, by=COUNTER, cite=PERMIT_RULES[2],
             ask=("reject_reason", "reject_note"), sets=("rejected_on",), en="Reject"),
        Step("报公安", S.ACCEPTED, S.AT_POLICE, by=COUNTER, cite=PERMIT_RULES[8], sets=("forwarded_on",),
             gives=always(sent_to=AT_POLICE), en="Send to the police"),
        Step("制证", S.AT_POLICE, S.MAKING, by=POLICE, cite=PERMIT_RULES[8], sets=("making_on",), en="Have it made"),
        Step("不予制发", S.AT_POLICE, S.REJECTED, by=POLICE, cite=PERMIT_RULES[8],
             ask=("reject_reason", "reject_note"), sets=("rejected_on",), en="Refuse"),
        Step("制成", S.MAKING, S.TO_FETCH, by=POLICE, cite=PERMIT_RULES[9], when=rules.issued_after_acceptance,
             ask=("permit_no", "issuer"), sets=("issue_date",), en="Made"),
        Step("发放", S.TO_FETCH, S.VALID, by=COUNTER, cite=PERMIT_RULES[8], when=rules.handed_over_after_issue,
             sets=("receive_date",), en="Hand over"),
        Step("转待签注", S.VALID, S.TO_ENDORSE, by=Role.SYSTEM, cite=PERMIT_RULES[10],
             falls=Falls(times.ENDORSE.code, days=-times.REMIND_DAYS), en="Endorsement falls due"),
        Step("签注", HELD, S.VALID, by=(*COUNTER, POLICE), cite=PERMIT_RULES[10],
             when=(rules.window_is_open, rules.still_in_time, rules.registration_stands), loads=("reg",),
             gives=always(fee=rules.FREE_ENDORSED), renews=("endorsed_on",),
             makes=("permit_endorse", rules.endorsed_in_time), en="Endorse"),
        Step("功能中止", HELD, S.SUSPENDED, by=POLICE, cite=PERMIT_RULES[10], when=rules.past_due,
             renews=("suspended_on",), en="Suspend"),
        Step("补签注", (*HELD, S.SUSPENDED), S.VALID, by=(*COUNTER, POLICE), cite=PERMIT_RULES[10],
             when=(rules.past_due, rules.registration_stands), advises=(rules.years_start_anew,), loads=("reg",),
             gives=always(fee=rules.FREE_ENDORSED), renews=("endorsed_on", "years_from"),
             makes=("permit_endorse", rules.endorsed_late), en="Endorse late"),
        Step("申请换补领", HELD, S.AT_POLICE, by=COUNTER, cite=PERMIT_RULES[11], when=rules.loss_reported,
             ask=("reissue_reason", "lost_on"), gives=always(fee=rules.COST_PRICE, sent_to=AT_POLICE),
             en="Replace"),
        Step("注销", (S.TO_FETCH, *HELD, S.SUSPENDED), S.CANCELLED, by=POLICE, cite=PERMIT_RULES[8],
             settles=(ONE_PERMIT.name,), ask=("cancel_reason",), sets=("cancel_date",), en="Cancel"),
    ),
    initial=S.PRECHECK,
    deadlines=times.DEADLINES,
)  # fmt: skip
"""The centre's counters take an application and hand the card over; only the police make, refuse, suspend or cancel."""
