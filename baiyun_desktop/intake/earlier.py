"""What was imported here before, so that it can still be taken back, and numbered, when its page was left long ago."""

from __future__ import annotations

from dataclasses import dataclass

from baiyun_desktop.intake.commit import SPARED, STEP, VERB
from baiyun_desktop.intake.compose import HOUSE, REGISTRATION
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.replica.replica import Replica

MOST = 6
"""Imports that are listed; nobody takes back the one of two years ago."""
NUMBERING = "补登记编号"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An import: when, whose, and what of it stands. A list of buildings is counted in homes."""

    batch: str
    at_ms: int
    officer: str
    made: int
    standing: int
    unnumbered: tuple[str, ...] = ()
    """Registrations that stand without a number, since this desk had none left."""


def earlier(replica: Replica, most: int = MOST) -> list[Earlier]:
    """The imports made at this desk, the latest first."""
    return [_told(replica, *one) for one in replica.read.batches(VERB, most)]


def number_the_rest(replica: Replica, one: Earlier) -> int:
    """Gives numbers to what an import left without; returns how many got one. Raises DiskTrouble."""
    series = _series(replica)
    if series is None:
        return 0
    waiting = list(replica.read.many(REGISTRATION, one.unnumbered).values())
    groups = [[Draft(REGISTRATION, snap.id, snap.base, {})] for snap in waiting]
    numbered = dict.fromkeys(one.unnumbered, series)
    replica.door.save_all(groups, NUMBERING, batch=one.batch, numbered=numbered, spared=SPARED)
    after = replica.read.many(REGISTRATION, one.unnumbered).values()
    return sum(1 for snap in after if snap.get("biz_no"))


def _told(replica: Replica, batch: str, at_ms: int, officer: str) -> Earlier:
    made = replica.read.made_by(batch)
    kind = REGISTRATION if REGISTRATION in made else HOUSE
    ids = made.get(kind, ())
    stand = [snap for snap in replica.read.many(kind, ids).values() if not snap.voided]
    lacking = tuple(snap.id for snap in stand if kind == REGISTRATION and _lacks(replica, snap))
    return Earlier(batch, at_ms, officer, len(ids), len(stand), lacking)


def _lacks(replica: Replica, snap: Snapshot) -> bool:
    """Whether a registration was taken up and has no number; a draft gets its own when it is."""
    procedure = replica.layout.program.procedure(REGISTRATION)
    begun = procedure is not None and snap.get("state") not in (None, procedure.initial.name)
    return begun and not snap.get("biz_no")


def _series(replica: Replica) -> str | None:
    procedure = replica.layout.program.procedure(REGISTRATION)
    step = procedure.step(STEP, procedure.initial) if procedure is not None else None
    return step.number if step is not None else None
