"""What a mandate declares of going from door to door: whom a walk leads to, what waits there, and what one key says of it.

Two users: the migrant centre's check of who lives where (走访核实), and mediation's return to the parties of an agreement
(回访), which takes other kinds, other outcomes and the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from baiyun_desktop.kernel.listing import Condition
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import RecordInfo


@dataclass(frozen=True, slots=True)
class Pending:
    """Records that wait for somebody who is visited. Open questions and time limits of the visited record need none."""

    kind: str
    title: str
    en: str
    via: str = ""
    """The field of `kind` that leads to what the visited record's `own` leads to; empty: the visited record itself."""
    own: str = ""
    where: tuple[Condition, ...] = ()
    due: bool = False
    """Only those with a time limit that is near or over on the day of the visit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is found at a door, said with one key."""

    key: str
    title: str
    en: str
    finds: tuple[tuple[str, object], ...] = ()
    """What the note of the visit gets."""
    step: str = ""
    """The step of the visited record that the finding is."""
    onward: str = ""
    """A step that may follow from it, which asks for more than is known at a door: offered back in the office."""
    new: bool = False
    """Somebody is there of whom nothing is known: an empty form of the same kind opens, at this door."""


@dataclass(frozen=True, slots=True)
class NoteSpec:
    """The record in which a visit is written down."""

    kind: str
    ref: str
    """Its field that leads to the visited record."""
    text: str
    by: str = ""
    """The field that says who went; empty where there is none."""
    step: str = ""
    """The step by which a note is done; empty where it has none."""
    gives: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class VisitSpec:
    """One sort of walk; the records visited live in the area that is chosen."""

    name: str
    title: str
    en: str
    kind: str
    person: str
    """The reference that says who is visited."""
    address: str
    """The text of the door."""
    note: NoteSpec
    outcomes: tuple[Outcome, ...]
    house: str = ""
    """The reference to the house, where there is one: it tells doors apart where the text does not."""
    where: tuple[Condition, ...] = ()
    pending: tuple[Pending, ...] = ()
    carried: tuple[str, ...] = ()
    """What a new record at the same door begins with."""

    def outcome(self, key: str) -> Outcome | None:
        """What that key says; None where it says nothing."""
        return next((outcome for outcome in self.outcomes if outcome.key == key), None)


def check(spec: VisitSpec, kinds: Mapping[str, RecordInfo], procedures: Mapping[str, Procedure]) -> None:
    """Raises TypeError where a name that the declaration gives leads nowhere."""
    found = [name for name, _ in (*spec.note.gives, *(pair for o in spec.outcomes for pair in o.finds))]
    _fields(spec, kinds, spec.kind, (spec.person, spec.house, spec.address, *spec.carried))
    _fields(spec, kinds, spec.note.kind, (spec.note.ref, spec.note.text, spec.note.by, *found))
    for pending in spec.pending:
        _fields(spec, kinds, pending.kind, (pending.via,))
        _fields(spec, kinds, spec.kind, (pending.own,))
    verbs = [(spec.kind, verb) for o in spec.outcomes for verb in (o.step, o.onward) if verb]
    for kind, verb in [*verbs, *([(spec.note.kind, spec.note.step)] if spec.note.step else [])]:
        procedure = procedures.get(kind)
        if procedure is None or all(step.verb != verb for step in procedure.steps):
            raise TypeError(f"{spec.name}: {kind} has no step {verb!r}")


def _fields(spec: VisitSpec, kinds: Mapping[str, RecordInfo], kind: str, names: Sequence[str]) -> None:
    """Empty names are those that the declaration leaves out."""
    lost = [name for name in names if name and (kind not in kinds or name not in kinds[kind].by_name)]
    if lost or kind not in kinds:
        raise TypeError(f"{spec.name}: {kind} has no {lost}")
