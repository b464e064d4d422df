"""How an application for legal aid goes: filled in and sent here, decided, assigned and closed by the institution."""

from __future__ import annotations

from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.step import Step
from baiyun_desktop.modules.migrants.aid import legal_rules as rules
from baiyun_desktop.modules.migrants.aid import times
from baiyun_desktop.modules.migrants.aid.legal import LegalAid
from baiyun_desktop.modules.migrants.aid.legal_states import S
from baiyun_desktop.modules.migrants.law import LEGAL_AID
from baiyun_desktop.modules.migrants.people import COUNTER
from baiyun_desktop.modules.migrants.people import LEGAL_AID_INSTITUTION as INSTITUTION

_MEANS = (rules.means_answered, rules.exemption_fits, rules.promise_signed, rules.ground_named)

LEGAL = Procedure(
    LegalAid,
    S,
    (
        Step("申请", S.DRAFT, S.APPLIED, by=COUNTER, cite=LEGAL_AID[31], needs=("person",),
             when=(*_MEANS, rules.guardian_named), advises=(rules.claim_still_runs,), loads=("person",),
             gives=rules.sent_on, sets=("received_on",), number="legal_aid",
             writes="legal_aid_forward", en="Apply"),
        Step("要求补充", S.APPLIED, S.PAPERS, by=(INSTITUTION, *COUNTER), cite=LEGAL_AID[43], when=rules.papers_named,
             ask=("missing",), sets=("told_on",), pauses=times.WAITING_FOR_PAPERS, writes="legal_aid_notice",
             en="Ask for papers"),
        Step("补齐", S.PAPERS, S.APPLIED, by=COUNTER, cite=LEGAL_AID[43], sets=("completed_on",),
             resumes=times.WAITING_FOR_PAPERS, en="Complete"),
        Step("先行援助", (S.APPLIED, S.PAPERS), S.AHEAD, by=INSTITUTION, cite=LEGAL_AID[44], when=rules.urgent_alone,
             en="Help ahead"),
        Step("给予援助", (S.APPLIED, S.AHEAD, S.OBJECTED), S.GRANTED, by=INSTITUTION, cite=LEGAL_AID[43],
             renews=("decided_on",), en="Grant"),
        Step("不予援助", (S.APPLIED, S.PAPERS), S.REFUSED, by=INSTITUTION, cite=LEGAL_AID[43],
             when=rules.refused_with_a_ground, ask=("refusal",), sets=("decided_on",), en="Refuse"),
        Step("提出异议", S.REFUSED, S.OBJECTED, by=COUNTER, cite=LEGAL_AID[49], ask=("objection",),
             sets=("objected_on",), en="Object"),
        Step("维持不予援助", S.OBJECTED, S.REFUSED, by=INSTITUTION, cite=LEGAL_AID[49],
             sets=("objection_answered_on",), en="Uphold the refusal"),
        Step("指派", S.GRANTED, S.ASSIGNED, by=INSTITUTION, cite=LEGAL_AID[43], ask=("assigned_to",),
             sets=("assigned_on",), en="Assign"),
        Step("结案", (S.REFUSED, S.ASSIGNED), S.CLOSED, by=INSTITUTION, ask=("ending", "report"),
             sets=("closed_on",), en="Close"),
    ),
    initial=S.DRAFT,
    deadlines=times.DEADLINES,
)  # fmt: skip
