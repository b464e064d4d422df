"""The district of a bench: its database filled in bulk, then served by a process of its own over loopback TLS."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import Engine

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from sync.act import Change
from sync.district.bulk import load
from sync.district.district import District
from sync.district.engine import open_engine
from sync.district.enrol import Enroller, Place
from sync.district.scope import AreaScope
from sync.district.serve import serve
from sync.district.service import Limits, Service
from sync.district.tls import Certificates
from sync.outside import SystemClock, SystemIds
from sync.schema import Schema
from sync.system import SYSTEM

ROOT = Path(__file__).parents[2]
START_S_MAX = 30
NAME = "白云鄂博矿区"


def program() -> Program:
    return Program((REGISTRY, *MODULES))


@dataclass
class Running:
    """The process that serves a district."""

    process: psutil.Process
    url: str

    def cpu_s(self) -> float:
        """Processor time that it has taken so far, user and system."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def peak_mb(self) -> float:
        """Its resident memory now: what it keeps after its work, close to its peak."""
        return float(self.process.memory_info().rss) / 2**20


@dataclass
class BenchDistrict:
    """A district in a folder."""

    folder: Path

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'district.db'}"

    def found(self, records: Sequence[Change], at_ms: int) -> None:
        """Makes the district and loads the records as its own."""
        self.folder.mkdir(parents=True)
        Certificates(self.folder / "tls").create(NAME, ["127.0.0.1", "localhost"], SystemClock())
        engine = open_engine(self.database)
        district = self.open(engine)
        district.found(NAME)
        load(engine, district.schema, records, at_ms)
        engine.dispose()

    def open(self, engine: Engine) -> District:
        made = program()
        schema = Schema([*made.schema.collections.values(), *SYSTEM])
        scope = AreaScope("organisation", "code", "parent_code", "successor")
        return District(engine, schema, scope, made.judge, SystemClock(), SystemIds(), self.folder / "packs")

    def enroller(self, engine: Engine) -> Enroller:
        ca_pem = Certificates(self.folder / "tls").ca_pem()
        series = list(program().numbers.values())
        return Enroller(engine, ca_pem, SystemClock(), SystemIds(), os.urandom, series=series)

    def code(self, area: str, officer: str) -> str:
        """An enrolment code for a desk of that area."""
        engine = open_engine(self.database)
        code = self.enroller(engine).new_code(Place("登记岗", officer, (area,), "宝山"))
        engine.dispose()
        return str(code)

    @contextmanager
    def running(self) -> Iterator[Running]:
        command = [sys.executable, "-m", "tests.bench.district", str(self.folder)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            yield Running(psutil.Process(process.pid), f"https://127.0.0.1:{_port(process)}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            assert process.stdout is not None
            process.stdout.close()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(START_S_MAX) else ""
    match = re.search(r"port=(\d+)", line)
    if match is None:
        process.kill()
        raise RuntimeError(f"the district did not start: {line!r}")
    return int(match[1])


def main() -> None:
    """Serves the district in the folder named on the command line until it is told to stop."""
    place = BenchDistrict(Path(sys.argv[1]))
    engine = open_engine(place.database)
    certificates = Certificates(place.folder / "tls")
    service = Service(engine, place.open(engine), place.enroller(engine), certificates.ca_pem(), Limits())

    def ready(port: int) -> None:
        sys.stdout.write(f"ready port={port}\n")
        sys.stdout.flush()

    serve(service, certificates, SystemClock(), host="127.0.0.1", port=0, ready=ready)


if __name__ == "__main__":
    main()
