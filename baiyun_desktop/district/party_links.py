"""Shows somebody who lives elsewhere, in part and for a month, to the one desk that looked him up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from baiyun_desktop.registry.areas import OWN
from baiyun_desktop.registry.lookup import LINK, LINK_DAYS, own_area
from sync.act import Change, Op
from sync.district.scope import covered, decode_payload
from sync.district.sight import split
from sync.district.tables import DESK, HEAD

from .assembly import Assembly

PERSON = "person"


@dataclass
class PartyLinks:
    """A desk has an area of its own as long as somebody is shown to it, and shares its office's downloads otherwise."""

    assembly: Assembly
    _ended: date | None = None

    def show(self, replica: str, person: str, officer: str, reason: str, today: date) -> None:
        """Links a person to the desk, unless it holds the record or has such a link already."""
        district = self.assembly.district
        with self.assembly.snapshot() as conn:
            here = (HEAD.c.collection == PERSON) & (HEAD.c.record == person)
            areas = conn.execute(select(HEAD.c.areas).where(here)).scalar_one()
            held, tree = _grants(conn, replica), self.assembly.scope.tree(conn)
        if covered(tree, held, district.schema).touches(split(areas)):
            return
        if own_area(replica) not in held:
            district.grant(replica, [*held, own_area(replica)])
        values = {
            "area": own_area(replica), "person": person, "desk_area": own_area(replica),
            "asked_by": officer, "reason": reason, "made_on": today.isoformat(),
            "until": (today + timedelta(days=LINK_DAYS)).isoformat(),
        }  # fmt: skip
        district.write([Change(LINK, self.assembly.ids.new(), Op.CREATE, values)], "跨范围查询")

    def end_old(self, today: date) -> None:
        """Once a day: links that are over show nobody any more, and a desk without any has no area of its own."""
        if self._ended == today:
            return
        district, day = self.assembly.district, today.isoformat()
        with self.assembly.snapshot() as conn:
            heads = select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == LINK, HEAD.c.voided.is_(False))
            rows = [(r.record, decode_payload(r.payload)) for r in conn.execute(heads)]
        standing = [(record, row) for record, row in rows if not row.get("ended_on")]
        over = {record: row for record, row in standing if str(row.get("until") or "") < day}
        for record in over:
            district.write([Change(LINK, record, Op.FIELDS, {"ended_on": day})], "关联到期")
        shown = {row.get("desk_area") for record, row in standing if record not in over}
        self._take_back({str(row.get("desk_area")) for row in over.values()} - shown)
        self._ended = today

    def _take_back(self, areas: set[str]) -> None:
        for area in sorted(areas):
            replica = area.removeprefix(OWN)
            with self.assembly.snapshot() as conn:
                held = _grants(conn, replica)
            if area in held:
                self.assembly.district.grant(replica, [grant for grant in held if grant != area])


def _grants(conn: Connection, replica: str) -> list[str]:
    grants: Any = conn.execute(select(DESK.c.grants).where(DESK.c.replica == replica)).scalar_one()
    return msgspec.json.decode(grants, type=list[str])
