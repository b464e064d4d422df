"""What the recovery stories are played on: PCs with encrypted desks, the programs' own commands, and a district."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.errors import NoKeyStore
from baiyun_desktop.keys.system import SystemKeyStore, has_system_store
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.stage import Place
from sync.desk.enrolling import enrol_desk
from sync.desk.transport import Transport
from sync.enrolment import Enrolment
from sync.outside import SystemClock, SystemIds

CHINA = timezone(timedelta(hours=8))
PASSPHRASE = "鹿城的春天来得晚"  # noqa: S105  (of made-up desks)
"""Where the machine has no key store."""
ROUNDS_MAX = 4
"""A restored file is told first how far its rounds have been counted."""
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙", ("秀英", "志强", "乌兰", "建军", "春梅", "海涛", "其木格", "国庆", "玉兰")


@dataclass(frozen=True, slots=True)
class Typed:
    """One act of an officer: a person, the stay, and the step that gave the paper its number."""

    person: str
    stay: str
    name: str
    number: str


@dataclass
class Pc:
    """One PC with its desk. `typed` is what its officer was told to be saved."""

    office: Office
    place: Place
    home: DeskHome
    passphrase: str
    typed: list[Typed] = field(default_factory=list)

    @contextmanager
    def open(self, passphrase: str | None = None) -> Iterator[Replica]:
        """The desk as at the start of a day."""
        clock = SystemClock()
        secret = self.passphrase if passphrase is None else passphrase
        with self.home.open(secret, self.office.program, clock, SystemIds(clock)) as replica:
            yield replica

    def register(self, replica: Replica, count: int) -> list[Typed]:
        """Registers so many migrants, each in one act."""
        made = [self._register(replica, *self.office.somebody()) for _ in range(count)]
        self.typed += made
        return made

    def _register(self, replica: Replica, name: str, phone: str) -> Typed:
        area, today = self.place.area, datetime.now(CHINA).date()
        person = Draft.create("person", replica.ids.new(), name=name, phone=phone, area=area)
        stay = Draft.create(
            "residence_reg", replica.ids.new(), area=area, person=person.id, live_addr="1号楼1单元101室", dwelling="01",
            arrive_date=(today - timedelta(days=20)).isoformat(), inflow_reason="01", source="1",
        )  # fmt: skip
        replica.door.step(
            "residence_reg", stay.id, "登记", drafts=[person, stay], stated_date=today, officer=self.place.officer
        )
        saved = replica.read.get("residence_reg", stay.id)
        assert saved is not None
        return Typed(person.id, stay.id, name, str(saved.biz_no))

    def day(self, count: int = 0, *, online: bool = True) -> list[Typed]:
        """Opens the desk, registers, goes on a round where there is a line, and closes it."""
        with self.open() as replica:
            made = self.register(replica, count)
            if online:
                go(replica)
            self.home.keep_keys(replica)
        return made

    def command(self, *words: object, ok: bool = True, passphrase: str | None = None, **more: str) -> str:
        """What `baiyun-desktop` says to these words on this PC. Raises StoryStuck where it does not end as expected."""
        environment = {
            **os.environ, "BAIYUN_HOME": str(self.home.folder), "PYTHONIOENCODING": "utf-8",
            "QT_QPA_PLATFORM": "offscreen", **more,
        }  # fmt: skip
        secret = self.passphrase if passphrase is None else passphrase
        environment.pop("BAIYUN_PASSPHRASE", None)
        if secret:
            environment["BAIYUN_PASSPHRASE"] = secret
        done = subprocess.run(
            desktop_command(*map(str, words)), capture_output=True, text=True, encoding="utf-8", env=environment,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        if (done.returncode == 0) != ok or "Traceback" in said:
            raise StoryStuck(f"{self.place.name}: baiyun-desktop {words[0]}: {said.strip()}")
        return said


class Office:
    """The district of a story with its PCs."""

    def __init__(self, program: Program, district: DistrictProcess, folder: Path, key_file: Path) -> None:
        self.program = program
        self.district = district
        self.folder = folder
        self.key_file = key_file
        self.by_store = has_system_store()
        """Whether this machine's key store keeps the keys; else a passphrase does."""
        self._people = itertools.count(1)
        self._pcs: list[Pc] = []

    def somebody(self) -> tuple[str, str]:
        """A name and a telephone number that nobody else has."""
        n = next(self._people)
        name = FAMILY[n % len(FAMILY)] + GIVEN[n % len(GIVEN)] + GIVEN[n // len(GIVEN) % len(GIVEN)][-1]
        return f"{name}{'甲乙丙丁戊己庚辛'[n // 97 % 8]}", f"138{n:08d}"

    def enrol(self, *places: Place) -> list[Pc]:
        """Enrols a PC for each place with a code of the district's, two at a time."""
        with ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(lambda p: self.district.code(p.post, [p.area], p.officer), places))
        return [self._enrol(place, code) for place, code in zip(places, codes, strict=True)]

    def pc(self, place: Place, name: str) -> Pc:
        """A PC on which nobody has enrolled yet."""
        pc = Pc(self, place, DeskHome(self.folder / name), "" if self.by_store else PASSPHRASE)
        self._pcs.append(pc)
        return pc

    def _enrol(self, place: Place, code: str) -> Pc:
        pc, clock = self.pc(place, f"pc-{place.name}"), SystemClock()

        def enrol(address: str, code: str, nonce: str) -> Enrolment:
            return enrol_desk(address, code, nonce, clock.now_ms, machine=place.name)

        pc.home.enrol(self.district.url, code, pc.passphrase, self.program, enrol, clock, SystemIds(clock))
        pc.day()
        return pc

    def forget_keys(self) -> None:
        """Leaves nothing of the stories in the machine's key store."""
        if not self.by_store:
            return
        for pc in self._pcs:
            for path in pc.home.folder.glob("*.baiyun"):
                try:
                    SystemKeyStore().forget(path.stem)
                except NoKeyStore:
                    return


def go(replica: Replica) -> str:
    """Rounds until one ends well; returns what the district says to a desk that it has ended. Raises StoryStuck."""
    who = replica.identity
    line = Transport(who.url, who.token, who.ca, replica.clock.now_ms)
    carrier = Carrier(replica, line, line, random.SystemRandom().random)
    try:
        for _ in range(ROUNDS_MAX):
            report = carrier.run()
            if report is not None and report.in_step:
                return ""
            if replica.status().revoked:
                return carrier.problem
    finally:
        line.close()
    raise StoryStuck(f"{who.post}: {carrier.problem}")


def exchange(pcs: Sequence[Pc], times: int = 2) -> None:
    """Rounds until each has heard what the others' brought about."""
    for _ in range(times):
        for pc in pcs:
            pc.day()


def desktop_command(*words: str) -> list[str]:
    """The desk's command line, from source and from a packaged program alike."""
    frozen = getattr(sys, "frozen", False)
    return [sys.executable, *words] if frozen else [sys.executable, "-m", "baiyun_desktop.app", *words]
