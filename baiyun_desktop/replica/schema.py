"""The tables of a replica: the program's synced ones, the engine's own, and what this desk alone keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateIndex, CreateTable

from baiyun_desktop.kernel.listing import ListSpec, Test
from baiyun_desktop.replica.layout import Layout
from sync.desk import tables as journal_tables

LOCAL = MetaData()

DOOR = Table("door", LOCAL, Column("open", Integer, primary_key=True))
"""Empty, but inside a transaction of the one door: the triggers on synced tables look here."""

META = Table("meta", LOCAL, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""What the file says about itself: schema fingerprint, version of the search keys."""

IDENTITY = Table(
    "identity",
    LOCAL,
    Column("one", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""One row: which desk this is, of which post, at which district."""

NUMBER_BLOCK = Table(
    "number_block",
    LOCAL,
    Column("pattern", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("next", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Serials this desk may hand out with no line; gaps are lawful, a number is never used twice."""

HISTORY = Table(
    "history",
    LOCAL,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("officer", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("act", Integer, nullable=False, server_default="0"),
    Column("pos", Integer, nullable=False, server_default="0"),
    Column("batch", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("op", Text, nullable=False),
    Column("fields", JSON, nullable=False),
)
"""What each act changed, as {field: [before, after]}; the creation holds nothing, since the first `before` says it."""

Index("ix_history_record", HISTORY.c.record, HISTORY.c.id)
Index("ix_history_batch", HISTORY.c.batch, HISTORY.c.id, sqlite_where=HISTORY.c.batch != "")

PRINT_QUEUE = Table(
    "print_queue",
    LOCAL,
    Column("id", Integer, primary_key=True),
    Column("doc", Text, nullable=False, index=True),
    Column("paper", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("again", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("batch", Text, nullable=False, server_default=""),
    Column("pdf", LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # the id of one that was printed must never mean another paper
)
"""Papers on their way to a printer, whole: with no printer they wait here, and a power cut loses none."""

PRINT_BATCH = Table(
    "print_batch",
    LOCAL,
    Column("batch", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("paper", Text, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("doc", Text, nullable=False, server_default=""),
    Column("failed", Text, nullable=False, server_default=""),
)
"""What a batch is to print; a line without a paper is one that is still missing."""

PRINT_CHOICE = Table(
    "print_choice",
    LOCAL,
    Column("paper", Text, primary_key=True),
    Column("printer", Text, nullable=False),
    Column("tray", Text, nullable=False),
    Column("copies", Integer, nullable=False),
)
"""The printer and tray that this PC took last for a paper."""

SEARCH_DOC = Table(
    "search_doc",
    LOCAL,
    Column("doc", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("keys", Text, nullable=False),
    UniqueConstraint("record", "kind"),
)
"""A record that can be found; `keys`, a line each, say exactly which rows of the index are its own."""

SEARCH_KEY = Table(
    "search_key",
    LOCAL,
    Column("key", Text, primary_key=True),
    Column("doc", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""The index: read by ranges of `key` only. LIKE with a bound parameter would miss it."""


UNSAVED = Table(
    "unsaved",
    LOCAL,
    Column("id", Text, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What stands in open forms and is not saved yet; it never travels, and goes when the form is saved."""

ACCOUNT = Table(
    "account",
    LOCAL,
    Column("officer", Text, primary_key=True),
    Column("password_wrong", Integer, nullable=False, server_default="0"),
    Column("password_until", Integer, nullable=False, server_default="0"),
    Column("challenge", Text, nullable=False, server_default=""),
    Column("asked_at", Integer, nullable=False, server_default="0"),
    Column("code_wrong", Integer, nullable=False, server_default="0"),
    Column("code_until", Integer, nullable=False, server_default="0"),
)
"""How often each officer has mistyped his password or a one-time code at this desk, and what it waits for."""

DUTY = Table(
    "duty",
    LOCAL,
    Column("one", Integer, primary_key=True),
    Column("seen_ms", Integer, nullable=False, server_default="0"),
    Column("round_ms", Integer, nullable=False, server_default="0"),
    Column("renewed_ms", Integer, nullable=False, server_default="0"),
    Column("last", Text, nullable=False, server_default=""),
)
"""One row: the highest instant this desk has seen, its last round by then, and who logged in last."""

AUDIT_CHAIN = Table(
    "audit_chain",
    LOCAL,
    Column("one", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)
"""One row: the last audit entry of this desk, which the next one hangs on; entries themselves leave with a round."""

ADMIN_KEPT = Table(
    "admin_kept",
    LOCAL,
    Column("name", Text, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""An administrator's token, by officer, and the district's last answer to each question, for when the line is down."""


VISIT_BUNDLE = Table(
    "visit_bundle",
    LOCAL,
    Column("id", Text, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("finished", Integer, nullable=False, server_default="0"),
    Column("body", LargeBinary, nullable=False),
)
"""Walks from door to door that were prepared here (see `visits`): who is visited in which order, and how far they are.

`mark` is the last line of the history when it was prepared: what comes after it is what has changed since.
"""

Index("ix_visit_bundle_until", VISIT_BUNDLE.c.finished, VISIT_BUNDLE.c.until)

DUE = Table(
    "due",
    LOCAL,
    Column("record", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("start", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("plain", Text, nullable=False),
    Column("near", Text, nullable=False),
    Column("paused", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("extended", Integer, nullable=False),
    Column("waited", Integer, nullable=False),
    Column("unknown", Text, nullable=False),
    Column("explained", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The time limits that run, worked out from the rows (see `dues`); it never travels and is rebuilt at will."""

Index("ix_due_day", DUE.c.kind, DUE.c.paused, DUE.c.day, DUE.c.near)
Index("ix_due_unknown", DUE.c.unknown, sqlite_where=DUE.c.unknown != "")


def guarded_tables(layout: Layout) -> list[Table]:
    """What only the door may write: synced rows, and the journal and history that must agree with them."""
    return [*layout.tables, journal_tables.JOURNAL, HISTORY]


def all_tables(layout: Layout) -> list[Table]:
    return [*layout.tables, *journal_tables.METADATA.sorted_tables, *LOCAL.sorted_tables]


def row_indexes(layout: Layout) -> list[Index]:
    """The indexes of each table, and those that follow from what a collection says of its parent and area."""
    return [index for table in all_tables(layout) for index in sorted(table.indexes, key=lambda i: str(i.name))]


def followed_columns(layout: Layout, table: Table) -> list[str]:
    """Columns by which records are looked up though nobody declared an index: parent, area, links."""
    spec = layout.schema[table.name]
    names = [spec.parent[0]] if spec.parent else []
    names += [spec.area] if spec.area else []
    names += [*spec.carried, *(refer.subject[0] for refer in spec.refers)]
    covered = {str(index.columns[0].name) for index in table.indexes}
    return [name for name in dict.fromkeys(names) if name in table.c and name not in covered]


def create_tables(conn: Connection, layout: Layout) -> None:
    """Every table that is not there yet, without indexes: a bulk load wants them last."""
    present = table_names(conn)
    for table in all_tables(layout):
        if table.name not in present:
            conn.execute(CreateTable(table))


def own_indexes(layout: Layout) -> Iterator[tuple[str, str]]:
    """(name, statement) of the indexes that nobody declared and that follow from links, lists and voids."""
    for table in layout.tables:
        for column in followed_columns(layout, table):
            name = f"fx_{table.name}_{column}"
            yield name, f'CREATE INDEX "{name}" ON "{table.name}" ("{column}")'
        # few rows are void: with these a list's total needs no look at each row
        name = f"fx_{table.name}_void"
        yield name, f'CREATE INDEX "{name}" ON "{table.name}" (id) WHERE voided IS 1'
    for spec in layout.program.lists.values():
        columns = listed_columns(spec)
        indexed = {str(index.columns[0].name) for index in layout.schema[spec.kind].table.indexes}
        if columns and (len(columns) > 1 or columns[0] not in indexed):
            name = f"fx_{spec.kind}_{'_'.join(columns)}"
            yield name, f'CREATE INDEX "{name}" ON "{spec.kind}" ({_quoted(columns)}, id)'


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def listed_columns(spec: ListSpec) -> list[str]:
    """What a list's own filter fixes, then what it sorts by: an index on these gives its page without sorting.

    Empty where it sorts in two directions or by a linked record.
    """
    if len({name.startswith("-") for name in spec.sort}) > 1:
        return []
    fixed = [c.field for c in spec.where if c.test is Test.IS and c.value is not None]
    columns = [*fixed, *(name.removeprefix("-") for name in spec.sort)]
    return [] if any("." in name for name in columns) else columns


def create_indexes(conn: Connection, layout: Layout) -> None:
    """Every index that is not there yet."""
    present = names_of(conn, "index")
    for index in row_indexes(layout):
        if index.name not in present:
            conn.execute(CreateIndex(index))
    for name, statement in own_indexes(layout):
        if name not in present:
            conn.exec_driver_sql(statement)
            present.add(name)


def door_triggers(layout: Layout) -> Iterator[tuple[str, str]]:
    """(name, statement) of the triggers that abort a write which does not come through the door."""
    for table in guarded_tables(layout):
        for verb in ("INSERT", "UPDATE", "DELETE"):
            name = f"door_{table.name}_{verb.lower()}"
            yield (
                name,
                (
                    f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table.name}" WHEN NOT EXISTS (SELECT 1 FROM door) '
                    f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
                ),
            )


CLOSED = "the door is closed: write through replica.door"


def create_triggers(conn: Connection, layout: Layout) -> None:
    """The door's lock on each guarded table."""
    present = names_of(conn, "trigger")
    for name, statement in door_triggers(layout):
        if name not in present:
            conn.exec_driver_sql(statement)


def drop_triggers(conn: Connection, layout: Layout) -> None:
    """Only for a load that makes them again in the same transaction."""
    for name, _ in door_triggers(layout):
        conn.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{name}"')


def names_of(conn: Connection, kind: str) -> set[str]:
    """Names of the objects of one kind ("table", "index", "trigger") in the file."""
    rows = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = ?", (kind,))
    return {row[0] for row in rows}


def table_names(conn: Connection) -> set[str]:
    return names_of(conn, "table")
