"""Messages that arrive cut or with a wrong byte: whichever kind and whichever byte, nothing of them is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from sync.desk.courier import Courier
from sync.desk.packs import fetch, open_pack
from sync.errors import Damaged
from sync.protocol import RoundReply, RoundRequest, decode
from tests.sync.world import DeskInTest, World

WHOLE_BYTES_MAX = 2_048
"""Messages up to this length are cut at every byte, longer ones at seeded offsets and at both ends."""
OFFSETS = 200


def cuts(message: bytes) -> Iterable[int]:
    """How many bytes arrive."""
    if len(message) <= WHOLE_BYTES_MAX:
        return range(len(message))
    rng = Random(len(message))
    ends = (0, 1, 4, 5, 6, len(message) - 4, len(message) - 1)
    return sorted({*ends, *rng.sample(range(len(message)), OFFSETS)})


def spoilt(message: bytes) -> Iterable[bytes]:
    """The message with one byte other than it was sent."""
    rng = Random(len(message))
    places = range(len(message)) if len(message) <= WHOLE_BYTES_MAX else rng.sample(range(len(message)), OFFSETS)
    for at in places:
        yield message[:at] + bytes([message[at] ^ rng.randrange(1, 256)]) + message[at + 1 :]


# --- one desk that is about to send, and to hear, a message of each kind --------------------------------------------


def _in_step(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    """Nothing up, nothing down."""


def _new(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    """A pack is named."""
    with a.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET scope=''")


def _one_act(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    a.edit("person", people[0], name="王公正")


def _many_acts(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    rng = Random(1)
    for n in range(150):
        a.create("person", name=f"{rng.randbytes(30).hex()}", area="A", phone=str(n))


def _refused(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    """Verdicts with reasons."""
    a.create("person", name="外", area="C")
    a.step("person", people[0], "登记")
    a.step("person", people[0], "登记")


def _news(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    b.edit("person", people[1], phone="139")
    b.void("person", people[2])
    b.round()


def _much_news(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    _many_acts(b, a, people)
    b.round()


def _sums(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    """The next request but one carries the sums of all ranges, and its answer the rows of some."""
    with a.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET name='坏', rowhash=rowhash+1 WHERE id=?", (people[3],))
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")


def _fork(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    """The number was used by a copy of the file."""
    ghost = a.world.copy(a, "ghost", runs=False)
    ghost.create("person", name="影", area="A")
    ghost.round()
    ghost.store.engine.dispose()
    a.create("person", name="本", area="A")


def _other_past(a: DeskInTest, b: DeskInTest, people: list[str]) -> None:
    """The district was restored."""
    a.world.bring_back(a.world.backup())


KINDS: dict[str, Callable[[DeskInTest, DeskInTest, list[str]], None]] = {
    "in step": _in_step,
    "new": _new,
    "one act": _one_act,
    "many acts": _many_acts,
    "refused": _refused,
    "news": _news,
    "much news": _much_news,
    "sums": _sums,
    "fork": _fork,
    "other past": _other_past,
}


MESSAGES = {"new": 5, "sums": 4, "fork": 4, "other past": 5}
"""Requests, answers and packs of a round where they are more than one request and its answer."""


# --- what becomes of a message that is not what was sent ------------------------------------------------------------


def contents(desk: DeskInTest) -> list[Any]:
    """All that a file holds but the counter of rounds."""
    with desk.store.reading() as conn:
        names = [n for (n,) in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
        rows = {name: conn.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all() for name in names}
    return [(name, [{**row, "fence": 0} for row in found]) for name, found in rows.items()]


class Bad:
    """A desk's line on which each message of a round is spoilt in many ways before it arrives as it is."""

    def __init__(self, desk: DeskInTest, ways: Callable[[bytes], Iterable[bytes]]) -> None:
        self.desk = desk
        self.ways = ways
        self.wire = desk.wire
        self.seen: list[int] = []
        self.courier = Courier(desk.store.schema, self, desk.store, desk.world.clock)
        self.instead: bytes | None = None

    def post(self, path: str, body: bytes) -> bytes:
        if self.instead is not None:
            return self.instead
        district, before = self.desk.world.district, self.desk.world.backup()
        for wrong in self.ways(body):
            self.taken(lambda wrong=wrong: district.round(self.wire.replica, wrong), body, wrong, RoundRequest)
        assert self.desk.world.backup() == before
        answer, here, there = self.wire.post(path, body), contents(self.desk), self.desk.world.backup()
        for wrong in self.ways(answer):
            self.instead = wrong
            self.taken(self.courier.round, answer, wrong, RoundReply)
        self.instead = None
        with self.desk.store.writing() as conn:  # the rounds that came to nothing have never been
            conn.exec_driver_sql("UPDATE sync_state SET fence=?", (decode(body, RoundRequest).fence,))
        assert contents(self.desk) == here
        assert self.desk.world.backup() == there
        self.seen += [len(body), len(answer)]
        return answer

    def taken(self, deliver: Callable[[], object], sent: bytes, wrong: bytes, kind: type) -> None:
        """A wrong message is damaged; one that says the very same all the same need not be."""
        with suppress(Damaged):
            assert decode(wrong, kind) == decode(sent, kind)
            return
        with pytest.raises(Damaged):
            deliver()

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        whole, folder = self.wire.get(path, span), self.desk.world.folder / "spoilt"
        name = path.rpartition("/")[2]
        for wrong in self.ways(whole):
            line = SimpleNamespace(get=lambda _path, _span, wrong=wrong: wrong)
            with pytest.raises(Damaged):
                fill_nothing(fetch(line, name, folder), name, whole)
            assert list(folder.iterdir()) == []
        self.seen.append(len(whole))
        return whole


def fill_nothing(path: Path, name: str, whole: bytes) -> None:
    """Reads a pack to its end; one that holds the very same as the one that was sent counts as damaged here."""
    head, frames = open_pack(path, name)
    rows = [row for _, part in frames for row in part]
    path.write_bytes(whole)
    as_sent, good = open_pack(path, name)
    assert (head, rows) == (as_sent, [row for _, part in good for row in part])
    path.unlink()
    raise Damaged("the same after all")


def shortened(message: bytes) -> Iterable[bytes]:
    return (message[:n] for n in cuts(message))


def play(world: World, kind: str, ways: Callable[[bytes], Iterable[bytes]]) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    people = [a.create("person", name=f"人{n}", area="A") for n in range(6)]
    world.settle()
    KINDS[kind](a, b, people)
    line = Bad(a, ways)
    a.courier._line = line
    a.courier.round()
    assert a.status().unsent == 0
    assert len(line.seen) == MESSAGES.get(kind, 2)
    assert (max(line.seen) > WHOLE_BYTES_MAX) is kind.startswith("m")
    a.courier._line = a.wire
    world.rest(2)


@pytest.mark.parametrize("kind", KINDS)
def test_x4_a_message_is_cut_at_every_byte(world: World, kind: str) -> None:
    """Cut anywhere, a request, an answer or a pack is damaged and writes nothing; the whole of it is taken afterwards."""
    play(world, kind, shortened)


@pytest.mark.parametrize("kind", KINDS)
def test_x12_a_message_has_one_wrong_byte(world: World, kind: str) -> None:
    """At whichever place it is, the message is damaged and writes nothing, or says the very same as the one sent."""
    play(world, kind, spoilt)
