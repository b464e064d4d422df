"""A second mandate, thin: one mediation case with a time limit, a paper and a ledger, all by declaration."""

from __future__ import annotations

from baiyun_desktop.kernel.codes import Code, CodeList
from baiyun_desktop.kernel.ledger import LedgerColumn, LedgerSpec
from baiyun_desktop.kernel.listing import Condition, ListGroup, ListSpec, Test
from baiyun_desktop.kernel.module import Module
from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.kernel.onward import ITSELF, Onward
from tests.mediation.case import LAW, MEDIATING, RULES, MediationCase
from tests.mediation.papers import REGISTER_FORM

STUDIO = ListGroup("调解", "Mediation")
TYPES = CodeList(
    "MED_TYPE",
    "纠纷类型",
    (Code("02", "邻里", "Neighbours"), Code("10", "拖欠农民工工资", "Wages"), Code("17", "物业", "Estate")),
)

REGISTER = LedgerSpec(
    name="mediation_ledger", title="调解案件登记簿", kind="med_case",
    columns=(
        LedgerColumn("案号", "biz_no", 26), LedgerColumn("受理日期", "accept_date"), LedgerColumn("申请人", "applicant.name"),
        LedgerColumn("申请人电话", "applicant.phone", 14), LedgerColumn("被申请人", "respondent.name"),
        LedgerColumn("类型", "dtype"), LedgerColumn("简要情况", "facts", 30), LedgerColumn("协议日期", "agreed_on"),
        LedgerColumn("状态", "state", 10),
    ),
)  # fmt: skip

MODULE = Module(
    name="mediation",
    title="公平创新调解工作室",
    en="Mediation studio",
    records=(MediationCase,),
    procedures=(MEDIATING,),
    papers=(REGISTER_FORM,),
    ledgers=(REGISTER,),
    codes=(TYPES,),
    numbers=(NumberPattern(name="mediation", title="调解案号", word="人调"),),
    laws=(LAW, RULES),
    lists=(
        ListSpec(
            name="med_cases", title="调解案件", en="Cases", kind="med_case", group=STUDIO,
            columns=("applicant.name", "respondent.name", "dtype", "state", "due_on", "biz_no"),
            where=(Condition("state", Test.IS_NOT, "AGREED"),), sort=("due_on",),
        ),
        ListSpec(
            name="med_register", title="案件登记簿", en="Register", kind="med_case", group=STUDIO,
            columns=("biz_no", "accept_date", "applicant.name", "respondent.name", "agreed_on", "state"),
            where=(Condition("accept_date", Test.GIVEN),), sort=("-accept_date",), ledger="mediation_ledger",
        ),
    ),
    onward=(Onward("person", "med_case", "申请调解", "Ask for mediation", {"applicant": ITSELF, "area": "area"}),),
)  # fmt: skip
