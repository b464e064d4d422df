"""Versions sort as numbers, name folders safely, and the program knows its own."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest

from baiyun_desktop import RELEASED_ON, RELEASES, __version__
from baiyun_desktop.support.clock import RELEASED_MS
from baiyun_desktop.updates.versions import is_version, order, this_system
from tests.architecture.source import ROOT


def test_the_program_knows_the_version_that_it_is_packaged_as() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert __version__ == project["version"]
    assert is_version(__version__)


def test_each_release_has_a_higher_number_and_a_later_day() -> None:
    """Whoever raises the number writes the day beside it: they stand on one line."""
    numbers, days = [order(version) for version, _ in RELEASES], [day for _, day in RELEASES]
    assert numbers == sorted(set(numbers)) and days == sorted(set(days))
    assert (__version__, RELEASED_ON) == RELEASES[-1]
    assert datetime.fromtimestamp(RELEASED_MS / 1000, UTC).date().isoformat() == RELEASED_ON


@pytest.mark.parametrize("text", ["", "1.", "..", "../1", "1/2", "1.2.3.4.5", "v1", "1.2b", "1234567"])
def test_what_is_no_version_never_becomes_a_folder(text: str) -> None:
    assert not is_version(text)


def test_versions_sort_as_numbers() -> None:
    assert sorted(["0.10.0", "0.9", "1.0", "0.9.1"], key=order) == ["0.9", "0.9.1", "0.10.0", "1.0"]
    assert order("1.2") == order("1.2.0")


def test_a_system_is_named_by_its_kind_and_machine() -> None:
    kind, _, machine = this_system().partition("-")
    assert kind and machine and this_system() == this_system().lower()
