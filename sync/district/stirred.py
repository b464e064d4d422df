"""Whom it concerns that something was written: the last position for one desk, or for all of them in one look."""

from __future__ import annotations

import json

from sqlalchemy import Connection, Text, column, func, select, values

from ..protocol import News
from ..schema import EVERYWHERE
from .scope import Scope
from .sight import Cover, area_of, split
from .tables import DESK, FEED, FEED_AREA, META


def news_of(conn: Connection, cover: Cover, since: int) -> News:
    """Where in what a desk holds there is something beyond a position."""
    # The last of each area by itself: all of them at once would be looked for among all entries there are.
    one = values(column("area", Text), name="one").data([(area,) for area in sorted(cover.areas)]).cte("one")
    last = select(func.max(FEED_AREA.c.pos)).where(FEED_AREA.c.area == one.c.area).scalar_subquery()
    found = [(area, pos) for area, pos in conn.execute(select(one.c.area, last)) if pos is not None and pos > since]
    return News(max((pos for _, pos in found), default=0), sorted(area for area, _ in found))


def stirred(conn: Connection, scope: Scope, since: int) -> tuple[int, dict[str, int]]:
    """The last position of all, and for each desk that something after `since` concerns, the last that does."""
    pos: int = conn.execute(select(META.c.pos)).scalar_one()
    if pos <= since:
        return pos, {}
    reach = _reach(conn, scope, since)
    desks = conn.execute(select(DESK.c.replica, DESK.c.grants, DESK.c.revoked_at)).all()
    heads = {r.replica: max(reach.get(g, 0) for g in [EVERYWHERE, *map(area_of, json.loads(r.grants))]) for r in desks}
    heads |= {r.replica: pos for r in desks if r.revoked_at is not None}  # its next round hears of it
    return pos, {replica: last for replica, last in heads.items() if last}


def _reach(conn: Connection, scope: Scope, since: int) -> dict[str, int]:
    """For each area that a post may be granted, the last position after `since` that concerns it."""
    tree, reach = scope.tree(conn), dict[str, int]()
    query = select(FEED.c.before, FEED.c.after, func.max(FEED.c.pos).label("pos")).where(FEED.c.pos > since)
    for row in conn.execute(query.group_by(FEED.c.before, FEED.c.after)):
        for area in {area_of(k) for k in (*split(row.before), *split(row.after))}:
            for grant in tree.above(area):
                reach[grant] = max(reach.get(grant, 0), row.pos)
    return reach
