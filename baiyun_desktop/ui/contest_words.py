"""What a contest says to a clerk: why it is asked, who said what, why it is open again, what it was settled with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from baiyun_desktop.kernel.mask import GUARDED
from baiyun_desktop.replica.attention import ContestView, Settled, Side
from baiyun_desktop.ui.attention_words import contest_label, contested_fields
from baiyun_desktop.ui.days import clock_text, instant_text
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.labels import desk_name, field_label, fields_label
from baiyun_desktop.ui.listing import is_minor
from baiyun_desktop.ui.shown import info_of, shown
from baiyun_desktop.ui.words import say

WORDS_MAX = 40


def office_of(desk: DeskContext, side: Side) -> str:
    """The post a side was typed at."""
    return desk_name(side.desk, desk.identity.replica, desk.identity.post, side.post)


def author_of(desk: DeskContext, side: Side) -> str:
    """Post and officer."""
    office = plain_office(desk, side)
    return say("contest.by", office=office, officer=side.officer) if side.officer else office


def plain_office(desk: DeskContext, side: Side) -> str:
    """The post alone, for sentences and buttons."""
    own = side.desk.partition("#")[0] == desk.identity.replica
    return desk.identity.post if own and desk.identity.post else office_of(desk, side)


def why_asked(desk: DeskContext, contest: ContestView) -> str:
    """One plain sentence."""
    if contest.whole:
        kept = next((side for side in contest.sides if not side.value.get("voided")), None)
        void = next((side for side in contest.sides if side.value.get("voided")), None)
        if kept is not None and void is not None:
            return say("contest.why_void", void=author_of(desk, void), kept=author_of(desk, kept))
    authors = list(dict.fromkeys(author_of(desk, side) for side in contest.sides))
    label = contest_label(desk.program, contest)
    if len(authors) < 2:
        return say("contest.why_one", what=label, who=authors[0] if authors else "", n=len(contest.sides))
    return say("contest.why", what=label, who="、".join(authors), n=len(contest.sides))


def why_again(desk: DeskContext, contest: ContestView) -> str:
    """Why something that was decided is asked once more; empty where it is asked for the first time."""
    deciders = list(dict.fromkeys(author_of(desk, side) for side in contest.sides if side.decided))
    was = contest.reopened
    if was is None and len(deciders) > 1:
        return say("contest.again_apart", who="、".join(deciders))
    if was is None:
        return say("contest.again_by", who=deciders[0]) if deciders else ""
    value = value_words(desk, contest, was.chosen)
    who = was.officer or say("contest.here")
    if was.at is not None:
        who = say("contest.who_when", who=who, when=clock_text(was.at, desk.now_ms()))
    if deciders:
        return say("contest.again_twice", who=who, value=value, other="、".join(deciders))
    return say("contest.again_moved", who=who, value=value)


def settled_words(desk: DeskContext, contest: ContestView | None) -> str:
    """What became of a contest that somebody else settled while it was looked at."""
    if contest is None or contest.settled is None:
        return say("contest.left_here")
    return say(
        "contest.settled", who=signed(desk, contest.settled), value=value_words(desk, contest, contest.settled.chosen)
    )


def signed(desk: DeskContext, settled: Settled) -> str:
    """Who settled something, and when."""
    if not settled.officer:
        return say("contest.here")
    if settled.at is None:
        return settled.officer
    return say("contest.who_when", who=settled.officer, when=clock_text(settled.at, desk.now_ms()))


def value_words(desk: DeskContext, contest: ContestView, value: Mapping[str, Any]) -> str:
    """A chosen value in one line: the fields that were contested and are filled in."""
    if contest.whole:
        return say("contest.void" if value.get("voided") else "contest.keep")
    said = [
        (name, shown(desk, contest.kind, name, value.get(name))) for name in contested_fields(desk.program, contest)
    ]
    filled = [(name, words) for name, words in said if words]
    if len(value) <= 1:
        return short(filled[0][1]) if filled else say("contest.empty")
    return "，".join(f"{field_label(desk.program, contest.kind, name)} {short(words)}" for name, words in filled)


def side_words(
    desk: DeskContext, contest: ContestView, side: Side, *, revealed: bool = False
) -> list[tuple[str, str, str]]:
    """(field, label, words) of each line of a side, masked unless `revealed`; what is empty on all sides is left out."""
    if contest.whole:
        voided = bool(side.value.get("voided"))
        lines = [("voided", say("contest.record"), say("contest.void" if voided else "contest.keep"))]
        names = [name for name in side.changed if name != "voided"]
        if names and not voided:
            what = "，".join(_change(desk, contest, side, name, revealed) for name in names)
            lines.append(("changed", say("contest.changed"), what))
        return lines
    names = [
        n
        for n in contested_fields(desk.program, contest)
        if any(s.value.get(n) not in (None, "", []) for s in contest.sides)
    ]
    return [
        (
            name,
            field_label(desk.program, contest.kind, name),
            shown(desk, contest.kind, name, side.value.get(name), revealed=revealed, minor=is_child(contest)),
        )
        for name in names
    ]


def covered_fields(desk: DeskContext, contest: ContestView) -> list[str]:
    """What a card of this contest hides until somebody asks to see it."""
    names = {name for side in contest.sides for name in (side.changed if contest.whole else side.value)}
    found = [(name, info_of(desk, contest.kind, name)) for name in sorted(names)]
    return [name for name, info in found if info is not None and info.mask in GUARDED]


def is_child(contest: ContestView) -> bool:
    """Whether the person that it is about is under 14."""
    return contest.subject is not None and is_minor(contest.subject.values)


def _change(desk: DeskContext, contest: ContestView, side: Side, name: str, revealed: bool) -> str:
    label = fields_label(desk.program, contest.kind, [name])
    return f"{label} → {shown(desk, contest.kind, name, side.changed[name], revealed=revealed) or say('contest.empty')}"


def choice_words(contest: ContestView, side: Side) -> str:
    """What the button of a side says."""
    if not contest.whole:
        return say("contest.use")
    return say("contest.use_void" if side.value.get("voided") else "contest.use_keep")


def when_text(side: Side) -> str:
    """When a side was typed."""
    return instant_text(side.at) if side.at else "–"


def short(words: str) -> str:
    """Cut where it would fill the line."""
    return words if len(words) <= WORDS_MAX else words[: WORDS_MAX - 1] + "…"
