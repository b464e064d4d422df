"""The table in which look-ups are counted, apart from what counts them so that the list of editions can make it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from sync.district.tables import METADATA

LOOKED_UP = Table(
    "looked_up",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("replica", Text, nullable=False),
    Column("at", BigInteger, nullable=False),  # milliseconds since 1970 UTC, by the database's clock
)
"""A row for each look-up of the last hour; whom it was about stands in the audit alone."""
Index("looked_up_of", LOOKED_UP.c.replica, LOOKED_UP.c.at)
