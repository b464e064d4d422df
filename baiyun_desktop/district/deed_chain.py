"""What administrators do hangs on one another as the desks' audit does, so that none of it is altered or taken out unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, inspect, select, update

from baiyun_desktop.kernel.audit import Chain, Link, examine, link_of, sealed

from .admin_tables import DEED, DEED_END

_SAID = {"at": "at", "by": "who", "what": "what", "about": "record", "reason": "reason"}
"""Which word of an audit entry stands for a column of a deed: the chain is the audit's own, over its words."""
_KIND = {"kind": DEED.name}


def found(conn: Connection) -> None:
    """Where a new chain stands; nothing happens where there is one."""
    if conn.execute(select(DEED_END.c.one)).first() is None:
        conn.execute(insert(DEED_END).values(one=1, seq=0, hash=""))


def end(conn: Connection) -> Link:
    """Where the chain stands. Whoever asks holds it until the commit, so that two deeds never follow the same one."""
    row = conn.execute(select(DEED_END).with_for_update()).one_or_none()
    return Link() if row is None else Link(row.seq, row.hash)


def add(conn: Connection, deed: Mapping[str, Any]) -> None:
    """Writes one deed behind the last one."""
    entry = sealed(_entry(deed), end(conn))
    conn.execute(insert(DEED).values(**deed, **_links(entry)))
    _move(conn, link_of(entry))


def seal(conn: Connection) -> None:
    """Hangs on what was written before there was a chain, or by a program of before it, in the order of the table."""
    last = end(conn)
    for row in conn.execute(select(DEED).where(DEED.c.hash.is_(None)).order_by(DEED.c.number)).all():
        entry = sealed(_entry(row._asdict()), last)
        conn.execute(update(DEED).where(DEED.c.number == row.number).values(**_links(entry)))
        last = link_of(entry)
    _move(conn, last)


def verify(conn: Connection, *, open_to_older: bool) -> Chain:
    """Follows the deeds from the last to the first. `open_to_older`: workers of before the chain may still add to it."""
    if not inspect(conn).has_table(DEED_END.name):
        return Chain(DEED.name, "", 0)
    rows = conn.execute(select(DEED).order_by(DEED.c.seq, DEED.c.number)).all()
    hung = [row for row in rows if row.hash is not None]
    chain = examine(DEED.name, [_of(row) for row in hung])
    loose = [] if open_to_older else [row for row in rows if row.hash is None]
    stands = conn.execute(select(DEED_END.c.seq, DEED_END.c.hash)).one_or_none()
    last = max(((row.seq, row.hash) for row in hung), default=(0, ""))
    wrongs = [
        *chain.wrongs,
        *(f"entry {seq} stands there more than once" for seq in chain.forks),
        *(f"deed {row.number} hangs on nothing: it was written past the program" for row in loose),
        *([] if open_to_older and not hung else _at_its_end(tuple(stands) if stands else None, last)),
    ]
    return Chain(DEED.name, "", len(rows), (), tuple(wrongs))


def _at_its_end(stands: tuple[int, str] | None, last: tuple[int, str]) -> Iterator[str]:
    if stands is None:
        yield "where the deeds end is not noted any more"
    elif stands != last:
        yield f"the deeds end at {last[0]}, not at {stands[0]}"


def _entry(deed: Mapping[str, Any]) -> dict[str, Any]:
    return {**_KIND, **{word: deed[column] for column, word in _SAID.items()}}


def _of(row: Row[Any]) -> dict[str, Any]:
    """A row as the entry that was sealed."""
    return {**_entry(row._asdict()), "seq": row.seq, "prev": row.prev, "hash": row.hash, "id": row.number}


def _links(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("seq", "prev", "hash")}


def _move(conn: Connection, last: Link) -> None:
    conn.execute(update(DEED_END).values(seq=last.seq, hash=last.hash))
