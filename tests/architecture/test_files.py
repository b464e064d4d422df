"""The tracked files keep to the layout, open with why they exist, and would be at home on any machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from .files import beyond_the_top_level, lines_naming_a_machine, tracked, without_a_first_sentence
from .source import ROOT


@pytest.fixture(scope="module")
def files() -> list[Path]:
    found = tracked(ROOT)
    assert Path("pyproject.toml") in found
    return found


def test_the_top_level_is_as_given(files: list[Path]) -> None:
    assert beyond_the_top_level(files) == set()


def test_each_module_says_why_it_exists(files: list[Path]) -> None:
    assert without_a_first_sentence(ROOT, files) == []


def test_no_file_names_a_machine_or_a_registry(files: list[Path]) -> None:
    ours = [f for f in files if f.parts[:2] != ("tests", "architecture")]
    assert lines_naming_a_machine(ROOT, ours) == []


def test_a_stray_folder_is_found() -> None:
    assert beyond_the_top_level([Path("sync/a.py"), Path(".ci/run"), Path("scripts/x.sh")]) == {"scripts"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cd /" + "work/main", True),
        ("see /home/lee/notes", True),
        ("x = '/tmp/out'", True),
        ("uses /" + "opt/venv/bin/python", True),
        ("pip install --" + "index-url somewhere", True),
        ("fetch from files.pythonhosted.org", True),
        ("a path like resources/work/main", False),
        ("https://example.org/root/page", False),
        ("and/or, 1/2", False),
    ],
)
def test_an_address_is_found(tmp_path: Path, text: str, found: bool) -> None:
    (tmp_path / "notes.md").write_text(f"first\n{text}\n", "utf-8")
    assert bool(lines_naming_a_machine(tmp_path, [Path("notes.md")])) is found


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ('"""Reads a workbook as rows, so that a plan can be made of it."""', True),
        ('"""人员、住址、房屋：两个以上模块共用的名词。"""', False),  # one sentence in English, as all code
        ('"""Helpers."""', False),
        ('"""Utilities for things of all sorts"""', False),
        ("x = 1", False),
        ("", False),
    ],
)
def test_a_missing_first_sentence_is_found(tmp_path: Path, text: str, fine: bool) -> None:
    (tmp_path / "a.py").write_text(text, "utf-8")
    assert (without_a_first_sentence(tmp_path, [Path("a.py")]) == []) is fine
