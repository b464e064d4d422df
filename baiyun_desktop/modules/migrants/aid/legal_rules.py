"""The ifs of legal aid: whose means are not looked at, what is urgent, and who decides on what."""

from __future__ import annotations

from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import Brief, Reason
from baiyun_desktop.modules.migrants.aid import times
from baiyun_desktop.modules.migrants.law import ARBITRATION, LEGAL_AID
from baiyun_desktop.modules.migrants.people import AT_JUSTICE, age

WAGES, INJURY, CRIMINAL = "05", "07", "20"
TO_CHECK, PROMISED, OF_MIGRANTS, UNLIMITED = "0", "1", "4", "5"
ADULT = 18


def exemption(values: Row) -> str | None:
    """The footing that needs no look at anybody's means: wages or an injury of somebody who came for work (42 III)."""
    if values.get("unlimited"):
        return UNLIMITED
    return OF_MIGRANTS if values.get("matter") in (WAGES, INJURY) else None


def footing(brief: Brief) -> Row:
    """Fills the exemption in where nobody chose a footing: it is never asked of those whom the law spares."""
    found = exemption(brief.values)
    return {"income_basis": found} if found is not None and not brief.has("income_basis") else {}


def sent_on(brief: Brief) -> Row:
    """The same, and the institution's desks have it from now on."""
    return {**footing(brief), "sent_to": AT_JUSTICE}


def means_answered(brief: Brief) -> Reason | None:
    """Whose means count says how they are shown."""
    if brief.has("income_basis") or exemption(brief.values) or brief.values.get("matter") == CRIMINAL:
        return None
    return Reason("请选择经济困难核查方式", fields=("income_basis",), cite=LEGAL_AID[41])


def exemption_fits(brief: Brief) -> Reason | None:
    """The migrant workers' exemption is for wages and injuries alone."""
    if brief.values.get("income_basis") != OF_MIGRANTS or brief.values.get("matter") in (WAGES, INJURY):
        return None
    return Reason("该免核查只适用于支付劳动报酬或者工伤赔偿", fields=("income_basis", "matter"), cite=LEGAL_AID[42])


def promise_signed(brief: Brief) -> Reason | None:
    """A declaration stands in for a check only when it is signed."""
    if brief.values.get("income_basis") != PROMISED or brief.values.get("promised"):
        return None
    return Reason("选择诚信承诺的，须由本人签署承诺", fields=("promised",), cite=LEGAL_AID[41])


def ground_named(brief: Brief) -> Reason | None:
    """Aid whatever the means names its ground."""
    if brief.values.get("income_basis") != UNLIMITED or brief.has("unlimited"):
        return None
    return Reason("不受经济条件限制的，请选择具体情形", fields=("unlimited",), cite=LEGAL_AID[32])


def guardian_named(brief: Brief) -> Reason | None:
    """For a minor a guardian applies."""
    years = age(brief.links.get("person", {}), brief.stated_date)
    if years is None or years >= ADULT or brief.has("guardian_name"):
        return None
    return Reason("未成年人由法定代理人代为申请", fields=("guardian_name",))


def papers_named(brief: Brief) -> Reason | None:
    """Whoever is asked for papers hears which."""
    return None if brief.has("missing") else Reason("请写明所缺材料", fields=("missing",), cite=LEGAL_AID[43])


def refused_with_a_ground(brief: Brief) -> Reason | None:
    """Nobody is refused for means that the law does not look at."""
    exempt = brief.values.get("income_basis") not in (None, "", TO_CHECK, PROMISED)
    if brief.values.get("refusal") != "2" or not exempt:
        return None
    return Reason("免核查或不受限的，不能以经济条件为由不予援助", fields=("refusal",), cite=LEGAL_AID[42])


def urgent_alone(brief: Brief) -> Reason | None:
    """Only what cannot wait is helped before it is decided."""
    return (
        None if brief.values.get("urgent") else Reason("先行援助须有紧急情形", fields=("urgent",), cite=LEGAL_AID[44])
    )


def claim_still_runs(brief: Brief) -> Reason | None:
    """Says when a labour claim lapses, and that seven days are few."""
    last, today = brief.due(times.CLAIM.code), brief.stated_date
    if brief.values.get("matter") not in (WAGES, INJURY):
        return None
    if last is None:
        return Reason("请问明是否还在职、何时离职：仲裁时效一年", fields=("employment_ended_on",), cite=ARBITRATION[27])
    if today is not None and (last - today).days < times.URGENT_BELOW_DAYS:
        return Reason(f"仲裁时效到 {last.isoformat()}，请办先行援助", fields=("urgent",), cite=LEGAL_AID[44])
    return Reason(f"仲裁时效到 {last.isoformat()}；申请援助不停止时效", cite=ARBITRATION[27])
