"""What an application for legal aid begins with: what the ticket, the registration and its employer say already."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.modules.migrants.aid.legal_rules import OF_MIGRANTS, WAGES
from baiyun_desktop.modules.migrants.registration.records import stands

UNPAID_WAGES = "403"
"""Code of the catalogue's item 欠薪维权."""
CLAIMANT = "1"
"""Of code list LEGAL_SIDE."""
STAYS = "person<residence_reg.person>employer"
NEEDS = ("item", "person", STAYS)


def of_ticket(loaded: Loaded) -> dict[str, Any]:
    """Registration and employer of who stands at the counter; for unpaid wages the matter and the exemption too (42 III)."""
    unpaid = loaded.get("item.code") == UNPAID_WAGES
    wages = {"matter": WAGES, "income_basis": OF_MIGRANTS, "side": CLAIMANT} if unpaid else {}
    return {**wages, **_stay(loaded, with_employer=unpaid)}


def _stay(loaded: Loaded, *, with_employer: bool) -> dict[str, Any]:
    """The stay that goes on; of several the one registered last. The other side of a claim for wages is the employer."""
    going = [reg for reg in loaded.others.get(STAYS, ()) if reg.get("reg_date") and stands(reg.values)]
    if not going:
        return {"opponent": loaded.get("person.work_unit")} if with_employer else {}
    reg = max(going, key=lambda one: str(one.get("reg_date")))
    if not with_employer:
        return {"reg": reg.id}
    named = reg.get("employer.name") or loaded.get("person.work_unit")
    return {"reg": reg.id, "employer": reg.get("employer"), "opponent": named}
