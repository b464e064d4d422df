"""Takes a whole import back: what it made is declared void unless somebody has worked on it since, and that is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from baiyun_desktop.intake.compose import ADDRESS, HOUSE, PERSON, REGISTRATION
from baiyun_desktop.intake.known import all_of
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.numbers import CHINA
from baiyun_desktop.replica.replica import Replica

REASON = "撤销导入"
ORDER = (REGISTRATION, PERSON, HOUSE, ADDRESS)
"""What leads to others goes first, so that a home whose registrations are gone can follow."""
RECORDS_AT_ONCE = 200
"""Records between two pieces of news of how far it is; they are one act."""

Made = Mapping[str, Sequence[str]]
"""Kind to the ids of the records that the batch made."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record of the import that stays, and what was made of it since."""

    kind: str
    id: str
    title: str
    why: str


@dataclass(slots=True)
class UndoReport:
    """What an undo did; `kept` is what somebody has worked on since."""

    batch: str
    voided: int = 0
    kept: list[Kept] = field(default_factory=list)


def undo(replica: Replica, batch: str, *, officer: str = "", progress: Progress | None = None) -> UndoReport:
    """Undoes an import by its batch. Nothing is deleted: void records stay, with their history, out of lists and search.

    Doing it again does nothing more. Raises DiskTrouble where the disk does not take it; doing it again goes on.
    """
    report, made = UndoReport(batch), replica.read.made_by(batch)
    users = _users(replica, made)
    going = {record for ids in made.values() for record in ids}
    records = list(_in_order(replica, made))
    void: list[tuple[str, str]] = []
    for snap in records:
        stayer = next((user for user in users.get(snap.id, ()) if user.id not in going), None)
        why = _use(replica, stayer) if stayer is not None else _edit(replica, snap, batch)
        if why:
            going.discard(snap.id)
            title = replica.layout.program.title(snap.kind, snap.values, day_of(replica))
            report.kept.append(Kept(snap.kind, snap.id, title, why))
        else:
            void.append((snap.kind, snap.id))
    for start in range(0, len(void), RECORDS_AT_ONCE):
        replica.door.void_all(void[start : start + RECORDS_AT_ONCE], REASON, officer=officer)
        report.voided = min(start + RECORDS_AT_ONCE, len(void))
        if progress is not None:
            progress(report.voided, len(void))
    return report


def _in_order(replica: Replica, made: Made) -> Iterator[Snapshot]:
    """The batch's records that are not void yet; movements go with what they move."""
    for kind in (*ORDER, *sorted(made.keys() - {*ORDER, MOVEMENT})):
        yield from (snap for snap in replica.read.many(kind, made.get(kind, ())).values() if not snap.voided)


def _edit(replica: Replica, snap: Snapshot, batch: str) -> str:
    """Who changed the record since and how, in words; what the import itself changed is no edit."""
    for entry in replica.read.history(snap.kind, snap.id):
        if entry.batch != batch and entry.op in ("fields", "restore"):
            return f"{entry.officer or '区平台'}已修改（{entry.verb}）"
    return ""


def _users(replica: Replica, made: Made) -> dict[str, list[Snapshot]]:
    """The records that stand and refer to one of the batch's, steps taken on it among them, by its id."""
    found: dict[str, list[Snapshot]] = {}
    ways = [
        (info.name, ref.name, ref.ref) for info in replica.layout.program.kinds.values() for ref in info.refs if ref.ref
    ]
    for kind, name, target in [*ways, *((MOVEMENT, "subject", target) for target in made if target != MOVEMENT)]:
        for snap in all_of(replica.read, kind, name, made.get(target, ())):
            found.setdefault(str(snap.get(name)), []).append(snap)
    return found


def day_of(replica: Replica) -> date:
    """The day it is at this desk: who is a child, and so whose number is hidden whole, depends on it."""
    return datetime.fromtimestamp(replica.clock.now_ms() / 1000, CHINA).date()


def _use(replica: Replica, user: Snapshot) -> str:
    if user.kind == MOVEMENT:
        return f"已办理“{user.verb}”"
    info = replica.layout.program.kind(user.kind)
    return f"{info.title}“{replica.layout.program.title(user.kind, user.values, day_of(replica))}”用到它"
