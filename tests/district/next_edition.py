"""The district's program of one edition later, for tests of old and new workers beside each other."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Text

from baiyun_desktop.district import editions, main


def expand(conn: Connection) -> None:
    """What an older worker can do without: a column that may be empty, and one that fills itself."""
    editions.add_column(conn, "desk", Column("remark", Text, nullable=True))
    editions.add_column(conn, "desk", Column("marked", BigInteger, nullable=False, server_default="0"))


def contract(conn: Connection) -> None:
    """What only an older worker would still read."""
    conn.exec_driver_sql("DROP TABLE IF EXISTS leftover")


NEXT = editions.Migration(editions.newest() + 1, "remarks on desks", expand, contract)

if __name__ == "__main__":
    editions.MIGRATIONS = (*editions.MIGRATIONS, NEXT)
    main()
