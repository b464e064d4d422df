"""The tables of the administrators' part of a district: their tokens, and what was done with them and by commands."""

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
)
"""What administrators have done, for the auditor: who, what, about which post, officer or desk. Never a password or code."""
