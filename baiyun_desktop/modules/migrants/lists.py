"""The lists and the family sheet that the window offers for the centre's work, by matter."""

from __future__ import annotations

from baiyun_desktop.kernel.listing import Condition, GivesWay, ListGroup, ListSpec, SheetSpec, Test

REGISTRATION = ListGroup("居住登记", "Registration")
PERMITS = ListGroup("居住证", "Permits")
COUNTER = ListGroup("窗口服务", "Counter")
WORK = ListGroup("就业就学", "Work and school")
AID = ListGroup("法援救助", "Aid and relief")
HOUSES = ListGroup("出租房屋", "Let houses")
LEDGERS = ListGroup("台账", "Ledgers")

OF_FAMILY = "2"
"""电话机主: a telephone that one of the family answers."""

_REG = ("person.name", "person.sex", "person.id_no", "person.phone", "live_addr", "inflow_reason", "reg_date")
_HOLDER = ("person.name", "person.id_no", "person.phone")


def _state(name: str) -> Condition:
    return Condition("state", Test.IS, name)


def _not(*names: str) -> tuple[Condition, ...]:
    return tuple(Condition("state", Test.IS_NOT, name) for name in names)


REGISTRATIONS = (
    ListSpec(
        name="residence_active", title="居住登记", en="Registrations", kind="residence_reg", group=REGISTRATION,
        columns=(*_REG, "next_check"), where=_not("DRAFT", "REPLACED", "ENDED"), sort=("-reg_date",), ledger="migrant_ledger",
    ),
    ListSpec(
        name="residence_drafts", title="登记草稿", en="Drafts", kind="residence_reg", group=REGISTRATION,
        columns=_REG, where=(_state("DRAFT"),),
    ),
    ListSpec(
        name="residence_to_check", title="待核实", en="To check", kind="residence_reg", group=REGISTRATION,
        columns=("person.name", "person.phone", "live_addr", "landlord_name", "landlord_phone", "next_check"),
        where=(_state("TO_CHECK"),), sort=("next_check",),
    ),
    ListSpec(
        name="residence_ended", title="离开注销", en="Ended", kind="residence_reg", group=REGISTRATION,
        columns=(*_REG, "leave_date", "leave_reason", "leave_to"), where=(_state("ENDED"),), sort=("-leave_date",),
    ),
    ListSpec(
        name="residence_replaced", title="变更历史", en="Replaced", kind="residence_reg", group=REGISTRATION,
        columns=(*_REG, "replaced_on"), where=(_state("REPLACED"),), sort=("-replaced_on",),
    ),
)  # fmt: skip

PERMIT_LISTS = (
    ListSpec(
        name="permits_waiting", title="待满半年", en="Not yet half a year", kind="residence_permit", group=PERMITS,
        columns=(*_HOLDER, "qualify_date", "state", "reside_since", "basis"), where=(Condition("qualify_date", Test.GIVEN),),
        sort=("qualify_date",),
    ),
    ListSpec(
        name="permits_due", title="制证签注期限", en="Due", kind="residence_permit", group=PERMITS,
        columns=(*_HOLDER, "state", "due_on", "permit_no"), where=(Condition("due_on", Test.GIVEN),), sort=("due_on",),
    ),
    ListSpec(
        name="permits_open", title="居住证办理", en="Applications", kind="residence_permit", group=PERMITS,
        columns=(*_HOLDER, "state", "due_on", "basis", "qualify_date", "accept_date", "biz_no"),
        where=_not("PRECHECK", "VALID", "TO_ENDORSE", "SUSPENDED", "CANCELLED", "REJECTED"), sort=("-accept_date",),
    ),
    ListSpec(
        name="permits_held", title="持证签注", en="Permits", kind="residence_permit", group=PERMITS,
        columns=(*_HOLDER, "permit_no", "state", "due_on", "issue_date", "endorse_from"),
        where=_not("PRECHECK", "READY", "TOLD", "ACCEPTED", "AT_POLICE", "MAKING", "TO_FETCH", "CANCELLED", "REJECTED"),
        sort=("due_on",),
    ),
    ListSpec(
        name="permits_ended", title="注销不予受理", en="Ended", kind="residence_permit", group=PERMITS,
        columns=(*_HOLDER, "state", "permit_no", "cancel_date", "cancel_reason", "rejected_on", "reject_reason"),
        where=_not("PRECHECK", "READY", "TOLD", "ACCEPTED", "AT_POLICE", "MAKING", "TO_FETCH", "VALID", "TO_ENDORSE",
                   "SUSPENDED"),
    ),
)  # fmt: skip

COUNTER_LISTS = (
    ListSpec(
        name="tickets_open", title="窗口服务件", en="Tickets", kind="service_ticket", group=COUNTER,
        columns=("queue_no", "person.name", "item.name", "item.family", "state", "accepted_on", "promised_on",
                 "forwarded_org"),
        where=_not("FILED", "RETURNED"), sort=("promised_on",),
    ),
    ListSpec(
        name="tickets_closed", title="办结归档", en="Closed tickets", kind="service_ticket", group=COUNTER,
        columns=("person.name", "item.name", "state", "accepted_on", "done_on", "result", "satisfaction", "biz_no"),
        where=_not("TAKEN", "ACCEPTED", "TO_COMPLETE", "GOING", "FORWARDED", "DONE", "DELIVERED", "RATED"),
        sort=("-done_on",),
    ),
    ListSpec(
        name="service_items", title="服务事项", en="Service items", kind="service_item", group=COUNTER,
        columns=("code", "name", "family", "dept", "modes", "time_limit", "fee"), sort=("code",),
    ),
    ListSpec(
        name="insurance_matters", title="社保事项", en="Social insurance", kind="social_security", group=COUNTER,
        columns=("person.name", "business", "insured_at", "scheme", "asked_on"), sort=("-asked_on",),
    ),
    ListSpec(
        name="health_matters", title="医疗卫生", en="Health", kind="health_service", group=COUNTER,
        columns=("person.name", "business", "provider", "asked_on", "next_on"), sort=("-asked_on",),
    ),
)  # fmt: skip

WORK_LISTS = (
    ListSpec(
        name="job_seekers", title="求职登记", en="Job seekers", kind="job_seeker", group=WORK,
        columns=("person.name", "person.phone", "trades", "skills", "pay_wanted", "lodging_wanted", "state",
                 "registered_on"),
        sort=("-registered_on",),
    ),
    ListSpec(
        name="job_posts", title="招聘岗位", en="Job posts", kind="job_post", group=WORK,
        columns=("post", "enterprise.name", "trade", "headcount", "pay_from", "pay_to", "lodging", "state", "valid_to"),
        sort=("-valid_to",),
    ),
    ListSpec(
        name="job_matches", title="岗位推荐", en="Matches", kind="job_match", group=WORK,
        columns=("post.post", "score", "why", "state", "sent_on", "outcome"), sort=("-sent_on",),
    ),
    ListSpec(
        name="school_needs", title="随迁子女就学", en="School needs", kind="school_need", group=WORK,
        columns=("child.name", "child.birth_date", "guardian.name", "guardian_phone", "target_grade", "state",
                 "placed_school"),
        sort=("-applied_on",),
    ),
)  # fmt: skip

AID_LISTS = (
    ListSpec(
        name="legal_aids", title="法律援助", en="Legal aid", kind="legal_aid_app", group=AID,
        columns=("person.name", "matter", "urgent", "state", "due_on", "claim_lapses", "received_on", "decided_on",
                 "assigned_to"),
        sort=("-received_on",),
    ),
    ListSpec(
        name="relief_cases", title="民政救助", en="Relief", kind="relief_case", group=AID,
        columns=("person.name", "kind", "cause", "urgent", "state", "submitted_on", "decided_on"),
        sort=("-submitted_on",),
    ),
)  # fmt: skip

HOUSE_LISTS = (
    ListSpec(
        name="rental_houses", title="出租房屋", en="Let houses", kind="rental_house", group=HOUSES,
        columns=("house.full_text", "rental_use", "rental_mode", "people_max", "hazards", "state", "lease_to",
                 "last_visit_on"),
        sort=("-registered_on",),
    ),
    ListSpec(
        name="landlords", title="房主", en="Landlords", kind="landlord", group=HOUSES,
        columns=("person.name", "enterprise.name", "phone", "agent_name", "told_on"),
    ),
    ListSpec(
        name="inspects", title="走访核实", en="Visits", kind="inspect", group=HOUSES,
        columns=("visited_on", "kind", "results", "people_found", "unregistered", "hazards", "state", "mend_by"),
        sort=("-visited_on",),
    ),
)  # fmt: skip

LEDGER_LISTS = (
    ListSpec(
        name="ledger_migrants", title="流动人口台账", en="Migrants", kind="residence_reg", group=LEDGERS,
        columns=(*_REG, "arrive_date", "dwelling", "landlord_name", "permit_no", "permit_due"),
        where=_not("DRAFT", "REPLACED", "ENDED"), sort=("-reg_date",), ledger="migrant_ledger",
    ),
    ListSpec(
        name="ledger_rentals", title="出租房屋台账", en="Let houses", kind="rental_house", group=LEDGERS,
        columns=("house.full_text", "rental_use", "rental_mode", "people_max", "lease_from", "lease_to", "hazards",
                 "duty_signed_on", "registered_on", "last_visit_on", "state"),
        where=_not("DRAFT"), sort=("-registered_on",), ledger="rental_ledger",
    ),
    ListSpec(
        name="ledger_permits", title="居住证办理台账", en="Permits", kind="residence_permit", group=LEDGERS,
        columns=("biz_no", *_HOLDER, "basis", "accept_date", "forwarded_on", "permit_no", "issue_date", "receive_date",
                 "due_on", "state"),
        where=(Condition("biz_no", Test.GIVEN),), sort=("-accept_date",), ledger="permit_ledger",
    ),
    ListSpec(
        name="ledger_tickets", title="窗口服务台账", en="Counter", kind="service_ticket", group=LEDGERS,
        columns=("biz_no", "person.name", "item.family", "item.name", "channel", "accepted_on", "promised_on", "done_on",
                 "result", "satisfaction", "state"),
        where=(Condition("biz_no", Test.GIVEN),), sort=("-accepted_on",), ledger="ticket_ledger",
    ),
    ListSpec(
        name="ledger_children", title="随迁子女台账", en="Children", kind="school_need", group=LEDGERS,
        columns=("child.name", "child.sex", "child.birth_date", "guardian.name", "guardian_phone", "target_grade",
                 "applied_on", "result", "placed_school", "entered_on", "state"),
        where=_not("DRAFT"), sort=("-applied_on",), ledger="school_ledger",
    ),
    ListSpec(
        name="ledger_leavers", title="离开注销台账", en="Left", kind="residence_reg", group=LEDGERS,
        columns=(*_REG, "arrive_date", "leave_date", "leave_reason", "leave_to"), where=(_state("ENDED"),),
        sort=("-leave_date",), ledger="leaver_ledger",
    ),
    ListSpec(
        name="ledger_legal", title="法援转介台账", en="Legal aid", kind="legal_aid_app", group=LEDGERS,
        columns=("biz_no", "person.name", "person.phone", "matter", "form", "amount", "income_basis", "received_on",
                 "decided_on", "assigned_to", "state"),
        where=_not("DRAFT"), sort=("-received_on",), ledger="legal_ledger",
    ),
)  # fmt: skip

LISTS = (
    *REGISTRATIONS,
    *PERMIT_LISTS,
    *COUNTER_LISTS,
    *WORK_LISTS,
    *AID_LISTS,
    *HOUSE_LISTS,
    *LEDGER_LISTS,
)

FAMILY = SheetSpec(
    name="family",
    title="全家登记",
    en="Register a family",
    kind="residence_reg",
    shared=(
        "live_addr",
        "dwelling",
        "arrive_date",
        "plan_until",
        "inflow_reason",
        "person.hukou_addr",
        "landlord_name",
        "landlord_phone",
        "landlord_rel",
        "person.work_unit",
        "emergency_name",
        "emergency_phone",
        "declarer_kind",
    ),
    each=(
        "person.name",
        "person.id_no",
        "person.sex",
        "person.birth_date",
        "person.ethnic",
        "person.phone",
        "kin",
    ),
    joins="with_reg",
    step="登记",
    keeps=("inflow_reason", "emergency_name", "emergency_phone", "declarer_kind"),
    keeps_while_live=("dwelling", "arrive_date"),
    repeats={"person.ethnic": {}, "person.phone": {"phone_owner": OF_FAMILY}},
    gives_way=GivesWay("转为变更历史", "replaced_by"),
)
