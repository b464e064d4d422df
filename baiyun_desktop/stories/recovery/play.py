"""Plays the recovery stories on one district and leaves what each came to, worked out from the databases."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.recovery import (
    desk_back,
    district_back,
    file_lost,
    forgotten,
    lost_profile,
    revoked,
    stolen,
)
from baiyun_desktop.stories.recovery.office import Office
from baiyun_desktop.stories.recovery.report import Told, lost_anywhere, write

TITLE = "白云恢复演练"
Play = Callable[[Office], Told]
BESIDE: tuple[Play, ...] = (stolen.play, revoked.play, lost_profile.play, desk_back.play)
"""Each on desks of its own, so that two can be played at a time."""
ALONE: tuple[Play, ...] = (forgotten.play, file_lost.play, district_back.play)
"""After the others: the first two share a community with one of them, and in the last the district itself goes."""
AT_ONCE = 2


def play(program: Program, out: Path, stories: Sequence[Play] = (*BESIDE, *ALONE)) -> int:
    """Plays the stories, leaves report.json in `out` and returns the exit status: 0 only if each of them holds."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="baiyun-recovery-") as name:
        folder = Path(name)
        _tell("正在启动区服务器…")
        key_file = folder / "backup key.txt"
        with DistrictProcess(folder / "district", key_file) as district:
            office = Office(program, district, folder, key_file)
            try:
                told = _told(office, stories)
                equal = write(told, lost_anywhere(office), out)
            except (StoryStuck, RuntimeError) as stuck:
                sys.stderr.write(f"a recovery story came to a halt: {stuck}\n")
                return 1
            finally:
                office.forget_keys()
                if office.district is not district:
                    office.district.stop()
    _tell((out / "report.json").read_text("utf-8").strip())
    return 0 if equal else 1


def _told(office: Office, stories: Sequence[Play]) -> list[Told]:
    beside = [story for story in stories if story not in ALONE]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda story: story(office), beside))
    return told + [story(office) for story in stories if story in ALONE]


def _tell(line: str) -> None:
    sys.stdout.write(f"{TITLE}: {line}\n")
    sys.stdout.flush()
