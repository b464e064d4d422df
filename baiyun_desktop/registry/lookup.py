"""What a desk may learn of a person outside its areas: the part that a party's link shows, and the link itself."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.merging import Referral, Row, View
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.role import POWERS, REGISTRY, S3, Role
from baiyun_desktop.registry.areas import OWN

PARTY = "party"
LINK = "party_link"
LINK_DAYS = 30
"""How long a look-up shows the person to the desk that asked: the time in which a counter ends its business."""


def own_area(replica: str) -> str:
    """Where a person is shown to the desk that looked him up, and to no other of its office: granted with the first one."""
    return f"{OWN}{replica}"


def may_look_up(role: Role) -> bool:
    """Whoever registers people or takes steps on their registrations; nobody else has a stranger before him."""
    powers = POWERS[role]
    return role is not Role.SYSTEM and (REGISTRY in powers.creates or S3 in powers.advances)


def stands(row: Row) -> bool:
    """Whether the link still shows its person."""
    return not row.get("ended_on")


class PartyLink(
    Record,
    title="当事人关联",
    en="Party link",
    area="area",
    refers=(Referral(("person", "person"), to="desk_area", view=PARTY, live=stands),),
    live=stands,
):
    """Why a desk holds a part of a person who lives elsewhere: its officer looked that person up by an exact number.

    Made by the district alone; it lives with the district and, in the view, with the desk that asked.
    """

    __tablename__ = LINK

    area: Mapped[str | None] = field("范围", en="Held by", asked=Asked.AUTO)
    person: Mapped[str | None] = field("人员", en="Person", ref="person", asked=Asked.AUTO, listed=10)
    desk_area: Mapped[str | None] = field("查询岗位的范围", en="Shown to", asked=Asked.AUTO)
    asked_by: Mapped[str | None] = field("查询人", en="Looked up by", asked=Asked.AUTO, listed=10)
    asked_post: Mapped[str | None] = field("查询岗位", en="At", asked=Asked.AUTO, listed=16)
    reason: Mapped[str | None] = field("查询事由", en="Reason", asked=Asked.AUTO, listed=24)
    made_on: Mapped[date | None] = field("查询日期", en="Looked up on", asked=Asked.AUTO, listed=11)
    until: Mapped[date | None] = field("显示至", en="Shown until", asked=Asked.AUTO, listed=11)
    ended_on: Mapped[date | None] = field("结束日期", en="Ended on", asked=Asked.AUTO, listed=11)


PARTY_VIEW = View(
    PARTY,
    {
        "person": frozenset({"name", "id_type", "id_no", "sex", "birth_date", "phone", "area", "resident_type"}),
        LINK: None,
    },
)
"""What a counter needs to serve somebody who lives elsewhere, and no more (PIPL art. 6)."""
