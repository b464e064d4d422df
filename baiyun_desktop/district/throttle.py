"""Makes who guesses or asks too often wait, counted in the database: one count for all workers, and for the next start."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, insert, select

from sync.district.service import Service, TooManyGuesses
from sync.enrolment import Enrolment, EnrolRequest
from sync.errors import Refused

from .editions import now_of
from .throttle_tables import TRIED

log = logging.getLogger(__name__)

_LOCKS = 0x7472_6965
"""Beside other advisory locks of the database."""
KEPT_MS = 3_600_000
"""Older rows count for no throttle any more and are removed."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most so many of one thing by one address or token within a time; shorter than KEPT_MS."""

    engine: Engine
    what: str
    most: int
    within_s: float

    def spent(self, whose: str) -> bool:
        """Whether this was done so often lately."""
        with self.engine.connect().execution_options(reads=True) as conn:
            return self._done(conn, whose) >= self.most

    def note(self, whose: str) -> None:
        """Counts one more."""
        with self.engine.begin() as conn:
            conn.execute(insert(TRIED).values(what=self.what, whose=whose, at=now_of(conn)))

    def counts(self, whose: str) -> bool:
        """Counts one more; False, and not counted, where it was done so often. Of two at once the second sees the first."""
        with self.engine.begin() as conn:
            if conn.dialect.name == "postgresql":  # on SQLite whoever writes is alone
                of_both = func.hashtext(f"{self.what} {whose}")
                conn.execute(select(func.pg_advisory_xact_lock(_LOCKS, of_both)))
            if self._done(conn, whose) >= self.most:
                return False
            conn.execute(insert(TRIED).values(what=self.what, whose=whose, at=now_of(conn)))
        return True

    def _done(self, conn: Connection, whose: str) -> int:
        since = now_of(conn) - int(self.within_s * 1000)
        lately = (TRIED.c.what == self.what) & (TRIED.c.whose == whose) & (TRIED.c.at > since)
        return int(conn.execute(select(func.count()).select_from(TRIED).where(lately)).scalar_one())


def forget(engine: Engine) -> None:
    """Removes what counts no more; to be called each minute, since addresses are free to who guesses."""
    with engine.begin() as conn:
        conn.execute(delete(TRIED).where(TRIED.c.at <= now_of(conn) - KEPT_MS))


class CountedService(Service):
    """The protocol's service, whose wrong enrolment codes all workers count together."""

    async def enrol(self, address: str, request: EnrolRequest) -> Enrolment:
        """Enrol a desk; an address that keeps guessing is made to wait."""
        return await self.work(self._enrol, address, request)

    def _enrol(self, address: str, request: EnrolRequest) -> Enrolment:
        wrong = Throttle(self._engine, "enrol", self.limits.wrong_codes_max, self.limits.wrong_codes_s)
        if wrong.spent(address):
            raise TooManyGuesses("注册码多次有误，请稍后再试")
        try:
            return self._enroller.enrol(request)
        except Refused:
            wrong.note(address)
            log.warning("an enrolment from %s was refused", address)
            raise
