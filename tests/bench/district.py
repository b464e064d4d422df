"""The district of a bench: founded by its own command, filled in bulk, served by a process of its own over TLS."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from baiyun_desktop.district import Assembly
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.stories.district_process import DistrictProcess
from sync.act import Change
from sync.district.bulk import load
from sync.district.enrol import Place
from sync.district.scope import covered
from sync.district.tables import HEAD

from .cost import Peer


def program() -> Program:
    """What desks and district run."""
    return Program((REGISTRY, *MODULES))


class Served(DistrictProcess):
    """A district that serves."""

    def found(self) -> None:
        """Runs its own command."""
        self.run("init", str(self.folder))

    def _serving(self, port: int) -> list[str]:
        """With a tally in its process."""
        command = [sys.executable, "-m", "tests.bench.counted", str(self._page)]
        return [*command, "serve", str(self.folder), "--port", str(port)]

    @property
    def _page(self) -> Path:
        return self.folder / "rows.count"

    @property
    def peer(self) -> Peer:
        """The process that serves it."""
        assert self._process is not None, "it does not serve"
        return Peer(self._process.pid, self._page)


@dataclass(frozen=True, slots=True)
class BenchDistrict:
    """A district in a folder."""

    folder: Path

    def found(self, records: Iterable[Change], at_ms: int) -> int:
        """Makes the district with its organisations and loads the other records as its own.

        Returns how many it was founded with beside organisations, such as its calendar: every desk holds those too.
        """
        Served(self.folder).found()
        with Assembly(self.folder) as assembly:
            known = assembly.organisations()
            new = (c for c in records if c.fields.get("code") not in known)
            with assembly.snapshot() as conn:
                founded: int = conn.execute(select(func.count()).select_from(HEAD)).scalar_one()
            load(assembly.engine, assembly.program.schema, new, at_ms)
        return founded - len(known)

    def pack(self, area: str) -> None:
        """Builds the pack of that area ahead, as a district does at night."""
        with Assembly(self.folder) as assembly, assembly.engine.connect().execution_options(reads=True) as conn:
            assembly.district.packs.for_scope(conn, covered(assembly.scope.tree(conn), [area]))

    def code(self, area: str, officer: str) -> str:
        """A one-time code that enrols one desk for that area."""
        with Assembly(self.folder) as assembly:
            return str(assembly.enroller().new_code(Place("登记岗", officer, (area,), "宝山")))

    @contextmanager
    def running(self) -> Iterator[Served]:
        """Serves it, in a process of its own, for as long as the block runs."""
        served = Served(self.folder)
        served.start()
        try:
            yield served
        finally:
            served.stop()
