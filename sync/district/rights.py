"""What a desk may write: today's areas for steps, and for the rest also what it held when its author looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from ..merge import Author
from ..schema import EVERYWHERE
from .lines import line_name
from .scope import AreaTree
from .tables import FEED, META, POSITION
from .unit import Key, Unit, split


class NotAllowed(Exception):
    """The desk may not write this; the words are for the officer."""


class TooLate(NotAllowed):
    """The desk had the right when its author looked, and has it no more: what was typed is rescued."""


_HORIZON = select(META.c.horizon)
REFERENCE = "基础数据由区里统一维护，本岗位不能修改"


@dataclass(slots=True)
class Rights:
    """One desk's rights. `past` lists earlier grants as (last position at which they held, areas granted), in order."""

    unit: Unit
    tree: AreaTree
    grants: tuple[str, ...]
    past: Sequence[tuple[int, Sequence[str]]] = ()
    reserved: str = ""
    """The collection that areas themselves come from: who could write it could give himself any area."""
    cause: str = ""
    """Why nothing of this desk may count any more, where its right was taken away for cause."""
    areas: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.areas = self.tree.cover(self.grants)

    def check_collection(self, collection: str) -> None:
        """Raises NotAllowed where only the district's own post may write this collection."""
        if collection == self.reserved and not self._is_top():
            raise NotAllowed(REFERENCE)

    def _is_top(self) -> bool:
        return any(self.tree.knows(g) and self.tree.is_top(g) for g in self.grants)

    def check_standing(self) -> None:
        """Raises TooLate where the desk was revoked for cause."""
        if self.cause:
            raise TooLate("本机的登记已被撤销，内容已交区里处理")

    def granted(self, author: Author) -> Sequence[str]:
        """The areas given to the post, or where it has none any more, those that it had when the author looked."""
        return self.grants or self._granted_then(author.base.pos)

    def home(self, author: Author) -> str:
        """Where a record lives that names no area."""
        granted = self.granted(author)
        if not granted:
            raise NotAllowed("本岗位没有可以登记的范围")
        return granted[0]

    def check_placing(self, areas: Sequence[str], author: Author, *, new: bool) -> None:
        """Raises NotAllowed where a record may not be made to live in these areas.

        A new record lives in the post's own areas, of today or of when the author looked (one that the tree lacks counts
        as such); one that the desk holds may also be handed over to another area, but not made everybody's.
        """
        for area in areas:
            if area == EVERYWHERE or (new and self.tree.knows(area)):
                then = area != EVERYWHERE and area in self._covered_then(author.base.pos)
                if not then:
                    self.check((area,))

    def check_target(self, key: Key, areas: tuple[str, ...], author: Author, *, carried: bool) -> None:
        """Raises NotAllowed where a row would hang itself on, or bring along, a record that the desk does not hold."""
        if not (carried and EVERYWHERE in areas):
            self.check_edit(key, areas, author)

    def check(self, areas: tuple[str, ...]) -> None:
        """Raises NotAllowed unless the post's areas of today hold a record that lives in these."""
        if EVERYWHERE in areas and not self._is_top():
            raise NotAllowed(REFERENCE)
        if areas and not self.areas.intersection(areas):
            raise NotAllowed("这条记录已不在本岗位的范围内")

    def check_today(self, key: Key, areas: tuple[str, ...], author: Author) -> None:
        """For steps and decisions, which count by today's right alone: raises TooLate where it has gone since."""
        try:
            self.check(areas)
        except NotAllowed as reason:
            if EVERYWHERE not in areas and (self._forgotten(key, author) or self._held_then(key, author)):
                raise TooLate(str(reason)) from None
            raise

    def check_edit(self, key: Key, areas: tuple[str, ...], author: Author) -> None:
        """The same for fields and voids, which count also where the record, or the grant, left after the author looked.

        The record was moved, or the post's areas changed, while the office worked without a line: what was typed in
        good faith is merged where the record lives now.
        """
        try:
            self.check(areas)
        except NotAllowed as reason:
            if EVERYWHERE not in areas and self._forgotten(key, author):
                raise TooLate(str(reason)) from None
            if not self._held_then(key, author):
                raise

    def _forgotten(self, key: Key, author: Author) -> bool:
        """Whether the author looked so long ago that the feed no longer says where the record lived then."""
        if not author.base.pos:
            return False  # nothing of the district's was on the screen
        horizon = self.unit.conn.execute(_HORIZON).scalar_one()
        head = self.unit.head(key)
        return author.base.pos < horizon and head is not None and head.created <= horizon

    def _held_then(self, key: Key, author: Author) -> bool:
        """Whether the desk held the record when the author looked."""
        then = self._areas_then(key, author)
        return EVERYWHERE not in then and bool(self._covered_then(author.base.pos).intersection(then))

    def _granted_then(self, pos: int) -> Sequence[str]:
        return next((grants for upto, grants in self.past if pos <= upto), self.grants)

    def _covered_then(self, pos: int) -> frozenset[str]:
        return self.tree.cover(self._granted_then(pos))

    def _areas_then(self, key: Key, author: Author) -> tuple[str, ...]:
        """Where a record lived at the author's base: what the first entry after it says it had before."""
        query = select(FEED.c.pos, FEED.c.before, POSITION.c.desk, POSITION.c.epoch, POSITION.c.number)
        query = query.join(POSITION, POSITION.c.pos == FEED.c.pos).order_by(FEED.c.pos, FEED.c.n)
        query = query.where(FEED.c.collection == key[0], FEED.c.record == key[1], FEED.c.pos > author.base.pos)
        for row in self.unit.conn.execute(query):
            own = author.made(line_name(row.desk, row.epoch), row.number)
            if row.before or not own:
                return split(row.before)
        head = self.unit.head(key)
        stays = head.areas if head is not None else ()
        return next((e.before for e in self.unit.entries if e.key == key and e.before), stays)
