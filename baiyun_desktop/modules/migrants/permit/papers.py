"""What is printed of a residence permit: application, receipt, notice, mandate for an agent, and the reminder to endorse."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.limits import start_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.paper import Cell, Grid, Look, PaperSpec, Prose, Show, Signature, Signatures
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.modules.migrants.codes import PERMIT_APPLY, PERMIT_BASIS, PERMIT_PROOF
from baiyun_desktop.modules.migrants.law import PERMIT_RULES, PRIVACY
from baiyun_desktop.modules.migrants.permit.states import HELD, S
from baiyun_desktop.modules.migrants.permit.times import ENDORSE
from baiyun_desktop.modules.migrants.printing import (
    home,
    labels,
    lines,
    notes,
    notice,
    numbered,
    person_rows,
)

KIND = "residence_permit"
_HELD = {state.name for state in HELD}
PERMIT, STAY = "居住证", "居住登记"


def _applied(loaded: Loaded) -> dict[str, Any]:
    return {**numbered(loaded), "home": home(loaded)}


FORM = paper_of(
    KIND, "permit_form", "居住证申领登记表",
    (
        Grid("申领人", (
            *person_rows(),
            (Cell("户籍地址", "person.hukou_addr", span=3),),
            (Cell("现住址", "home", span=3),),
            (Cell("服务处所", "person.work_unit", span=2), Cell("居住事由", "reg.inflow_reason")),
        )),
        Grid("申领依据和材料", (
            (Cell("居住起算日", "reside_since", Show.DATE), Cell("登记编号", "reg.biz_no", span=2)),
            (Cell("申领依据", "basis", Show.CHOICE, span=3, options=labels(PERMIT_BASIS)),),
            (Cell("已交材料", "proofs", Show.CHOICE, span=3, options=labels(PERMIT_PROOF)),),
            (Cell("申请方式", "apply_by", Show.CHOICE, span=2, options=labels(PERMIT_APPLY)),
             Cell("相片已采集", "photo_held")),
            (Cell("代办人", "agent_name"), Cell("证件号码", "agent_id", span=2, mask=Mask.ID)),
        )),
        Prose("申领人声明", "以上内容和所交材料属实。地址、工作变动或者离开本地时，及时告知。"),
        Signatures((Signature("申领人（签名）"), Signature("代办人或监护人（签名）"))),
        Grid("受理", ((Cell("受理意见", "pen_opinion", span=2), Cell("受理日期", "accept_date", Show.DATE)),), keep=True),
        Signatures((Signature("受理人（签名）", key="officer"), Signature("受理单位（印章）", seal=True))),
        Grid("公安机关", (
            (Cell("公安意见", "pen_police", span=3, lines=2),),
            (Cell("居住证号", "permit_no"), Cell("签发机关", "issuer"), Cell("签发日期", "issue_date", Show.DATE)),
        ), keep=True),
        Signatures((Signature("公安机关（印章）", seal=True), Signature("领取人（签名）"))),
        notes(PERMIT_RULES[2], PERMIT_RULES[9], PRIVACY[46]),
    ),
    more=_applied, needs=("reg.house",), masked=False,
)  # fmt: skip
"""居住证申领登记表, for the police's files."""


def _taken_in(loaded: Loaded) -> dict[str, Any]:
    """The day by which the card should be there, once the police have the application and it is reckoned."""
    at_police = loaded.get("state") in (S.AT_POLICE.name, S.MAKING.name)
    return {**numbered(loaded), "ready": (loaded.get("due_on") if at_police else None) or "公安机关受理后15日内"}


def last_day(permit: Row) -> str | None:
    """The last day to endorse on: as the desk reckoned it, else before any day off moves it."""
    if permit.get("due_on") and permit.get("state") in _HELD:
        return str(permit["due_on"])
    start = start_of(ENDORSE, permit)
    return ENDORSE.turn(start, as_day(permit.get("endorsed_on")))[1].isoformat() if start is not None else None


RECEIPT = paper_of(
    KIND, "permit_receipt", "居住证受理回执",
    (
        Grid("", (
            (Cell("姓名", "person.name"),),
            (Cell("证件号码", "person.id_no", mask=Mask.ID),),
            (Cell("申领依据", "basis"),),
            (Cell("受理日期", "accept_date", Show.DATE),),
            (Cell("预计领证", "ready", Show.DATE),),
            (Cell("收费", "fee"),),
        ), columns=1),
        Prose("请您留意", "接到领证电话后，请带身份证和这张回执来领。请人代领的，要带两个人的身份证。"),
        Signatures((Signature("受理单位（印章）", seal=True), Signature("经办人", key="officer"))),
        notes(PERMIT_RULES[9], PERMIT_RULES[10]),
    ),
    more=_taken_in, look=Look.SLIP,
)  # fmt: skip


def _lacking(loaded: Loaded) -> dict[str, Any]:
    return {
        "matter": "居住证申领",
        "handed": loaded.said("proofs"),
        "lacking": lines(loaded.said("lacking")),
        "limit": "公安机关受理后15日内制发",
        "told": loaded.get("told_on"),
        "minor": numbered(loaded)["minor"],
    }


NOTICE = notice(KIND, "permit_notice", _lacking, (), PERMIT_RULES[9])

REMINDER = paper_of(
    KIND, "permit_reminder", "居住证签注提醒单",
    (
        Grid("", (
            (Cell("姓名", "person.name"),),
            (Cell("居住证号", "permit_no", mask=Mask.ID),),
            (Cell("开始办理", "endorse_from", Show.DATE),),
            (Cell("最后一天", "last_day", Show.DATE),),
            (Cell("到哪里办", "office"),),
        ), columns=1),
        Prose("请您留意", "签注不收费，带上身份证和居住证就行，也可以请人代办。过了最后一天没有签注的，居住证先停用；"
              "补签后恢复，但居住年限从补签那天重新算。已经离开本地的，请打电话告诉我们。"),
        Signatures((Signature("提醒单位（印章）", seal=True), Signature("经办人", key="officer"))),
        notes(PERMIT_RULES[10]),
    ),
    more=lambda loaded: {**numbered(loaded), "last_day": last_day(loaded.values)}, look=Look.SLIP,
)  # fmt: skip
"""签注提醒单, printed in one go for all whose year ends."""


def _mandate(kind: str, name: str, agent: tuple[str, str], what: str) -> PaperSpec:
    """代办委托书: both with their IDs (居住证暂行条例 9)."""
    return paper_of(
        kind, name, "代办委托书",
        (
            Grid("委托人", (
                (Cell("姓名", "person.name", span=2), Cell("性别", "person.sex")),
                (Cell("证件号码", "person.id_no", span=2, mask=Mask.ID), Cell("联系电话", "person.phone")),
                (Cell("现住址", "home", span=3),),
            )),
            Grid("受委托人", (
                (Cell("姓名", agent[0], span=2), Cell("性别", "pen_agent_sex")),
                (Cell("证件号码", agent[1], span=2, mask=Mask.ID), Cell("联系电话", "pen_agent_phone")),
                (Cell("与委托人关系", "pen_agent_kin", span=3),),
            )),
            Grid("委托内容", (
                (Cell("委托事项", "what", Show.CHOICE, span=3, options=_ERRANDS[what]),),
                (Cell("委托原因", "pen_why", span=3, lines=2),),
                (Cell("委托期限", "pen_until", span=3),),
            )),
            Prose("委托人声明", "我自愿委托上面这位代我办理所列事项，代办人在委托范围内签字、交材料、领证件，"
                  "我都承认。两人的身份证原件已经出示，复印件附后。"),
            Signatures((Signature("委托人（签名并按指印）"), Signature("受委托人（签名）"))),
            Grid("窗口核对", ((Cell("双方身份证", "seen", Show.CHOICE, options=("已核对原件",)),
                           Cell("核对人", "pen_checked_by")),), columns=2),
            notes(PERMIT_RULES[9], PRIVACY[6]),
        ),
        more=lambda loaded: {
            **numbered(loaded),
            "home": home(loaded) if kind == KIND else loaded.get("live_addr") or loaded.get("house.full_text"),
            "what": [_ERRANDS[what][0]],
            "seen": ["已核对原件"] if loaded.get("both_ids_seen") else [],
        },
        needs=("reg.house",) if kind == KIND else ("house",), masked=False,
    )  # fmt: skip


_ERRANDS = {
    PERMIT: ("申领居住证", "居住证签注", "换领、补领居住证", "领取居住证"),
    STAY: ("居住登记", "变更登记", "注销登记"),
}
MANDATE = _mandate(KIND, "permit_mandate", ("agent_name", "agent_id"), PERMIT)
STAY_MANDATE = _mandate("residence_reg", "residence_mandate", ("declarer_name", "declarer_id"), STAY)

PAPERS = (FORM, RECEIPT, NOTICE, REMINDER, MANDATE, STAY_MANDATE)
