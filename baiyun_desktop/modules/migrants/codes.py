"""The code lists and number series of the migrant service centre, by the matter that they belong to."""

from __future__ import annotations

from baiyun_desktop.kernel.codes import CodeList, read_csv
from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.supervision import SERIES


def _list(name: str, title: str) -> CodeList:
    return read_csv(name, title, resource("codes", f"{name.lower()}.csv"))


INFLOW_REASON = _list("INFLOW_REASON", "居住事由")
DWELLING = _list("DWELLING", "住所类型")
PERMIT_BASIS = _list("PERMIT_BASIS", "申领依据")
PERMIT_PROOF = _list("PERMIT_PROOF", "证明材料")
PERMIT_APPLY = _list("PERMIT_APPLY", "申请方式")
SATISFACTION = _list("SATISFACTION", "满意度")
JOB_KIND = _list("JOB_KIND", "工种")
SCHOOL_GRADE = _list("SCHOOL_GRADE", "年级")
LEGAL_FORM = _list("LEGAL_FORM", "援助方式")
LEGAL_SIDE = _list("LEGAL_SIDE", "法律地位")
INCOME_BASIS = _list("INCOME_BASIS", "经济困难核查")
UNLIMITED_GROUND = _list("UNLIMITED_GROUND", "不受经济条件限制的情形")
REGISTRATION = (
    INFLOW_REASON,
    DWELLING,
    _list("DECLARER", "申报义务人"),
    _list("LANDLORD_REL", "与房主关系"),
    _list("LEAVE_REASON", "注销原因"),
    _list("REG_KIND", "登记业务"),
)
PERMIT = (
    PERMIT_BASIS,
    PERMIT_PROOF,
    PERMIT_APPLY,
    _list("PERMIT_REJECT", "不予受理理由"),
    _list("PERMIT_CANCEL", "居住证注销原因"),
    _list("PERMIT_FEE", "收费标志"),
    _list("PERMIT_SENT_TO", "转办单位"),
    _list("REISSUE_REASON", "换补领原因"),
    _list("ENDORSE_KIND", "签注类别"),
)
TICKET = (
    _list("SERVICE_FAMILY", "服务类别"),
    _list("SERVICE_MODE", "办理方式"),
    _list("TICKET_CHANNEL", "受理渠道"),
    _list("TICKET_RESULT", "办理结果"),
    _list("TICKET_RETURN", "退件原因"),
    SATISFACTION,
    _list("INSURANCE_KIND", "社保业务"),
    _list("HEALTH_KIND", "医疗卫生业务"),
)
WORK_AND_SCHOOL = (
    JOB_KIND,
    SCHOOL_GRADE,
    _list("SCHOOL_RESULT", "就学安排结果"),
)
AID = (
    _list("LEGAL_MATTER", "法律援助事项"),
    _list("LEGAL_SENT_TO", "转办单位"),
    LEGAL_FORM,
    LEGAL_SIDE,
    INCOME_BASIS,
    UNLIMITED_GROUND,
    _list("LEGAL_REFUSAL", "不予援助理由"),
    _list("LEGAL_END", "援助结果"),
    _list("RELIEF_KIND", "救助类别"),
    _list("RELIEF_REASON", "困难原因"),
)
RENTAL = (
    _list("INSPECT_KIND", "走访类别"),
    _list("INSPECT_RESULT", "走访结果"),
)
LISTS = (*REGISTRATION, *PERMIT, *TICKET, *WORK_AND_SCHOOL, *AID, *RENTAL)

RESIDENCE_NUMBER = NumberPattern(name="residence", title="居住登记编号", word="居登")
NUMBERS = (
    RESIDENCE_NUMBER,
    NumberPattern(name="permit", title="居住证申领编号", word="居证", block=200),
    NumberPattern(name="ticket", title="服务件编号", word="窗服"),
    NumberPattern(name="legal_aid", title="法律援助转办编号", word="援转", block=100),
    NumberPattern(name="telling", title="一次性告知编号", word="告", block=200),
    NumberPattern(name=SERIES, title="督办编号", word="督", block=50),
    NumberPattern(name="relief", title="救助转办编号", word="救转", block=100),
)
