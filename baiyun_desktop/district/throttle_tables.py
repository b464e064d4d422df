"""The table in which wrong codes and questions are counted, apart from what counts them so that the list of editions can make it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from sync.district.tables import METADATA

TRIED = Table(
    "tried",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("what", Text, nullable=False),
    Column("whose", Text, nullable=False),  # an address, or the public half of a token; never a secret
    Column("at", BigInteger, nullable=False),  # milliseconds since 1970 UTC, by the database's clock
)
"""A row for each wrong code, each wrong token and each administrator's question of the last minutes."""
Index("tried_of", TRIED.c.what, TRIED.c.whose, TRIED.c.at)
