"""The real district's program, which dies at the moment of a push that a file in its folder names."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from baiyun_desktop import district as program
from baiyun_desktop.stories import district_process
from baiyun_desktop.stories.district_process import DistrictProcess
from sync.district.district import District
from sync.district.holding import Holding
from sync.district.taking import Taker

MOMENT = "dies-at"


def dies(folder: Path, moment: str) -> None:
    """Ends this process if its time has come; the next one lives."""
    file = folder / MOMENT
    if file.exists() and file.read_text("utf-8") == moment:
        file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def make_mortal(folder: Path) -> None:
    """Puts the moments around what the district does."""

    def around(kind: type, name: str, before: str = "", after: str = "") -> None:
        original = getattr(kind, name)

        def mortal(self: object, *args: Any, **named: Any) -> Any:
            dies(folder, before)
            answer = original(self, *args, **named)
            dies(folder, after)
            return answer

        setattr(kind, name, mortal)

    around(Taker, "_accept", after="before commit")
    around(Holding, "release", before="after commit")
    around(District, "round", after="before reply")


class MortalDistrict(DistrictProcess):
    """A district process that can be told when to die, and started again at the same address."""

    def start(self, port: int = 0) -> None:
        def command(*words: str) -> list[str]:
            return [sys.executable, "-m", "tests.end2end.mortal_district", *words]

        with patch.object(district_process, "district_command", command):
            super().start(port)

    @contextmanager
    def dying(self, moment: str) -> Iterator[None]:
        """Within, it dies at that moment; afterwards it runs again."""
        (self.folder / MOMENT).write_text(moment, "utf-8")
        yield
        assert self._process is not None
        assert self._process.wait(20) == -signal.SIGKILL
        self.kill()  # what is left of it
        self.start(int(self.url.rsplit(":", 1)[1]))


if __name__ == "__main__":
    make_mortal(Path(sys.argv[2]))
    program.main()
