"""A line that does everything lines do: cut, late, twice, one way only, and with a wrong byte."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from sqlalchemy.exc import OperationalError

from sync.desk.courier import ROUND_PATH
from sync.district.direct import DirectLine
from sync.district.district import District
from sync.errors import Damaged, LineDown, Refused, Superseded
from sync.protocol import RoundReply, RoundRequest, decode

Between = Callable[[], None]


@dataclass
class Line:
    """One desk's way to the district. `fault` lasts for one exchange, the one after `skip` others.

    `parted` lasts until it is mended: "out", nothing reaches the district; "in", nothing comes back.
    """

    district: District
    replica: str
    rng: Random
    newest: dict[int, int]
    """The highest fence that has reached the district, by epoch; copies of one file share it."""
    fault: str = ""
    parted: str = ""
    skip: int = 0
    late: list[tuple[str, bytes]] = field(default_factory=list)
    bytes: int = 0
    wrongs: list[str] = field(default_factory=list)

    def post(self, path: str, body: bytes) -> bytes:
        fault = self._now()
        if fault == "before":
            raise LineDown("cut before")
        if fault == "delayed":
            self.late.append((path, body))
            raise LineDown("timed out")
        if fault == "byte up":
            self._reach(path, self._spoilt(body))
            raise Damaged("the district could make nothing of it")
        answer = self._reach(path, body)
        if fault == "reply":
            raise LineDown("cut at the reply")
        if fault == "twice":
            answer = self.rng.choice((answer, self._reach(path, body)))
        return self._spoilt(answer) if fault == "byte down" else answer

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        fault = self._now()
        if fault == "before":
            raise LineDown("cut before")
        piece = DirectLine(self.district, self.replica).get(path, span)
        if fault in ("reply", "delayed"):
            raise LineDown("cut at the reply")
        return self._spoilt(piece) if fault.startswith("byte") else piece

    def deliver_late(self) -> None:
        """A request whose desk has given up arrives after all; of an abandoned round it may write nothing."""
        path, body = self.late.pop(0)
        if path != ROUND_PATH:
            with suppress(Refused, Damaged, OperationalError):
                self._reach(path, body)
            return
        request = decode(body, RoundRequest)
        newest = self.newest.get(request.epoch, 0)
        stale, before = request.fence < newest, self.district.last_pos()
        try:
            reply = decode(self._reach(path, body), RoundReply)
        except (Superseded, Refused, OperationalError):
            return
        served = reply.timeline == request.timeline or self.district.last_pos() != before
        if stale and served and request.epoch in self.newest:
            words = f"round {request.fence} was served after {newest} had begun"
            self.wrongs.append(f"I2 fencing: {words}; positions {before}..{self.district.last_pos()}")

    def _reach(self, path: str, body: bytes) -> bytes:
        answer = DirectLine(self.district, self.replica).post(path, body)
        if path == ROUND_PATH:
            request = decode(body, RoundRequest)
            self.newest[request.epoch] = max(self.newest.get(request.epoch, 0), request.fence)
        self.bytes += len(body) + len(answer)
        return answer

    def _now(self) -> str:
        if self.skip > 0 and not self.parted:
            self.skip -= 1
            return ""
        fault, self.fault = self.fault, ""
        return {"out": "before", "in": "reply"}.get(self.parted, fault)

    def _spoilt(self, data: bytes) -> bytes:
        if not data:
            return data
        at = self.rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ self.rng.randrange(1, 256)]) + data[at + 1 :]
