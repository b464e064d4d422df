"""What a doubt says to a clerk: why it is asked, what each answer will do, and what became of it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.attention import DoubtView
from baiyun_desktop.replica.deciding import ABOUT_ONE, ABOUT_TWO
from baiyun_desktop.ui.contest_words import signed
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.labels import fields_label, kind_title
from baiyun_desktop.ui.shown import shown
from baiyun_desktop.ui.titles import area_name
from baiyun_desktop.ui.words import say


def why_doubted(desk: DeskContext, doubt: DoubtView) -> str:
    """One plain sentence."""
    kind = kind_title(desk.program, doubt.kind)
    if agreed(doubt):
        return say("doubt.why_agree")
    if doubt.question:
        return _why_questioned(desk, doubt)
    if doubt.grade == "facts":
        return say("doubt.why_facts", facts=fields_label(desk.program, doubt.kind, doubt.facts))
    if doubt.grade == "both":
        return say("doubt.why_both", kind=kind, n=len(doubt.ids), rule=doubt.rule)
    return say("doubt.why_ask", kind=kind, n=len(doubt.ids))


def _why_questioned(desk: DeskContext, doubt: DoubtView) -> str:
    why = doubt.summary[0] if doubt.summary else {}
    if doubt.grade == "date":
        label = fields_label(desk.program, doubt.kind, doubt.facts)
        since = say("doubt.since", day=why["from"]) if why.get("from") else ""
        return say("doubt.why_date", field=label, value=why.get("value") or "", since=since, to=why.get("to") or "")
    if doubt.grade == "step":
        return say("doubt.why_step", verb=why.get("verb") or "", reason=why.get("reason") or "")
    return say("doubt.why_paper", verb=why.get("verb") or "")


def agreed(doubt: DoubtView) -> bool:
    """Whether the facts of one person have come to be the same, which the district has yet to see."""
    held = [doubt.members.get(member) for member in doubt.ids]
    if doubt.grade != "facts" or not all(held):
        return False
    return all(len({str(m.get(name)) for m in held if m is not None}) == 1 for name in doubt.facts)


def facts_effect(desk: DeskContext, doubt: DoubtView, right: Snapshot, names: Sequence[str]) -> str:
    """What happens when one member's facts hold."""
    said = [
        say("doubt.becomes", field=fields_label(desk.program, doubt.kind, [name]),
            value=shown(desk, doubt.kind, name, right.get(name)) or say("contest.empty"))
        for name in names
    ]  # fmt: skip
    return say("doubt.facts_effect", what="，".join(said))


def member_place(desk: DeskContext, doubt: DoubtView, member: Snapshot | None, record: str) -> str:
    """Where a member is kept."""
    area = desk.program.kind(doubt.kind).area or ""
    if member is not None:
        return area_name(desk.replica, member.get(area)) if area and member.get(area) else ""
    told = next((s for s in doubt.summary if s.get("id") == record), {})
    return area_name(desk.replica, str(told.get(area) or "")) if area else ""


def answered_words(desk: DeskContext, seen: DoubtView, now: DoubtView | None) -> str:
    """What became of a doubt that was looked at and is not open any more."""
    if now is None or now.settled is None:
        return say("contest.left_here")
    answer = str(now.settled.chosen.get("answer") or "")
    if answer not in (*ABOUT_TWO, *ABOUT_ONE):
        return say("doubt.gone")
    words = say("doubt.keep_both" if answer == "different" and seen.grade == "both" else f"doubt.{answer}")
    return say("doubt.answered", who=signed(desk, now.settled), answer=words)
