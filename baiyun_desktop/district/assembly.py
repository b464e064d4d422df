"""The district's composition root: what a folder's settings, certificates and database make together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, select

from baiyun_desktop.kernel.audit import AUDIT_AREA, ENTRY
from baiyun_desktop.kernel.calendar_year import CalendarYear
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry import divisions
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.registry.officer import OWN_BY, OWN_FIELDS, Officer
from baiyun_desktop.registry.organisation import Organisation
from baiyun_desktop.registry.post import Post
from baiyun_desktop.support.stated_clock import stated_by_environment
from sync.act import Change, Op
from sync.district.district import SCHEMA_VERSION, District
from sync.district.engine import open_engine
from sync.district.enrol import Enroller, unit_of
from sync.district.numbers import Numbering
from sync.district.rights import Deposit, Reserved
from sync.district.scope import decode_payload
from sync.district.tables import HEAD, META
from sync.district.tls import Certificates
from sync.outside import Clock, SystemClock, SystemIds

from . import deed_chain
from .editions import refuse_too_new, refuse_unfit
from .errors import Unfit
from .joined import joined
from .judging import DistrictJudge
from .roles import PostRoles
from .scope import DistrictScope
from .settings import Settings

_BEIJING = timezone(timedelta(hours=8))
ORGANISATION = Organisation.__tablename__
RESERVED: dict[str, Reserved | Deposit] = {
    Post.__tablename__: Reserved(),
    Officer.__tablename__: Reserved(OWN_BY, OWN_FIELDS),
    CalendarYear.__tablename__: Reserved(),
    ENTRY: Deposit(AUDIT_AREA),
}
"""Beside organisations, what only the district's own post writes (an officer changes his own password), and the audit,
which every desk adds to and the auditors read."""


class Assembly:
    """A district put together from its folder; raises Unfit where none was founded there."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        folder = folder.absolute()
        self.folder = folder
        self.settings = settings or Settings.load(folder)
        self.clock: Clock = stated_by_environment() or SystemClock()
        self.ids = SystemIds(self.clock)
        self.program = Program((REGISTRY, *MODULES))
        self.certificates = Certificates(folder / "tls")
        self.engine: Engine = open_engine(self.settings.database_url(folder))
        self.scope = DistrictScope()
        self.district = self._district()
        self._within: Connection | None = None

    def _district(self) -> District:
        judge = DistrictJudge(self.program.judge, PostRoles(self.engine), self.program.module_of)
        parts = self.engine, self.program.schema, self.scope, judge, self.clock, self.ids
        numbering = Numbering(list(self.program.numbers.values()), unit_of)
        return District(*parts, self.folder / "packs", reserved=RESERVED, numbering=numbering)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    def check(self) -> Self:
        """Itself; raises Unfit where the tables are of another version than this program."""
        with self.snapshot() as conn:
            version = conn.execute(select(META.c.schema_version)).scalar_one()
            refuse_too_new(conn)
        if version != SCHEMA_VERSION:
            raise Unfit(
                f"the database is of version {version}, this program serves version {SCHEMA_VERSION}: "
                "install the program that goes with it"
            )
        return self

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One consistent state to read, for as long as it takes; nobody who writes waits for it."""
        if self._within is not None:
            yield self._within
            return
        steady = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        with self.engine.connect().execution_options(reads=True, **steady) as conn, conn.begin():
            yield conn

    @contextmanager
    def whole(self) -> Iterator[Self]:
        """Itself within one transaction: all that is read, written and granted through it counts together or not at all.

        What is read was read behind whoever does such a thing at the same moment: nobody else's counts in between. Raises
        Unfit where the database lacks what this program writes.
        """
        if self._within is not None:
            yield self
            return
        with self.engine.begin() as conn:
            refuse_unfit(conn, self.folder)
            deed_chain.end(conn)
            here = copy(self)
            here.engine, here.scope, here._within = joined(conn), DistrictScope(), conn
            here.district = here._district()
            yield here
        for listener in self.district.listeners:
            listener()

    def today(self) -> date:
        """The day it is in the district, whatever zone the server is set to."""
        return datetime.fromtimestamp(self.clock.now_ms() / 1000, _BEIJING).date()

    def enroller(self) -> Enroller:
        series = list(self.program.numbers.values())
        url, ca_pem = self.settings.url, self.certificates.ca_pem()
        return Enroller(self.engine, ca_pem, self.clock, self.ids, os.urandom, url=url, series=series)

    def organisations(self) -> dict[str, dict[str, Any]]:
        """The organisations that the district holds, by code."""
        query = select(HEAD.c.payload).where(HEAD.c.collection == ORGANISATION, HEAD.c.voided.is_(False))
        with self.engine.connect().execution_options(reads=True) as conn:
            rows = [decode_payload(data) for data in conn.execute(query).scalars()]
        return {row["code"]: row for row in rows if row.get("code")}

    def seed(self, grids: int = 0) -> int:
        """Write the organisations that are missing, as officer "system", with so many grids a community.

        Returns how many. An organisation's id follows from its code.
        """
        known = self.organisations()
        seeds = divisions.organisations(self.settings.district, grids=grids)
        changes = [Change(kind, record, Op.CREATE, row) for kind, record, row in seeds if row["code"] not in known]
        if changes:
            self.district.write(changes, "初始化")
        return len(changes)
