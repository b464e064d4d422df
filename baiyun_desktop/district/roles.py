"""Which role the desk has that takes a step: asked of its post's record, so that the district judges who may take it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from baiyun_desktop.kernel.judge import Reader
from baiyun_desktop.kernel.role import Role, role_named
from baiyun_desktop.registry.post import Post
from sync.district.scope import decode_payload
from sync.district.tables import HEAD
from sync.outside import Clock

LOOK_AGAIN_S = 30.0
"""How long a name without a record is taken for one: a desk enrolled by `--area` has no role, and each step asks."""


@dataclass
class PostRoles:
    """A post's record is known by its name once and for all, since that never changes; its role is read anew each time."""

    engine: Engine
    clock: Clock
    _ids: dict[str, str] = field(default_factory=dict)
    _looked: float = float("-inf")

    def role(self, post: str, reader: Reader) -> Role | None:
        """The role of a post as it stands in this transaction; None where it has no record, or that says none."""
        now = self.clock.monotonic()
        if post and post not in self._ids and now - self._looked > LOOK_AGAIN_S:
            self._ids, self._looked = self._read(), now
        row = reader.get(str(Post.__tablename__), self._ids[post]) if post in self._ids else None
        return role_named(row.get("role")) if row is not None else None

    def _read(self) -> dict[str, str]:
        query = select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == Post.__tablename__)
        with self.engine.connect().execution_options(reads=True) as conn:
            rows = conn.execute(query.where(HEAD.c.voided.is_(False))).all()
        return {str(decode_payload(row.payload).get("name")): row.record for row in rows}
