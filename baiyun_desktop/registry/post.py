"""A post 岗位: an organisation's desk with its role and what it may hold; a replica belongs to one, officers hold some."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.codes import Code, CodeList
from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.merging import Policy, Row
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.role import POWERS, Role

ROLES = CodeList("ROLE", "岗位职责", [Code(r.name, r.value, POWERS[r].en) for r in Role if r is not Role.SYSTEM])
"""The roles that a post may have, as the table of roles has them."""


class Post(Record, title="岗位", en="Post", area="area"):
    """Written by the district's own post alone. Desks were enrolled under its name, so that never changes."""

    __tablename__ = "post"

    area: Mapped[str | None] = field("范围", en="Held by", policy=Policy.LATEST, asked=Asked.AUTO)
    name: Mapped[str | None] = field("名称", en="Name", policy=Policy.LATEST, asked=Asked.FIRST, listed=18)
    organisation: Mapped[str | None] = field("组织代码", en="Organisation", policy=Policy.LATEST, listed=16)
    role: Mapped[str | None] = field("职责", en="Role", codes="ROLE", policy=Policy.LATEST, listed=12)
    grants: Mapped[list[str] | None] = field(
        "授权", en="Grants", policy=Policy.LATEST, help="区域代码，或 区域代码|视图"
    )
    unit_word: Mapped[str | None] = field("编号用简称", en="Unit in numbers", policy=Policy.LATEST)


def home_of(grants: Sequence[str]) -> str:
    """The area where the records of a post and its officers live, so that its desks hold them.

    A desk that was granted views alone holds them where the view shows both collections.
    """
    whole = [grant for grant in grants if "|" not in grant]
    return (whole or list(grants))[0].partition("|")[0]


def named(rows: Sequence[Row], name: str) -> Row | None:
    """The post of that name; None where there is none."""
    return next((row for row in rows if row.get("name") == name), None)
