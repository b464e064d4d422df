"""The comparison of the month's figures can fail: one record more, one state off or one check that does not hold."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from baiyun_desktop.kernel import supervision
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.stories.migrants import figures
from baiyun_desktop.stories.migrants.report import Report

PROGRAM = Program((REGISTRY, *MODULES))
HERE, THERE = "150206001006003", "150206002007001"


def test_each_verb_leads_to_one_state_which_the_sql_rests_on() -> None:
    compared = figures.kinds(PROGRAM)
    assert {"residence_reg", "residence_permit", "service_ticket", "person"} < set(compared)
    for kind in compared:
        procedure = PROGRAM.procedure(kind)
        for verb in {step.verb for step in procedure.steps} - {supervision.VERB} if procedure is not None else set():
            assert len({step.to for step in procedure.steps if step.verb == verb}) == 1, (kind, verb)


def test_a_desk_is_compared_within_its_area() -> None:
    tally = figures.Tally({("person", "", HERE): 2, ("person", "", THERE): 3, ("residence_reg", "ACTIVE", HERE): 1})
    assert figures.within(tally, HERE[:12]) == Counter({("person", "", HERE): 2, ("residence_reg", "ACTIVE", HERE): 1})
    assert figures.within(tally, "") == tally
    assert figures.by_kind(tally) == {"person": 5, "residence_reg": 1}
    assert figures.by_state(tally) == {"person": {"-": 5}, "residence_reg": {"ACTIVE": 1}}


def test_the_month_holds_only_where_all_of_it_does(tmp_path: Path) -> None:
    report = Report()
    assert not report.equal, "nothing was looked at"
    report.checks = {"one thing": True}
    assert report.equal
    report.lost = 1
    assert not report.equal
    report.lost, report.halted = 0, "nobody came"
    assert not report.equal
    report.halted, report.checks["another"] = "", False
    report.write(tmp_path)
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["equal"] is False
