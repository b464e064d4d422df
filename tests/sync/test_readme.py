"""The engine's page is true: its example runs as it stands there and prints what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "sync" / "README.md"
LINES_MAX = 40


def _block(language: str, after: str) -> str:
    text = PAGE.read_text("utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text[text.index(after) :], re.DOTALL)
    assert found is not None, language
    return found.group(1)


def test_the_example_runs_as_it_stands() -> None:
    program = _block("python", "## Another schema on it")
    assert len(program.splitlines()) <= LINES_MAX
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", cwd=ROOT, check=False, timeout=60,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == _block("text", "## Another schema on it")


def test_every_file_of_the_engine_is_on_its_page() -> None:
    text = PAGE.read_text("utf-8")
    for path in sorted((ROOT / "sync").rglob("*.py")):
        name = path.relative_to(ROOT / "sync").with_suffix("").as_posix()
        assert path.stem == "__init__" or f"`{name}`" in text, f"{name} is missing from the table of files"
