"""The centre's ledgers (台账): a line a column, each naming its field; masks, days and digits follow from the field."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.ledger import LedgerColumn, LedgerSpec
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import Show
from baiyun_desktop.modules.migrants.documents import LEDGER as MIGRANTS
from baiyun_desktop.modules.migrants.permit.papers import last_day
from baiyun_desktop.modules.migrants.permit.records import runs
from baiyun_desktop.modules.migrants.printing import home, is_child
from baiyun_desktop.modules.migrants.rental.papers import NEEDS as OF_A_HOUSE
from baiyun_desktop.modules.migrants.rental.papers import owner, tenants


def _column(label: str, key: str, width: float = 12, mask: Mask | None = None) -> LedgerColumn:
    return LedgerColumn(label, key, width, mask=mask, wrap=width >= 20)


_AREA = _column("网格", "area", 18)
_STATE = _column("状态", "state", 10)


def _who(at: str = "person") -> tuple[LedgerColumn, ...]:
    """Name, sex and number of whom the line is about."""
    return _column("姓名", f"{at}.name"), _column("性别", f"{at}.sex", 6), _column("证件号", f"{at}.id_no", 22)


def _of_person(loaded: Loaded) -> dict[str, Any]:
    return {"minor": is_child(loaded), "home": home(loaded)}


def _of_permit(loaded: Loaded) -> dict[str, Any]:
    return {**_of_person(loaded), "last_day": last_day(loaded.values) if runs(loaded.values) else None}


def _of_leaver(loaded: Loaded) -> dict[str, Any]:
    lived = loaded.get("live_addr") or loaded.get("house.full_text")
    return {"minor": is_child(loaded), "lived": lived}


def _of_child(loaded: Loaded) -> dict[str, Any]:
    lives = loaded.get("reg.live_addr") or loaded.get("reg.house.full_text") or loaded.get("guardian.live_addr")
    return {"minor": is_child(loaded, "child"), "home": lives}


def _of_house(loaded: Loaded) -> dict[str, Any]:
    return {**owner(loaded), "lives_here": len(tenants(loaded))}


def _of_claim(loaded: Loaded) -> dict[str, Any]:
    return {"minor": is_child(loaded)}


RENTAL = LedgerSpec(
    name="rental_ledger", title="出租房屋台账", kind="rental_house", needs=OF_A_HOUSE, facts=_of_house,
    columns=(
        _column("房屋地址", "house.full_text", 28, Mask.ADDRESS), _AREA, _column("房屋类型", "house.house_type", 10),
        _column("房主", "owner", 12, Mask.NAME), LedgerColumn("房主证件号", "owner_id", 22, digits=True, mask=Mask.ID),
        LedgerColumn("房主电话", "owner_phone", 14, digits=True, mask=Mask.PHONE),
        _column("代管人", "landlord.agent_name"), _column("代管人电话", "landlord.agent_phone", 14),
        _column("出租用途", "rental_use", 10), _column("出租方式", "rental_mode", 10), _column("间数", "rooms", 6),
        _column("面积（㎡）", "floor_area", 9), _column("可住人数", "people_max", 9), _column("登记入住", "lives_here", 9),
        _column("租期起", "lease_from"), _column("租期止", "lease_to"), _column("安全隐患", "hazards", 14),
        _column("责任告知签收", "duty_signed_on", 13), _column("登记日期", "registered_on"),
        _column("最近走访", "last_visit_on"), _column("停租日期", "ended_on"), _STATE,
    ),
)  # fmt: skip

PERMITS = LedgerSpec(
    name="permit_ledger", title="居住证办理台账", kind="residence_permit", needs=("reg.house",), facts=_of_permit,
    columns=(
        _column("申领编号", "biz_no", 28), *_who(), _column("联系电话", "person.phone", 14),
        _column("现住址", "home", 28, Mask.ADDRESS), _column("居住起算日", "reside_since"),
        _column("申领依据", "basis", 20), _column("申请方式", "apply_by", 10), _column("代办人", "agent_name"),
        _column("一次性告知", "told_on"), _column("受理日期", "accept_date"), _column("报公安日期", "forwarded_on"),
        _column("居住证号", "permit_no", 18, Mask.ID), _column("签发机关", "issuer", 20),
        _column("签发日期", "issue_date"), _column("领取日期", "receive_date"), _column("最近签注", "endorsed_on"),
        LedgerColumn("签注到期", "last_day", 12, Show.DATE), _STATE, _column("不予理由", "reject_reason", 18),
        _column("注销日期", "cancel_date"), _column("注销原因", "cancel_reason", 14), _AREA, _column("备注", "remark", 20),
    ),
)  # fmt: skip

TICKETS = LedgerSpec(
    name="ticket_ledger", title="窗口服务台账", kind="service_ticket", facts=_of_person,
    columns=(
        _column("件号", "biz_no", 28), _column("办事人", "person.name"), _column("证件号", "person.id_no", 22),
        _column("联系电话", "person.phone", 14), _column("服务类别", "item.family", 10),
        _column("服务事项", "item.name", 20), _column("受理渠道", "channel", 9), _column("来意", "wish", 30),
        _column("受理日期", "accepted_on"), _column("一次性告知", "told_on"), _column("承诺办结", "promised_on"),
        _column("转往部门", "forwarded_org", 18), _column("部门电话", "forwarded_phone", 14),
        _column("转办日期", "forwarded_on"), _column("办结日期", "done_on"), _column("办理结果", "result", 20),
        _column("送达日期", "delivered_on"), _column("满意度", "satisfaction", 10), _column("意见建议", "comment", 24),
        _STATE, _AREA,
    ),
)  # fmt: skip

CHILDREN = LedgerSpec(
    name="school_ledger", title="随迁子女台账", kind="school_need", needs=("child", "reg.house"), facts=_of_child,
    columns=(
        _column("学生", "child.name"), _column("性别", "child.sex", 6), _column("民族", "child.ethnic", 10),
        _column("出生", "child.birth_date"), _column("证件号", "child.id_no", 22),
        _column("户籍地", "child.hukou_addr", 26), _column("现住址", "home", 28, Mask.ADDRESS),
        _column("监护人", "guardian.name"), _column("监护人证件号", "guardian.id_no", 22),
        _column("监护人电话", "guardian_phone", 14), _column("监护人居住证号", "permit_no", 18, Mask.ID),
        _column("原就读学校", "current_school", 20), _column("拟入年级", "target_grade", 14),
        _column("意向学校", "wanted_school", 20), _column("拟入学日期", "enter_from"), _column("申请日期", "applied_on"),
        _column("报教育部门", "forwarded_on"), _column("安排结果", "result", 20), _column("安排学校", "placed_school", 20),
        _column("入学日期", "entered_on"), _STATE, _AREA,
    ),
)  # fmt: skip

LEAVERS = LedgerSpec(
    name="leaver_ledger", title="离开注销台账", kind="residence_reg", needs=("person", "house"), facts=_of_leaver,
    columns=(
        _column("登记编号", "biz_no", 28), *_who(), _column("户籍地", "person.hukou_addr", 26),
        _column("原住址", "lived", 28, Mask.ADDRESS), _column("居住事由", "inflow_reason"),
        _column("来本地日期", "arrive_date"), _column("登记日期", "reg_date"), _column("离开日期", "leave_date"),
        _column("注销原因", "leave_reason", 14), _column("去向", "leave_to", 20), _column("居住证号", "permit_no", 18, Mask.ID),
        _column("联系电话", "person.phone", 14), _AREA, _column("备注", "remark", 20),
    ),
)  # fmt: skip

LEGAL = LedgerSpec(
    name="legal_ledger", title="法援转介台账", kind="legal_aid_app", facts=_of_claim,
    columns=(
        _column("转办编号", "biz_no", 28), *_who(), _column("联系电话", "person.phone", 14),
        _column("援助事项", "matter", 24), _column("援助方式", "form", 20), _column("用人单位", "employer.name", 24),
        _column("对方当事人", "opponent"),
        _column("涉及金额（元）", "amount", 12), _column("经济困难核查", "income_basis", 24),
        _column("先行援助", "urgent", 9), _column("使用语言", "language", 10), _column("收到申请", "received_on"),
        _column("要求补充", "told_on"), _column("补齐日期", "completed_on"), _column("决定日期", "decided_on"),
        _column("不予援助理由", "refusal", 18), _column("承办人员", "assigned_to"), _column("指派日期", "assigned_on"),
        _column("仲裁时效届满", "claim_lapses", 13), _column("援助结果", "ending", 14), _column("结案日期", "closed_on"),
        _STATE, _AREA,
    ),
)  # fmt: skip

LEDGERS = (MIGRANTS, RENTAL, PERMITS, TICKETS, CHILDREN, LEAVERS, LEGAL)
