"""A district process on loopback, and desks that enrol with it as a person would."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
import zstandard
from sqlalchemy import func, select

from sync.act import Act, Base, Change, Op
from sync.codec import pack_acts
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.desk.transport import Transport
from sync.district import tokens
from sync.district.engine import open_engine
from sync.district.enrol import Place
from sync.district.tables import ACT, DESK, HEAD, POSITION
from sync.enrolment import Enrolment
from sync.outside import SystemClock, SystemIds
from sync.protocol import VERSION, PackHead, RoundReply, RoundRequest, decode, encode
from sync.wire import PACK_PATH
from tests.born import Born
from tests.sync.net import toy

ROOT = Path(__file__).parents[3]
START_S_MAX = 30
Process = Born | subprocess.Popen[str]


@dataclass
class Running:
    """One run of the server process."""

    process: Process
    port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@dataclass
class ToyDistrict:
    """A district's folder and database, and the process that serves it while it runs."""

    folder: Path
    database: str

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Running]:
        process = Born("tests.sync.net.toy", str(self.folder), self.database, *arguments)
        try:
            yield Running(process, ready_port(process))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(20)
            process.stdout.close()

    def code(self, area: str = "A") -> str:
        """An enrolment code, as the administrator's command prints it."""
        engine = open_engine(self.database)
        place = Place("登记岗", "张三", (area,), "宝山")
        code = toy.enroller_of(self.folder, engine).new_code(place)
        engine.dispose()
        return str(code)

    def revoke(self, replica: str) -> None:
        engine = open_engine(self.database)
        with engine.begin() as conn:
            assert tokens.revoke(conn, replica, SystemClock().now_ms())
        engine.dispose()

    def desks(self) -> list[str]:
        engine = open_engine(self.database)
        with engine.connect() as conn:
            found = list(conn.execute(select(DESK.c.replica)).scalars())
        engine.dispose()
        return found

    def held(self) -> tuple[int, int, int]:
        """(acts taken, notes held, positions given) as the database says."""
        engine = open_engine(self.database)
        with engine.connect() as conn:
            counts = [conn.execute(select(func.count()).select_from(t)).scalar_one() for t in (ACT, HEAD, POSITION)]
        engine.dispose()
        return counts[0], counts[1], counts[2]

    def ca_pem(self) -> str:
        return (self.folder / "tls" / "ca.pem").read_text("ascii")


def ready_port(process: Process) -> int:
    """The port in the process's ready line; fails where none comes in time."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(START_S_MAX):
            process.kill()
            pytest.fail("the district did not start")
    line = process.stdout.readline()
    match = re.search(r"port=(\d+)", line)
    assert match is not None, f"no ready line but {line!r}, exit {process.poll()}"
    return int(match[1])


@dataclass
class ToyDesk:
    """A desk that keeps everything in memory: enough to speak the protocol."""

    enrolment: Enrolment
    transport: Transport
    fence: int = 0
    pos: int = 0
    tag: bytes = b""
    scope: str = ""
    number: int = 0
    ids: SystemIds = field(default_factory=SystemIds)

    def notes(self, *texts: str) -> list[Act]:
        """New acts, a note each, in the desk's first area."""
        made = []
        for text in texts:
            self.number += 1
            change = Change("note", self.ids.new(), Op.CREATE, {"text": text, "area": self.enrolment.areas[0]})
            made.append(Act(self.number, "张三", SystemClock().now_ms(), "保存", Base(self.pos, 0), (change,)))
        return made

    def message(self, acts: list[Act]) -> bytes:
        self.fence += 1
        packed = pack_acts(acts) if acts else b""
        return encode(RoundRequest(VERSION, 1, self.fence, self.pos, self.tag, self.scope, packed))

    def send(self, acts: list[Act]) -> RoundReply:
        """One round whose answer does not move the cursor."""
        return decode(self.transport.post("/v1/round", self.message(acts)), RoundReply)

    def round(self, acts: list[Act]) -> RoundReply:
        """One round; a new desk loads its pack's head first, so that its cursor stands somewhere."""
        reply = self.send(acts)
        if reply.pack is not None:
            content = self.transport.get(PACK_PATH + reply.pack[0])
            raw = zstandard.ZstdDecompressor().stream_reader(content).read()
            head = msgspec.msgpack.decode(raw[4 : 4 + int.from_bytes(raw[:4], "big")], type=PackHead)
            self.pos, self.tag, self.scope = head.pos, head.tag, head.scope
        else:
            self.pos, self.tag, self.scope = reply.pos, reply.tag, reply.scope
        return reply


@pytest.fixture
def toy_district(tmp_path: Path, database_url: str) -> ToyDistrict:
    """A founded district that does not run yet; on SQLite and on PostgreSQL."""
    toy.found(tmp_path, database_url)
    return ToyDistrict(tmp_path, database_url)


@pytest.fixture
def lite_district(tmp_path: Path) -> ToyDistrict:
    """The same on SQLite alone, for what no database has a part in."""
    url = f"sqlite:///{tmp_path / 'lite.db'}"
    toy.found(tmp_path, url)
    return ToyDistrict(tmp_path, url)


@pytest.fixture
def enrolled() -> Iterator[Callable[[ToyDistrict, Running], ToyDesk]]:
    """Enrols desks, and closes their lines when the test ends."""
    lines: list[Transport] = []

    def enrol(district: ToyDistrict, running: Running, area: str = "A") -> ToyDesk:
        now = SystemClock().now_ms
        answer = enrol_desk(running.url, district.code(area), new_nonce(os.urandom(16)), now)
        lines.append(Transport(answer.url, answer.token, answer.ca, now))
        return ToyDesk(answer, lines[-1])

    yield enrol
    for line in lines:
        line.close()
