"""Which roles the desk and the officer have that take a step: asked of their records, so that the district judges who may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select

from baiyun_desktop.kernel.judge import Reader
from baiyun_desktop.kernel.role import Role, role_in_name, role_named
from baiyun_desktop.registry.officer import Officer, OfficerState
from baiyun_desktop.registry.post import Post
from sync.district.scope import decode_payload
from sync.district.tables import FEED, HEAD
from sync.outside import Clock

LOOK_AGAIN_S = 30.0
"""How long a name without a record is taken for one: a desk enrolled by `--area` has none, and each step asks."""
POST, OFFICER = str(Post.__tablename__), str(Officer.__tablename__)


@dataclass
class PostRoles:
    """A post's record is known by its name once and for all, since that never changes; its role is read anew each time."""

    engine: Engine
    clock: Clock
    _ids: dict[str, str] = field(default_factory=dict)
    _looked: float = float("-inf")

    def role(self, post: str, reader: Reader) -> Role | None:
        """The role of a post as it stands in this transaction: as its record says, else what the post is called by.

        None refuses steps. So a name that says none is looked up anew: its record may have been entered just now.
        """
        called = role_in_name(post)
        known = self._id(post, anew=called is None)
        row = reader.get(POST, known) if known else None
        return role_named(row.get("role")) if row is not None else called

    def of_officer(self, officer: str, post: str, reader: Reader) -> frozenset[Role]:
        """The roles that an officer has who did something at a desk of this post, as things stand in this transaction.

        Those of his posts while he may log in. Where nobody is entered for the desk's own post, nobody logs in there,
        and whoever sits there has its role, or the one that it is called by.
        """
        held: set[str] = set()
        for record in sorted(self.called(officer)):
            row = reader.get(OFFICER, record)
            if row is not None and row.get("state") == OfficerState.ACTIVE.value:
                held |= set(row.get("posts") or ())
        roles = self.of_posts(held, reader)
        own = None if self.logs_in(post) else self.role(post, reader)
        return roles if own is None else roles | {own}

    def called(self, officer: str) -> frozenset[str]:
        """The officers whom an act means by a name or log-in name, by their ids: who are called so now, else who were.

        What was done before the district renamed somebody may still be on its way.
        """
        if not officer:
            return frozenset()
        staff = dict(self._every(OFFICER))
        now = [record for record, said in staff.items() if officer in (said.get("name"), said.get("login"))]
        return frozenset(now or (record for record, name in self._names_had(sorted(staff)) if name == officer))

    def of_posts(self, posts: Iterable[str], reader: Reader) -> frozenset[Role]:
        """The roles of posts by their ids."""
        rows = [reader.get(POST, record) for record in sorted(posts)]
        roles = {role_named(row.get("role")) for row in rows if row is not None}
        return frozenset(role for role in roles if role is not None)

    def held_with(self, post: str) -> list[frozenset[str]]:
        """For each officer who holds a post, by its id, and has not left: all that he holds."""
        held = [
            said.get("posts") or () for _, said in self._every(OFFICER) if said.get("state") != OfficerState.LEFT.value
        ]
        return [frozenset(posts) for posts in held if post in posts]

    def logs_in(self, post: str) -> bool:
        """Whether officers are entered for a post, so that its desk asks who sits there."""
        known = self._id(post)
        return any(known in (said.get("posts") or ()) for _, said in self._every(OFFICER)) if known else False

    def _id(self, post: str, *, anew: bool = False) -> str:
        now = self.clock.monotonic()
        if post and post not in self._ids and (anew or now - self._looked > LOOK_AGAIN_S):
            self._ids = {str(said.get("name")): record for record, said in self._every(POST)}
            self._looked = now
        return self._ids.get(post, "")

    def _names_had(self, staff: Sequence[str]) -> Iterator[tuple[str, str]]:
        """What officers were called, as far back as the feed goes: longer than any act is good for that needs it."""
        query = select(FEED.c.record, FEED.c.fields).where(FEED.c.record.in_(staff), FEED.c.collection == OFFICER)
        with self.engine.connect().execution_options(reads=True) as conn:
            rows = conn.execute(query).all()
        yield from ((row.record, str(decode_payload(row.fields).get("name") or "")) for row in rows)

    def _every(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        query = select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == kind, HEAD.c.voided.is_(False))
        with self.engine.connect().execution_options(reads=True) as conn:
            rows = conn.execute(query).all()
        yield from ((row.record, decode_payload(row.payload)) for row in rows)
