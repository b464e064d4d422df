"""Takes a whole import back: what it made is declared void unless somebody has worked on it since, and that is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from baiyun_desktop.intake.compose import ADDRESS, HOUSE, PERSON, REGISTRATION
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.replica import Replica

REASON = "撤销导入"
ORDER = (REGISTRATION, PERSON, HOUSE, ADDRESS)
"""What leads to others goes first, so that a home whose registrations are gone can follow."""

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
    made = _made_by(replica, batch)
    own = {record for ids in made.values() for record in ids}
    report, total, done = UndoReport(batch), sum(len(ids) for ids in made.values()), 0
    staying: set[str] = set()
    for kind in (*ORDER, *sorted(made.keys() - {*ORDER, MOVEMENT})):
        held = replica.read.many(kind, made.get(kind, ()))
        for snap in held.values():
            done += 1
            if snap.voided:
                continue
            why = _worked_on(replica, snap, batch, own - staying)
            if why:
                staying.add(snap.id)
                title = replica.layout.program.kind(kind).title_of(snap.values)
                report.kept.append(Kept(kind, snap.id, title, why))
            else:
                replica.door.void(kind, snap.id, REASON, officer=officer)
                report.voided += 1
            if progress is not None and done % 20 == 0:
                progress(done, total)
    return report


def _made_by(replica: Replica, batch: str) -> dict[str, list[str]]:
    """Kind to the ids of the records that the batch made."""
    made: dict[str, list[str]] = {}
    with replica.store.reading() as conn:
        rows = conn.exec_driver_sql(
            "SELECT kind, record FROM history WHERE batch = ? AND op = 'create' ORDER BY id", (batch,)
        )
        for kind, record in rows:
            made.setdefault(kind, []).append(record)
    return made


def _worked_on(replica: Replica, snap: Snapshot, batch: str, own: Iterable[str]) -> str:
    """What was done with the record since the import, in words; "" where nobody has touched it."""
    for entry in replica.read.history(snap.kind, snap.id):
        if entry.batch != batch and entry.op in ("fields", "restore"):
            return f"{entry.officer or '区平台'}已修改（{entry.verb}）"
    for movement in replica.read.movements(snap.id):
        if movement.id not in own and not movement.voided:
            return f"已办理“{movement.verb}”"
    return _leads_here(replica, snap, set(own))


def _leads_here(replica: Replica, snap: Snapshot, own: set[str]) -> str:
    """A record that stays and refers to this one."""
    program = replica.layout.program
    for info in program.kinds.values():
        for name in (ref.name for ref in info.refs if ref.ref == snap.kind):
            for other in replica.read.by_ref(info.name, name, snap.id):
                if other.id not in own:
                    return f"{info.title}“{info.title_of(other.values)}”用到它"
    return ""
