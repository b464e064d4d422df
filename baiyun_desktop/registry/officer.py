"""An officer 经办人: who he is at a desk, which posts he holds, and the hash by which he proves it without a line."""

from __future__ import annotations

from enum import Enum

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.codes import Code, CodeList
from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy
from baiyun_desktop.kernel.record import Record


class OfficerState(Enum):
    """Whether an officer may log in; the value is stored."""

    ACTIVE = "active"
    LOCKED = "locked"
    LEFT = "left"


STATES = CodeList(
    "OFFICER_STATE",
    "经办人状态",
    [Code("active", "在岗", "Active"), Code("locked", "已停用", "Locked"), Code("left", "已离岗", "Left")],
)


class Officer(Record, title="经办人", en="Officer", area="areas"):
    """Written by the district's own post alone, but for `OWN_FIELDS`, which the officer himself changes."""

    __tablename__ = "officer"

    areas: Mapped[list[str] | None] = field("范围", en="Held by", policy=Policy.LATEST, asked=Asked.AUTO)
    name: Mapped[str | None] = field("姓名", en="Name", policy=Policy.LATEST, asked=Asked.FIRST, listed=10)
    login: Mapped[str | None] = field("登录名", en="Log-in name", policy=Policy.LATEST, asked=Asked.FIRST, listed=12)
    posts: Mapped[list[str] | None] = field("岗位", en="Posts", policy=Policy.LATEST, help="岗位记录")
    state: Mapped[str | None] = field("状态", en="State", codes="OFFICER_STATE", policy=Policy.LATEST, listed=6)
    password: Mapped[str | None] = field(
        "密码", en="Password", policy=Policy.LATEST, asked=Asked.AUTO, mask=Mask.HIDDEN, help="只存Argon2id校验值"
    )
    must_change: Mapped[bool | None] = field("须改密码", en="Must change password", policy=Policy.LATEST)


OWN_BY = "login"
"""The field that an officer's own acts name him by, when he changes his password."""
OWN_FIELDS = frozenset({"password", "must_change"})
"""What an officer may write of his own record."""
