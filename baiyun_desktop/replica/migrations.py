"""What makes an old file one of this program: a numbered list, and what the declarations have besides (see `upgrading`)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Column, Engine
from sqlalchemy.engine import Connection

from baiyun_desktop import __version__
from baiyun_desktop.kernel.deadline import Deadline
from baiyun_desktop.replica import index, schema
from baiyun_desktop.replica.engine import checkpoint
from baiyun_desktop.replica.errors import ReplicaTooNew
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.projecting import rebuild
from sync.desk.upgrade import adopt_rows
from sync.schema import FieldSpec

Migration = Callable[[Connection, Layout], None]


def _first(conn: Connection, layout: Layout) -> None:
    """Version 1: every table, index and trigger."""
    schema.create_tables(conn, layout)
    schema.create_indexes(conn, layout)
    schema.create_triggers(conn, layout)


def _unsaved(conn: Connection, layout: Layout) -> None:
    """Version 2: the table of what is typed and not saved yet."""
    schema.create_tables(conn, layout)


def _queue(conn: Connection, layout: Layout) -> None:
    """Version 3: the tables of papers on their way to a printer, and of what an administrator's window keeps.

    Their indexes come with `grow`: an older file lacks columns by now that others are declared on.
    """
    schema.create_tables(conn, layout)


MIGRATIONS: tuple[Migration, ...] = (_first, _unsaved, _queue)
"""Version n is reached by the nth. A migration that was released is never changed; nothing is ever renamed."""

VERSION = len(MIGRATIONS)


def create(conn: Connection, layout: Layout) -> None:
    """Makes a new, empty replica in the caller's transaction."""
    _first(conn, layout)
    mark(conn, layout)


def mark(conn: Connection, layout: Layout) -> None:
    """Writes down what the file now is."""
    conn.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    _set(conn, "schema", fingerprint(layout))
    _set(conn, "indexes", _indexes(layout))
    _set(conn, "search", index.VERSION)
    _set(conn, "program", __version__)


def fingerprint(layout: Layout) -> str:
    """What the file must have: synced fields, projections, the desk's own tables, time limits."""
    derived = {name: sorted(f.name for f in fields) for name, fields in layout.projections.items()}
    limits = [(kind, *map(_said, procedure.deadlines)) for kind, procedure in sorted(layout.limited.items())]
    return _print(repr((layout.schema.fingerprint, sorted(derived.items()), sorted(schema.LOCAL.tables), limits)))


def keep_indexes(conn: Connection, layout: Layout) -> None:
    """Makes the indexes those of this program, in the file itself: seconds, where all rows anew take a minute.

    Any program works with any indexes, so one that is gone back to finds nothing here that it cannot open.
    """
    if _get(conn, "indexes") != _indexes(layout):
        schema.create_indexes(conn, layout)
        _set(conn, "indexes", _indexes(layout))


def _indexes(layout: Layout) -> str:
    names = [str(i.name) for i in schema.row_indexes(layout)]
    return _print(repr(sorted([*names, *(name for name, _ in schema.own_indexes(layout))])))


def _print(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _said(limit: Deadline) -> str:
    """All of a time limit that what is due follows from."""
    states = [state.name for state in limit.runs]
    spans = f"{limit.span} {limit.extension} {limit.rolls} {limit.again} {limit.waits}"
    return f"{limit.code} {spans} {limit.after} {limit.until} {limit.grounds} {states}{limit.clock}"


def is_current(conn: Connection, layout: Layout) -> bool:
    """Whether nothing is to be done. Raises ReplicaTooNew where a newer program has written the file."""
    version = int(conn.exec_driver_sql("PRAGMA user_version").scalar_one())
    theirs, same = _get(conn, "program") or "", _get(conn, "schema") == fingerprint(layout)
    newer = numbers(theirs) > numbers(__version__)
    if version > VERSION or (newer and not same):
        raise ReplicaTooNew(
            f"数据文件已由更新的程序升级过，本机程序是 {__version__} 版，打不开。"
            f"请使用 {f'{theirs} 版或' if newer else ''}更新的程序；数据没有动"
        )
    return version == VERSION and same and _get(conn, "search") == index.VERSION


def numbers(version: str) -> tuple[int, ...]:
    """A version by which it sorts; what is no number counts as 0, as does a file of before versions were noted."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def run(conn: Connection, layout: Layout, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """The steps of an upgrade, in the caller's transaction."""
    version = int(conn.exec_driver_sql("PRAGMA user_version").scalar_one())
    conn.exec_driver_sql("INSERT OR IGNORE INTO door (open) VALUES (1)")
    for migration in migrations[version:]:
        migration(conn, layout)
    grow(conn, layout)
    rebuild(conn, layout)
    conn.exec_driver_sql("DELETE FROM door")
    mark(conn, layout)
    conn.exec_driver_sql(f"PRAGMA user_version = {len(migrations)}")


def grow(conn: Connection, layout: Layout) -> None:
    """Adds what the declarations have and the file lacks, and shows the fields and rows that were kept as unknown."""
    schema.create_tables(conn, layout)
    for table in schema.all_tables(layout):
        present = {row[1] for row in conn.exec_driver_sql(f'PRAGMA table_info("{table.name}")')}
        for column in table.columns:
            if column.name not in present:
                _add(conn, layout, table.name, column)
    adopt_rows(conn, layout.rows)
    schema.create_indexes(conn, layout)
    schema.create_triggers(conn, layout)


def _add(conn: Connection, layout: Layout, table: str, column: Column[object]) -> None:
    kind = column.type.compile(dialect=conn.dialect)
    default = f" DEFAULT {column.server_default.arg}" if column.server_default is not None else ""  # type: ignore[attr-defined]
    conn.exec_driver_sql(f'ALTER TABLE "{table}" ADD COLUMN "{column.name}" {kind}{default}')
    spec = layout.spec(table)
    declared = spec.field(column.name) if spec else None
    if declared is not None:
        _adopt(conn, table, declared)


def _adopt(conn: Connection, table: str, declared: FieldSpec) -> None:
    # JSON keeps a list as its own text, which is how such a column stores it; a truth value becomes 0 or 1
    path = f'$."{declared.name}"'
    conn.exec_driver_sql(
        f'UPDATE "{table}" SET "{declared.name}" = json_extract(extra, ?),'
        " extra = nullif(json_remove(extra, ?), '{}') WHERE extra IS NOT NULL AND json_type(extra, ?) IS NOT NULL",
        (path, path, path),
    )


def settle(engine: Engine) -> None:
    """Closes a file so that nothing of it is left in its write-ahead log."""
    checkpoint(engine)
    engine.dispose()


def swap(staging: Path, target: Path) -> None:
    """Puts a finished file in another's place: the bytes first, then the name, then the folder."""
    for suffix in ("-wal", "-shm"):
        staging.with_name(staging.name + suffix).unlink(missing_ok=True)
    with open(staging, "rb+") as file:
        os.fsync(file.fileno())
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    os.replace(staging, target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _get(conn: Connection, name: str) -> str | None:
    found = conn.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).scalar()
    return None if found is None else str(found)


def _set(conn: Connection, name: str, value: str) -> None:
    conn.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
