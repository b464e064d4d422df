"""Who lives with whom: told by households, houses and doors, for the sheet on which a whole family stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.snapshots import snapshots_by_id
from sync.act import Base

RELATIVES_MAX = 100
"""A dormitory has more people than any sheet shows."""


class Shares(Enum):
    """What two people share."""

    HOUSEHOLD = "household"
    HOUSE = "house"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Relative:
    """Someone who lives with a person; `kin` is the code of their place in the household, where that is known."""

    person: Snapshot
    shares: Shares
    kin: str | None = None


_QUERIES = {
    Shares.HOUSEHOLD: (
        "SELECT m.person, m.kin FROM household_member own"
        " JOIN household_member m ON m.household = own.household"
        " WHERE own.person = ? AND own.voided = 0 AND m.voided = 0 AND own.until IS NULL AND m.until IS NULL"
    ),
    Shares.HOUSE: "SELECT p.id, NULL FROM person own JOIN person p ON p.house = own.house WHERE own.id = ?",
    # the door is indexed and brings a handful of rows, among which the whole address decides
    Shares.ADDRESS: (
        "SELECT p.id, NULL FROM person own JOIN person p ON p.door = own.door AND p.live_addr = own.live_addr"
        " WHERE own.id = ?"
    ),
}


def relatives(conn: Connection, layout: Layout, base: Base, person_id: str) -> list[Relative]:
    """The people who live with a person, the nearest first, each once and without that person."""
    found: dict[str, tuple[Shares, str | None]] = {}
    for shares, sql in _QUERIES.items():
        for record, kin in conn.exec_driver_sql(f"{sql} LIMIT {RELATIVES_MAX}", (person_id,)):
            if record and record != person_id:
                found.setdefault(record, (shares, kin))
    people = snapshots_by_id(conn, layout, base, "person", found)
    return [
        Relative(people[record], shares, kin)
        for record, (shares, kin) in found.items()
        if record in people and not people[record].voided
    ]
