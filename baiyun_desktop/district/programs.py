"""Which version of the program each desk runs: read off its rounds' header, beside the protocol, and kept for the fleet's view."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from anyio import to_thread
from sqlalchemy import Connection, Engine, insert, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError

from baiyun_desktop.replica.desk_line import HEADER, version_of
from sync.district.tables import DESK
from sync.district.tokens import token_hash
from sync.wire import ROUND_PATH

from .admin_tables import PROGRAM
from .offering import Application, Event, Receive, Send

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 600.0
"""How long a process takes a desk's version for noted: another worker may have heard of another one since."""
_HEADER = HEADER.lower().encode()


class Programs:
    """What one serving process has heard of its desks' versions."""

    def __init__(self, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._now_ms = now_ms
        self._heard: dict[str, tuple[str, float]] = {}

    def listening(self, application: Application) -> Application:
        """The application; what a desk says of itself is noted once its round was answered, so that no round waits for it."""

        async def heard(scope: Event, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"] != ROUND_PATH:
                await application(scope, receive, send)
                return
            status = 0

            async def seen(message: Event) -> None:
                nonlocal status
                status = message.get("status", status)
                await send(message)

            await application(scope, receive, seen)
            if status == 200:  # then the token was a desk's
                await self._note(dict(scope["headers"]))

        return heard

    async def _note(self, headers: dict[bytes, bytes]) -> None:
        token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")[2]
        version, name = version_of(headers.get(_HEADER, b"").decode("latin-1")), token_hash(token)
        known, at = self._heard.get(name, ("", 0.0))
        if version == known and time.monotonic() < at + LOOK_AGAIN_S:
            return
        try:
            await to_thread.run_sync(self._write, name, version)
        except SQLAlchemyError:
            log.warning("a desk's version could not be noted", exc_info=True)  # it says it again with its next round
        else:
            self._heard[name] = version, time.monotonic()

    def _write(self, name: str, version: str) -> None:
        with self._engine.connect().execution_options(reads=True) as conn:
            query = select(DESK.c.replica, PROGRAM.c.version).outerjoin(PROGRAM, PROGRAM.c.replica == DESK.c.replica)
            row = conn.execute(query.where(DESK.c.token_hash == name)).one_or_none()
        if row is None or (row.version or "") == version:
            return
        values = {"version": version, "told_at": self._now_ms()}
        with self._engine.begin() as conn:
            if not conn.execute(update(PROGRAM).where(PROGRAM.c.replica == row.replica).values(**values)).rowcount:
                conn.execute(insert(PROGRAM).values(replica=row.replica, **values))


def versions(conn: Connection) -> dict[str, str]:
    """The version of each desk that has said one; a desk of before says none."""
    if not inspect(conn).has_table(PROGRAM.name):  # a district that was not upgraded yet
        return {}
    return {row.replica: row.version for row in conn.execute(select(PROGRAM)) if row.version}
