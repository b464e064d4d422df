"""What long runs came to, a line a range as it ends: a run that was cut goes on where it stopped."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

RANGE_SEEDS = 100
ROOT = Path(__file__).parents[2]
NUMBERS = ("baiyun_desktop/replica/numbers.py", "baiyun_desktop/replica/counted.py")
PLAYED = ("sync", "tests/simulate", "tests/sync/world.py", "tests/sync/small.py", *NUMBERS)


@dataclass(slots=True)
class Range:
    """So many seeds from `first` on, and what they came to."""

    first: int
    count: int
    long: bool
    version: str
    failing: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)
    """Of the failing ones, those in which only something never came to rest."""
    acts: int = 0
    cpu_s: float = 0.0

    def same(self, other: Range) -> bool:
        """Whether the other range is of the same seeds and the same engine."""
        return (self.first, self.count, self.long, self.version) == (
            other.first,
            other.count,
            other.long,
            other.version,
        )


def version() -> str:
    """What is played: the engine and the simulator as git knows them, with a + where files have changed since.

    A commit that touches neither leaves it as it was, and ranges that have ended still count.
    """
    parts = [_git("rev-parse", "--short", f"HEAD:./{part}") for part in PLAYED]
    changed = _git("status", "--porcelain", "--", *(f"./{part}" for part in PLAYED))
    return "-".join(part or "unknown" for part in parts) + ("+" if changed else "")


def _git(*words: str) -> str:
    run = ["git", "-C", str(ROOT), *words]
    return subprocess.run(run, capture_output=True, text=True, check=False).stdout.strip()


def ranges(first: int, count: int, *, long: bool) -> Iterator[Range]:
    """These seeds in ranges of a hundred, or of ten long ones: so much is played again at the most where a run was cut."""
    played, size = version(), RANGE_SEEDS // 10 if long else RANGE_SEEDS
    for at in range(first, first + count, size):
        yield Range(at, min(size, first + count - at), long, played)


class Results:
    """A folder with a line for each range that has ended."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "seeds.jsonl"
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        self._done = [Range(**json.loads(line)) for line in lines if line.strip()]

    def known(self, wanted: Range) -> Range | None:
        """What a range came to in a run before, of the same version."""
        return next((done for done in self._done if done.same(wanted)), None)

    def add(self, done: Range) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(done)) + "\n")
