"""A day at the bench's window, in a process of its own: lists, forms and searches, alone and while a courier works."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from baiyun_desktop import app as program_root
from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.opening import application, open_desk
from baiyun_desktop.ui.places import places_of
from sync.desk.courier import Courier
from sync.desk.transport import Transport
from sync.outside import SystemClock, SystemIds

from .ui_news import NewsLine
from .ui_officer import Log, Officer, words_of
from .ui_statements import Statements, timed
from .ui_watch import Heartbeat, Timed, wait
from .ui_window import NoCourier

WINDOWS = 3
RECORDS_A_LIST = 3
SEARCHED = 6
"""People searched for at a time, each in every way there is."""
SETTLE_MS = 400
BUSY_WINDOWS_MAX = 60


@dataclass
class Part:
    """What came of one part of the day."""

    log: Log = field(default_factory=Log)
    pause_ms: float = 0.0
    pause_in: str = ""
    rss_mb: float = 0.0

    def keep(self, heart: Heartbeat) -> None:
        """The longest pause so far, and the memory that is resident now."""
        if heart.longest_ms > self.pause_ms:
            self.pause_ms, self.pause_in = heart.longest_ms, heart.longest_in
        self.rss_mb = max(self.rss_mb, float(psutil.Process().memory_info().rss) / 2**20)


@dataclass
class Day:
    """What came of it. `busy` is what was done while a courier worked in the same process."""

    alone: Part = field(default_factory=Part)
    busy: Part = field(default_factory=Part)
    queries_ms: list[float] = field(default_factory=list)
    asked: Statements = field(default_factory=Statements)
    pack_s: float = 0.0
    news_s: float = 0.0


def work(desk: Path, new_desk: Path, key: bytes, news: Sequence[bytes]) -> Day:
    """Opens the desk and works; `new_desk` is an enrolled empty replica that is filled meanwhile, then `news` arrive."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application()
    with timed() as asked, Replica.open(desk, key, program_root.program(), SystemClock(), SystemIds()) as replica:
        bench = Bench(replica, key)
        bench.day.asked = asked
        bench.alone()
        bench.while_courier_works(new_desk, NewsLine(news))
    return bench.day


class Bench:
    """One replica with one window after the other."""

    def __init__(self, replica: Replica, key: bytes) -> None:
        self.day = Day()
        self._replica, self._key = replica, key
        self._program = replica.layout.program
        self._lists = [
            s.name for s in self._program.lists.values() if replica.read.list(s.kind, s.where, limit=0).total
        ]
        find = Timed(replica.search.find)
        replica.search.find = find  # type: ignore[method-assign]
        self.day.queries_ms = find.took_ms

    def alone(self) -> None:
        """Nothing else runs."""
        for n in range(WINDOWS):
            self._in_a_window(self.day.alone, n, records=RECORDS_A_LIST, searched=SEARCHED)

    def while_courier_works(self, new_desk: Path, line: NewsLine) -> None:
        """A new desk is filled by a real district, and then news arrive for this one; both in a thread beside us."""
        with ThreadPoolExecutor(1) as beside:
            carried = beside.submit(self._courier, new_desk, line)
            for n in range(100, 100 + BUSY_WINDOWS_MAX):
                self._in_a_window(self.day.busy, n, records=1, searched=1)
                if carried.done():
                    break
            carried.result()

    def _in_a_window(self, part: Part, seed: int, *, records: int, searched: int) -> None:
        words = words_of(self._replica, seed, searched)
        self.day.asked.on = True
        window = open_desk(self._replica, self._program, NoCourier(), program_root.SCREENS)
        window.show()
        window.activateWindow()
        wait(SETTLE_MS)
        with Heartbeat() as heart:
            officer = Officer(window, [place.key for place in places_of(window.shell.desk)], part.log, heart, seed)
            for text in words:
                officer.search(text)
            for name in self._lists:
                page = officer.open_list(name)
                wait(SETTLE_MS)
                for _ in range(records):
                    officer.open_record(page)
                officer.open_new(page)
        part.keep(heart)
        self.day.asked.on = False
        window.close()
        window.deleteLater()

    def _courier(self, new_desk: Path, line: NewsLine) -> None:
        clock, replica = SystemClock(), self._replica
        with Replica.open(new_desk, self._key, self._program, clock, SystemIds()) as fresh:
            who = fresh.identity
            district = Transport(who.url, who.token, who.ca, clock.now_ms)
            began = clock.monotonic()
            Courier(fresh.layout.schema, district, fresh, clock).round()
            self.day.pack_s = clock.monotonic() - began
            district.close()
        began = clock.monotonic()
        Courier(replica.layout.schema, line, replica, clock).round()
        self.day.news_s = clock.monotonic() - began
