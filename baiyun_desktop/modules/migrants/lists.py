"""The lists and the family sheet that the window offers for residence registration."""

from __future__ import annotations

from baiyun_desktop.kernel.listing import Condition, ListSpec, SheetSpec, Test

_COLUMNS = ("person.name", "person.sex", "person.id_no", "person.phone", "live_addr", "inflow_reason", "reg_date")

ACTIVE = ListSpec(
    name="residence_active",
    title="居住登记",
    en="Registrations",
    kind="residence_reg",
    columns=(*_COLUMNS, "next_check"),
    where=(Condition("state", Test.IS, "ACTIVE"),),
    sort=("-reg_date",),
    ledger="migrant_ledger",
)
DRAFTS = ListSpec(
    name="residence_drafts",
    title="登记草稿",
    en="Drafts",
    kind="residence_reg",
    columns=_COLUMNS,
    where=(Condition("state", Test.IS, "DRAFT"),),
)
ENDED = ListSpec(
    name="residence_ended",
    title="离开注销",
    en="Ended",
    kind="residence_reg",
    columns=(*_COLUMNS, "leave_date", "leave_reason", "leave_to"),
    where=(Condition("state", Test.IS, "ENDED"),),
    sort=("-leave_date",),
)
LISTS = (ACTIVE, DRAFTS, ENDED)

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
)
