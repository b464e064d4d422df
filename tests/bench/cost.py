"""What one piece of work cost: time, both processes' processor time, bytes on the line, round trips, memory, rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from sync.desk.trust import Meter

from .rows import Rows, Tally, read_page

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Peer:
    """The district's process as a task's process sees it: `page` is where it counts its rows."""

    pid: int
    page: Path


@dataclass(frozen=True, slots=True)
class Cost:
    """One task's figures. `cpu_s` is the desk's and the district's together; `peak_mb` the desk's resident memory."""

    seconds: float
    cpu_s: float
    bytes_up: int
    bytes_down: int
    round_trips: int
    peak_mb: float
    district_cpu_s: float
    district_mb: float
    wire_up: int
    wire_down: int
    """Bytes of TCP beside those of HTTP: what TLS's records add on a connection that is there already."""
    rows: Rows
    district_rows: Rows

    @property
    def bytes_both(self) -> int:
        return self.bytes_up + self.bytes_down

    PUBLISHED = ("seconds", "cpu_s", "bytes_up", "bytes_down", "round_trips", "peak_mb")

    def published(self) -> dict[str, Any]:
        """The figures of the report's file; rows of both processes together, and of each."""
        figures: dict[str, Any] = {n: round(v, 4) for n, v in asdict(self).items() if n in Cost.PUBLISHED}
        both = self.rows + self.district_rows
        figures |= {"rows_read": both.read, "rows_written": both.written, "rows_touched": both.touched}
        return {**figures, "rows": {"desk": asdict(self.rows), "district": asdict(self.district_rows)}}


def measure(work: Callable[[], None], meter: Meter, peer: Peer, tally: Tally) -> Cost:
    """Runs `work` once on a connection that `meter` has seen opened."""
    _forget_peak()
    district = psutil.Process(peer.pid)
    rows, their_rows = tally.rows(), read_page(peer.page)
    wire, up, down, trips = meter.wire() or (0, 0), meter.up, meter.down, meter.requests
    theirs, mine, started = _cpu_s(district), time.process_time(), time.perf_counter()
    work()
    seconds, mine = time.perf_counter() - started, time.process_time() - mine
    theirs = _cpu_s(district) - theirs
    wire_now = meter.wire() or (0, 0)
    return Cost(
        seconds=seconds,
        cpu_s=mine + theirs,
        bytes_up=meter.up - up,
        bytes_down=meter.down - down,
        round_trips=meter.requests - trips,
        peak_mb=_peak_mb(),
        district_cpu_s=theirs,
        district_mb=district.memory_info().rss / 2**20,
        wire_up=wire_now[0] - wire[0],
        wire_down=wire_now[1] - wire[1],
        rows=tally.rows() - rows,
        district_rows=read_page(peer.page) - their_rows,
    )


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _forget_peak() -> None:
    """Linux forgets the peak so far when told so; elsewhere the peak is that of the whole process."""
    with suppress(OSError):
        _RESET.write_text("5")


def _peak_mb() -> float:
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    found = psutil.Process().memory_info()
    return float(getattr(found, "peak_wset", found.rss)) / 2**20
