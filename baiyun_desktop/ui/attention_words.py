"""What waits for a person, in words: one line each, and where pressing it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.attention import ContestView, DoubtView
from baiyun_desktop.replica.returned import TrayItem
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.labels import fields_label, kind_title
from baiyun_desktop.ui.titles import full_title, lead_of, own_title, subtitle
from baiyun_desktop.ui.tray_words import tray_title
from baiyun_desktop.ui.words import language, say


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """`place` and `item` lead to a page that shows it among others; without them `kind` and `record` are opened."""

    title: str
    more: str = ""
    place: str = ""
    item: str = ""
    kind: str = ""
    record: str = ""
    tip: str = ""
    lamp: str = ""
    """How near its end is: a mark and a word, where it has one."""
    tone: str = ""


def line_for(desk: DeskContext, item: Any) -> AttentionLine:
    """One thing that waits, as a line."""
    program = desk.program
    match item:
        case ContestView():
            parts = [contest_label(program, item)]
            if len(item.sides) > 2:
                parts.append(say("contest.sides", n=len(item.sides)))
            if item.reopened is not None or any(side.decided for side in item.sides):
                parts.append(say("contest.again"))
            return AttentionLine(contest_title(desk, item), " · ".join(parts), "contests", item.id)
        case DoubtView():
            return AttentionLine(doubt_title(desk, item), doubt_question(item), "contests", item.id)
        case TrayItem():
            why = item.reason or say("tray.no_reason")
            more = why if item.outcome != "held" else f"{say('tray.held')} · {why}"
            return AttentionLine(tray_title(desk, item), more, "tray", str(item.number))
        case Snapshot():
            return AttentionLine(own_title(program, item), subtitle(program, item), kind=item.kind, record=item.id)
    raise TypeError(f"nothing is known of {item!r}")


def contest_title(desk: DeskContext, contest: ContestView, shown: Shown = Shown.LIST) -> str:
    """Whose record it is; said whole on the card of that contest alone."""
    if contest.subject is None or contest.kind not in desk.program.kinds:
        return kind_title(desk.program, contest.kind)
    return full_title(desk.program, desk.replica, contest.subject, shown)


def contest_label(program: Program, contest: ContestView) -> str:
    """What is contested: the fields in which the sides differ, as the form orders them."""
    return say("contest.whole") if contest.whole else fields_label(program, contest.kind, differing(program, contest))


def contested_fields(program: Program, contest: ContestView) -> list[str]:
    """The fields of a contest in the form's order; those that only a newer version knows come last."""
    known = list(program.kinds[contest.kind].by_name) if contest.kind in program.kinds else []
    return sorted(contest.fields, key=lambda name: (known.index(name) if name in known else len(known), name))


def differing(program: Program, contest: ContestView) -> list[str]:
    """Those in which the sides differ."""
    return [
        name
        for name in contested_fields(program, contest)
        if any(side.value.get(name) != contest.sides[0].value.get(name) for side in contest.sides)
    ]


def doubt_title(desk: DeskContext, doubt: DoubtView, shown: Shown = Shown.LIST) -> str:
    """Whom it is about: those of the members that may be seen."""
    if doubt.kind not in desk.program.kinds:
        return doubt.rule
    if doubt.kind == MOVEMENT:
        return " / ".join(step_title(desk, member, shown) for member in doubt.members.values()) or say(
            f"doubt.{doubt.grade}"
        )
    kind = desk.program.kind(doubt.kind)
    names = dict.fromkeys(
        lead_of(desk.program, desk.replica, kind, member, shown) or own_title(desk.program, member, shown)
        for member in doubt.members.values()
    )
    return " / ".join(names) or kind_title(desk.program, doubt.kind)


def step_title(desk: DeskContext, movement: Snapshot, shown: Shown = Shown.LIST) -> str:
    """A step by its verb and the record that it moved."""
    kind, record = str(movement.get("subject_kind") or ""), str(movement.get("subject") or "")
    held = desk.replica.read.get(kind, record) if kind in desk.program.kinds else None
    whose = kind_title(desk.program, kind)
    if held is not None:
        whose = full_title(desk.program, desk.replica, held, shown)
    return f"{movement.get('verb') or ''} · {whose}"


def doubt_question(doubt: DoubtView) -> str:
    """What is asked; two things that exclude each other are called by the rule that says so."""
    return doubt.rule if doubt.grade == "both" and language() == "zh" else say(f"doubt.{doubt.grade}")
