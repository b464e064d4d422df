"""The IT officer's page and the systemd units name commands, options and files that there are."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest
import typer

from baiyun_desktop.district import cli
from tests.sync.net.conftest import ROOT

GUIDE = ROOT / "resources" / "guide" / "it" / "district.md"
UNITS = sorted((ROOT / "resources" / "district").iterdir())


def parsed(words: list[str]) -> str:
    """The command that a line would run; fails as the program would where an option is not there."""
    group = typer.main.get_command(cli)
    context = group.make_context("baiyun-district", words, resilient_parsing=False)
    name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])  # type: ignore[attr-defined]
    command.make_context(name, rest, parent=context)
    return str(name)


def test_each_line_of_the_guide_is_a_command_of_the_program() -> None:
    lines = [line.strip() for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("    baiyun-district ")]
    names = {parsed(shlex.split(line)[1:]) for line in lines}
    assert names == {
        "init",
        "enrol",
        "desks",
        "backup",
        "drill",
        "restore",
        "confirm",
        "posts",
        "officers",
        "calendar",
        "token",
    }


def test_the_guide_has_a_word_for_each_command() -> None:
    text = GUIDE.read_text("utf-8")
    names = {c.name or c.callback.__name__ for c in cli.registered_commands if c.callback is not None}
    assert {name for name in names if f"baiyun-district {name}" not in text} == {"serve"}, "systemd runs that one"


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_a_unit_runs_a_command_of_the_program_shut_in(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(path.read_text("utf-8"))
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in UNITS
        assert "OnCalendar" in unit["Timer"]
        return
    program, *words = shlex.split(unit["Service"]["ExecStart"].replace("%i", "8443"))
    assert Path(program).name == "baiyun-district"
    assert parsed(words) in path.name.replace("@", "-serve")
    hard = unit["Service"]
    assert hard["User"] == "baiyun-district"
    assert (hard["UMask"], hard["StateDirectoryMode"]) == ("0077", "0700")
    assert (hard["NoNewPrivileges"], hard["ProtectSystem"], hard["CapabilityBoundingSet"]) == ("yes", "strict", "")


def test_the_guide_installs_and_starts_the_units_there_are() -> None:
    text = GUIDE.read_text("utf-8")
    named = set(re.findall(r"baiyun-district(?:@|-)[a-z]*(?:\d+)?\.(?:service|timer)", text))
    files = {path.name for path in UNITS}
    assert {re.sub(r"@\d+", "@", name) for name in named} <= files
    assert "resources/district/*" in text
