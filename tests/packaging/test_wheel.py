"""The wheel carries what the program reads at run time, beside the code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.files import tracked
from tests.architecture.source import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in a wheel built from what git holds."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for file in tracked(ROOT):
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        (tree / file).write_bytes((ROOT / file).read_bytes())
    code = f"from setuptools.build_meta import build_wheel; build_wheel({str(out)!r})"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=tree)
    (wheel,) = out.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_has_every_file_of_the_program(names: set[str]) -> None:
    program = [f for f in tracked(ROOT) if f.parts[0] in ("sync", "baiyun_desktop", "resources")]
    assert {f.as_posix() for f in program} - names == set()


def test_the_wheel_has_no_tests(names: set[str]) -> None:
    assert [name for name in names if Path(name).parts[0] == "tests"] == []
