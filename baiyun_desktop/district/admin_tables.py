"""The tables of the administrators' part of a district: their tokens, their deeds, and which program each desk runs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from sync.district.tables import METADATA

TOKEN = Table(
    "admin_token",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=True),
    Column("login", Text, nullable=False, server_default=""),  # the administrator's, "" for a monitor
)

DEED = Table(
    "admin_deed",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    # The chain: empty for what a worker of before it has written, until the upgrade's second half seals that too.
    Column("seq", Integer, nullable=True),
    Column("prev", Text, nullable=True),
    Column("hash", Text, nullable=True),
)
"""What administrators have done, for the auditor: who, what, about which post, officer or desk. Never a password or code."""

DEED_END = Table(
    "admin_deed_end",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)
"""Where the chain of deeds stands, in one row: whoever adds a deed holds it until the commit, and no deed goes from its end
unseen."""

PROGRAM = Table(
    "desk_program",
    METADATA,
    Column("replica", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("told_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC, when it first said this version
)
"""Which version of the desk's program each desk last came with."""
