"""Looks whether the district's past and present agree: the feed's chain, digests, acts, positions, each desk's audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import typer
from sqlalchemy import Connection, Table, and_, func, select

from sync.act import Outcome
from sync.canon import add_hash, row_hash
from sync.district.audit import lost_values
from sync.district.chain import verify_chain
from sync.district.tables import ACT, DESK, DIGEST, EPOCH, FEED, FEED_AREA, HEAD, META, POSITION

from .assembly import Assembly
from .audit_chains import chains, forks, wrong_entries
from .cli import Folder, cli

WRONGS_SHOWN = 20
_ROWS_AT_ONCE = 1_000
_COUNTED = [outcome.value for outcome in (Outcome.APPLIED, Outcome.MERGED, Outcome.CONTESTED)]


@cli.command()
def verify(
    folder: Folder,
    values: Annotated[
        bool, typer.Option(help="also look for every value that was ever typed: long, and in memory")
    ] = False,
) -> None:
    """Verify the district while it serves, as JSON; exit 1 where anything is not as it was told."""
    with Assembly(folder) as assembly:
        report = examine(assembly.check(), values=values)
    typer.echo(json.dumps(report, ensure_ascii=False))
    if not report["ok"]:
        raise typer.Exit(1)


def examine(assembly: Assembly, *, values: bool = False) -> dict[str, Any]:
    """What was looked at and what is wrong with it, in words; `ok` where nothing is. At most WRONGS_SHOWN of a kind."""
    began = assembly.clock.monotonic()
    with assembly.snapshot() as conn:
        meta = conn.execute(select(META)).one()
        found = {
            "chain": verify_chain(conn),
            "digests": list(wrong_digests(conn)),
            "acts": list(orphans(conn)),
        }
        audit = chains(conn)
        found["audit"] = wrong_entries(conn, audit)
        if values:
            lost = lost_values(conn, assembly.district.schema)
            found["values"] = [f"{name} of {collection}/{record} is nowhere" for (collection, record), name, _ in lost]
        counted = {t.name: _count(conn, t) for t in (ACT, HEAD, POSITION, FEED, DESK)}
    return {
        "ok": not any(found.values()),
        "district": meta.district,
        "timeline": meta.timeline,
        "position": meta.pos,
        "tag": meta.tag.hex(),
        "horizon": meta.horizon,
        "rows": counted,
        "audit": {"desks": len(audit), "entries": sum(c.entries for c in audit), "forks": forks(audit)},
        "wrong": {kind: wrongs[:WRONGS_SHOWN] for kind, wrongs in found.items()},
        "wrong_count": sum(map(len, found.values())),
        "seconds": round(assembly.clock.monotonic() - began, 2),
    }


def wrong_digests(conn: Connection) -> Iterator[str]:
    """Records whose hash is not that of their content, and areas whose sum is not that of their records."""
    sums: dict[str, tuple[int, int]] = {}
    for row in conn.execute(select(HEAD).execution_options(yield_per=_ROWS_AT_ONCE)):
        if row_hash(row.collection, row.record, bool(row.voided), msgspec.msgpack.decode(row.payload)) != row.rowhash:
            yield f"{row.collection}/{row.record} is not what its hash says"
        total, count = sums.get(row.areas, (0, 0))
        sums[row.areas] = add_hash(total, row.rowhash), count + 1
    kept = {row.areas: (row.total, row.rows) for row in conn.execute(select(DIGEST))}
    for areas in sorted(sums.keys() | kept.keys()):
        if sums.get(areas, (0, 0)) != kept.get(areas, (0, 0)):
            yield f"the records of areas {areas or '(none)'} do not add up to their digest"


def orphans(conn: Connection) -> Iterator[str]:
    """Acts without their desk or position, positions without their act, and entries without their position."""
    horizon = conn.execute(select(META.c.horizon)).scalar_one()
    name = (ACT.c.replica, ACT.c.epoch, ACT.c.number)
    desks, lines = select(DESK.c.replica), select(EPOCH.c.replica)
    for row in conn.execute(select(*name).where(ACT.c.replica.not_in(desks) | ACT.c.replica.not_in(lines))):
        yield f"act {row.replica}/{row.epoch}/{row.number} is of a desk that nobody knows"
    there = select(POSITION.c.pos).where(POSITION.c.pos == ACT.c.pos).exists()
    counted = ACT.c.outcome.in_(_COUNTED) & (ACT.c.pos > horizon)
    for replica, epoch, number, pos in conn.execute(select(*name, ACT.c.pos).where(counted, ~there)):
        yield f"act {replica}/{epoch}/{number} counted at position {pos}, which is not there"
    same = and_(ACT.c.replica == POSITION.c.desk, ACT.c.epoch == POSITION.c.epoch, ACT.c.number == POSITION.c.number)
    of_desk = (POSITION.c.desk != "") & (POSITION.c.pos > horizon)
    for pos in conn.execute(select(POSITION.c.pos).where(of_desk, ~select(ACT.c.pos).where(same).exists())).scalars():
        yield f"position {pos} is of an act that is not there"
    entry = select(FEED.c.pos).where(FEED.c.pos == FEED_AREA.c.pos, FEED.c.n == FEED_AREA.c.n).exists()
    for area, pos, n in conn.execute(select(FEED_AREA).where(FEED_AREA.c.pos > horizon, ~entry)):
        yield f"area {area} is told of entry {pos}/{n}, which is not there"


def _count(conn: Connection, table: Table) -> int:
    return int(conn.execute(select(func.count()).select_from(table)).scalar_one())
