"""Which desk a replica is: whose post, at which district, with which secrets. All of it lies inside the encrypted file."""

from __future__ import annotations

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.registry.areas import OWN
from sync.enrolment import Enrolment, NumberBlock


class DeskIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What enrolment gave this desk. `areas` are organisation codes, `CODE|VIEW` for a part of each record; an empty `url`
    is a desk not yet enrolled."""

    replica: str
    epoch: int = 1
    url: str = ""
    ca: str = ""
    token: str = ""
    post: str = ""
    officer: str = ""
    areas: tuple[str, ...] = ()
    blocks: tuple[NumberBlock, ...] = ()
    district_word: str = "白矿"
    """The district's short name in numbers."""
    unit_word: str = ""
    """The post's unit in numbers; the last part of `post` where empty."""

    @classmethod
    def of(cls, enrolment: Enrolment) -> DeskIdentity:
        """The identity that the district's answer gives."""
        return cls(
            replica=enrolment.replica,
            epoch=enrolment.epoch,
            url=enrolment.url,
            ca=enrolment.ca,
            token=enrolment.token,
            post=enrolment.post,
            officer=enrolment.officer,
            areas=tuple(enrolment.areas),
            blocks=tuple(enrolment.blocks),
        )

    @property
    def places(self) -> tuple[str, ...]:
        """The codes of the organisations whose areas the post holds, whole or through a view; its own area is none."""
        codes = (area.partition("|")[0] for area in self.areas if not area.startswith(OWN))
        return tuple(dict.fromkeys(codes))

    @property
    def unit(self) -> str:
        """The unit as it stands in numbers."""
        return self.unit_word or self.post.split("·")[0] or (self.areas[0] if self.areas else "")


def save_identity(conn: Connection, identity: DeskIdentity) -> None:
    """Writes who this desk is, and takes in the number blocks that are new."""
    body = msgspec.json.encode(identity)
    conn.exec_driver_sql("INSERT OR REPLACE INTO identity (one, body) VALUES (1, ?)", (body,))
    for block in identity.blocks:
        take_block(conn, block)


def take_block(conn: Connection, block: NumberBlock) -> None:
    """Writes a block of numbers down; one that was given before stays as far used as it is."""
    conn.exec_driver_sql(
        "INSERT OR IGNORE INTO number_block (pattern, unit, year, first, last, next) VALUES (?, ?, ?, ?, ?, ?)",
        (block.pattern, block.unit, block.year, block.first, block.last, block.first),
    )


def load_identity(conn: Connection) -> DeskIdentity:
    """Raises LookupError where the file was never given an identity."""
    row = conn.exec_driver_sql("SELECT body FROM identity").first()
    if row is None:
        raise LookupError("the replica has no identity")
    return msgspec.json.decode(row[0], type=DeskIdentity)
