"""Cuts lines at every byte of each message, both ways: the desk hears a broken line, and its next try brings it all."""

from __future__ import annotations

import itertools
import re
import ssl
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sync.desk import packs
from sync.desk.trust import Meter, pinned_context
from sync.district.tls import Certificates
from sync.enrolment import SERVER_NAME
from sync.errors import Damaged, LineDown
from tests.sync.processes.kills import Database
from tests.sync.processes.messages import MESSAGES, Message, settle
from tests.sync.processes.nursery import Nursery
from tests.sync.processes.relay import DOWN, UP, Cut, Exchange, Relay
from tests.sync.processes.town import Town, town

SHORT_BYTES_MAX = 2048
"""Messages up to here are cut at every byte."""
SEEDED, SEEDED_TLS = 200, 60
"""So many offsets of longer ones, besides all edges; a record of TLS comes whole or not at all, wherever it is cut."""
RESETS_EVERY = 10
WRONGS_MAX = 5
"""After so many a message has shown enough."""
PIECE_BYTES = 2500
SLACK_BYTES = 24
"""By how much the bytes of two handshakes differ at most: signatures have leading zeros."""


@dataclass
class Report:
    """What was cut and what was wrong."""

    cuts: Counter[str] = field(default_factory=Counter)
    heard: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def play(
    nursery: Nursery, database: Database, per: int | None, seed: int, tell: Callable[[str], None] = print
) -> Report:
    """All cuts of all messages, or `per` seeded ones of each in each direction."""
    report, rng = Report(), Random(seed)
    with tempfile.TemporaryDirectory() as home, database(Path(home)) as url, town(Path(home), url, nursery) as made:
        settle(made, made.workers[0].relay.url, rng)
        for opened in (True, False):
            with _short_pieces(), _relay(made, opened=opened) as relay:
                for kind in MESSAGES:
                    _Cutter(made, relay, kind, opened, rng, report).all_of(per)
                    tell(f"... {report.cuts.total()} cuts, {len(report.violations)} violations: {kind.name}")
        report.violations += made.quiet()
    return report


@contextmanager
def _short_pieces() -> Iterator[None]:
    """Pieces of packs so short that a small one has several."""
    usual, packs.PIECE_BYTES = packs.PIECE_BYTES, PIECE_BYTES
    try:
        yield
    finally:
        packs.PIECE_BYTES = usual


@contextmanager
def _relay(made: Town, *, opened: bool) -> Iterator[Relay]:
    """Where the desks' lines go through: with TLS ended there, so that each byte of HTTP can be cut, or as it is."""
    contexts: tuple[ssl.SSLContext, ssl.SSLContext] | None = None
    if opened:
        asking = pinned_context(made.ca_pem, made.clock.now_ms, Meter())
        contexts = (Certificates(made.folder / "tls").context(), asking)
    relay = Relay(made.workers[0].relay.target, contexts, SERVER_NAME)
    desk = next(d for d in made.desks if d.name == "a")
    made.by_way_of(desk, relay.url)
    try:
        yield relay
    finally:
        relay.close()
        made.by_way_of(desk, made.workers[0].relay.url)


class _Cutter:
    """Cuts one kind of message."""

    def __init__(
        self, made: Town, relay: Relay, kind: type[Message], opened: bool, rng: Random, report: Report
    ) -> None:
        self.relay = relay
        self.message = kind(made, relay, rng)
        self.opened = opened
        self.exchange = self.message.exchange if opened else self.message.connection
        self.rng = rng
        self.report = report
        self.turns = itertools.cycle(w.relay.target for w in made.workers)

    def all_of(self, per: int | None) -> None:
        """Cuts the message both ways."""
        self._whole()  # what the first one has to say, others have not
        whole = self._whole()
        for way in (UP, DOWN):
            offsets = sorted(self._offsets(whole, way))
            chosen = offsets if per is None else sorted(self.rng.sample(offsets, min(per, len(offsets))))
            wrong = 0
            for n, at in enumerate(chosen):
                for reset in (False, True) if n % RESETS_EVERY == 0 else (False,):
                    wrong += self._once(Cut(way, at, self.exchange, reset), whole)
                if wrong >= WRONGS_MAX:
                    break

    def _whole(self) -> Exchange:
        """The message as it goes through uncut."""
        self.message.prepare()
        self._another_worker()
        self.message.hang_up()
        self.relay.arm(None)
        self.message.send()
        return self.relay.exchanges[self.exchange]

    def _another_worker(self) -> None:
        self.relay.target = next(self.turns)

    def _offsets(self, whole: Exchange, way: str) -> set[int]:
        """Every byte of a short message; of a long one, and under TLS, each edge with its neighbours and seeded ones."""
        size = whole.sizes[way]
        seeded = SEEDED if self.opened else SEEDED_TLS
        if self.opened and size <= SHORT_BYTES_MAX:
            return set(range(size + 1))
        edges = {0, size, *whole.edges[way], *self._frames(whole.heads[way])}
        near = {e + d for e in edges for d in (-1, 0, 1) if 0 <= e + d <= size}
        return near | set(self.rng.sample(range(size), seeded))

    def _frames(self, data: bytes) -> Iterable[int]:
        """Where the frames of a message begin: its head and body, or the records of TLS."""
        if self.opened:
            yield data.find(b"\r\n\r\n") + 4
            return
        at = 0
        while at + 5 <= len(data):
            yield from (at, at + 5)
            at += 5 + int.from_bytes(data[at + 3 : at + 5], "big")

    def _once(self, cut: Cut, whole: Exchange) -> bool:
        """One cut and the try after it; returns whether anything was wrong."""
        where = (
            f"{self.message.name}, {'HTTP' if self.opened else 'TLS'} {cut.way} at {cut.at} of {whole.sizes[cut.way]}"
        )
        self.report.cuts[f"{self.message.name}, {'HTTP' if self.opened else 'TLS'} {cut.way}"] += 1
        try:
            wrong = [*self._tried(cut, whole), *self._tried_again()]
        except Exception:  # noqa: BLE001 - a bug is a violation, too, and the next cut goes on
            wrong = [traceback.format_exc()]
        if wrong:
            self.report.violations.append(f"{where}{' reset' if cut.reset else ''}: " + "; ".join(wrong))
        return bool(wrong)

    def _tried(self, cut: Cut, whole: Exchange) -> Iterator[str]:
        self.message.prepare()
        self._another_worker()
        if not self.opened:
            self.message.hang_up()
        self.relay.arm(cut)
        try:
            self.message.send()
        except (LineDown, Damaged) as error:
            self.report.heard[type(error).__name__] += 1
        else:
            self.report.heard["nothing"] += 1
            if self.relay.cuts and not self.message.silent and not self._came_whole(cut, whole):
                yield "the cut was not heard"
            if self.relay.cuts:
                self.relay.wait_hung_up()

    def _came_whole(self, cut: Cut, whole: Exchange) -> bool:
        """Whether all of a reply had come when it was cut; of several in a connection, whether one had."""
        if cut.way == UP:
            return False
        if not self.opened:
            return any(abs(cut.at - end) <= SLACK_BYTES for end in (*whole.ends, whole.sizes[DOWN]))
        head, ended, body = self.relay.exchanges[self.exchange].heads[DOWN].partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head.lower())
        return bool(ended) and found is not None and len(body) >= int(found[1])

    def _tried_again(self) -> Iterator[str]:
        self._another_worker()
        if not self.opened:
            self.message.hang_up()  # a connection that was not cut in time would be cut now
        self.relay.arm(None)
        self.message.send()
        yield from self.message.wrongs()
