"""The messages that a desk and its district exchange, each as something that can be prepared, sent and checked again
and again, so that its line may be cut at every byte."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sync.desk.enrolling import enrol_desk, new_nonce
from tests.sync.processes.desk import open_desk
from tests.sync.processes.relay import Relay
from tests.sync.processes.town import Town, hang_up
from tests.sync.wholeness import desk_wrongs
from tests.sync.world import DeskInTest, Wire

LONG_ACTS, LONG_CHARS = 5, 1500
"""A push or pull of about 4 KiB: what is random in hexadecimal takes half its length."""
FAR = 2**40
"""A position that no district here comes to."""


class Message:
    """A message: `send` does what a desk does and may be called again; `exchange` says the how manieth of it this is."""

    name = ""
    exchange = 0
    connection = 0
    silent = False
    """Whether an answer that is cut may pass for one that says nothing."""

    def __init__(self, town: Town, relay: Relay, rng: Random) -> None:
        self.town = town
        self.relay = relay
        self.rng = rng

    def prepare(self) -> None:
        """Makes what is to travel."""

    def send(self) -> None:
        raise NotImplementedError

    def hang_up(self) -> None:
        """Lets the next one begin with a connection of its own."""

    def wrongs(self) -> Iterator[str]:
        """What is not as it must be after the message has gone through."""
        yield from ()


class Noop(Message):
    """A round in step with nothing to say."""

    name = "no-op round"

    def __init__(self, town: Town, relay: Relay, rng: Random) -> None:
        super().__init__(town, relay, rng)
        self.desk = next(d for d in town.desks if d.name == "a")
        self.other = next(d for d in town.desks if d.name == "other")
        people = self.desk.rows("person")
        self.person = min(people)
        self.visits: int = people[self.person]["visits"]

    def send(self) -> None:
        go(self.desk)

    def hang_up(self) -> None:
        hang_up(self.desk)

    def wrongs(self) -> Iterator[str]:
        yield from desk_wrongs(self.town, self.desk)
        row = self.desk.row("person", self.person) or {}
        if row.get("visits") != self.visits:
            yield f"{row.get('visits')} visits, not {self.visits}"


class Push(Noop):
    """A round with an act of the desk's."""

    name = "push"

    def prepare(self) -> None:
        self._visit(self.desk)

    def _visit(self, desk: DeskInTest) -> None:
        self.visits += 1
        desk.edit("person", self.person, visits=1)


class LongPush(Push):
    """A round with some acts full of text."""

    name = "long push"

    def prepare(self) -> None:
        self._write(self.desk)

    def _write(self, desk: DeskInTest) -> None:
        for _ in range(LONG_ACTS):
            desk.edit("person", self.person, note=f"{self.rng.getrandbits(LONG_CHARS * 4):x}")
        self._visit(desk)


class Pull(Push):
    """A round that brings another desk's act."""

    name = "pull"

    def prepare(self) -> None:
        go(self.other)
        self._visit(self.other)
        go(self.other)


class LongPull(LongPush):
    """A round that brings acts full of text."""

    name = "long pull"

    def prepare(self) -> None:
        go(self.other)
        self._write(self.other)
        go(self.other)


class FirstHello(Message):
    """The first request of a new desk, which is told of a pack."""

    name = "hello of a new desk"
    area = "B"

    def __init__(self, town: Town, relay: Relay, rng: Random) -> None:
        super().__init__(town, relay, rng)
        self.file = f"blank{self.area}{self.exchange}-{relay.port}"
        self.desk = town.enrol(self.file, relay.url, self.area)
        town.desks.remove(self.desk)
        self.desk.store.engine.dispose()
        self.path = town.path(self.file)
        self.blank = self.path.with_suffix(".blank")
        shutil.copy(self.path, self.blank)
        self.fence = 0

    def prepare(self) -> None:
        """The file as it was, but for the number of its rounds, which only grows."""
        self.hang_up()
        self.desk.store.engine.dispose()
        shutil.rmtree(self.path.with_suffix(""), ignore_errors=True)
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.blank, self.path)
        self.desk = open_desk(self.file, self.path, self.town.line(self.file, self.relay.url), self.town)
        self.fence += 10
        with self.desk.store.writing() as conn:
            conn.exec_driver_sql("UPDATE sync_state SET fence=?", (self.fence,))

    def send(self) -> None:
        go(self.desk)

    def hang_up(self) -> None:
        hang_up(self.desk)

    def wrongs(self) -> Iterator[str]:
        yield from desk_wrongs(self.town, self.desk)
        if not self.desk.rows("person"):
            yield "the new desk holds nobody"


class Pack(FirstHello):
    """The one piece of a small pack."""

    name = "pack"
    exchange = 1


class LongPack(FirstHello):
    """The second piece of a pack of several."""

    name = "piece of a long pack"
    exchange = 2
    area = "C"


class Authority(Message):
    """A desk asks a district that it does not know yet for its certificate."""

    name = "certificate"

    def __init__(self, town: Town, relay: Relay, rng: Random) -> None:
        super().__init__(town, relay, rng)
        self.before: set[str] = set()
        self.code = self.nonce = self.answer = ""

    def prepare(self) -> None:
        """Another code; whom the last one admitted stays."""
        self.before = set(self.town.admitted())
        self.code, self.nonce = str(self.town.code("new", "A")), new_nonce(os.urandom(16))

    def send(self) -> None:
        self.answer = enrol_desk(self.relay.url, self.code, self.nonce, self.town.clock.now_ms).replica

    def wrongs(self) -> Iterator[str]:
        made = set(self.town.admitted()) - self.before
        if made != {self.answer}:
            yield f"admitted: {made}, answered: {self.answer}"


class Enrolling(Authority):
    """A desk sends its code, and is told who it is."""

    name = "enrolment"
    exchange = connection = 1


class WaitForNews(Message):
    """A desk asks whether there is news, and there is."""

    name = "wait with news"
    pos = 0

    def __init__(self, town: Town, relay: Relay, rng: Random) -> None:
        super().__init__(town, relay, rng)
        self.line = town.line("a", relay.url)
        self.news = False

    def send(self) -> None:
        self.news = self.line.wait(self.pos, 0)

    def hang_up(self) -> None:
        self.line.close()

    def wrongs(self) -> Iterator[str]:
        self.line.close()
        if self.news != (self.pos == 0):
            yield f"beyond {self.pos} there is news: {self.news}"


class WaitInVain(WaitForNews):
    """A desk asks whether there is news, and there is none."""

    name = "wait without news"
    pos = FAR
    silent = True


MESSAGES: tuple[type[Message], ...] = (
    Noop, Push, LongPush, Pull, LongPull, FirstHello, Pack, LongPack, Authority, Enrolling, WaitForNews, WaitInVain,
)  # fmt: skip


def go(desk: DeskInTest) -> None:
    """One round; both sides must add up without mending."""
    report = desk.courier.round()
    assert report.in_step, f"{desk.name} is not in step"
    assert not report.repaired, f"{desk.name} had to be mended"


def settle(town: Town, url: str, rng: Random) -> None:
    """People in three areas, a desk of the first, and another desk that works for all of them without a line."""
    answer = town.enrol("far", url, "D")
    town.desks.remove(answer)
    answer.store.engine.dispose()
    replica = town.enrolments["far"].replica
    other = open_desk("other", town.path("far"), Wire(town.district, replica), town)
    town.desks.append(other)
    for area, count, chars in (("A", 2, 8), ("B", 4, 40), ("C", 60, 250)):
        for n in range(count):
            note = f"{rng.getrandbits(chars * 4):x}"
            other.create("person", name=f"{area}{n}", phone=f"{n}", area=area, visits=0, note=note)
    go(other)
    go(town.enrol("a", url, "A"))
