"""Takes a whole import back: what it made is declared void unless somebody has worked on it since, and that is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from baiyun_desktop.intake.compose import ADDRESS, HOUSE, PERSON, REGISTRATION
from baiyun_desktop.intake.known import all_of
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.replica import Replica

REASON = "撤销导入"
ORDER = (REGISTRATION, PERSON, HOUSE, ADDRESS)
"""What leads to others goes first, so that a home whose registrations are gone can follow."""
RECORDS_AT_ONCE = 20

Made = dict[str, list[str]]
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
    report, made = UndoReport(batch), _made_by(replica, batch)
    edited, users = _edited(replica, batch), _users(replica, made)
    going = {record for ids in made.values() for record in ids}
    total = sum(len(ids) for kind, ids in made.items() if kind != MOVEMENT)
    for done, snap in enumerate(_in_order(replica, made), 1):
        stayer = next((user for user in users.get(snap.id, ()) if user.id not in going), None)
        why = edited.get(snap.id) or (_use(replica, stayer) if stayer is not None else "")
        if why:
            going.discard(snap.id)
            title = replica.layout.program.kind(snap.kind).title_of(snap.values)
            report.kept.append(Kept(snap.kind, snap.id, title, why))
        else:
            replica.door.void(snap.kind, snap.id, REASON, officer=officer)
            report.voided += 1
        if progress is not None and (done % RECORDS_AT_ONCE == 0 or done == total):
            progress(done, total)
    return report


def _made_by(replica: Replica, batch: str) -> Made:
    made: Made = {}
    with replica.store.reading() as conn:
        rows = conn.exec_driver_sql(
            "SELECT kind, record FROM history WHERE batch = ? AND op = 'create' ORDER BY id", (batch,)
        )
        for kind, record in rows:
            made.setdefault(kind, []).append(record)
    return made


def _in_order(replica: Replica, made: Made) -> Iterator[Snapshot]:
    """The batch's records that are not void yet; movements go with what they move."""
    for kind in (*ORDER, *sorted(made.keys() - {*ORDER, MOVEMENT})):
        yield from (snap for snap in replica.read.many(kind, made.get(kind, ())).values() if not snap.voided)


def _edited(replica: Replica, batch: str) -> dict[str, str]:
    """The batch's records that somebody changed since, with who and how; what the import itself changed is no edit."""
    sql = (
        "SELECT later.record, later.officer, later.verb FROM history AS own JOIN history AS later"
        " ON later.record = own.record AND later.kind = own.kind AND later.batch <> own.batch"
        " WHERE own.batch = ? AND own.op = 'create' AND own.kind <> ? AND later.op IN ('fields', 'restore')"
    )
    with replica.store.reading() as conn:
        rows = conn.exec_driver_sql(sql, (batch, MOVEMENT))
        return {record: f"{officer or '区平台'}已修改（{verb}）" for record, officer, verb in rows}


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


def _use(replica: Replica, user: Snapshot) -> str:
    if user.kind == MOVEMENT:
        return f"已办理“{user.verb}”"
    info = replica.layout.program.kind(user.kind)
    return f"{info.title}“{info.title_of(user.values)}”用到它"
