"""A small real district as a process of its own: one collection, one area, and named moments at which it dies."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, MetaData, Table, Text

from sync.district.district import District
from sync.district.engine import open_engine
from sync.district.enrol import Enroller
from sync.district.scope import FixedScope
from sync.district.serve import serve
from sync.district.service import Service
from sync.district.tls import Certificates
from sync.enrolment import Enrolment, EnrolRequest
from sync.limits import Limits
from sync.outside import SystemClock, SystemIds
from sync.schema import CollectionSpec, FieldSpec, Schema, envelope_columns
from tests.sync.processes.points import Points

NOTE = Table("note", MetaData(), *envelope_columns(), Column("text", Text), Column("area", Text))
SCHEMA = Schema([CollectionSpec("note", NOTE, (FieldSpec("text"), FieldSpec("area")), area="area")])
AREAS = {"D": None, "A": "D", "B": "D"}


@dataclass(frozen=True)
class Pattern:
    """A series of numbers."""

    name: str
    block: int


@dataclass(frozen=True)
class Accepted:
    accepted: bool = True
    reason: str = ""


class AcceptAll:
    """A judge without rules."""

    def judge(self, movement: dict[str, Any], reader: object) -> Accepted:
        return Accepted()


def district_of(folder: Path, engine: Engine) -> District:
    return District(engine, SCHEMA, FixedScope(AREAS), AcceptAll(), SystemClock(), SystemIds(), folder / "packs")


def enroller_of(folder: Path, engine: Engine, clock: Any = None) -> MortalEnroller:
    ca_pem = Certificates(folder / "tls").ca_pem()
    return MortalEnroller(
        engine, ca_pem, clock or SystemClock(), SystemIds(), os.urandom, series=[Pattern("receipt", 500)]
    )


def found(folder: Path, url: str, clock: Any = None) -> None:
    """Make a district: its certificates by `clock`, its tables."""
    Certificates(folder / "tls").create("toy", ["127.0.0.1", "localhost"], clock or SystemClock())
    engine = open_engine(url)
    district_of(folder, engine).found("toy")
    engine.dispose()


class Mortal(District):
    """A district that dies by SIGKILL when it comes to one point of the round that it is told, for the nth time."""

    moment = ""
    in_round = 1
    rounds = 0

    def watch(self, moment: str, in_round: int) -> None:
        """`before commit of judging 2` is the second time that `before commit of judging` comes."""
        self.moment, self.in_round = moment, in_round
        self._passed: Counter[str] = Counter()
        Points(self.engine, self._at)

    def round(self, replica: str, body: bytes) -> bytes:
        self.rounds += 1
        self._passed.clear()
        self._at("before work")
        answer = super().round(replica, body)
        self._at("before reply")
        return answer

    def _at(self, point: str) -> None:
        self._passed[point] += 1
        if f"{point} {self._passed[point]}" == self.moment and self.rounds == self.in_round:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalEnroller(Enroller):
    """Dies when it has enrolled a desk and not yet said so."""

    dies = False

    def enrol(self, request: EnrolRequest) -> Enrolment:
        answer = super().enrol(request)
        if self.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("url")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--die", default="")
    arguments.add_argument("--in-round", type=int, default=1)
    arguments.add_argument("--rounds-queued-max", type=int, default=200)
    asked = arguments.parse_args()
    engine = open_engine(asked.url)
    kind = FixedScope(AREAS), AcceptAll(), SystemClock(), SystemIds(), asked.folder / "packs"
    district = Mortal(engine, SCHEMA, *kind)
    district.watch(asked.die, asked.in_round)
    certificates = Certificates(asked.folder / "tls")
    limits = Limits(rounds_queued_max=asked.rounds_queued_max)
    enroller = enroller_of(asked.folder, engine)
    enroller.dies = asked.die == "enrolled"
    service = Service(engine, district, enroller, certificates.ca_pem(), limits)

    def ready(port: int) -> None:
        sys.stdout.write(f"ready port={port}\n")
        sys.stdout.flush()

    serve(service, certificates, SystemClock(), host="127.0.0.1", port=asked.port, ready=ready)


if __name__ == "__main__":
    main()
