"""Acts that no program of ours would write come back to their officer, with words, and stop nobody."""

from __future__ import annotations

from typing import Any

import pytest

from sync.act import Act, Base, Change, Op
from sync.district.wellformed import malformed
from tests.sync.small import SCHEMA

ID = "0" * 32
SIDE = ["d1", 4]


def said(collection: str, op: Op, fields: dict[str, Any]) -> str:
    return malformed(SCHEMA, Act(1, "张三", 1, "保存", Base(), (Change(collection, ID, op, fields),)))


def test_what_our_programs_write_is_sound() -> None:
    assert not said("contest", Op.DECIDE, {"value": {"phone": "1"}, "saw": [SIDE, ["d2", 0]]})
    assert not said("step", Op.CREATE, {"subject_kind": "person", "subject": ID, "verb": "登记"})
    assert not said("doubt", Op.DECIDE, {"answer": "same"})


@pytest.mark.parametrize(
    "fields",
    [{}, {"value": {"phone": "1"}}, {"saw": [SIDE]}, {"value": "1", "saw": [SIDE]}, {"value": {}, "saw": [["d1"]]},
     {"value": {}, "saw": [["d1", "4"]]}, {"value": {}, "saw": "d1"}],
    ids=str,
)  # fmt: skip
def test_a_decision_says_what_it_decides_and_what_its_officer_saw(fields: dict[str, Any]) -> None:
    assert "格式不对" in said("contest", Op.DECIDE, fields)


@pytest.mark.parametrize("fields", [{}, {"subject": ID}, {"subject_kind": "person"}, {"subject": 3}], ids=str)
def test_a_step_says_what_it_moves(fields: dict[str, Any]) -> None:
    assert "格式不对" in said("step", Op.CREATE, {"verb": "登记", **fields})
