"""Takes a list out of the program: what a second person must allow is allowed first, then it is noted, then written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from baiyun_desktop.documents.locked import check_password, locked_zip
from baiyun_desktop.kernel.approval import ROWS_FREE_MAX, Thing, Wanted, export_needs, fingerprint_of
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.role import may_export
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.papers import file_ledger
from baiyun_desktop.ui.words import say, told

ZIP = ".zip"
_WHY = {Wanted.UNMASK: "export.wants_unmask", Wanted.MANY: "export.wants_many"}


@dataclass(frozen=True, slots=True)
class Export:
    """What leaves: the list as its ledger, masked or under a password, and why."""

    spec: ListSpec
    unmasked: bool = False
    password: str = ""
    reason: str = ""


def rows_of(desk: DeskContext, spec: ListSpec) -> int:
    """How many rows it would be now."""
    return desk.replica.read.list(spec.kind, spec.where, limit=0).total


def thing_of(desk: DeskContext, wish: Export) -> Thing | None:
    """What a second person must allow; None where an officer may do it alone."""
    rows = rows_of(desk, wish.spec)
    wanted = export_needs(rows, unmasked=wish.unmasked)
    if not wanted:
        return None
    about = f"{told(wish.spec.title, wish.spec.en)} · {say('export.unmasked' if wish.unmasked else 'export.masked')}"
    return Thing(wanted, about, rows, fingerprint_of(wanted, wish.spec.name, wish.unmasked))


def wanted_words(wanted: tuple[Wanted, ...]) -> str:
    """Why a second person is needed."""
    return "；".join(say(_WHY[one], n=ROWS_FREE_MAX) for one in wanted)


def export(desk: DeskContext, wish: Export, path: Path) -> Path:
    """In a thread: the file that was written. Raises DoorRefusal where a second person's word is lacking.

    The word is spent and the entry written before the file is: a file that nobody allowed or noted never exists.
    """
    assert wish.spec.ledger is not None
    if not may_export(desk.role):
        raise DoorRefusal(say("export.not_yours"))
    ledger = desk.program.ledgers[wish.spec.ledger]
    if wish.unmasked:
        check_password(wish.password)  # a password that is none is refused before anything is spent
    thing = thing_of(desk, wish)
    if thing is not None:
        allowed = desk.approvals.found(thing)
        if allowed is None:
            raise DoorRefusal(say("export.needs", why=wanted_words(thing.wanted)))
        desk.approvals.use(allowed.id)
    rows = rows_of(desk, wish.spec)
    how = say("export.unmasked" if wish.unmasked else "export.masked")
    desk.audit.note(
        Doing.EXPORT,
        kind=wish.spec.kind,
        record=wish.spec.name,
        fields=(ledger.name, say("export.rows", n=rows), how),
        reason=wish.reason,
    )
    content = file_ledger(desk, wish.spec, ledger, masked=not wish.unmasked)
    if wish.unmasked:
        path = path.with_suffix(ZIP)
        content = locked_zip(f"{path.stem}.xlsx", content, wish.password)
    path.write_bytes(content)
    return path
