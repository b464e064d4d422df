"""What the district keeps: heads, the feed with its chain, acts with their verdicts, desks, and the indexes between."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, false

METADATA = MetaData()

META = Table(
    "meta",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("district", Text, nullable=False),
    Column("timeline", BigInteger, nullable=False),
    Column("pos", BigInteger, nullable=False),
    Column("tag", LargeBinary, nullable=False),
    Column("horizon", BigInteger, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("covered", BigInteger, nullable=False, server_default="0"),  # what an off-machine backup reaches up to
    Column("seal", LargeBinary, nullable=False),  # the private key that acts are sealed to
    Column("restored_at", Text, nullable=False, server_default="[]"),  # JSON list of (timeline, its first position)
)
"""One row. Locking it is a turn, in which acts are judged and get positions; `horizon` is where the feed begins.

A timeline begins where the district was restored from a backup.
"""

DESK = Table(
    "desk",
    METADATA,
    Column("replica", Text, primary_key=True),
    Column("epoch", BigInteger, nullable=False),  # the newest
    Column("token_hash", Text, nullable=True),
    Column("post", Text, nullable=False, server_default=""),
    Column("officer", Text, nullable=False, server_default=""),
    Column("grants", Text, nullable=False),  # JSON list of area keys
    Column("past", Text, nullable=False, server_default="[]"),  # JSON list of (last position, grants) before these
    Column("cursor", BigInteger, nullable=False, server_default="0"),
    Column("last_contact", BigInteger, nullable=True),
    Column("enrolled_at", BigInteger, nullable=True),
    Column("revoked_at", BigInteger, nullable=True),
    Column("spent", Text, nullable=False, server_default="[0,0,0,0]"),  # quota.Spent as JSON
    Column("cause", Text, nullable=False, server_default=""),  # why, where nothing of it may count any more
    Column("level", BigInteger, nullable=False, server_default="0"),
    Column("waiting", BigInteger, nullable=False, server_default="0"),
    Column("oldest_ms", BigInteger, nullable=False, server_default="0"),
)

EPOCH = Table(
    "epoch",
    METADATA,
    Column("replica", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("parent", BigInteger, nullable=False, server_default="0"),
    Column("fork_at", BigInteger, nullable=False, server_default="0"),
    Column("first", BigInteger, nullable=False, server_default="1"),
    Column("last_number", BigInteger, nullable=False, server_default="0"),
    Column("fence", BigInteger, nullable=False, server_default="0"),
)
"""A replica's number lines: below `fork_at` a line has its parent's acts, from `first` on its own."""

HEAD = Table(
    "head",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("pos", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("voided", Boolean, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("stamps", LargeBinary, nullable=False),
    Column("areas", Text, nullable=False),
    Column("down", Text, nullable=True),  # what children have of these, where some are there for a child's sake
    Column("home", Text, nullable=False),
    Column("rowhash", BigInteger, nullable=False),
)
"""Each record as the district holds it. `areas` are the areas that hold it, comma-joined and sorted; `area|view` where
one holds no more than a view shows."""

Index("ix_head_pos", HEAD.c.collection, HEAD.c.pos)
Index("ix_head_areas", HEAD.c.areas, HEAD.c.collection, HEAD.c.record)

REF = Table(
    "ref",
    METADATA,
    Column("target", Text, primary_key=True),
    Column("collection", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("field", Text, primary_key=True),
)
"""Who points at whom: parents, carried records, links."""

Index("ix_ref_record", REF.c.record)

KEY = Table(
    "unique_key",
    METADATA,
    Column("rule", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("record", Text, primary_key=True),
)
"""Under which keys a unique rule finds a record."""

Index("ix_unique_key_record", KEY.c.record)

ACT = Table(
    "act",
    METADATA,
    Column("replica", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("seen", BigInteger, nullable=False),  # the base's position, as far as it is of this timeline
    Column("arrived_at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("pos", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("waits_for", Text, nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),  # of an act whose judging failed
)
"""Each act as it arrived and the answer to it: the history of every value ever saved."""

Index("ix_act_pos", ACT.c.replica, ACT.c.pos)  # a desk's answers after its cursor
Index("ix_act_waits", ACT.c.waits_for)

POSITION = Table(
    "position",
    METADATA,
    Column("pos", BigInteger, primary_key=True, autoincrement=False),
    Column("tag", LargeBinary, nullable=False),
    Column("desk", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("officer", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("verb", Text, nullable=False),
    Column("committed", BigInteger, nullable=False, server_default="0"),  # by the district's clock
)
"""The feed's spine: one act a position, each tag a running hash over all before."""

FEED = Table(
    "feed",
    METADATA,
    Column("pos", BigInteger, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("collection", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("voided", Boolean, nullable=False),
    Column("erases", Boolean, nullable=False, server_default=false()),
    Column("salt", LargeBinary, nullable=True),
    Column("commitment", LargeBinary, nullable=False),
    Column("fields", LargeBinary, nullable=False),
    Column("whole", LargeBinary, nullable=True),  # the row as of this position, where an area newly holds it
    Column("own", LargeBinary, nullable=True),  # what its author must be told besides the verdict, if anything
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
)

"""What each act did to each record. Of an erased record the content and the salt are gone, and the commitment stays."""

Index("ix_feed_record", FEED.c.record, FEED.c.pos)  # where a record lived when an author looked

FEED_AREA = Table(
    "feed_area",
    METADATA,
    Column("area", Text, primary_key=True),
    Column("pos", BigInteger, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
)
"""Which areas an entry concerns: those that held the record before it or hold it after, whole or in a view."""

ERASED = Table(
    "erased",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("pos", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("officer", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What was erased by law, at which position, on whose order: what arrives of it later is not kept."""

Index("ix_erased_record", ERASED.c.record)
Index("ix_erased_pos", ERASED.c.pos)

DIGEST = Table(
    "digest",
    METADATA,
    Column("areas", Text, primary_key=True),
    Column("total", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
)
"""The additive digest of the rows that exactly these areas hold, each whole or in a view as `HEAD.areas` says."""

PART_DIGEST = Table(
    "part_digest",
    METADATA,
    Column("areas", Text, primary_key=True),
    Column("sight", Text, primary_key=True),
    Column("mark", Text, primary_key=True),
    Column("total", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
)
"""The same of the parts of these rows that a sight shows; made when a desk first needs it. `mark` says by which views."""

BLOB = Table(
    "blob",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),  # 0 until it is whole
    Column("have", BigInteger, nullable=False),
    Column("desk", Text, nullable=False),  # comma-joined: whose acts named it before it was whole
    Column("since", BigInteger, nullable=False),
    Column("lost_at", BigInteger, nullable=True),
    Column("lost_by", Text, nullable=True),
)
"""Files that acts have named: promised by a desk since an instant, until they are whole or somebody gives them up."""

PIECE = Table(
    "blob_piece",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
