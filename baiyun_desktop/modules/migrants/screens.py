"""What of residence registration belongs on a clerk's worklist: drafts to finish, endorsements past due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.ui.screens import Screens, Waiting

_KIND = "residence_reg"
_ACTIVE = Condition("state", Test.IS, "ACTIVE")
_ALL = "residence_active"


def waiting(today: date) -> Sequence[Waiting]:
    """The parts of the worklist on that day, the most urgent first."""
    day = today.isoformat()
    permit_past = (_ACTIVE, Condition("permit_due", Test.GIVEN), Condition("permit_due", Test.BEFORE, day))
    drafts = (Condition("state", Test.IS, "DRAFT"),)
    return (
        Waiting("waiting", "登记草稿待办完", "Drafts to finish", _KIND, drafts, (), "residence_drafts"),
        Waiting("attention", "居住证签注已到期", "Endorsements past due", _KIND, permit_past, ("permit_due",), _ALL),
    )


SCREENS = Screens(waiting=waiting)
