"""The canonical encoding, version 1: golden vectors that may never change, and what has no place in a row."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from sync.act import Act, Base, Change, Op
from sync.canon import NotCanonical, canonical, check, is_canonical, row_hash, typed
from sync.merge import first_value
from sync.schema import FieldSpec, Kind, Policy, fits
from tests.sync.small import PERSON
from tests.sync.world import World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


RECORD = "019a0000000170008000000000000001"
COMPOSED, PARTS = "\u00e9", "e\u0301"

GOLDEN: list[tuple[dict[str, Any], str, int]] = [
    ({}, "90", -6445878043625328339),
    ({"a": None}, "90", -6445878043625328339),
    ({"a": ""}, "9192a161a0", 2775723395843318608),
    ({"b": 1, "a": True}, "9292a161c392a16201", 7833025265892531087),
    ({"b": True, "a": 1}, "9292a1610192a162c3", -8890060759392278254),
    ({"n": -1}, "9192a16eff", -295403843531699736),
    ({"n": 2**63 - 1}, "9192a16ecf7fffffffffffffff", 6050184385030082223),
    ({"n": -(2**63)}, "9192a16ed38000000000000000", 609217928976816245),
    ({"t": COMPOSED}, "9192a174a2c3a9", -1631287388361939467),
    ({"t": PARTS}, "9192a174a365cc81", 3305633042898522564),
    ({"t": "𠮷田"}, "9192a174a7f0a0aeb7e794b0", 4585422763167863703),
    ({"d": "12.50"}, "9192a164a531322e3530", -6792768872108016794),
    ({"d": "12.5"}, "9192a164a431322e35", 6132558745404939759),
    ({"l": ["b", "a", None]}, "9192a16c93a162a161c0", 9111298367041750653),
    ({"m": {"b": 1, "a": [None, False]}}, "9192a16d82a16192c0c2a16201", -2241991018464892510),
    ({"Z": 1, "a": 2, COMPOSED: 3}, "9392a15a0192a1610292a2c3a903", 6586877566634549955),
    ({"s": "x" * 32}, "9192a173d920" + "78" * 32, 6879423172625075680),
]


@pytest.mark.parametrize(("row", "encoded", "share"), GOLDEN)
def test_a_row_is_encoded_as_it_always_was(row: dict[str, Any], encoded: str, share: int) -> None:
    assert canonical(row).hex() == encoded
    assert row_hash("person", RECORD, False, row) == share


@pytest.mark.parametrize(
    "value", [1.5, 0.0, float("nan"), "\ud842", ["a", "\udfb7"], {"a": 0.5}, {1: "a"}, 2**63, -(2**63) - 1, b"x", {"a"}]
)
def test_what_two_machines_might_write_differently_has_no_place_in_a_row(value: Any) -> None:
    assert not is_canonical(value)
    with pytest.raises(NotCanonical):
        check(value)
    with pytest.raises(NotCanonical):
        canonical({"a": value})


def test_what_is_typed_is_made_whole_where_it_is_typed_and_nowhere_else() -> None:
    assert typed(PARTS) == COMPOSED
    assert typed("\ud842\udfb7") == "𠮷"
    assert typed("a\ud842") == "a\ufffd"
    assert is_canonical(typed("\udfb7x")) and unicodedata.is_normalized("NFC", typed("e\u0301\u0301"))


def test_sets_are_sorted_when_they_are_made() -> None:
    tags = PERSON.field("tags")
    assert tags is not None and tags.policy is Policy.UNION
    assert first_value(PERSON, "tags", ["b", "a", "b"]) == ["a", "b"]
    assert not fits(tags, [1, "a"])
    assert not fits(FieldSpec("n", Kind.INT), 1.0)


def test_a_desk_takes_down_nothing_that_no_row_holds(world: World) -> None:
    a = world.desk("a", "A")
    for value in (1.5, "\ud842", {"x": [0.1]}):
        with pytest.raises(ValueError, match=r"float|half"):
            a.create("newer", value=value)
    assert a.status().unsent == 0


def test_the_district_refuses_what_no_row_holds_and_keeps_it_in_the_tray(world: World) -> None:
    """Also in collections that only a newer version knows: both sides must be able to hash them."""
    a = world.desk("a", "A")
    record = a.create("newer", value="1")
    a.round()
    with a.store.writing() as conn:
        sql = "INSERT INTO sync_journal (number, body, at) VALUES (2, ?, 0)"
        conn.exec_driver_sql(sql, (_act_of(record, 1.5),))
        conn.exec_driver_sql("UPDATE sync_state SET next_number=3")
    assert [v.outcome.value for v in a.round().verdicts] == ["refused"]
    assert world.district.faults == []


def test_text_travels_as_it_was_typed(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    records = [a.create("person", name=name, area="A") for name in (COMPOSED, PARTS, "𠮷田", "", " x ")]
    a.round()
    b.round()
    assert [(b.row("person", r) or {}).get("name") for r in records] == [COMPOSED, PARTS, "𠮷田", "", " x "]


def _act_of(record: str, value: Any) -> bytes:
    change = Change("newer", record, Op.FIELDS, {"value": value})
    return msgspec.msgpack.encode(Act(2, "a", 0, "保存", Base(9, 1), (change,)))
