"""What the engine keeps in a replica beside the synced rows: the journal of own acts, pristine copies, the cursor."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, and_

METADATA = MetaData()

STATE = Table(
    "sync_state",
    METADATA,
    Column("one", Integer, primary_key=True),
    Column("replica", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("pos", Integer, nullable=False, server_default="0"),
    Column("tag", LargeBinary, nullable=False, default=b""),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("next_number", Integer, nullable=False, server_default="1"),
    Column("scope", Text, nullable=False, server_default=""),
    Column("digest", Integer, nullable=False, server_default="0"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("last_round_at", Integer, nullable=True),
    Column("skew_ms", Integer, nullable=True),
    Column("alarm", Text, nullable=True),
    Column("mended", Text, nullable=False, server_default="[]"),  # ranges that had to be repaired
    Column("lines", Text, nullable=False, server_default="[]"),  # JSON list of (epoch before, number of the fork)
    Column("timeline", Integer, nullable=False, server_default="0"),  # the district's; 0 until it is known
    Column(
        "restores", Text, nullable=False, server_default="[]"
    ),  # JSON list of (timeline, last position kept before it)
    Column("old_upto", Integer, nullable=False, server_default="-1"),
    Column("old_pos", Integer, nullable=False, server_default="0"),
    Column("covered", Integer, nullable=False, server_default="0"),  # up to which acts were let go
    Column("seal", LargeBinary, nullable=False, default=b"", server_default=""),  # the district's public key
    Column("revoked", Text, nullable=False, server_default=""),  # why the district serves this desk no more
)
"""One row: where this replica stands. `digest` and `rows` sum up the pristine rows it holds.

Acts up to `old_upto` were typed on an older timeline, which is this one's past up to position `old_pos`.
"""

JOURNAL = Table(
    "sync_journal",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", Integer, nullable=False),
    Column("outcome", Text, nullable=True),  # None until the district has answered
    Column("pos", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("shown", Integer, nullable=False, server_default="1"),  # still part of the shown sum
    Column("dismissed", Integer, nullable=False, server_default="0"),
    Column("kept", Integer, nullable=False, server_default="0"),  # 0 as it was saved, 1 sealed, 2 no more
    Column(
        "own", Integer, nullable=False, server_default="0"
    ),  # of a sealed act: its base's last own act, by today's numbers
)
"""Each own act as it was saved; only its answer is added, and its number changes where a copy of the file had used it.

What this desk may not read any more is sealed to the district's key; what a backup of the district has is let go.
"""

Index("ix_sync_journal_open", JOURNAL.c.number, sqlite_where=JOURNAL.c.outcome.is_(None))
Index(
    "ix_sync_journal_answered",
    JOURNAL.c.pos,
    JOURNAL.c.number,
    sqlite_where=and_(JOURNAL.c.shown == 1, JOURNAL.c.outcome.is_not(None)),
)

BACKUP = Table(
    "sync_backup",
    METADATA,
    Column("covered", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
)
"""Positions up to which backups of the district go, and when by its clock this desk heard so."""

TOUCH = Table(
    "sync_touch",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which acts of the shown sum touch which record."""

Index("ix_sync_touch_number", TOUCH.c.number)

PRISTINE = Table(
    "sync_pristine",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The district's row of each record that own acts cover; any other row is its own pristine copy."""

LEAVING = Table(
    "sync_leaving",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Records that left this replica's areas while an act on them waits for its verdict: closed for writing."""

STAMPS = Table(
    "sync_stamp",
    METADATA,
    Column("pos", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("verb", Text, nullable=False),
)
"""Who did what stands at a position."""
