"""What the migrant service centre prints: the registration form, the receipt, the ledger."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.ledger import LedgerColumn, LedgerSpec
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import (
    Cell,
    Column,
    Grid,
    Look,
    Notes,
    PaperSpec,
    Prose,
    Rows,
    Show,
    Signature,
    Signatures,
)
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.modules.migrants.codes import DWELLING, INFLOW_REASON
from baiyun_desktop.modules.migrants.law import PERMIT_RULES, PRIVACY
from baiyun_desktop.modules.migrants.permit.papers import last_day
from baiyun_desktop.modules.migrants.permit.records import runs
from baiyun_desktop.registry.citizen_id import age_on

MINOR_BELOW = 14
"""Years; below, personal data is sensitive as a whole (PIPL art. 28)."""

FAMILY = "*with_reg"
PERMITS = "person<residence_permit.person"


def facts(loaded: Loaded) -> dict[str, Any]:
    """Plain values for the form, the receipt and the ledger alike."""
    return {
        **_person(loaded),
        "number": loaded.get("biz_no"),
        "hukou": loaded.get("person.hukou_addr") or loaded.label("person.hukou_code"),
        "address": loaded.get("live_addr") or loaded.get("house.full_text"),
        "grid": loaded.setting.area_name(loaded.get("area")),
        "dwelling": loaded.label("dwelling"),
        "inflow_reason": loaded.label("inflow_reason"),
        "arrived": loaded.get("arrive_date"),
        "until": loaded.get("plan_until"),
        "came_from": loaded.get("from_addr") or loaded.label("from_code"),
        "landlord": loaded.get("landlord_name") or loaded.get("house.owner_name"),
        "landlord_phone": loaded.get("landlord_phone") or loaded.get("house.owner_phone"),
        "landlord_rel": loaded.label("landlord_rel"),
        "work_unit": loaded.get("person.work_unit"),
        "job": loaded.get("job"),
        "school": loaded.label("child_school_need"),
        "emergency": loaded.get("emergency_name"),
        "emergency_phone": loaded.get("emergency_phone"),
        "declarer_kind": loaded.label("declarer_kind"),
        "declarer": loaded.get("declarer_name"),
        "registered": loaded.get("reg_date"),
        **_permit(loaded),
        "remark": loaded.get("remark"),
        "family": [_companion(other) for other in loaded.others.get(FAMILY, ())],
        "companions": _companions(loaded),
    }


def _person(loaded: Loaded) -> dict[str, Any]:
    born = as_day(loaded.get("person.birth_date"))
    return {
        "name": loaded.get("person.name"),
        "sex": loaded.label("person.sex"),
        "ethnic": loaded.label("person.ethnic"),
        "id_type": loaded.label("person.id_type"),
        "id_no": loaded.get("person.id_no"),
        "birth": loaded.get("person.birth_date"),
        "phone_no": loaded.get("person.phone"),
        "edu": loaded.label("person.edu"),
        "minor": born is not None and age_on(born, loaded.setting.today) < MINOR_BELOW,
    }


def _permit(loaded: Loaded) -> dict[str, Any]:
    """Number and due day of the permit that runs; else what was typed or taken over from an old ledger."""
    held = [permit for permit in loaded.others.get(PERMITS, ()) if permit.get("permit_no") and runs(permit.values)]
    last = max(held, key=lambda permit: str(permit.get("issue_date") or ""), default=None)
    if last is not None:
        return {"permit_no": last.get("permit_no"), "permit_due": last_day(last.values)}
    return {"permit_no": loaded.get("permit_no"), "permit_due": loaded.get("permit_due")}


def _companion(other: Loaded) -> dict[str, Any]:
    return {**_person(other), "kin": other.label("kin")}


def _companions(loaded: Loaded) -> str:
    """What the ledger says of whom someone lives with: the names of the family, else what was written down."""
    names = [str(o.get("person.name")) for o in loaded.others.get(FAMILY, ()) if o.get("person.name")]
    return "、".join(names) or str(loaded.get("companions") or "")


_NEEDS = ("person", "house", FAMILY)

FORM = PaperSpec(
    name="residence_form",
    title="居住登记表",
    version=2,
    masked=False,
    needs=_NEEDS,
    facts=facts,
    blocks=(
        Grid(
            "证件信息",
            (
                (Cell("姓名", "name"), Cell("性别", "sex"), Cell("民族", "ethnic")),
                (Cell("证件类型", "id_type"), Cell("证件号码", "id_no", span=2)),
                (Cell("出生日期", "birth", Show.DATE), Cell("联系电话", "phone_no"), Cell("文化程度", "edu")),
                (Cell("户籍地址", "hukou", span=3),),
            ),
        ),
        Grid(
            "现住房屋",
            (
                (Cell("现住址", "address", span=2), Cell("所属网格", "grid")),
                (Cell("住所类型", "dwelling", Show.CHOICE, span=3, options=tuple(c.label for c in DWELLING.offered())),),
                (Cell("房主", "landlord"), Cell("房主电话", "landlord_phone"), Cell("与房主关系", "landlord_rel")),
            ),
        ),
        Grid(
            "居住情况",
            (
                (
                    Cell(
                        "居住事由", "inflow_reason", Show.CHOICE, span=3,
                        options=tuple(c.label for c in INFLOW_REASON.offered()),
                    ),
                ),
                (
                    Cell("来本地日期", "arrived", Show.DATE),
                    Cell("拟居住至", "until", Show.DATE),
                    Cell("从何地来", "came_from"),
                ),
                (Cell("服务处所", "work_unit"), Cell("工种", "job"), Cell("子女需就学", "school")),
            ),
        ),
        Rows(
            "同住人",
            "family",
            (
                Column("姓名", "name", 2.0),
                Column("关系", "kin", 1.0),
                Column("性别", "sex", 0.6),
                Column("证件号码", "id_no", 2.4),
                Column("联系电话", "phone_no", 1.6),
            ),
            at_least=2,
        ),
        Grid(
            "申报",
            (
                (Cell("紧急联系人", "emergency"), Cell("联系电话", "emergency_phone", span=2)),
                (Cell("申报义务人", "declarer_kind"), Cell("申报人", "declarer"), Cell("登记日期", "registered", Show.DATE)),
            ),
        ),
        Prose("申报人承诺", "以上内容由本人如实申报。地址、电话变动或者离开本地时，及时告知社区。"),
        Signatures(
            (
                Signature("申报人（签名）"),
                Signature("登记人（签名）", key="officer"),
                Signature("登记单位（印章）", seal=True),
            )
        ),
        Notes(tuple(f"{a.citation}：{a.plain}" for a in (PERMIT_RULES[2], PERMIT_RULES[17], PRIVACY[46]))),
    ),
)  # fmt: skip
"""居住登记表, for the office's files: nothing masked."""

RECEIPT = PaperSpec(
    name="residence_receipt",
    title="居住登记回执",
    version=2,
    look=Look.SLIP,
    needs=("person", "house"),
    facts=facts,
    blocks=(
        Grid(
            "",
            (
                (Cell("姓名", "name"),),
                (Cell("证件号码", "id_no", mask=Mask.ID),),
                (Cell("联系电话", "phone_no", mask=Mask.PHONE),),
                (Cell("现住址", "address"),),
                (Cell("来本地日期", "arrived", Show.DATE),),
                (Cell("登记日期", "registered", Show.DATE),),
            ),
            columns=1,
        ),
        Prose(
            "请您留意",
            "居住登记已经办好，请保管好这张回执。住满半年并有稳定工作、稳定住处或者正在上学的，可以申领居住证。"
            "搬家、换电话或者离开本地时，请告诉社区一声。",
        ),
        Signatures((Signature("登记单位（印章）", seal=True), Signature("经办人", key="officer"))),
        Notes(tuple(f"{a.citation}：{a.plain}" for a in (PERMIT_RULES[2], PERMIT_RULES[12], PERMIT_RULES[17]))),
    ),
)
"""登记回执, for the resident's hand: numbers masked."""

LEDGER = LedgerSpec(
    name="migrant_ledger",
    title="流动人口台账",
    kind="residence_reg",
    needs=(*_NEEDS, PERMITS),
    facts=facts,
    columns=(
        LedgerColumn("姓名", "name", 12, mask=Mask.NAME),
        LedgerColumn("性别", "sex", 6),
        LedgerColumn("民族", "ethnic", 10),
        LedgerColumn("证件号", "id_no", 22, digits=True, mask=Mask.ID),
        LedgerColumn("出生", "birth", 12, Show.DATE),
        LedgerColumn("户籍地", "hukou", 26, wrap=True, mask=Mask.ADDRESS),
        LedgerColumn("现住址", "address", 28, wrap=True, mask=Mask.ADDRESS),
        LedgerColumn("居住事由", "inflow_reason", 12),
        LedgerColumn("住所类型", "dwelling", 14),
        LedgerColumn("服务处所", "work_unit", 20, wrap=True),
        LedgerColumn("来本地日期", "arrived", 12, Show.DATE),
        LedgerColumn("登记日期", "registered", 12, Show.DATE),
        LedgerColumn("居住证号", "permit_no", 18, digits=True, mask=Mask.ID),
        LedgerColumn("签注到期", "permit_due", 12, Show.DATE),
        LedgerColumn("联系电话", "phone_no", 14, digits=True, mask=Mask.PHONE),
        LedgerColumn("同住人", "companions", 20, wrap=True, mask=Mask.NAME),
        LedgerColumn("房主", "landlord", 12, mask=Mask.NAME),
        LedgerColumn("房主电话", "landlord_phone", 14, digits=True, mask=Mask.PHONE),
        LedgerColumn("网格", "grid", 18),
        LedgerColumn("备注", "remark", 20, wrap=True),
    ),
)
