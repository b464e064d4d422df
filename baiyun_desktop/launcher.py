"""Starts the version of the program that is current, and the one before it where a new one does not come up.

It stands outside the versions' folders and is not updated itself, so it needs no more than the standard library.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from baiyun_desktop.updates.alone import alone
from baiyun_desktop.updates.errors import UpdateTrouble
from baiyun_desktop.updates.slots import COUNTED_SAID_BY, ROOT_SAID_BY, Slots

USAGE = f"""usage: baiyun-launcher [COMMAND ...]

Starts the current version of baiyun-desktop in the folder that the launcher lies in, or that {ROOT_SAID_BY} names.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """What the program ended with. A command is handed on; only the window's start is a trial of a new version."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--help"], ["-h"]):
        sys.stdout.write(USAGE)
        return 0
    slots = Slots(root())
    try:
        slots.settle()
        if words:
            return run(slots, slots.pointer().current, words)
        with alone(slots.root) as first:
            return tried(slots) if first else run(slots, slots.pointer().current, [])
    except (UpdateTrouble, OSError) as error:
        sys.stderr.write(f"baiyun-launcher: {error}\n")
        return 1


def root() -> Path:
    """The installation: named by the environment, else where the packaged launcher lies."""
    return Path(os.environ.get(ROOT_SAID_BY) or Path(sys.executable).parent).absolute()


def tried(slots: Slots) -> int:
    """Starts until one comes up: a version on trial that ends without a window is tried again, then the one before it."""
    while True:
        started = slots.begin()
        code = run(slots, started.current, [], counted=started.trial)
        after = slots.pointer()
        if not started.trial or not after.trial or after.begun < started.begun:
            return code


def run(slots: Slots, version: str, words: Sequence[str], *, counted: bool = False) -> int:
    """One run of a version, to its end; it is told whether this start counts."""
    environment = {**_as_found(os.environ), ROOT_SAID_BY: str(slots.root), COUNTED_SAID_BY: "1" if counted else ""}
    return subprocess.run([str(slots.program(version)), *words], env=environment, check=False).returncode


def _as_found(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what a packaged launcher put there for itself: its libraries are not those of the program it starts."""
    found = {name: value for name, value in environment.items() if name != "LD_LIBRARY_PATH_ORIG"}
    if getattr(sys, "frozen", False):
        found["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
        found.pop("LD_LIBRARY_PATH", None)
        if "LD_LIBRARY_PATH_ORIG" in environment:
            found["LD_LIBRARY_PATH"] = environment["LD_LIBRARY_PATH_ORIG"]
    return found


if __name__ == "__main__":
    sys.exit(main())
