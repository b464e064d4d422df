"""What the offices' books say of visitors before the month begins: who lives here since when, and who has a permit."""

from __future__ import annotations

from datetime import date, timedelta

from baiyun_desktop.stories.migrants.script import MONTH, Seat, Turn, ago, card, door, the

REG, PERMIT = "residence_reg", "residence_permit"


def lives_here_since(days: int) -> tuple[Turn, ...]:
    """A registration of an earlier day, taken over into the community's book."""
    stay = {
        "person": the("person"), "live_addr": door, "dwelling": "01", "inflow_reason": "01", "source": "3",
        "arrive_date": ago(days), "reg_date": ago(days),
    }  # fmt: skip
    return (Turn("登记", REG, stay, seat=Seat.HOME, new=True),)


LIVES_HERE = lives_here_since(60)


def permit_of(issued: date) -> tuple[Turn, ...]:
    """A permit that was issued on that day, taken over with its dates; the steps are taken by whose they are."""

    def before(days: int) -> str:
        return (issued - timedelta(days=days)).isoformat()

    applied = {
        "person": the("person"), "reg": the(REG), "reside_since": before(200), "apply_by": "1", "photo_held": True,
        "basis": ["1"], "proofs": ["11"], "apply_date": before(9),
    }  # fmt: skip
    sent = {"forwarded_on": before(8), "issue_date": before(0)}
    made = {"permit_no": card, "issuer": "白云鄂博矿区公安分局"}
    return (
        *lives_here_since((MONTH - issued).days + 200),
        Turn("材料齐", PERMIT, applied, seat=Seat.HOME, new=True),
        Turn("受理", PERMIT, {"accept_date": before(9)}, seat=Seat.HOME),
        Turn("报公安", PERMIT, sent, seat=Seat.HOME),
        Turn("制证", PERMIT, {"making_on": before(5)}, seat=Seat.POLICE, after=1),
        Turn("制成", PERMIT, made, seat=Seat.POLICE),
        Turn("发放", PERMIT, {"receive_date": issued.isoformat()}, seat=Seat.HOME, after=1),
    )


HELD_SINCE_APRIL = permit_of(date(2025, 4, 1))
"""Its year is endorsed from 1 March on."""
HELD_LAST_AUTUMN = permit_of(date(2025, 9, 1))
"""Its year is not endorsed before August."""
HELD_SINCE_WINTER = permit_of(date(2025, 2, 10))
"""Its year ended on 10 February."""
