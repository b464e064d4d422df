"""Three hundred desks that wait for news at one process while others write thirty acts a second."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median

import psutil
import pytest
from sqlalchemy import insert

from sync.district.engine import POOL_CONNECTIONS, open_engine
from sync.district.tables import DESK
from sync.district.tokens import TOKEN_CHARS, token_hash
from sync.protocol import News, decode
from tests.sync.net.conftest import ToyDesk, ToyDistrict

Enrol = Callable[..., ToyDesk]
HERE, ELSEWHERE = 30, 270
WRITERS, ACTS, ACTS_PER_S = 3, 90, 30
LEARNS_S = 2.0


def admit(district: ToyDistrict, count: int, area: str) -> list[str]:
    """Tokens of so many desks of one area: enrolling each by its code would take longer than all the rest."""
    tokens = [f"{area}{n}".ljust(TOKEN_CHARS, "x") for n in range(count)]
    rows = [
        {"replica": f"{area}{n:031x}", "epoch": 1, "grants": json.dumps([area]), "token_hash": token_hash(token)}
        for n, token in enumerate(tokens)
    ]
    engine = open_engine(district.database)
    with engine.begin() as conn:
        conn.execute(insert(DESK), rows)
    engine.dispose()
    return tokens


@dataclass
class Crowd:
    """Desks that wait, each on a connection of its own, and ask again when they were told something."""

    port: int
    ca_pem: str
    told: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    connected: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def run(self, tokens: list[str], until: threading.Event) -> None:
        """In a thread of its own until the event is set."""
        asyncio.run(self._all(tokens, until))

    async def _all(self, tokens: list[str], until: threading.Event) -> None:
        context = ssl.create_default_context(cadata=self.ca_pem)
        tasks = [asyncio.create_task(self._one(token, context)) for token in tokens]
        await asyncio.get_running_loop().run_in_executor(None, until.wait)
        for task in tasks:
            task.cancel()
        failures = await asyncio.gather(*tasks, return_exceptions=True)
        assert [f for f in failures if not isinstance(f, asyncio.CancelledError)] == []

    async def _one(self, token: str, context: ssl.SSLContext) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=context)
        pos = 0
        self.told[token] = []
        self.connected.release()
        try:
            while True:
                head = f"GET /v1/wait?pos={pos}&s=40 HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer {token}\r\n\r\n"
                writer.write(head.encode())
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().splitlines()
                assert lines[0].startswith("http/1.1 200"), lines[0]
                length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
                pos = decode(await reader.readexactly(length), News).pos
                self.told[token].append((time.monotonic(), pos))
        finally:
            writer.transport.abort()


def write(desk: ToyDesk, count: int, per_s: float) -> list[float]:
    """Sends so many acts, a round each, at this rate or as fast as they are answered; returns when they were."""
    began, answered = time.monotonic(), list[float]()
    for n in range(count):
        time.sleep(max(0.0, began + n / per_s - time.monotonic()))
        desk.round(desk.notes(f"第{n}条"))
        answered.append(time.monotonic())
    return answered


@pytest.mark.apart
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # 300 desks cost half a minute on either
def test_n23_thirty_acts_a_second_while_300_desks_wait(toy_district: ToyDistrict, enrolled: Enrol) -> None:
    """All acts are taken, all whom they concern are told within seconds and nobody else, and no waiting holds the database."""
    here, elsewhere = admit(toy_district, HERE, "A"), admit(toy_district, ELSEWHERE, "B")
    with toy_district.running() as running:
        writers = [enrolled(toy_district, running) for _ in range(WRITERS)]
        for desk in writers:
            desk.round([])
        crowd, over = Crowd(running.port, toy_district.ca_pem()), threading.Event()
        with ThreadPoolExecutor(WRITERS + 1) as threads:
            waiting = threads.submit(crowd.run, here + elsewhere, over)
            try:
                assert all(crowd.connected.acquire(timeout=60) for _ in here + elsewhere)
                pushed = [threads.submit(write, d, ACTS // WRITERS, ACTS_PER_S / WRITERS) for d in writers]
                answered = sorted(when for p in pushed for when in p.result(60))
                connections = open_databases(toy_district, running.process.pid)
                while time.monotonic() < answered[-1] + 20 and any(last(crowd, token) < ACTS for token in here):
                    time.sleep(0.1)
            finally:
                over.set()
                waiting.result(60)
    assert toy_district.held() == (ACTS, ACTS, ACTS)
    assert {last(crowd, token) for token in here} == {ACTS}
    assert [crowd.told[token] for token in elsewhere] == [[]] * ELSEWHERE
    assert median(crowd.told[token][0][0] - answered[0] for token in here) < LEARNS_S
    assert median(crowd.told[token][-1][0] - answered[-1] for token in here) < LEARNS_S
    assert 0 < connections <= POOL_CONNECTIONS + 4


def open_databases(district: ToyDistrict, pid: int) -> int:
    """How many connections a process holds to its database."""
    if district.database.startswith("sqlite"):
        return len([f for f in psutil.Process(pid).open_files() if f.path.endswith(".db")])
    engine = open_engine(district.database)
    with engine.connect() as conn:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE datname=current_database() AND pid<>pg_backend_pid()"
        count: int = conn.exec_driver_sql(sql).scalar_one()
    engine.dispose()
    return count


def last(crowd: Crowd, token: str) -> int:
    """The newest position that a waiting desk was told."""
    return crowd.told[token][-1][1] if crowd.told[token] else 0
