"""The ifs of the counter: what is missing is said once, and nobody is sent away without a name and a number."""

from __future__ import annotations

from collections.abc import Sequence

from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import Brief, Reason, as_day

PASSED_ON, NOT_OURS = "4", "4"
"""Of the results, and of the reasons for a return."""
DONE_HERE = "1"


def item_in_force(brief: Brief) -> Reason | None:
    """An item that has ended is not taken in any more."""
    ends = as_day(brief.links.get("item", {}).get("valid_to"))
    if ends is None or brief.stated_date is None or brief.stated_date < ends:
        return None
    return Reason(f"该事项自 {ends.isoformat()} 起停办，请改选事项", fields=("item",))


def something_is_missing(brief: Brief) -> Reason | None:
    """The notice names what is missing."""
    if brief.has("missing"):
        return None
    return Reason("请写明所缺材料，一次告知清楚", fields=("missing",))


def not_told_before(brief: Brief) -> Reason | None:
    """What is missing is said once and completely: nobody comes a third time."""
    if not brief.has("told_on"):
        return None
    return Reason(f"已于 {brief.values['told_on']} 一次性告知，不能再次退补；仍有缺漏的由窗口协助取得")


def all_handed_in(brief: Brief) -> Reason | None:
    """Everything that was asked for is here."""
    handed = set(brief.values.get("handed_in") or [])
    open_still = [m for m in brief.values.get("missing") or [] if m not in handed]
    return Reason(f"还缺：{'、'.join(open_still)}", fields=("handed_in",)) if open_still else None


def done_at_this_counter(brief: Brief) -> Reason | None:
    """Only what the catalogue lets the counter do is done on the spot."""
    item = brief.links.get("item")
    if item is None or DONE_HERE in (item.get("modes") or [DONE_HERE]):
        return None
    return Reason(f"该事项由{item.get('dept') or '主管部门'}办理，请转部门或帮办", fields=("item",))


def first_asked_places_it(brief: Brief) -> Reason | None:
    """首问负责: who was asked first says by name and number who will do it; "not ours" alone closes nothing."""
    placed = brief.values.get("result") == PASSED_ON or brief.values.get("return_reason") == NOT_OURS
    lacking = tuple(name for name in ("forwarded_org", "forwarded_phone") if not brief.has(name))
    if not placed or not lacking:
        return None
    return Reason("首问负责：不属本窗口的，须写明转往部门和电话", fields=lacking)


def done_after_acceptance(brief: Brief) -> Reason | None:
    """Nothing is done before it was taken in."""
    accepted = brief.day("accepted_on")
    if accepted is None or brief.stated_date is None or brief.stated_date >= accepted:
        return None
    return Reason("办结日期早于受理日期")


def what_it_takes(brief: Brief) -> Reason | None:
    """Says which papers the item takes, and which of them need not be shown because the district holds them."""
    materials = brief.children.get("item.service_material") or ()
    if not materials:
        return None
    handed = set(brief.values.get("handed_in") or [])
    words = [_words(m) for m in in_order(materials) if m.get("name") not in handed]
    return Reason(f"所需材料：{'、'.join(words)}", fields=("handed_in",)) if words else None


def in_order(materials: Sequence[Row]) -> list[Row]:
    """The papers as the catalogue lists them."""
    return sorted(materials, key=lambda m: (float(str(m.get("place") or 0)), str(m.get("id"))))


def _words(material: Row) -> str:
    form = material.get("form")
    said = f"{material.get('name')}（{form}）" if form else str(material.get("name"))
    return f"{said}［本所已有的免交］" if material.get("shared") else said
