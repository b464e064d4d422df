"""到期提醒: whom somebody should ring up or visit before a day has passed, a list a matter, computed when it is looked at."""

from __future__ import annotations

from baiyun_desktop.kernel.listing import Condition, ListGroup, ListSpec, Test
from baiyun_desktop.modules.migrants.registration.rules import FROM_ABOVE, IMPORTED

REMINDERS = ListGroup("到期提醒", "Reminders")
REMIND_DAYS, SOON_DAYS = 30, 3
"""How long before its day a matter comes on its list, and when it is pressing [ours: settings, not the law's]."""
SCHOOL_SEASON, INSURANCE_SEASON = (5, 6, 7, 8), (9, 10, 11, 12)
"""Months in which schools take children in, and in which health insurance of the next year is paid [ours]."""
_JOINING = "1"
"""Of code list HEALTH_KIND."""


def _state(name: str) -> Condition:
    return Condition("state", Test.IS, name)


def _not(*names: str) -> tuple[Condition, ...]:
    return tuple(Condition("state", Test.IS_NOT, name) for name in names)


def near(name: str, days: int = REMIND_DAYS) -> Condition:
    """That the day comes within the month, or has passed and nothing was done."""
    return Condition(name, Test.WITHIN, days)


_STANDS = _not("DRAFT", "REPLACED", "ENDED")
TO_VISIT = (
    _state("ACTIVE"),
    Condition("checked_on", Test.EMPTY),
    *(Condition("source", Test.IS_NOT, code) for code in (IMPORTED, FROM_ABOVE)),
)
"""Nobody has been at the door yet. What was taken over from an older ledger was visited by whoever kept that."""
HELD = _not("PRECHECK", "READY", "TOLD", "ACCEPTED", "REJECTED", "AT_POLICE", "MAKING", "TO_FETCH", "SUSPENDED",
            "CANCELLED")  # fmt: skip
LEASE, CONTRACT, STAY = ((*_STANDS, near(name)) for name in ("lease_to", "contract_to", "plan_until"))
LETTING = (_state("LET"), near("lease_to"))
UNPLACED = _not("FORWARDED", "PLACED", "ENTERED")
INSURED = (Condition("business", Test.IS, _JOINING),)

_WHO = ("person.name", "person.phone", "live_addr")
_LANDLORD = ("landlord_name", "landlord_phone")

LISTS = (
    ListSpec(
        name="residence_new", title="新登记待走访", en="To visit first", kind="residence_reg", group=REMINDERS,
        columns=(*_WHO, *_LANDLORD, "reg_date"), where=TO_VISIT, sort=("reg_date",), ledger="migrant_ledger",
    ),
    ListSpec(
        name="remind_endorse", title="签注到期提醒", en="To endorse", kind="residence_permit", group=REMINDERS,
        columns=("person.name", "person.phone", "due_on", "state", "permit_no"), where=(*HELD, near("due_on")),
        sort=("due_on",), ledger="permit_ledger",
    ),
    ListSpec(
        name="remind_lease", title="租赁合同到期", en="Leases that end", kind="residence_reg", group=REMINDERS,
        columns=(*_WHO, "lease_to", *_LANDLORD), where=LEASE, sort=("lease_to",), ledger="migrant_ledger",
    ),
    ListSpec(
        name="remind_contract", title="劳动合同到期", en="Contracts that end", kind="residence_reg", group=REMINDERS,
        columns=(*_WHO, "contract_to", "employer.name", "job"), where=CONTRACT, sort=("contract_to",),
        ledger="migrant_ledger",
    ),
    ListSpec(
        name="remind_stay", title="拟居住到期", en="Stays that end", kind="residence_reg", group=REMINDERS,
        columns=(*_WHO, "plan_until", *_LANDLORD), where=STAY, sort=("plan_until",), ledger="migrant_ledger",
    ),
    ListSpec(
        name="remind_letting", title="出租租期到期", en="Lettings that end", kind="rental_house", group=REMINDERS,
        columns=("house.full_text", "lease_to", "rental_use", "people_max", "last_visit_on"), where=LETTING,
        sort=("lease_to",), ledger="rental_ledger",
    ),
    ListSpec(
        name="remind_school", title="入学报名提醒", en="School season", kind="school_need", group=REMINDERS,
        columns=("child.name", "child.birth_date", "guardian.name", "guardian_phone", "target_grade", "state"),
        where=UNPLACED, sort=("enter_from",), ledger="school_ledger",
    ),
    ListSpec(
        name="remind_insurance", title="医保缴费提醒", en="Insurance season", kind="health_service", group=REMINDERS,
        columns=("person.name", "person.phone", "asked_on", "outcome"), where=INSURED, sort=("asked_on",),
    ),
)  # fmt: skip
