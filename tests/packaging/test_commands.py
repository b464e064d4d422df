"""The commands that pip, the packager and the README promise are there and start light."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points

import pytest

from tests.architecture.source import ROOT

COMMANDS: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
HEAVY = ("keyring", "openpyxl", "pypinyin", "pypdfium2", "requests", "typst", "python_calamine", "litestar", "psycopg")
"""Third parties that take long to import, so none of them may come before the window's first paint."""


def run(code: str) -> str:
    """A new Python's output, so that nothing imported here counts."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT).stdout


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_explains_itself(command: str) -> None:
    module, function = COMMANDS[command].split(":")
    said = run(f"import sys; sys.argv = ['{command}', '--help']; from {module} import {function}; {function}()")
    assert "usage:" in said.lower()
    assert command in said


def test_opening_a_desk_imports_nothing_heavy_before_the_first_paint() -> None:
    code = (
        "import json, sys, baiyun_desktop.app; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    assert set(json.loads(run(code))) & set(HEAVY) == set()


def test_the_readme_has_two_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    lines = [shlex.split(line) for line in re.findall(r"^    (python3 \.ci/with-venv .+)$", text, re.M)]
    assert [line[2] for line in lines[:2]] == ["baiyun-desktop", "pytest"]
    known = {point.name for point in entry_points(group="console_scripts")} | set(COMMANDS) | {"python"}
    assert {line[2] for line in lines} <= known


def test_setting_up_needs_a_command_to_run() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci" / "with-venv"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "with-venv COMMAND" in done.stderr
