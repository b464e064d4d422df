"""The reference data that mandates start with: written when a district is founded, and by an upgrade that brings more.

A district founded before its program knew of a catalogue gets it so. What somebody has changed or declared void since
is left as it is: a seed's id follows from what it is, and one that was ever there is never written again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from baiyun_desktop.kernel.module import Seed
from sync.act import Change, Op
from sync.district.tables import HEAD
from sync.protocol import CHANGES_PER_ACT_MAX

from .assembly import Assembly

SEEDED = "初始化"


def unseeded(assembly: Assembly) -> list[Seed]:
    """What the program brings and the district never had, parents before their children."""
    seeds = [seed for module in assembly.program.modules if module.seeds is not None for seed in module.seeds()]
    query = select(HEAD.c.record).where(HEAD.c.collection.in_({kind for kind, _, _ in seeds}))
    with assembly.engine.connect().execution_options(reads=True) as conn:
        known = set(conn.execute(query).scalars())
    return [seed for seed in seeds if seed[1] not in known]


def words(assembly: Assembly, seeds: Sequence[Seed]) -> str:
    """How many of which kind: 服务事项 37, 所需材料 96."""
    counts = Counter(kind for kind, _, _ in seeds)
    return ", ".join(f"{assembly.program.kind(kind).title} {number}" for kind, number in counts.items())


def seed(assembly: Assembly) -> int:
    """Writes what is missing, as officer "system"; returns how many records."""
    missing = unseeded(assembly)
    for start in range(0, len(missing), CHANGES_PER_ACT_MAX):
        part = missing[start : start + CHANGES_PER_ACT_MAX]
        assembly.district.write([Change(kind, record, Op.CREATE, row) for kind, record, row in part], SEEDED)
    return len(missing)
