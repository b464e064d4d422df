"""What a walk from door to door says: what waits at a door, what was found there, what changed on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from baiyun_desktop.kernel.mask import Mask, Shown
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.kernel.visit import VisitSpec
from baiyun_desktop.replica.visit_changes import Change
from baiyun_desktop.replica.visit_walk import CONTEST, DOUBT, DUE, Wait
from baiyun_desktop.replica.visits import Bundle, Done
from baiyun_desktop.ui.days import clock_text
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.labels import field_label, kind_title
from baiyun_desktop.ui.listing import cell
from baiyun_desktop.ui.shown import shown
from baiyun_desktop.ui.titles import own_title
from baiyun_desktop.ui.words import say, told

_OPS = {"create": "visit.create", "void": "visit.void", "restore": "visit.restore"}


@dataclass(frozen=True, slots=True)
class Row:
    """One stop as it is shown; `door` stands at the first of each door alone."""

    record: str
    person: str
    door: str
    label: str
    house: str
    name: str
    """As a list says it."""
    whole: str
    """As its own page says it: for the one stop that somebody stands at."""
    more: str
    waits: str
    done: Done
    note: str
    """The words that the note holds, or that are being typed into it."""


def rows_of(desk: DeskContext, held: Bundle, spec: VisitSpec) -> list[Row]:
    """The stops of a bundle, with names as they are now."""
    read, program = desk.replica.read, desk.program
    ref = program.kind(spec.kind).field(spec.person).ref or ""
    people = read.many(ref, [stop.person for _, stop in held.stops if stop.person])
    notes = read.many(spec.note.kind, [done.note for done in held.plan.done.values() if done.note])
    found, at = [], 0
    for number, (door, stop) in enumerate(held.stops):
        first = number == 0 or held.stops[number - 1][0] != door
        at += int(first)
        done, person = held.done(stop.record), people.get(stop.person)
        note = notes.get(done.note)
        typed = done.typed or str(note.get(spec.note.text, "") if note is not None else "")
        numbered = f"{at}. {door.label or say('visit.no_address')}" if first else ""
        found.append(
            Row(
                stop.record, stop.person, numbered, door.label, door.house, name_of(desk, person),
                name_of(desk, person, Shown.DETAIL), _about(desk, person), waits_words(desk, stop.waits), done, typed,
            )
        )  # fmt: skip
    return found


def name_of(desk: DeskContext, person: Snapshot | None, how: Shown = Shown.LIST) -> str:
    """Who it is; said where this desk does not hold the person any more."""
    return own_title(desk.program, person, how) if person is not None else say("visit.not_held")


def _about(desk: DeskContext, person: Snapshot | None) -> str:
    """What helps at a door, masked as in a list."""
    if person is None:
        return ""
    kind = desk.program.kind(person.kind)
    plain = [info for info in kind.listed if info.ref is None and info.mask is not Mask.ADDRESS]
    words = [cell(desk.program, person.kind, info, person.values) for info in plain]
    name = own_title(desk.program, person)
    return " · ".join(word for word in words if word and word != name)


def waits_words(desk: DeskContext, waits: Sequence[Wait]) -> str:
    """Each once, with its day."""
    return "；".join(dict.fromkeys(wait_words(desk, wait) for wait in waits))


def wait_words(desk: DeskContext, wait: Wait) -> str:
    """What waits: a time limit by its name, a question, or what the declaration calls it."""
    what, _, code = wait.what.partition(" ")
    if what == CONTEST:
        return say("visit.contest")
    if what == DOUBT:
        return say("visit.doubt")
    procedure = desk.program.procedure(wait.kind)
    limit = next((d for d in procedure.deadlines if d.code == code), None) if what == DUE and procedure else None
    title = told(limit.label, limit.en) if limit is not None else told(wait.what, wait.en)
    return f"{title} {wait.day}" if wait.day else title


def found_words(spec: VisitSpec, done: Done) -> str:
    """What was found, and the step that it was."""
    outcome = spec.outcome(done.key)
    if outcome is None:
        return say("visit.noted") if done.note or done.typed else ""
    words = told(outcome.title, outcome.en)
    return f"✓ {words} · {done.refused}" if done.refused else f"✓ {words}"


def change_words(desk: DeskContext, change: Change) -> tuple[str, str]:
    """(who and when, what) of one act, masked as in a list."""
    who = " ".join(part for part in (clock_text(change.at, desk.now_ms()), change.officer) if part)
    kind = kind_title(desk.program, change.kind)
    if change.op == "step":
        return who, say("visit.step", kind=kind, verb=change.verb)
    if change.op in _OPS:
        return who, say(_OPS[change.op], kind=kind)
    return who, "；".join(_field_words(desk, change.kind, name, pair) for name, pair in change.fields.items())


def side_words(desk: DeskContext, changes: Sequence[Change]) -> list[tuple[str, str]]:
    """One side, the earliest first; what one person did in one minute stands together."""
    found: list[tuple[str, str]] = []
    for who, what in (change_words(desk, change) for change in changes):
        if found and found[-1][0] == who:
            found[-1] = (who, f"{found[-1][1]}\n{what}")
        else:
            found.append((who, what))
    return found


def _field_words(desk: DeskContext, kind: str, name: str, pair: tuple[object, object]) -> str:
    before, after = (shown(desk, kind, name, value) or say("visit.empty") for value in pair)
    return say("visit.changed", field=field_label(desk.program, kind, name), before=before, after=after)


def carried(spec: VisitSpec, values: Mapping[str, object]) -> dict[str, object]:
    """What a new record at the same door begins with."""
    return {name: values[name] for name in spec.carried if values.get(name)}
