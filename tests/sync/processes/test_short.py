"""A seeded short part of the kills and cuts; `python -m tests.sync.processes --kills 200 --cuts` plays the whole."""

from __future__ import annotations

import pytest

from tests.sync.processes import cuts, kills
from tests.sync.processes.__main__ import main
from tests.sync.processes.kills import Database
from tests.sync.processes.messages import MESSAGES
from tests.sync.processes.nursery import Nursery

pytestmark = pytest.mark.apart

KILLS = 10
CUTS_PER_MESSAGE_AND_WAY = 1
"""Places; each is cut once as an end and once as a broken connection."""
SEED = 20261123


def test_kills_and_freezes_lose_and_double_nothing(born: Nursery, database: Database) -> None:
    report = kills.play(born, database, KILLS, SEED)
    assert not report.violations, "\n".join(report.violations)
    assert report.kills == KILLS
    assert len(report.points) > KILLS // 2, "the same few points again and again"


def test_a_cut_line_is_heard_and_the_next_round_brings_all(born: Nursery, database: Database) -> None:
    report = cuts.play(born, database, CUTS_PER_MESSAGE_AND_WAY, SEED)
    assert not report.violations, "\n".join(report.violations)
    assert len(report.cuts) == len(MESSAGES) * 2 * 2, "each message, both ways, as HTTP and as TLS"
    assert report.heard["LineDown"] > report.cuts.total() * 3 // 4, report.heard


def test_the_command_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--kills", "2", "--only", "sqlite"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "sqlite: kills: 2, violations: 0"
