"""The district judges each movement once by the same guards, on the rows as they stand."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.judge import Judge
from tests.kernel.program import PROGRAM
from tests.timed.records import APPLYING

JUDGE: Judge = PROGRAM.judge
ITEM = {"id": "item", "pos": 1, "owner_name": "王", "found_on": "2026-01-01"}
MOVE = {
    "id": "m1",
    "pos": 9,
    "subject_kind": "lost_item",
    "subject": "item",
    "verb": "归还",
    "stated_date": "2026-02-01",
}


class Rows:
    """Rows in memory, read as the district's are."""

    def __init__(self, **rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def get(self, collection: str, record: str, /) -> dict[str, Any] | None:
        return next((r for r in self.rows.get(collection, []) if r["id"] == record), None)

    def children(self, collection: str, parent: str, /) -> list[dict[str, Any]]:
        field = {"movement": "subject", "sighting": "item"}[collection]
        return [r for r in self.rows.get(collection, []) if r.get(field) == parent]


def rows(**more: list[dict[str, Any]]) -> Rows:
    held: dict[str, list[dict[str, Any]]] = {"lost_item": [ITEM], "sighting": [{"id": "s", "item": "item"}]}
    return Rows(**{**held, **more})


def test_a_lawful_step_is_accepted() -> None:
    judged = JUDGE.judge(MOVE, rows())
    assert judged.accepted
    assert judged.reason == ""


def test_the_second_of_two_is_overtaken_and_told_why() -> None:
    first = {**MOVE, "id": "m0", "pos": 5, "judgement": "accepted"}
    judged = JUDGE.judge(MOVE, rows(movement=[first]))
    assert not judged.accepted
    assert "已归还" in judged.reason


def test_a_movement_on_its_way_does_not_count_against_another() -> None:
    waiting = {**MOVE, "id": "m0", "pos": 5, "judgement": None}
    assert JUDGE.judge(MOVE, rows(movement=[waiting])).accepted


def test_a_guard_sees_the_children_that_the_step_loads() -> None:
    judged = JUDGE.judge(MOVE, Rows(lost_item=[ITEM]))
    assert not judged.accepted
    assert "目击" in judged.reason


def test_what_is_missing_is_named() -> None:
    bare = {"id": "item", "pos": 1}
    judged = JUDGE.judge(MOVE, rows(lost_item=[bare]))
    assert judged.reason == "归还前请填写：失主或失主电话、拾得日期"


def test_a_record_that_is_gone_and_a_kind_that_is_unknown_are_refused_politely() -> None:
    assert not JUDGE.judge(MOVE, Rows()).accepted
    assert not JUDGE.judge({**MOVE, "subject_kind": "ufo"}, rows()).accepted


def test_what_time_brings_is_taken_by_no_desk_and_not_before_its_day() -> None:
    judge, row = Judge({"application": APPLYING}), {"id": "a", "pos": 1, "applied_on": "2026-09-01"}
    move = {"id": "m1", "pos": 9, "subject_kind": "application", "subject": "a", "verb": "转久未审查"}
    for more, said in (
        ({"stated_date": "2026-09-14"}, ""),
        ({"stated_date": "2026-09-13"}, "“转久未审查”要到2026-09-14"),
        ({"stated_date": "2026-09-14", "post": "宝山社区·窗口"}, "“转久未审查”由区里到期自动办理"),
    ):
        assert judge.judge({**move, **more}, Rows(application=[row])).reason == said
