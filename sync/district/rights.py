"""What a desk may write: what it sees today for steps, and for the rest also what it saw when its author looked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from ..act import Change, Op
from ..merge import VOID_GROUP, Author
from ..schema import EVERYWHERE
from ..system import CONTEST
from .entries import Key
from .lines import line_name
from .scope import AreaTree, covered
from .sight import WHOLE, Cover, area_of, split
from .tables import FEED, META, POSITION
from .unit import Unit


class NotAllowed(Exception):
    """The desk may not write this; the words are for the officer."""


class TooLate(NotAllowed):
    """The desk had the right when its author looked, and has it no more: what was typed is rescued."""


_HORIZON = select(META.c.horizon)
REFERENCE = "基础数据由区里统一维护，本岗位不能修改"
ONLY_ADDED = "这类记录只能新增，不能修改或作废"
GONE = "这条记录已不在本岗位的范围内"
IN_PART = "本岗位只能看到这条记录的一部分，不能这样办理"
NOT_TO_NAME = "本岗位只能看到所引用记录的一部分，不能这样引用"
NOT_TO_DECIDE = "这项分歧涉及本岗位看不到的内容，不能裁决"
NOT_SHOWN = "本岗位不能填写这类记录"

Enough = Callable[[Cover, tuple[str, ...]], str]
"""Why what a post sees of a record under its keys is not enough; "" where it is."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A collection that the district's own post alone writes, but for what an officer may write of his own record."""

    own: str = ""
    """The field that says whose record it is, as his acts name their officer."""
    fields: frozenset[str] = frozenset()
    """The fields that he may write himself."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A collection that every post adds to and nobody changes: a book that all write into and few read.

    Its records live in one area that needs no grant to add to. Whoever is not granted it holds an entry until the
    district has it, and not after.
    """

    area: str
    """Stands in the tree beside the others, so that no grant of theirs covers it."""


@dataclass(slots=True)
class Rights:
    """One desk's rights. `past` lists earlier grants as (last position at which they held, areas granted), in order."""

    unit: Unit
    tree: AreaTree
    grants: tuple[str, ...]
    past: Sequence[tuple[int, Sequence[str]]] = ()
    reserved: Mapping[str, Reserved | Deposit] = field(default_factory=dict)
    """By name, the collections that areas or powers come from (who could write them could give himself any), and books."""
    cause: str = ""
    """Why nothing of this desk may count any more, where its right was taken away for cause."""
    cover: Cover = field(init=False)

    def __post_init__(self) -> None:
        self.cover = covered(self.tree, self.grants, self.unit.schema)

    def check_reserved(self, change: Change, row: Mapping[str, Any], author: Author) -> None:
        """Raises NotAllowed where only the district's own post may write this; `row` is the record as it stands."""
        kept = self.reserved.get(change.collection)
        if isinstance(kept, Deposit):
            self._check_deposit(change, kept)
            return
        if kept is None or self._is_top():
            return
        is_own = bool(kept.own) and row.get(kept.own) == author.officer
        if not (is_own and change.op is Op.FIELDS and change.fields.keys() <= kept.fields):
            raise NotAllowed(REFERENCE)

    def _check_deposit(self, change: Change, book: Deposit) -> None:
        spec = self.unit.schema.get(change.collection)
        if change.op is not Op.CREATE or spec is None or change.fields.get(spec.area or "") != book.area:
            raise NotAllowed(ONLY_ADDED)

    def is_deposit(self, collection: str) -> bool:
        """Whether new records of a collection lie where `check_reserved` says, whatever else the post is granted."""
        return isinstance(self.reserved.get(collection), Deposit)

    def _is_top(self) -> bool:
        return any(self.tree.knows(g) and self.tree.is_top(g) for g in self.grants)

    def check_standing(self) -> None:
        """Raises TooLate where the desk was revoked for cause."""
        if self.cause:
            raise TooLate("本机的登记已被撤销，内容已交区里处理")

    def granted(self, author: Author) -> Sequence[str]:
        """The areas given to the post, or where it has none any more, those that it had when the author looked."""
        return [area_of(g) for g in self.grants or self._granted_then(author.base.pos)]

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
                then = area != EVERYWHERE and area in self._cover_then(author.base.pos).areas
                if not then:
                    self.check((area,))

    def check(self, areas: tuple[str, ...]) -> None:
        """Raises NotAllowed unless the post holds today a record, or a part of one, that lives in these."""
        if EVERYWHERE in areas and not self._is_top():
            raise NotAllowed(REFERENCE)
        if areas and not self.cover.touches(_given(areas)):
            raise NotAllowed(GONE if _given(areas) == areas else REFERENCE)

    def check_target(
        self, key: Key, areas: tuple[str, ...], author: Author, view: str | None, down: tuple[str, ...] | None = None
    ) -> None:
        """Raises NotAllowed where a row would hang itself on a record that the desk does not hold (`view` is None), or
        bring along, whole or in a view, more of it than the desk sees. What everybody holds, everybody may bring along.

        `down` is where what goes along with the record lives, where a child has lifted that itself further.
        """
        if view is None or EVERYWHERE not in areas:
            self._check(key, areas, author, lambda cover, keys: _sees_in(cover, keys, key[0], view))
        if view is not None and down is not None and _sees_in(self.cover, down, key[0], view):
            raise NotAllowed(NOT_TO_NAME)

    def check_moved(self, key: Key, areas: tuple[str, ...], author: Author, view: str) -> None:
        """Raises NotAllowed where a row that is seen in part would go, whole or in a view, with another record: the desk
        might hold that one whole.
        """
        self._check(key, areas, author, lambda cover, keys: IN_PART if _sees_in(cover, keys, key[0], view) else "")

    def check_step(self, key: Key, areas: tuple[str, ...], author: Author) -> None:
        """Steps count by today's right alone: raises TooLate where it has gone since the author looked."""
        self._check_today(key, areas, author, lambda cover, keys: _sees(cover, keys, key[0], ()))

    def check_decision(self, key: Key, areas: tuple[str, ...], author: Author, asked: Mapping[str, Any]) -> None:
        """The same for decisions; `asked` is what is decided. Who sees a part of the records decides no more than contests
        about what he sees."""
        if key[0] == CONTEST and asked.get("subject_kind") in self.reserved and not self._is_top():
            raise NotAllowed(REFERENCE)
        self._check_today(key, areas, author, lambda cover, keys: _decides(cover, keys, key[0], asked))

    def check_edit(self, key: Key, areas: tuple[str, ...], author: Author, names: Collection[str] | None) -> None:
        """Raises NotAllowed unless the post sees these fields (None: the whole row), today or when its author looked.

        The record was moved, or the post's areas changed, while the office worked without a line: what was typed in
        good faith is merged where the record lives now.
        """
        self._check(key, areas, author, lambda cover, keys: _sees(cover, keys, key[0], names))

    def check_made(self, key: Key, areas: tuple[str, ...], author: Author, names: Iterable[str]) -> None:
        """Raises NotAllowed where a new record has fields that its author's views do not show him."""
        hidden = self.cover.hides(areas, key[0], names) if self.cover.touches(areas) else None
        if hidden is not None and self._cover_then(author.base.pos).hides(areas, key[0], names) is not None:
            raise NotAllowed(_unseen(hidden) if hidden else NOT_SHOWN)

    def _check(self, key: Key, areas: tuple[str, ...], author: Author, enough: Enough) -> None:
        try:
            self._check_now(areas, enough)
        except NotAllowed as reason:
            if EVERYWHERE not in areas and self._forgotten(key, author):
                raise TooLate(str(reason)) from None
            if not self._held_then(key, author, enough):
                raise

    def _forgotten(self, key: Key, author: Author) -> bool:
        """Whether the author looked so long ago that the feed no longer says where the record lived then."""
        if not author.base.pos:
            return False  # nothing of the district's was on the screen
        horizon = self.unit.conn.execute(_HORIZON).scalar_one()
        head = self.unit.head(key)
        return author.base.pos < horizon and head is not None and head.created <= horizon

    def _check_today(self, key: Key, areas: tuple[str, ...], author: Author, enough: Enough) -> None:
        try:
            self._check_now(areas, enough)
        except NotAllowed as reason:
            if EVERYWHERE not in areas and (self._forgotten(key, author) or self._held_then(key, author, enough)):
                raise TooLate(str(reason)) from None
            raise

    def _check_now(self, areas: tuple[str, ...], enough: Enough) -> None:
        self.check(areas)
        given = _given(areas)
        if given and self.cover.sight_of(given) != WHOLE and (why := enough(self.cover, given)):
            raise NotAllowed(why)

    def _held_then(self, key: Key, author: Author, enough: Enough) -> bool:
        """Whether the desk held the record, and enough of it, when the author looked."""
        then, cover = _given(self._areas_then(key, author)), self._cover_then(author.base.pos)
        return EVERYWHERE not in then and cover.touches(then) and not enough(cover, then)

    def _granted_then(self, pos: int) -> Sequence[str]:
        return next((grants for upto, grants in self.past if pos <= upto), self.grants)

    def _cover_then(self, pos: int) -> Cover:
        return covered(self.tree, self._granted_then(pos), self.unit.schema)

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


def _given(areas: tuple[str, ...]) -> tuple[str, ...]:
    """The keys that give a right: what everybody sees a part of is written by those who hold it otherwise."""
    everybodys = [a for a in areas if area_of(a) == EVERYWHERE and a != EVERYWHERE]
    return tuple(a for a in areas if a not in everybodys) if everybodys else areas


def _unseen(name: str) -> str:
    return f"“{name}”不在本岗位可见的范围内，不能填写"


def _sees(cover: Cover, keys: tuple[str, ...], collection: str, names: Collection[str] | None) -> str:
    """Why these fields may not be written, or where None, the whole row not be voided or handed over."""
    hidden = cover.hides(keys, collection, names or ())
    if hidden == "":
        return GONE
    if names is None:
        sight = cover.sight_of(keys)
        return "" if sight is not None and cover.sights.shows_all(sight, collection) else IN_PART
    return _unseen(hidden) if hidden else ""


def _sees_in(cover: Cover, keys: tuple[str, ...], collection: str, view: str | None) -> str:
    """Why a record may not be named as a parent (view None), or brought along in a view.

    All that is brought along, and may come to be seen by others or more fully by himself, must be in sight already.
    """
    sight = cover.sight_of(keys)
    if sight is None or not cover.sights.shown(sight, collection)[0]:
        return GONE
    return "" if view is None or cover.sights.shows_all(sight, collection, view) else NOT_TO_NAME


def _decides(cover: Cover, keys: tuple[str, ...], collection: str, asked: Mapping[str, Any]) -> str:
    """Why nothing may be decided here: a contest is shown where all is that it is about, all else only to who sees all."""
    sight = cover.sight_of(keys)
    if sight == WHOLE:
        return ""
    if sight is None:
        return IN_PART
    about, all_shown = str(asked.get("subject_kind")), cover.sights.shows_all
    if all_shown(sight, about) and (collection == CONTEST or all_shown(sight, collection)):
        return ""
    if collection != CONTEST:
        return IN_PART
    shown = cover.sights.of_row(sight, CONTEST, asked)[0]
    return "" if shown and asked["group"] != VOID_GROUP else NOT_TO_DECIDE
