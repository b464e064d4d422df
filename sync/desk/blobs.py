"""Files on a desk: kept in the encrypted replica in pieces, sent after the acts that name them, fetched when looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, Table, Text, and_

from ..blobs import BLOB_BYTES_MAX, PIECE_BYTES, blobs_of, hash_of
from ..schema import Row, Schema
from ..seal import seal
from .tables import METADATA

BLOB = Table(
    "sync_blob",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("own", Integer, nullable=False),  # attached here: the district may have it from nobody else
    Column("confirmed", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("sealed", Integer, nullable=False, server_default="0"),  # kept for a restored district alone
    Column("pos", Integer, nullable=True),  # the district had it before what came after this position
)
"""The files that lie here. Of what was attached here a record that leaves takes nothing along: it is sealed."""

Index("ix_sync_blob_waiting", BLOB.c.at, BLOB.c.hash, sqlite_where=BLOB.c.confirmed == 0)
Index(
    "ix_sync_blob_new",
    BLOB.c.hash,
    sqlite_where=and_(BLOB.c.own == 1, BLOB.c.confirmed == 1, BLOB.c.pos.is_(None)),
)

PIECE = Table(
    "sync_blob_piece",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


NAMED = Table(
    "sync_blob_named",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which records brought a file here, by an own act or because somebody looked at it.

Such a record may not leave before its file has reached the district, and takes it along. Of a sealed file this says whose
it was, so that it is erased with its record.
"""


def attach(conn: Connection, content: bytes, now_ms: int, *, own: bool = True) -> str:
    """Keeps a file; returns the hash that an act's field holds. Raises ValueError above 20 MiB or where it is empty."""
    if not 0 < len(content) <= BLOB_BYTES_MAX:
        raise ValueError(f"a file has 1 to {BLOB_BYTES_MAX} bytes, not {len(content)}")
    name = hash_of(content)
    sealed = conn.exec_driver_sql("SELECT confirmed FROM sync_blob WHERE hash=? AND sealed=1", (name,)).first()
    if sealed is not None:
        _drop(conn, name)
        conn.exec_driver_sql("DELETE FROM sync_blob_named WHERE hash=?", (name,))
    mine, confirmed = own or sealed is not None, not own and (sealed is None or sealed[0])
    sql = "INSERT OR IGNORE INTO sync_blob (hash, size, own, confirmed, at) VALUES (?, ?, ?, ?, ?)"
    conn.exec_driver_sql(sql, (name, len(content), int(mine), int(confirmed), now_ms))
    if own:  # it may lie here since somebody looked at it: that the district had it then does not say that it will
        conn.exec_driver_sql("UPDATE sync_blob SET own=1, confirmed=0, pos=NULL WHERE hash=? AND own=0", (name,))
    pieces = [(name, at, content[at : at + PIECE_BYTES]) for at in range(0, len(content), PIECE_BYTES)]
    conn.exec_driver_sql("INSERT OR IGNORE INTO sync_blob_piece VALUES (?, ?, ?)", pieces)
    return name


def content_of(conn: Connection, name: str) -> bytes | None:
    """A file that lies here, or None: it can be fetched."""
    sql = (
        "SELECT p.body FROM sync_blob_piece p JOIN sync_blob b ON b.hash = p.hash"
        " WHERE p.hash=? AND b.sealed=0 ORDER BY p.at"
    )
    return b"".join(body for (body,) in conn.exec_driver_sql(sql, (name,))) or None


def unconfirmed(conn: Connection) -> list[tuple[str, int]]:
    """(hash, size) of the files that the district has not got for certain, the oldest first.

    One that no act names is not sent: its form may still be open, or was closed without saving.
    """
    sql = (
        "SELECT hash, size FROM sync_blob b WHERE confirmed=0"
        " AND EXISTS (SELECT 1 FROM sync_blob_named n WHERE n.hash=b.hash) ORDER BY at, hash"
    )
    return [(name, size) for name, size in conn.exec_driver_sql(sql)]


def is_broken(conn: Connection, name: str) -> bool:
    """Whether a file that lies here is not what its name says; of a sealed one only the district can tell."""
    content = content_of(conn, name)
    return content is not None and hash_of(content) != name


def piece_at(conn: Connection, name: str, at: int) -> tuple[bytes, bool]:
    """The bytes of a file from `at` on, up to the end of its piece, or that piece sealed; none where it has left meanwhile."""
    sql = (
        "SELECT p.at, p.body, b.sealed FROM sync_blob_piece p JOIN sync_blob b ON b.hash = p.hash"
        " WHERE p.hash=? AND p.at<=? ORDER BY p.at DESC LIMIT 1"
    )
    found = conn.exec_driver_sql(sql, (name, at)).first()
    if found is None:
        return b"", False
    return bytes(found[1] if found[2] else found[1][at - found[0] :]), bool(found[2])


def confirm(conn: Connection, name: str) -> None:
    """The district has the file whole."""
    conn.exec_driver_sql("UPDATE sync_blob SET confirmed=1 WHERE hash=?", (name,))


def give_up(conn: Connection) -> None:
    """What the district did not want will not be offered any more: nothing that is left names it."""
    conn.exec_driver_sql("UPDATE sync_blob SET confirmed=1")


def offer_again(conn: Connection) -> None:
    """The district was restored: what was attached here is offered once more."""
    conn.exec_driver_sql("UPDATE sync_blob SET confirmed=0, pos=NULL WHERE own=1")


def had_before(conn: Connection, pos: int) -> None:
    """The district stood at this position after it had got all that is confirmed: whoever has more of it has the files."""
    conn.exec_driver_sql("UPDATE sync_blob SET pos=? WHERE own=1 AND confirmed=1 AND pos IS NULL", (pos,))


def let_go(conn: Connection, covered: int) -> None:
    """Removes sealed files that a backup has which goes up to this position."""
    sql = "SELECT hash FROM sync_blob WHERE sealed=1 AND confirmed=1 AND pos<?"
    for (name,) in conn.exec_driver_sql(sql, (covered,)).all():
        _drop(conn, name)
        conn.exec_driver_sql("DELETE FROM sync_blob_named WHERE hash=?", (name,))


def name_in_act(conn: Connection, collection: str, record: str, names: Iterable[str]) -> None:
    """An act saved here has a record link these files."""
    sql = "INSERT OR IGNORE INTO sync_blob_named VALUES (?, ?, ?)"
    for name in names:
        conn.exec_driver_sql(sql, (collection, record, name))


def name_in_rows(conn: Connection, schema: Schema, name: str) -> None:
    """A file was fetched: the records that link it take it with them when they leave, whatever they link by then."""
    for spec in schema.collections.values():
        for field in spec.blob_fields:
            sql = f'INSERT OR IGNORE INTO sync_blob_named SELECT ?, id, ? FROM "{spec.name}" WHERE "{field}"=?'
            conn.exec_driver_sql(sql, (spec.name, name, name))


def records(conn: Connection) -> list[tuple[str, str]]:
    """The records that brought files here."""
    sql = "SELECT DISTINCT collection, record FROM sync_blob_named ORDER BY collection, record"
    return [(collection, record) for collection, record in conn.exec_driver_sql(sql)]


def waits_on(conn: Connection, key: tuple[str, str]) -> bool:
    """Whether a file that an act saved here has this record link has not reached the district."""
    sql = (
        "SELECT 1 FROM sync_blob_named n JOIN sync_blob b ON b.hash = n.hash"
        " WHERE n.collection=? AND n.record=? AND b.confirmed=0 AND b.sealed=0 LIMIT 1"
    )
    return conn.exec_driver_sql(sql, key).first() is not None


def leave_record(conn: Connection, schema: Schema, key: tuple[str, str], row: Row) -> None:
    """A record has left: so do the files that no other row here links, but what may have to be offered again is sealed."""
    for name in _unlinked(conn, schema, key, row):
        _seal(conn, key, name)


def forget_record(conn: Connection, schema: Schema, key: tuple[str, str], row: Row) -> None:
    """A record was erased: so are the files that no other row here links, sealed ones too."""
    for name in _unlinked(conn, schema, key, row):
        _drop(conn, name)


def _unlinked(conn: Connection, schema: Schema, key: tuple[str, str], row: Row) -> list[str]:
    """The files of a record that none of the others links."""
    sql = "SELECT hash FROM sync_blob_named WHERE collection=? AND record=?"
    names = {name for (name,) in conn.exec_driver_sql(sql, key)} | set(blobs_of(schema.get(key[0]), row).values())
    if names:
        conn.exec_driver_sql("DELETE FROM sync_blob_named WHERE collection=? AND record=?", key)
    return [n for n in sorted(names) if not any(conn.exec_driver_sql(sql, (n,)).first() for sql in _links(schema))]


def _seal(conn: Connection, key: tuple[str, str], name: str) -> None:
    """Makes a file that was attached here readable to the district alone, and notes whose it was; another one goes.

    So does one that a backup has had for weeks, and any where the district's key is not known yet.
    """
    replica, public, covered = conn.exec_driver_sql("SELECT replica, seal, covered FROM sync_state").one()
    sql = "SELECT sealed FROM sync_blob WHERE hash=? AND own=1 AND (pos IS NULL OR pos>=?)"
    found = conn.exec_driver_sql(sql, (name, covered)).first()
    if found is None or not public:
        _drop(conn, name)
        return
    name_in_act(conn, *key, [name])
    if found[0]:
        return
    conn.exec_driver_sql("UPDATE sync_blob SET sealed=1 WHERE hash=?", (name,))
    for (at,) in conn.exec_driver_sql("SELECT at FROM sync_blob_piece WHERE hash=?", (name,)).all():
        sql = "SELECT body FROM sync_blob_piece WHERE hash=? AND at=?"
        body = bytes(conn.exec_driver_sql(sql, (name, at)).scalar_one())
        sql = "UPDATE sync_blob_piece SET body=? WHERE hash=? AND at=?"
        conn.exec_driver_sql(sql, (seal(bytes(public), body, replica.encode()), name, at))


def _drop(conn: Connection, name: str) -> None:
    conn.exec_driver_sql("DELETE FROM sync_blob_piece WHERE hash=?", (name,))
    conn.exec_driver_sql("DELETE FROM sync_blob WHERE hash=?", (name,))


def _links(schema: Schema) -> Iterator[str]:
    for spec in schema.collections.values():
        for name in spec.blob_fields:
            yield f'SELECT 1 FROM "{spec.name}" WHERE "{name}"=?'
    yield "SELECT 1 FROM sync_blob_named WHERE hash=?"
