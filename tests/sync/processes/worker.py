"""One worker of a district over the tests' small schema: several serve one database, each with named points to die at."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from sync.district.district import District
from sync.district.engine import open_engine
from sync.district.enrol import Enroller
from sync.district.packs import Packs
from sync.district.scope import FixedScope
from sync.district.serve import serve
from sync.district.service import Service
from sync.district.tls import Certificates
from sync.errors import SyncError
from sync.limits import Limits
from sync.outside import SystemClock, SystemIds
from tests.sync.processes.fate import Fate
from tests.sync.processes.nursery import Talk
from tests.sync.processes.points import Points
from tests.sync.small import AREAS, SCHEMA, OneOfEach


class Mortal(District):
    """A district that tells its test what came of its rounds, and of errors that are no business answers."""

    fate: Fate
    talk: Talk

    def round(self, replica: str, body: bytes) -> bytes:
        self.fate.at("before work")
        try:
            answer = super().round(replica, body)
        except SyncError as error:
            self._ended(type(error).__name__)
            raise
        except Exception:
            self.talk.say(bug=traceback.format_exc())
            raise
        if self.faults:
            self.talk.say(bug=f"acts could not be judged: {self.faults}")
        self.fate.at("before reply")
        self._ended("")
        return answer

    def _ended(self, how: str) -> None:
        if self.fate.watched:
            self.talk.say(ended=how)


def mark_packs(fate: Fate) -> None:
    """Puts a point between a pack that is built and its name, for this whole process."""
    put = Packs._put

    def marked(packs: Packs, *arguments: Any) -> None:
        fate.at("naming a pack")
        put(packs, *arguments)

    Packs._put = marked  # type: ignore[assignment,method-assign]


class MortalEnroller(Enroller):
    """An enroller with a point between what it has done and the word of it."""

    fate: Fate | None = None

    def enrol(self, request: Any) -> Any:
        answer = super().enrol(request)
        if self.fate is not None:
            self.fate.at("before the enrolment's reply")
        return answer


def district_on(engine: Engine, folder: Path, kind: type[District] = District) -> District:
    """The district that all workers serve."""
    ids = SystemIds()
    return kind(engine, SCHEMA, FixedScope(AREAS), OneOfEach(), SystemClock(), ids, folder / "packs")


def enroller_on(engine: Engine, folder: Path, random: Callable[[int], bytes]) -> MortalEnroller:
    return MortalEnroller(engine, Certificates(folder / "tls").ca_pem(), SystemClock(), SystemIds(), random)


def run(talk: Talk, folder: str, url: str) -> None:
    """Serves on a port of its own until it is killed, and listens to its test meanwhile."""
    where, engine, fate = Path(folder), open_engine(url), Fate(talk)
    Points(engine, fate.at)
    mark_packs(fate)
    district = district_on(engine, where, Mortal)
    assert isinstance(district, Mortal)
    district.fate, district.talk = fate, talk
    enroller = enroller_on(engine, where, os.urandom)
    enroller.fate = fate
    certificates = Certificates(where / "tls")
    service = Service(engine, district, enroller, certificates.ca_pem(), Limits())
    threading.Thread(target=_obey, args=(talk, fate), daemon=True).start()
    serve(service, certificates, SystemClock(), host="127.0.0.1", port=0, ready=lambda port: talk.say(port=port))


def _obey(talk: Talk, fate: Fate) -> None:
    while (order := talk.hear()) is not None:
        if order:
            fate.arm(**order)
        else:
            fate.disarm()
        talk.say(armed=True)
