"""What happens in a simulated world beside typing: rounds and their faults, grants, copies, restores, time."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

import msgspec

from sync.act import Change, Op
from sync.blobs import hash_of

from . import boats, law
from .hands import Hands
from .office import Office, places

if TYPE_CHECKING:
    from .town import Town

FAULTS = {
    "": 44, "before": 7, "reply": 9, "delayed": 6, "twice": 6, "byte up": 2, "byte down": 3, "crash": 9, "disk": 5,
    "district": 4, "points": 9, "overlap": 4,
}  # fmt: skip
GHOSTS_MAX = 2
DAY_MS = 86_400_000


def _type(town: Town, office: Office, rng: Random) -> None:
    town.type(office, rng)


def _round(town: Town, office: Office, rng: Random) -> None:
    """One round, with one fault or none."""
    fault = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
    if fault == "crash":
        office.store.trap.set("crash", rng.randrange(1, 60))
    elif fault == "disk":
        office.store.trap.set(rng.choice(("database is locked", "disk I/O error")), rng.randrange(1, 60))
    elif fault == "district":
        town.engine.trap.set("disk I/O error", rng.randrange(1, 40))
    elif fault in ("points", "overlap"):
        setattr(office, fault, rng)
    else:
        office.line.fault, office.line.skip, office.line.rng = fault, rng.choice((0, 0, 0, 1, 2)), rng
    town.say(office, f"round {fault}")
    town.round(office)
    office.points = office.overlap = None
    office.store.trap.clear()
    town.engine.trap.clear()
    office.line.fault = ""


def _pair(town: Town, office: Office, rng: Random) -> None:
    """Another office edits the same record at the same time."""
    hands = Hands(office, rng)
    for edit in (hands.edit_person(), hands.edit_person()):
        town.save(office, edit, office.base(), rng)
        holding = [o for o in town.alive() if o is not office and edit and _shows(o, edit[0].id)]
        if holding and edit:
            other = rng.choice(holding)
            changes = [Change("person", edit[0].id, edit[0].op, Hands(other, rng).fields())]
            town.save(other, changes, other.base(), rng)


def _chase(town: Town, office: Office, rng: Random) -> None:
    """A record leaves while the desk's request is under way, and there its officer edits it once more."""
    record, base = Hands(office, rng).any("person"), office.base()
    others = [o for o in town.alive() if o.family is not office.family and not o.line.parted and not o.frozen]
    if record is None or not others:
        return
    mover = next((o for o in others if _shows(o, record)), None)
    if mover is None or rng.random() < 0.3:
        _grant(town, office, rng)
    else:
        town.save(mover, [Change("person", record, Op.FIELDS, {"area": rng.choice("ABC")})], mover.base(), rng)
        town.round(mover)
    edit = Change("person", record, Op.FIELDS, Hands(office, rng).fields())
    office.meanwhile = lambda: town.save(office, [edit], base, rng)
    town.say(office, "round while a record leaves")
    town.round(office)
    office.meanwhile = None


def _shows(office: Office, person: str) -> bool:
    sql = "SELECT 1 FROM person WHERE id=?"
    return office.store.raw.execute(sql, (person,)).fetchone() is not None


def _import(town: Town, office: Office, rng: Random) -> None:
    base = office.base()
    for _ in range(rng.randrange(4, 16)):
        town.save(office, Hands(office, rng).registration(), base, rng, batch="b")


def _photo(town: Town, office: Office, rng: Random) -> None:
    """A photograph is taken: its file goes with the act that names it."""
    hands = Hands(office, rng)
    content = b"".join(hands.mark().encode() for _ in range(rng.randrange(1, 4)))
    changes = rng.choice((hands.edit_person, hands.person))()
    if changes and not office.ended:
        office.attaching = content
        town.photos[hash_of(content)] = content
        photo = msgspec.structs.replace(changes[0], fields={**changes[0].fields, "photo": hash_of(content)})
        town.save(office, [photo, *changes[1:]], office.base(), rng)
        office.attaching = b""


def _form(town: Town, office: Office, rng: Random) -> None:
    office.forms = [*office.forms, office.base()][-3:]


def _late(town: Town, office: Office, rng: Random) -> None:
    if office.line.late:
        town.say(office, "a late request arrives")
        office.line.deliver_late()


def _grant(town: Town, office: Office, rng: Random) -> None:
    if office.revoked:
        return
    grants = rng.choice((["A"], ["B"], ["A", "B"], ["S1"], ["S1", "C"], ["D"], ["C"]))
    town.say(office, f"grants {grants}")
    town.district.grant(office.replica, grants)
    for copy in office.family:
        copy.lives = places(grants)


# --- what becomes of a PC and its line ----------------------------------------------------------------------------


def _freeze(town: Town, office: Office, rng: Random) -> None:
    office.frozen = True


def _thaw(town: Town, office: Office, rng: Random) -> None:
    office.frozen = False


def _restart(town: Town, office: Office, rng: Random) -> None:
    office.restart()


def _jump(town: Town, office: Office, rng: Random) -> None:
    off = rng.choice((0, -7 * 365 * DAY_MS, DAY_MS, -3_600_000))
    if town.skew is None:
        office.clock.off = off


def _part(town: Town, office: Office, rng: Random) -> None:
    """Several offices lose the district at once, some one way only."""
    cut = rng.sample(town.alive(), rng.randrange(1, len(town.alive()) + 1))
    for other in cut:
        other.line.parted = rng.choice(("out", "out", "in"))
    town.say(office, "parted: " + " ".join(f"{o.name} {o.line.parted}" for o in cut))


def _meet(town: Town, office: Office, rng: Random) -> None:
    for other in town.alive():
        other.line.parted = ""


def _gone(town: Town, office: Office, rng: Random) -> None:
    """An office burns down: what only its file had is lost, and nothing else."""
    if len([o for o in town.alive() if not o.revoked and o is not office]) > 1:
        town.say(office, "never comes back")
        office.leave()


# --- copies -------------------------------------------------------------------------------------------------------


def _backup(town: Town, office: Office, rng: Random) -> None:
    office.backup()


def _restore(town: Town, office: Office, rng: Random) -> None:
    """A desk's file is lost, and a backup takes its place, also one from before the last acknowledgement."""
    if office.backups:
        town.say(office, "its file is an older one")
        office.restore(rng.choice(office.backups))


def _ghost(town: Town, office: Office, rng: Random) -> None:
    """The PC is cloned, and both go on."""
    if not office.ended and len(town.offices) < town.planned + GHOSTS_MAX:
        twin = Office(town, f"{office.name}'{len(town.offices)}", (), copy_of=office)
        town.offices.append(twin)
        town.say(twin, f"is a copy of {office.name}")


def _keep(town: Town, office: Office, rng: Random) -> None:
    town.trail.follow(town)
    town.kept = [*town.kept, (town.engine.raw.serialize(), town.trail.copy(), town.archive.copy())][-2:]


def _yesterday(town: Town, office: Office, rng: Random) -> None:
    """The district is restored from a backup, and the administrator says so."""
    if not town.kept:
        return
    town.say(office, "the district is restored")
    content, trail, archive = rng.choice(town.kept)
    town.engine.replace(content)
    town.trail, town.archive = trail.copy(), archive.copy()
    town.restores += 1
    town.district.new_timeline(town.restores)
    town.ledger.district_restored()
    for other in town.offices:
        other.line.newest.clear()


EVENTS: dict[str, Callable[[Town, Office, Random], None]] = {
    "type": _type, "round": _round, "pair": _pair, "chase": _chase, "import": _import, "form": _form, "late": _late,
    "photo": _photo, "look": law.look, "grant": _grant, "freeze": _freeze, "thaw": _thaw, "restart": _restart,
    "jump": _jump, "wait": law.wait, "part": _part, "meet": _meet, "gone": _gone, "backup": _backup,
    "restore": _restore, "ghost": _ghost, "keep": _keep, "yesterday": _yesterday, "revoke": law.revoke,
    "erase": law.erase, "compact": law.compact, "sink": boats.sink, "hand in": boats.hand_in,
}  # fmt: skip
