"""The IT officer's page and the systemd units name commands, options and files that there are."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from baiyun_desktop.district import cli
from baiyun_desktop.kernel.role import POWERS
from tests.sync.net.conftest import ROOT

GUIDE = ROOT / "resources" / "guide" / "it" / "district.md"
PROGRAM = "/usr/lib/baiyun-desktop/baiyun-district"
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


def test_the_guide_sets_up_each_of_the_three_administrators_to_the_end() -> None:
    """A newcomer types what stands there: "and the same for the others" leaves names, roles and posts to be guessed."""
    steps: dict[str, list[str]] = {}
    for line in re.findall(r"^    baiyun-district (.+)$", GUIDE.read_text("utf-8"), re.MULTILINE):
        words = shlex.split(line)
        named = (
            words[3] if words[:2] == ["posts", "add"] else words[words.index("--post") + 1] if "--post" in words else ""
        )
        role = words[words.index("--role") + 1] if "--role" in words else ""
        steps.setdefault(named, []).append(role or words[0])
    admins = [role.value for role, powers in POWERS.items() if powers.duties]
    assert sorted(done[0] for done in steps.values() if done[0] in admins) == sorted(admins)
    assert all(done[1:] == ["officers", "enrol"] for done in steps.values() if done[0] in admins)


def test_the_guide_s_new_machine_has_the_units_that_it_starts() -> None:
    again = GUIDE.read_text("utf-8").partition("## The server is gone")[2]
    assert "step 3" in again.partition("systemctl")[0]


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


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    """Where the tool is; what the units say is looked at above in any case."""
    tool = shutil.which("systemd-analyze")
    program = tmp_path / "baiyun-district"  # it wants one that is there
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    names = []
    for path in UNITS:
        text = path.read_text("utf-8").replace(PROGRAM, str(program))
        assert path.suffix == ".timer" or str(program) in text
        (tmp_path / path.name).write_text(text, "utf-8")
        names.append(str(tmp_path / path.name.replace("@", "@8443")))
    if tool is None:
        return
    command = [tool, "verify", "--man=no", *names]
    fine = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (fine.returncode, fine.stderr) == (0, "")
    server = tmp_path / "baiyun-district@.service"
    server.write_text(server.read_text("utf-8").replace("ProtectSystem=", "ProtectSystm="), "utf-8")
    assert "ProtectSystm" in subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr


def test_the_guide_installs_and_starts_the_units_there_are() -> None:
    text = GUIDE.read_text("utf-8")
    named = set(re.findall(r"baiyun-district(?:@|-)[a-z]*(?:\d+)?\.(?:service|timer)", text))
    files = {path.name for path in UNITS}
    assert {re.sub(r"@\d+", "@", name) for name in named} <= files
    assert "resources/district/*" in text
