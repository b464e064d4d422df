"""What the program says on its screens and papers, gathered from its own declarations: the guide may name nothing else."""

from __future__ import annotations

import re
from functools import cache

from baiyun_desktop.kernel.role import Role
from baiyun_desktop.modules.migrants import MODULE
from baiyun_desktop.ui import words
from tests.ui.desk import PROGRAM

CLERKS = frozenset({Role.COMMUNITY_WORKER, Role.COMMUNITY_HEAD, Role.GRID_WORKER, Role.MIGRANT_COUNTER})
PLACES = ("worklist", "visits", "contests", "import", "tray", "prints", "safety", "lookup", "approvals")
"""The window's own, as `places` has them, without the administrators'."""
_HOLE = re.compile(r"\\\{\w+\\\}")


def lists() -> set[str]:
    """Titles of the lists in a clerk's navigation."""
    return {spec.title for spec in PROGRAM.lists.values() if not spec.duties}


def places() -> set[str]:
    """Titles of the window's own places."""
    return {words.table()[f"place.{name}"][0] for name in PLACES}


def verbs() -> set[str]:
    """The steps that clerks take."""
    return {s.verb for p in PROGRAM.procedures.values() for s in p.steps if CLERKS & set(s.roles)}


def begun() -> set[str]:
    """What a clerk goes on with from a record, and the sheets."""
    return {o.title for o in MODULE.onward} | {sheet.title for sheet in PROGRAM.sheets.values()}


def papers() -> set[str]:
    """What is printed."""
    return {paper.title for paper in PROGRAM.papers.values()}


@cache
def _sayings() -> list[re.Pattern[str]]:
    """The window's sentences, each {name} standing for anything short."""
    whole = [
        zh for zh, _ in words.table().values() if len(re.findall("[\u4e00-\u9fff]", re.sub(r"\{\w+\}", "", zh))) > 1
    ]
    return [re.compile(_HOLE.sub(".{1,20}", re.escape(zh))) for zh in whole]


@cache
def _declared() -> frozenset[str]:
    found = lists() | papers() | begun()
    found |= {spec.group.title for spec in PROGRAM.lists.values() if spec.group is not None}
    found |= {info.title for info in PROGRAM.kinds.values()}
    found |= {outcome.title for spec in PROGRAM.visits.values() for outcome in spec.outcomes}
    for procedure in PROGRAM.procedures.values():
        found |= {step.verb for step in procedure.steps} | {str(state.value) for state in procedure.states}
    return frozenset(found)


def on_screen(name: str) -> bool:
    """Whether the program says exactly this somewhere."""
    return name in _declared() or any(saying.fullmatch(name) for saying in _sayings())
