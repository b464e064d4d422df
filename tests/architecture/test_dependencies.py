"""What is imported is what is declared, and what is declared is what is locked with hashes."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from .source import ROOT, project

BY_NAME = {"psycopg", "uvicorn", "pylopdf-fonts-zh-cn"}
"""Declared and used, though no import may say so: by a database URL, as a command, as files."""
PART_OF = {"shiboken6": "PySide6"}
"""One project's wheels, always of one version."""


def _plain(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def _project() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def _imported() -> set[str]:
    names = {PART_OF.get(name, name) for name in _imported_names()}
    homes = packages_distributions()
    return {_plain(home) for name in names for home in homes.get(name, [name])[:1]}


def _imported_names() -> set[str]:
    return {i.target.split(".")[0] for i in project().theirs()} - set(sys.stdlib_module_names) - {""}


def test_each_import_is_of_a_declared_package() -> None:
    assert _imported() - {_plain(r) for r in _project()[""]} == set()


def test_each_declared_package_is_used() -> None:
    assert {_plain(r) for r in _project()[""]} - _imported() - BY_NAME == set()


def test_each_declared_package_is_locked_with_hashes() -> None:
    text = (ROOT / "resources" / "requirements.txt").read_text("utf-8")
    entries = re.findall(r"^([A-Za-z0-9._-]+)==\S+.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.M)
    starts = re.findall(r"^([A-Za-z0-9._-]+)==", text, re.M)
    assert entries == starts
    declared = {_plain(r) for requirements in _project().values() for r in requirements}
    assert declared - {_plain(name) for name in entries} == set()
