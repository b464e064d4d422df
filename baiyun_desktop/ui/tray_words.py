"""What a returned or held act says to a clerk: what it was, why, what can be done, and all of it as text to copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from baiyun_desktop.kernel.before import FOUND
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.door import NUMBER_FIELD
from baiyun_desktop.replica.returned import Did, TrayItem, Typed, Wanted
from baiyun_desktop.ui.days import instant_text, today
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.labels import field_label, fields_label, kind_title
from baiyun_desktop.ui.shown import info_of, shown
from baiyun_desktop.ui.titles import full_title
from baiyun_desktop.ui.words import language, say

NAMED_MAX = 2


def tray_title(desk: DeskContext, item: TrayItem) -> str:
    """What was to be done, and with whose record."""
    if item.away:
        return say("tray.away_title", n=item.number)
    names = list(dict.fromkeys(change_title(desk, change) for change in item.changes))
    named = "、".join(names[:NAMED_MAX])
    if len(names) > NAMED_MAX:
        named = say("tray.and_more", names=named, n=len(names))
    return f"{item.verb} · {named}"


def change_title(desk: DeskContext, change: Typed) -> str:
    """The record that a change is about, by its title, also where it was never taken."""
    kind, record = subject_of(change)
    title = kind_title(desk.program, kind)
    if kind not in desk.program.kinds:
        return title
    held = desk.replica.read.get(kind, record)
    if held is not None:
        own = full_title(desk.program, desk.replica, held)
    elif change.did is Did.CREATE and change.kind == kind:
        own = desk.program.title(kind, change.fields, today(), language=language())
    else:
        return say("field.unseen_kind", kind=title)
    return own if own == title else f"{title} {own}"


def subject_of(change: Typed) -> tuple[str, str]:
    """(kind, id) of the record that an officer would open: a step's or a decision's is the one it is about."""
    if change.kind == MOVEMENT or (change.did is Did.DECIDE and change.fields.get("subject")):
        return str(change.fields.get("subject_kind") or change.kind), str(change.fields.get("subject") or change.id)
    return change.kind, change.id


def change_lines(desk: DeskContext, change: Typed) -> list[tuple[str, str]]:
    """(label, words) of what was typed; numbers of papers and phones masked, as wherever nobody asked to see them."""
    if change.did is Did.VOID:
        return [(say("tray.did"), say("contest.void"))]
    if change.kind == MOVEMENT:
        said = [(say("tray.step"), str(change.fields.get("verb") or ""))]
        said += [
            (field_label(desk.program, MOVEMENT, n), str(change.fields.get(n) or "")) for n in ("stated_date", "reason")
        ]
        return [(label, words) for label, words in said if words]
    if change.did is Did.DECIDE:
        return [(say("tray.decided"), decided_words(desk, change.fields))]
    held = desk.replica.read.get(change.kind, change.id) if change.kind in desk.program.kinds else None
    return [
        (field_label(desk.program, change.kind, name), _typed(desk, change, name, value, held))
        for name, value in _in_order(desk, change)
        if change.did is not Did.CREATE or value is not None
    ]


def _typed(desk: DeskContext, change: Typed, name: str, value: Any, held: Snapshot | None) -> str:
    """One value, with what the record says today where that is something else."""
    words = shown(desk, change.kind, name, value) or say("contest.empty")
    if held is None or isinstance(value, Mapping) or held.get(name) == value:
        return words
    return say(
        "tray.is_now",
        words=words,
        now=shown(desk, change.kind, name, held.get(name)) or say("contest.empty"),
    )


def _in_order(desk: DeskContext, change: Typed) -> list[tuple[str, Any]]:
    known = list(desk.program.kinds[change.kind].by_name) if change.kind in desk.program.kinds else []
    return sorted(change.fields.items(), key=lambda f: known.index(f[0]) if f[0] in known else len(known))


def decided_words(desk: DeskContext, fields: Mapping[str, Any]) -> str:
    """What a decision said."""
    answer, value, kind = (
        str(fields.get("answer") or ""),
        fields.get("value") or {},
        str(fields.get("subject_kind") or ""),
    )
    if answer:
        return say(f"tray.answer_{answer}")
    if "voided" in value:
        return say("contest.void" if value["voided"] else "contest.keep")
    return "，".join(f"{fields_label(desk.program, kind, [n])} {shown(desk, kind, n, v)}" for n, v in value.items())


def what_now(item: TrayItem) -> str:
    """What can be done, in one or two sentences."""
    return say("tray.now_away") if item.away else say(f"tray.now_{item.outcome}")


def wanted_words(desk: DeskContext, wanted: Wanted) -> str:
    """One thing that a held act waits for."""
    title = kind_title(desk.program, wanted.kind)
    held = desk.replica.read.get(wanted.kind, wanted.id) if wanted.kind in desk.program.kinds else None
    if held is not None:
        own = full_title(desk.program, desk.replica, held)
        title = own if own == title else f"{title} {own}"
    if wanted.contest:
        contest = desk.replica.read.contest(wanted.contest)
        names = (
            fields_label(desk.program, wanted.kind, contest.fields) if contest is not None and not contest.whole else ""
        )
        return say("tray.waits_contest", what=f"{title} {names}".strip())
    return say("tray.waits_sent" if held is not None else "tray.waits_unknown", what=title)


def _filled_by_steps(desk: DeskContext, item: TrayItem, change: Typed) -> set[str]:
    """The fields of a record that the act's own steps wrote by themselves."""
    procedure = desk.program.procedure(change.kind)
    moves = [m.fields for m in item.changes if m.kind == MOVEMENT and m.fields.get("subject") == change.id]
    said = {str(line).partition(" ")[0] for move in moves for line in move.get(FOUND) or ()}
    verbs = {move.get("verb") for move in moves if move.get(FOUND) is None}  # of a version that did not say
    if procedure is None or not verbs:
        return said
    steps = [step for step in procedure.steps if step.verb in verbs]
    return said | {NUMBER_FIELD, *(name for step in steps for name in (*step.sets, *step.renews))}


def as_text(desk: DeskContext, item: TrayItem) -> str:
    """The whole card as plain text; what is masked on the screen is masked in a copy."""
    lines = [
        tray_title(desk, item),
        f"{say(f'tray.{item.outcome}')} · {instant_text(item.at)} · {item.officer}".rstrip(" ·"),
        item.reason or say("tray.no_reason"),
    ]
    for block in blocks(item):
        lines += ["", change_title(desk, block[0])]
        lines += [f"{label}：{words}" for change in block for label, words in change_lines(desk, change)]
    return "\n".join(lines)


def blocks(item: TrayItem) -> list[list[Typed]]:
    """The changes of an act by the record they are about, in the act's order."""
    found: dict[tuple[str, str], list[Typed]] = {}
    for change in item.changes:
        found.setdefault(subject_of(change), []).append(change)
    return list(found.values())


def retyped(desk: DeskContext, item: TrayItem, change: Typed) -> dict[str, Any] | None:
    """What a form takes over of a change, laid over the record as it stands today; None where no form can.

    The number and the dates that a step filled in go with the step, which was not taken.
    """
    if change.kind not in desk.program.kinds or change.kind == MOVEMENT or change.did in (Did.VOID, Did.DECIDE):
        return None
    held = desk.replica.read.get(change.kind, change.id)
    if held is None and change.did is not Did.CREATE:
        return None
    values: dict[str, Any] = {}
    filled = _filled_by_steps(desk, item, change)
    groups = {info.group for name in filled if (info := info_of(desk, change.kind, name)) is not None} - {None}
    for name, value in change.fields.items():
        info = info_of(desk, change.kind, name)
        if info is None or info.derived or name in filled:
            continue
        now = held.get(name) if held is not None else None
        if info.group in groups and value == now:
            continue  # nobody typed it: it came along with what the step filled in of its group
        if isinstance(value, Mapping):
            value = sorted((set(now or ()) | set(value.get("+", ()))) - set(value.get("-", ()))) or None
        elif info.policy.value == "add" and change.did is Did.EDIT:
            value = (now or 0) + value
        values[name] = value
    return values
