"""The month in short, played on seven desks and a real district: all sides come to the same, and what went wrong is settled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.stories import migrants
from baiyun_desktop.stories.migrants.errands import ERRANDS

pytestmark = pytest.mark.apart

VISITORS = len(ERRANDS) + 2
"""Each errand once."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out: Path = tmp_path_factory.mktemp("out")
    program = Program((REGISTRY, *MODULES))
    assert migrants.play(program, (), out, headless=True, visitors=VISITORS) == 0
    found: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    return found


def test_all_sides_come_to_the_same(report: dict[str, Any]) -> None:
    assert [what for what, holds in report["checks"].items() if not holds] == []
    assert (report["equal"], report["lost"], report["unmeant"]) == (True, 0, [])
    assert sum("counts by kind, state and grid" in what for what in report["checks"]) == 7
    assert sum("lists count" in what for what in report["checks"]) == 7
    assert len(report["checks"]) >= 32


def test_mistakes_were_made_and_settled(report: dict[str, Any]) -> None:
    meant = sum(bool(turn.refused) for errand in ERRANDS for turn in errand.turns)
    assert sum(report["refused"].values()) >= meant
    assert len(report["refused"]) >= 25
    assert report["twice_registered"] >= 4 and report["asked"] >= 2 and report["contested"] >= 1
    told = sum(report[name] for name in ("twice_registered", "asked", "namesakes", "contested"))
    assert report["decided"] == told and report["namesakes"] >= 2
    assert report["days_without_line"] > 10 and report["killed"] == 2


def test_every_matter_left_its_records_and_papers(report: dict[str, Any]) -> None:
    assert report["served"] == report["visitors"] == VISITORS
    permits = report["records"]["residence_permit"]
    assert permits["VALID"] >= 4 and permits["CANCELLED"] >= 1 and "TOLD" not in permits
    assert set(report["papers"]) >= {
        "residence_form",
        "permit_receipt",
        "ticket_receipt",
        "ticket_forward",
        "job_letter",
    }
    assert report["numbers"] >= VISITORS
    assert set(report["families"]) >= set("1234567")
    assert report["month"]["residence_reg 登记"] >= 20 and report["month"]["residence_permit 制成"] >= 3
