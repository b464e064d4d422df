"""Numbers as officers hand them out, from blocks that rounds bring: none twice, however files and districts go back in time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import msgspec
from sqlalchemy import Connection, select

from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.replica import counted, numbers
from baiyun_desktop.replica.identity import DeskIdentity
from sync.act import Change, Op
from sync.desk.courier import Need
from sync.district.numbers import BLOCK, QUESTION, Numbering
from sync.district.tables import HEAD
from sync.enrolment import NumberBlock, years_due

from .store import Raw, Trap

if TYPE_CHECKING:
    from .office import Office
    from .town import Town

UNIT = "U"
PATTERN = NumberPattern("reg", "编号", "", text="{year}{unit}{serial}", digits=1, block=4)
NUMBERING = Numbering([PATTERN], lambda _conn, _replica: UNIT)
"""All desks share one unit, so that nothing but the district keeps their numbers apart."""
FIELD = "no"
"""Of a registration; the schema of these worlds does not know it."""


class Serials:
    """One PC's numbers, by the desk program's own code. `shared`: marks of the questions whose answers a copy has too."""

    def __init__(self, office: Office, copy_of: Serials | None) -> None:
        self._office = office
        self._path = office.town.folder / f"{office.name}.desk"
        self._given: dict[str, int] = {}
        self._identity = DeskIdentity(replica=office.replica, unit_word=UNIT)
        self._new: list[str] = []
        self.marks: dict[tuple[int, int], str] = {}
        """By the year and first serial of a block, the question that it answered."""
        self.shared: set[str] = set()
        if copy_of is not None:
            self._copied(copy_of)

    def _copied(self, other: Serials) -> None:
        """The whole PC was cloned, with what it counts beside the file, and with the question that waits."""
        with suppress(FileNotFoundError):
            shutil.copyfile(counted.counter_of(other._path), counted.counter_of(self._path))
        with self._office.store.reading() as conn:
            asked = counted.question(conn)
            open_now = {(b.year, b.first) for b in counted.open_blocks(conn)}
        both = {mark for block, mark in other.marks.items() if block in open_now}
        if asked is not None:
            both.add(msgspec.json.decode(asked)[0])
        self.marks, self.shared = dict(other.marks), other.shared | both

    # --- as the desk's replica does it ------------------------------------------------------------------------------

    def settle(self) -> None:
        """The program opens the file."""
        conn = self._untrapped()
        if not counted.is_settled(conn, self._path):
            counted.settle(conn, self._path)

    def begin_life(self) -> None:
        """An older file takes this one's place."""
        counted.begin_life(self._path)

    def needs(self, conn: Connection) -> Need | None:
        (skew,) = conn.exec_driver_sql("SELECT skew_ms FROM sync_state").one()
        return numbers.needs(conn, [PATTERN], 1, self._now_ms() + (skew or 0))

    def given(self, conn: Connection, blocks: Sequence[NumberBlock]) -> None:
        asked = counted.question(conn)
        mark = msgspec.json.decode(asked)[0] if asked else ""
        numbers.given(conn, blocks, 1, self._path)
        self.marks |= {(b.year, b.first): mark for b in blocks}

    def numbered(self, conn: Connection, changes: Sequence[Change]) -> list[Change]:
        """The same changes with a number in each new registration, where there is one."""
        self._given.clear()
        self._new.clear()
        done = []
        (year, *_) = years_due(self._now_ms())
        for change in changes:
            if change.collection == "reg" and change.op is Op.CREATE:
                number = numbers.next_number(
                    conn, PATTERN, self._identity, year, self._now_ms(), self._path, self._given
                )
                if "暂" not in number:
                    change = msgspec.structs.replace(change, fields={**change.fields, FIELD: number})
                    self._new.append(number)
            done.append(change)
        if self._given:
            counted.keep(self._path, self._given)
        return done

    def show(self) -> None:
        """The act is saved: its numbers are read out and printed."""
        handed = self._office.town.handed
        assert handed is not None
        for number in self._new:
            handed.note(number, self._office)

    def left(self) -> int:
        return numbers.numbers_left(self._untrapped(), PATTERN.name, years_due(self._now_ms())[0])

    def _now_ms(self) -> int:
        """The district's time: what a number's year is hangs on a clock, and nothing else here may."""
        return self._office.town.clock.ms

    def _untrapped(self) -> Connection:
        return cast(Connection, Raw(self._office.store.raw, Trap()))


class Handed:
    """Which PC handed out which number."""

    def __init__(self) -> None:
        self._by: dict[str, list[Office]] = {}
        self._found: list[str] = []
        self._explained: set[str] = set()

    def note(self, number: str, office: Office) -> None:
        for other in self._by.get(number, ()):
            if other is office:
                self._found.append(f"N18 {number} was handed out twice on {office.name}")
            elif other.replica != office.replica:
                self._found.append(f"N18 {number} was handed out by {other.name} and {office.name}")
            elif not _shared(number, office, other):
                self._found.append(f"N18 {number} was handed out by {other.name} and its copy {office.name}")
            else:
                self._explained.add(number)
        self._by.setdefault(number, []).append(office)

    def wrongs(self, town: Town) -> Iterator[str]:
        """What was handed out twice, in these worlds' past or in their rows, and who was left without numbers."""
        yield from self._found
        with town.engine.connect() as conn:
            query = select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == "reg")
            rows = [(r.record, msgspec.msgpack.decode(r.payload).get(FIELD)) for r in conn.execute(query)]
            blocks = [(r.year, r.first, r.last) for r in conn.execute(select(BLOCK))]
            answers = conn.execute(select(QUESTION.c.answer)).scalars().all()
        said = [(b.year, b.first, b.last) for a in answers for b in msgspec.json.decode(a, type=list[NumberBlock])]
        if sorted(said) != sorted(blocks):
            yield f"N24 blocks and answers differ: {sorted(blocks)}, {sorted(said)}"
        bearers: dict[str, str] = {}
        for record, number in rows:
            if number is not None and bearers.setdefault(number, record) != record and number not in self._explained:
                yield f"N18 {number} stands on {bearers[number]} and {record}"
        for office in town.alive():
            if office.serials is not None and not office.revoked and not office.serials.left():
                yield f"N18 {office.name} has no numbers"


def _shared(number: str, one: Office, other: Office) -> bool:
    """Whether a number is of a block that was in the file when it was copied, or whose question was."""
    year, serial = map(int, number.split(UNIT))
    assert one.serials is not None and other.serials is not None
    first = max((f for y, f in one.serials.marks if y == year and f <= serial), default=0)
    mark = one.serials.marks.get((year, first), "")
    return mark in one.serials.shared | other.serials.shared
