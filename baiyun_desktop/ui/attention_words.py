"""What waits for a person, in words: one line each, and where pressing it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.attention import ContestView, DoubtView, TrayItem
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.titles import lead_of
from baiyun_desktop.ui.words import language, say, told

WHOLE_RECORD = "*void"
"""The group of a contest about whether the record stands at all."""


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """`place` and `item` lead to a page that shows it among others; without them `kind` and `record` are opened."""

    title: str
    more: str = ""
    place: str = ""
    item: str = ""
    kind: str = ""
    record: str = ""


def line_for(desk: DeskContext, item: Any) -> AttentionLine:
    """One thing that waits, as a line."""
    program = desk.program
    match item:
        case ContestView():
            return AttentionLine(
                contest_title(program, item), fields_label(program, item.kind, item.fields), "contests", item.id
            )
        case DoubtView():
            return AttentionLine(doubt_title(desk, item), doubt_question(item), "contests", item.id)
        case TrayItem():
            return AttentionLine(tray_title(program, item), item.reason, "tray", str(item.number))
        case Snapshot():
            kind = program.kind(item.kind)
            return AttentionLine(
                kind.title_of(item.values), kind.subtitle_of(item.values), kind=item.kind, record=item.id
            )
    raise TypeError(f"nothing is known of {item!r}")


def contest_title(program: Program, contest: ContestView) -> str:
    """Whose record it is."""
    if contest.subject is None:
        return kind_title(program, contest.kind)
    return program.kind(contest.kind).title_of(contest.subject.values)


def doubt_title(desk: DeskContext, doubt: DoubtView) -> str:
    """Whom it is about: those of the members that may be seen."""
    kind = desk.program.kind(doubt.kind)
    names = dict.fromkeys(
        lead_of(desk.program, desk.replica, kind, member) or kind.title_of(member.values)
        for member in doubt.members.values()
    )
    return " / ".join(names) or kind_title(desk.program, doubt.kind)


def doubt_question(doubt: DoubtView) -> str:
    """What is asked."""
    return say(f"doubt.{doubt.grade}")


def tray_title(program: Program, item: TrayItem) -> str:
    """What was to be done, and when."""
    kinds = dict.fromkeys(kind_title(program, kind) for kind, _, _ in item.changes)
    return f"{item.verb} · {'、'.join(kinds)} · {instant_text(item.at)}"


def kind_title(program: Program, name: str) -> str:
    """A kind in the language in use; a name that only a newer version knows is shown as itself."""
    kind = program.kinds.get(name)
    return name if kind is None else told(kind.title, kind.en)


def fields_label(program: Program, kind: str, names: Sequence[str]) -> str:
    """Field labels in one line."""
    if not names or names == (WHOLE_RECORD,):
        return say("contest.whole")
    return "、".join(field_label(program, kind, name) for name in names)


def field_label(program: Program, kind: str, name: str) -> str:
    """One field's label; its name where only a newer version knows it."""
    info = program.kinds[kind].by_name.get(name) if kind in program.kinds else None
    return info.label_in(language()) if info is not None else name


def desk_name(desk: str, own: str, post: str, other: str = "") -> str:
    """Where something was typed: a desk by its post, one whose post is not known by the end of its number."""
    if desk == own:
        return f"{post} ({say('contest.here')})" if post else say("contest.here")
    return other or (say("contest.desk", end=desk[-4:]) if len(desk) == 32 else desk)
