"""Gives each desk its audit book and the area that it alone holds, so that what it did travels to the auditors alone."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from baiyun_desktop.kernel.audit import AUDIT_AREA, BOOK, own_area
from baiyun_desktop.registry.divisions import organisation_id
from sync.act import Change, Op
from sync.district.district import District
from sync.district.enrol import Enroller
from sync.district.tables import DESK, HEAD
from sync.enrolment import Enrolment, EnrolRequest
from sync.schema import EVERYWHERE

ORGANISATION = "organisation"
_ABOVE = "separation-of-duties"
"""What the auditors' area lies below: no area of that name exists. So it is no top, whose posts may write reference
data, and it lies below no office, whose post would read along."""


def found_audit(district: District) -> None:
    """Makes the auditors' area in a district that has none yet."""
    record = organisation_id(AUDIT_AREA)
    with district.engine.connect().execution_options(reads=True) as conn:
        there = select(HEAD.c.pos).where(HEAD.c.collection == ORGANISATION, HEAD.c.record == record)
        if conn.execute(there).first() is not None:
            return
    district.write([auditors_area()], "初始化")


def auditors_area() -> Change:
    """The auditors' area as an organisation that everybody knows of."""
    row = {"area": EVERYWHERE, "code": AUDIT_AREA, "name": "审计", "short_name": "审计", "parent_code": _ABOVE}
    return Change(ORGANISATION, organisation_id(AUDIT_AREA), Op.CREATE, row)


def open_book(district: District, replica: str) -> None:
    """Opens one desk's book, unless it is open. The desk is given its own area first: an entry must find both."""
    with district.engine.connect().execution_options(reads=True) as conn:
        desk = conn.execute(select(DESK.c.grants, DESK.c.post).where(DESK.c.replica == replica)).one()
        book = select(HEAD.c.pos).where(HEAD.c.collection == BOOK, HEAD.c.record == replica)
        opened = conn.execute(book).first() is not None
    grants = json.loads(desk.grants)
    if own_area(replica) not in grants:
        district.grant(replica, [*grants, own_area(replica)])
    if not opened:
        row: dict[str, Any] = {"area": AUDIT_AREA, "desk_area": own_area(replica), "shown": replica, "post": desk.post}
        district.write([Change(BOOK, replica, Op.CREATE, row)], "开设审计簿")


def open_books(district: District) -> int:
    """Opens the books of desks that have none, or not their own area: of a district older than audit. Returns how many."""
    found_audit(district)
    with district.engine.connect().execution_options(reads=True) as conn:
        books = set(conn.execute(select(HEAD.c.record).where(HEAD.c.collection == BOOK)).scalars())
        desks = conn.execute(select(DESK.c.replica, DESK.c.grants).where(DESK.c.revoked_at.is_(None))).all()
    replicas = [d.replica for d in desks if d.replica not in books or own_area(d.replica) not in json.loads(d.grants)]
    for replica in replicas:
        open_book(district, replica)
    return len(replicas)


class BookKeeper(Enroller):
    """Enrols as ever; the desk that it admits has its book when it hears the answer."""

    district: District

    def enrol(self, request: EnrolRequest) -> Enrolment:
        answer = super().enrol(request)
        open_book(self.district, answer.replica)
        return answer
