"""What long runs came to, a line a range as it ends: a run that was cut goes on where it stopped."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

RANGE_SEEDS = 100


@dataclass(slots=True)
class Range:
    """So many seeds from `first` on, and what they came to."""

    first: int
    count: int
    long: bool
    commit: str
    failing: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)
    """Of the failing ones, those in which only something never came to rest."""
    acts: int = 0
    cpu_s: float = 0.0

    def same(self, other: Range) -> bool:
        """Whether the other range is of the same seeds and the same engine."""
        return (self.first, self.count, self.long, self.commit) == (other.first, other.count, other.long, other.commit)


def commit() -> str:
    """The version that is played, with a + where files have changed since."""
    here = Path(__file__).parent
    run = ["git", "-C", str(here), "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(run, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def ranges(first: int, count: int, *, long: bool) -> Iterator[Range]:
    """These seeds in ranges of a hundred."""
    version = commit()
    for at in range(first, first + count, RANGE_SEEDS):
        yield Range(at, min(RANGE_SEEDS, first + count - at), long, version)


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
