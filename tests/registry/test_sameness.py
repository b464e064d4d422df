"""Who counts as one person: certain, asked, or not alike; over the four communities' own ledgers too."""

from __future__ import annotations

import csv
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from baiyun_desktop.registry import citizen_id, dates
from baiyun_desktop.registry.citizen_id import check_digit
from baiyun_desktop.registry.person import from_id, tidied
from baiyun_desktop.registry.sameness import ASK, CERTAIN, UNLIKE, judge, keys

LEDGERS = Path(__file__).parents[1] / "data" / "ledgers"
TODAY = date(2026, 11, 23)
A = {"name": "王公平", "id_no": "150206199912310013", "birth_date": "1999-12-31", "phone": "13812345678"}
OTHER_ID = "15020619991231021" + check_digit("15020619991231021")
OLD = {**A, "id_no": "150206780315002", "birth_date": "1978-03-15", "phone": None}


def number(first17: str) -> str:
    return first17 + check_digit(first17)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, CERTAIN),
        ({"phone": "13900000000"}, CERTAIN),
        ({"name": "王 公平"}, CERTAIN),
        ({"name": "王公评"}, ASK),
        ({"birth_date": None}, ASK),
        ({"birth_date": "1999-12-30"}, ASK),
        ({"id_no": None}, ASK),
        ({"id_no": None, "phone": None}, ASK),
        ({"id_no": None, "birth_date": None}, ASK),
        ({"id_no": "1.50206199912310E+17"}, ASK),
        ({"id_no": "150206199912310014"}, ASK),
        ({"id_no": None, "birth_date": None, "phone": None}, UNLIKE),
        ({"id_no": OTHER_ID}, ASK),
        ({"id_no": OTHER_ID, "phone": None}, UNLIKE),
        ({"id_no": OTHER_ID, "name": "王公正"}, UNLIKE),
    ],
)
def test_how_alike_two_people_are(changes: dict[str, Any], answer: str) -> None:
    other = {**A, **changes}
    assert judge(A, other) == answer
    assert judge(other, A) == answer


def test_an_old_number_and_what_it_becomes_are_asked_about() -> None:
    new = {**OLD, "id_no": "150206197803150023"}
    assert judge(OLD, new) == ASK
    assert set(keys(OLD)) & set(keys(new))
    assert judge(OLD, dict(OLD)) == CERTAIN


def test_twins_and_bare_same_names_are_not_asked_about() -> None:
    twin = {**A, "name": "王公正", "id_no": OTHER_ID}
    assert judge(A, twin) == UNLIKE
    assert judge({"name": "巴特尔"}, {"name": "巴特尔"}) == UNLIKE
    assert (
        judge({"name": "无名氏", "birth_date": "1990-01-01"}, {"name": "无名氏", "birth_date": "1990-01-01"}) == UNLIKE
    )


def test_rounded_numbers_never_bring_people_together() -> None:
    rounded = {"name": "甲", "id_no": "1.50206199912310E+17"}
    assert judge(rounded, {"name": "乙", "id_no": "1.50206199912310E+17"}) == UNLIKE
    assert list(keys({"id_no": "1.50206199912310E+17"})) == []


PEOPLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from([None, "王公平", "王 公平", "李䶮", "无名氏"]),
        "id_no": st.sampled_from(
            [None, A["id_no"], OTHER_ID, "1.50206199912310E+17", "150206780315002", "150206197803150023", "X1"]
        ),
        "birth_date": st.sampled_from([None, "1999-12-31", "1978-03-15"]),
        "phone": st.sampled_from([None, "13812345678", "0472-8510000"]),
    }
)


@given(PEOPLE, PEOPLE)
def test_the_answer_has_no_direction_and_whoever_is_alike_is_found_by_a_key(
    a: dict[str, Any], b: dict[str, Any]
) -> None:
    assert judge(a, b) == judge(b, a)
    if judge(a, b) != UNLIKE:
        assert set(keys(a)) & set(keys(b))


_HEADS = {
    "姓名": "name", "身份证号": "id_no", "证件号码": "id_no", "身份证号码": "id_no", "公民身份号码": "id_no",
    "出生日期": "birth", "电话": "phone", "手机": "phone", "联系电话": "phone",
}  # fmt: skip


def _rows() -> Iterator[tuple[str, list[str], list[Any]]]:
    """(community, heads, cells) of each line under a head, as a spreadsheet program gives them."""
    for path in sorted(LEDGERS.glob("*.xlsx")):
        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python()
            at = next((n for n, row in enumerate(rows) if "姓名" in row), None)
            if at is None:
                continue
            heads = [str(low or high) for high, low in zip(rows[at - 1] if at else rows[at], rows[at], strict=True)]
            yield from ((path.name[:2], heads, row) for row in rows[at + 1 :] if row[0] != "合计")
    for path in LEDGERS.glob("*.csv"):
        with path.open(encoding="gb18030", newline="") as file:
            heads, *lines = csv.reader(file)
        yield from ((path.name[:2], heads, line) for line in lines)


def _people() -> list[dict[str, Any]]:
    found = []
    for community, heads, cells in _rows():
        raw: dict[str, Any] = {}
        for head, cell in zip(heads, cells, strict=True):
            if head in _HEADS:
                raw.setdefault(_HEADS[head], cell)
        if not str(raw.get("name") or "").strip():
            continue
        person = tidied({name: raw.get(name) for name in ("name", "id_no", "phone")})
        said = from_id(person["id_no"], today=TODAY).get("birth_date")
        person["birth_date"] = said or dates.parse(raw.get("birth") or None, today=TODAY).iso
        found.append({**person, "community": community})
    return found


def test_the_four_ledgers_hold_as_many_people_as_their_key_says() -> None:
    key = json.loads((LEDGERS / "key.json").read_text(encoding="utf-8"))
    people = _people()
    assert len(people) == sum(file["rows"] for file in key["files"].values())
    under: dict[str, list[int]] = defaultdict(list)
    for at, person in enumerate(people):
        for one in set(keys(person)):
            under[one].append(at)
    pairs = {pair for ats in under.values() for pair in itertools.combinations(ats, 2)}
    answers = Counter((judge(people[a], people[b]), people[a]["community"] == people[b]["community"]) for a, b in pairs)
    across, within = key["people_in_two_communities"], key["files"]["宝山社区_流动人口台账.xlsx"]["duplicate_rows"]
    assert answers[(CERTAIN, False)] == across["same_checked_id"] == 14
    assert answers[(ASK, False)] == across["name_and_more_to_ask_about"] == 1
    assert answers[(CERTAIN, True)] + answers[(ASK, True)] == within == 2
    unchecked = sum(not citizen_id.parse(p["id_no"]).checked for p in people)
    # One of the two repeated lines has no number, and the one to be asked about has one in the other community.
    assert unchecked - 1 - 1 == key["people_without_checked_id"]
