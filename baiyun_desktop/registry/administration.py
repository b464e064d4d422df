"""What the posts of the three administrators hold: an area of their own, and in it nothing but posts and officers."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.merging import EVERYWHERE, View
from baiyun_desktop.kernel.role import POWERS, Role

ADMINISTRATION = View("administration", {"post": None, "officer": None})
"""Without the view, whatever somebody moved into such an area would be on an administrator's desk."""
ABOVE = "separation-of-duties"
"""What the administrators' areas lie below: no area of that name exists. So none of them is a top, whose posts may write
reference data, and none lies below an office, whose post would read along."""
NAMES = {Role.SYSTEM_ADMIN: "系统管理", Role.SECURITY_ADMIN: "安全保密管理", Role.AUDIT_ADMIN: "审计"}


def home_grants(role: Role | None) -> list[str]:
    """What a post of that role is granted, whatever is asked for; empty where it is no administrator's.

    The auditor's area holds the audit's books too, and nothing of anybody else, so it is granted whole.
    """
    home = POWERS[role].home if role is not None else ""
    if not home:
        return []
    return [home] if role is Role.AUDIT_ADMIN else [f"{home}|{ADMINISTRATION.name}"]


def home_row(role: Role) -> dict[str, Any]:
    """The organisation that such an area is; everybody knows of it."""
    name = NAMES[role]
    return {"area": EVERYWHERE, "code": POWERS[role].home, "name": name, "short_name": name, "parent_code": ABOVE}
