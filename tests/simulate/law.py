"""What time, the law and the administrator bring: rescues, revoked desks, erased records, a feed that is cut short."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from .hands import Hands
from .ledger import LAW
from .office import Office

if TYPE_CHECKING:
    from .town import Town

DAY_MS = 86_400_000


def wait(town: Town, office: Office, rng: Random) -> None:
    """Nobody does anything for a while: timers come early after it, or late, and deadlines pass."""
    town.clock.ms += rng.choice((60_000, 3_600_000, DAY_MS, 20 * DAY_MS, 50 * DAY_MS))
    town.district.tend()


def revoke(town: Town, office: Office, rng: Random) -> None:
    """A PC is retired, or an account was misused; what was typed there is still taken in."""
    if office.revoked or len([o for o in town.alive() if not o.revoked and o.family is not office.family]) < 2:
        return
    cause = rng.choice(("", "账号被盗用"))
    town.say(office, f"is revoked {cause}")
    town.district.revoke(office.replica, cause)
    for copy in office.family:
        copy.revoked = True


def erase(town: Town, office: Office, rng: Random) -> None:
    """A record is erased by law, with all that was said about it."""
    record = Hands(office, rng).any(kind := rng.choice(("person", "person", "reg")))
    if record is None or not town.knows((kind, record)):
        return
    town.say(office, f"{kind} {record[-3:]} is erased")
    town.trail.follow(town)
    town.district.erase([(kind, record)], LAW, "当事人申请")


def compact(town: Town, office: Office, rng: Random) -> None:
    """The feed is cut short; who is behind is given a pack."""
    last = town.district.last_pos()
    upto = rng.randrange(last // 2, last + 1)
    town.say(office, f"the feed begins after {upto}")
    town.district.compact(upto)


def look(town: Town, office: Office, rng: Random) -> None:
    """An officer looks at a photograph."""
    sql = "SELECT photo FROM person WHERE photo IS NOT NULL AND voided=0 ORDER BY id"
    found = [name for (name,) in office.store.raw.execute(sql)]
    if found and not office.ended:
        town.look(office, rng.choice(found))
