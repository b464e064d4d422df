"""The folder that holds versions of the program side by side, which of them is started, and when one goes back.

    versions/0.1.0/  versions/0.2.0/   each whole, never changed
    current.json                       which is started; replaced in one step

Needs the standard library alone: the launcher must come up where nothing else does.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from baiyun_desktop.keys.atomic import sync_folder, write_whole

from .errors import UpdateTrouble
from .versions import is_version, order

ROOT_SAID_BY, COUNTED_SAID_BY = "BAIYUN_INSTALL", "BAIYUN_TRIAL"
"""How the launcher tells a program where its installation is, and that this start is a trial."""
STARTS_MAX = 2
"""So often a new version may fail to come up before the one before it is started again."""
POINTER, PARTIAL = "current.json", ".partial"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `current.json` says. On `trial` is a version that has not come up yet, `begun` how often it was started since."""

    current: str
    before: str = ""
    trial: bool = False
    begun: int = 0
    next: str = ""
    refused: tuple[str, ...] = ()
    rolled_back_from: str = ""


@dataclass(frozen=True, slots=True)
class Slots:
    """An installation. Each step is one replaced file, so that a power cut leaves the state before or after it."""

    root: Path

    @classmethod
    def here(cls) -> Slots | None:
        """The installation that this program was started from; None for one that runs from somewhere else."""
        said = os.environ.get(ROOT_SAID_BY, "")
        return cls(Path(said)) if said and (Path(said) / POINTER).exists() else None

    @property
    def versions(self) -> Path:
        return self.root / "versions"

    def folder(self, version: str) -> Path:
        return self.versions / version

    def program(self, version: str) -> Path:
        """What is started of a version."""
        return self.folder(version) / ("baiyun-desktop.exe" if sys.platform == "win32" else "baiyun-desktop")

    def has(self, version: str) -> bool:
        return is_version(version) and self.program(version).is_file()

    def pointer(self) -> Pointer:
        """What is started; where nobody has said so yet, the newest that is there. Raises UpdateTrouble."""
        try:
            said = json.loads((self.root / POINTER).read_text("utf-8"))
            found = {f.name: said[f.name] for f in fields(Pointer) if f.name in said}
            found["refused"] = tuple(found.get("refused", ()))
            return Pointer(**found)
        except (OSError, ValueError, TypeError):
            there = self.versions.iterdir() if self.versions.is_dir() else ()
            known = sorted((p.name for p in there if self.has(p.name)), key=order)
        if not known:
            raise UpdateTrouble(f"{self.versions} 里没有程序，请重新安装")
        return Pointer(known[-1])

    def settle(self) -> None:
        """Writes down what is started where nobody has yet: from then on another version that lies there is no choice."""
        if not (self.root / POINTER).exists():
            self._write(self.pointer())

    # --- a start, by the launcher ---------------------------------------------------------------------------------

    def begin(self) -> Pointer:
        """What to start now. A version on trial that has been begun too often goes back to the one before it."""
        now = self.pointer()
        if not self.has(now.current) and self.has(now.before):
            now = self._back(now)
        elif now.trial and now.begun >= STARTS_MAX:
            now = self._back(now) if self.has(now.before) else replace(now, trial=False, begun=0)
        elif now.trial:
            now = replace(now, begun=now.begun + 1)
        self._write(now)
        return now

    def _back(self, now: Pointer) -> Pointer:
        refused = tuple(dict.fromkeys([*now.refused, now.current]))
        return Pointer(now.before, next="", refused=refused, rolled_back_from=now.current)

    # --- a start, by the program that was started -----------------------------------------------------------------

    def came_up(self) -> None:
        """The window is there and the replica is upgraded: this version stays."""
        now = self.pointer()
        if now.trial or now.begun:
            self._write(replace(now, trial=False, begun=0))

    def excused(self) -> None:
        """This start ended without a window, and that was no fault of the version: somebody cancelled."""
        now = self.pointer()
        if now.begun and os.environ.get(COUNTED_SAID_BY):  # a second click beside a trial under way counts for nothing
            self._write(replace(now, begun=now.begun - 1))

    def told(self) -> None:
        """The officer knows that a version went back."""
        self._write(replace(self.pointer(), rolled_back_from=""))

    # --- an update ------------------------------------------------------------------------------------------------

    def stage(self, version: str) -> None:
        """Has a version that was unpacked start next time. Raises UpdateTrouble where it is not newer, or not whole."""
        now = self.pointer()
        if order(version) <= order(now.current):
            raise UpdateTrouble(f"{version} 版不比正在用的 {now.current} 版新，不换")
        if not self.has(version):
            raise UpdateTrouble(f"{version} 版没有装完整，请重新更新")
        self._write(replace(now, next=version, refused=tuple(v for v in now.refused if v != version)))

    def switch(self) -> str:
        """Makes the staged version the one that is started; "" where none is staged. Only the last two are kept.

        To be called when nothing is being typed: after the window has closed.
        """
        now = self.pointer()
        if not now.next or not self.has(now.next):
            return ""
        self._write(Pointer(now.next, before=now.current, trial=True, refused=now.refused))
        self.tidy()
        return now.next

    def tidy(self) -> None:
        """Removes versions that nothing points to, and what an interrupted unpacking left."""
        now = self.pointer()
        for folder in self.versions.iterdir():
            if folder.name not in (now.current, now.before, now.next):
                shutil.rmtree(folder, ignore_errors=True)

    def _write(self, pointer: Pointer) -> None:
        write_whole(self.root / POINTER, json.dumps(asdict(pointer), indent=1).encode())
        sync_folder(self.root)
