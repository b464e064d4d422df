"""All faults end: within so many rounds everything must have come to rest, and decisions release what waits for them."""

from __future__ import annotations

from random import Random

from sync.act import Change, Op
from sync.desk.courier import Courier
from sync.errors import SyncError
from sync.limits import LIMITS
from tests.sync.small import SCHEMA

from .boats import come_home
from .hands import decision
from .history import held
from .office import Office, places
from .store import counted
from .town import Town

ROUNDS_MAX = 8
"""So many rounds after the last fault everything must have come to rest."""
DECISIONS_MAX = 6
ASKED = "SELECT id FROM doubt WHERE state='open' AND grade IN ('date', 'step', 'paper') ORDER BY id"
"""Questions about one record: a step may wait for the answer."""
IDLE_BYTES_MAX = 400
IDLE_STATEMENTS_MAX = 16
IDLE_STEPS_MAX = 600
"""Of SQLite's virtual machine: a round in step takes half of that, and where numbers were given a look at their blocks."""
STEPS_AN_EPOCH = 24
"""More at the district, for each time that a copy of a desk's file went its own way: their lines are read with every round."""


def heal(town: Town) -> None:
    """Lines are whole, everybody is there, and contests are decided until none is left."""
    for office in town.alive():
        office.frozen, office.line.parted = False, ""
    for office in town.alive():
        while office.line.late:
            office.line.deliver_late()
    town.district.tend()
    come_home(town)
    _rest(town)
    if town.boated:
        come_home(town, living=True)
        _rest(town)
    for turn in range(DECISIONS_MAX):
        if not _decide_all(town, turn):
            break
        _rest(town)
    else:
        town.wrongs.append("I6: contests that are decided open again and again")
    _outlast(town)
    _idle(town)


def _outlast(town: Town) -> None:
    """What acts still wait for never comes: their time runs out, and each is rescued."""
    (waiting,) = town.engine.raw.execute("SELECT count(*) FROM act WHERE outcome='held'").fetchone()
    if waiting:
        with town.engine.connect() as conn:
            town.wrongs += held(conn, town.clock.ms)  # what need not wait any more must not be rescued instead
        town.clock.ms += LIMITS.hold_ms + 1
        town.district.tend()
        _rest(town)


def _mark(town: Town, office: Office) -> tuple[int, ...]:
    """What a desk's being in step depends on."""
    pos, timeline, grants = town.engine.raw.execute(
        "SELECT m.pos, m.timeline, length(d.past) FROM meta m, desk d WHERE d.replica=?", (office.replica,)
    ).fetchone()
    (number,) = office.store.raw.execute("SELECT next_number FROM sync_state").fetchone()
    return pos, timeline, grants, number


def _rest(town: Town) -> None:
    """Rounds of all who are not in step, until all are."""
    for _ in range(ROUNDS_MAX):
        quiet = True
        for office in town.alive():
            if office.rested == _mark(town, office):
                continue
            report = town.round(office)
            quiet = False
            if office.ended and not office.store.unsent():
                office.rested = _mark(town, office)
            if (
                report is not None
                and report.requests == 1
                and not report.received
                and not report.sent
                and not report.blobs
            ):
                office.rested = _mark(town, office)
        if quiet:
            return
    if any(o.rested != _mark(town, o) for o in town.alive()):
        town.wrongs.append(f"I6: not at rest after {ROUNDS_MAX} rounds")


def _decide_all(town: Town, turn: int) -> bool:
    """Someone with the right decides every contest, and answers what was asked about single records.

    Who is told that what was chosen has been erased by law chooses another side: at each turn the next.
    """
    served = [o for o in town.alive() if not o.revoked]
    boss = served[3 % len(served)]
    if boss.lives != places(["D"]) or not _sees_all(town, boss):
        town.district.grant(boss.replica, ["D"])
        _rest(town)
    found = [i for (i,) in boss.store.raw.execute("SELECT id FROM contest WHERE state='open' ORDER BY id")]
    for contest in found:
        answer = decision(contest, boss.row("contest", contest), Random(1), turn)
        town.save(boss, [answer], boss.base(), Random(1))
    asked = [i for (i,) in boss.store.raw.execute(ASKED)]
    for doubt in asked:
        town.save(boss, [Change("doubt", doubt, Op.DECIDE, {"answer": "stands"})], boss.base(), Random(1))
    return bool(found or asked)


def _sees_all(town: Town, office: Office) -> bool:
    (grants,) = town.engine.raw.execute("SELECT grants FROM desk WHERE replica=?", (office.replica,)).fetchone()
    return grants == '["D"]'


def _idle(town: Town) -> None:
    """I8: a round of a desk in step costs one request of so many bytes, statements and steps, whatever is held."""
    for office in town.alive():
        if office.ended:
            continue
        if len(office.family) > 1 or office.store.lacks():
            town.round(office)  # its counter may be behind its copy's; or numbers have become due since it asked last
        sent, statements = office.line.bytes, town.engine.trap.steps
        with counted(town.engine.raw) as there, counted(office.store.raw) as here:
            try:
                report = Courier(SCHEMA, office.line, office.store, office.clock, pause=lambda _s: None).round()
            except SyncError as error:
                town.wrongs.append(f"I8 {office.name}: a round in step ended: {type(error).__name__}: {error}")
                continue
        cost = {
            "bytes": (office.line.bytes - sent, IDLE_BYTES_MAX),
            "statements": (town.engine.trap.steps - statements, IDLE_STATEMENTS_MAX),
            "steps at the district": (there.steps, IDLE_STEPS_MAX + STEPS_AN_EPOCH * _forks(town, office)),
            "steps at the desk": (here.steps, IDLE_STEPS_MAX),
            "requests": (report.requests, 1),
        }
        over = [f"{spent} {what}" for what, (spent, most) in cost.items() if spent > most]
        if over:
            town.wrongs.append(f"I8 {office.name}: a round in step took {', '.join(over)}")


def _forks(town: Town, office: Office) -> int:
    """How often the ways of copies of a desk's file have parted: a handful in its life, whatever is held."""
    sql = "SELECT count(*) - 1 FROM epoch WHERE replica=?"
    return int(town.engine.raw.execute(sql, (office.replica,)).fetchone()[0])
