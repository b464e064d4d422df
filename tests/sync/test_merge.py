"""The rules of merging, each alone: what was seen is overwritten, what was not is merged by policy or contested."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.act import Base, Outcome
from sync.merge import (
    VOID_GROUP,
    Author,
    Contest,
    Head,
    Merged,
    Stamp,
    merge_edit_of_voided,
    merge_fields,
    merge_void,
)
from tests.sync.small import PERSON

POS = 20
"""Where the district stands; whoever saw up to there saw everything."""
FIRST = Stamp(10, "a", 1)


def head(meta: dict[str, Stamp] | None = None, **payload: Any) -> Head:
    stamps = {**dict.fromkeys(payload, FIRST), **(meta or {})}
    return Head("person", "p", POS, 10, payload, stamps)


def author(desk: str = "b", number: int = 5, *, saw: int = 0, own: int = 0, **older: int) -> Author:
    return Author(Stamp(POS + 1, desk, number), Base(saw, own), f"officer {desk}", 7, older)


def merge(at: Head, by: Author, contest: Contest | None = None, **fields: Any) -> Merged:
    return merge_fields(PERSON, at, fields, by, {contest.group: contest} if contest else {})


def values(merged: Merged, group: str) -> list[dict[str, Any]]:
    ((_, sides),) = [c for c in merged.contests if c[0] == group]
    return [s["value"] for s in sides]


# --- seen or not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "stamp", "seen"),
    [
        (author(saw=10), Stamp(10, "a", 1), True),
        (author(saw=9), Stamp(10, "a", 1), False),
        (author("a", 5, saw=0, own=1), Stamp(10, "a", 1), True),
        (author("a", 5, saw=0, own=0), Stamp(10, "a", 1), False),  # two windows of one desk
        (author("a", 5, saw=10, own=0), Stamp(10, "a", 1), True),
        (author("a", 5), Stamp(POS + 1, "a", 5), True),  # earlier in the same act
        (author("b", 1), Stamp(10, "a", 1), False),  # another desk's number says nothing
        (author(saw=9), Stamp(10, "", 0), False),  # the district's own writes have no number
        (author(saw=10), Stamp(10, "", 0), True),
        (author("b", 5, own=3, a=2), Stamp(10, "a", 2), True),  # the author's file under its older name
        (author("b", 5, own=3, a=2), Stamp(10, "a", 3), False),  # after the copy was made: another file's
        (author("b", 5, own=1, a=2), Stamp(10, "a", 2), False),
        (author(), None, True),
    ],
)
def test_what_counts_as_seen(by: Author, stamp: Stamp | None, seen: bool) -> None:
    assert by.saw(stamp) is seen


# --- policies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("saw", "outcome", "contested"), [(10, Outcome.APPLIED, False), (9, Outcome.CONTESTED, True)])
def test_ask_overwrites_what_was_seen_and_contests_what_was_not(saw: int, outcome: Outcome, contested: bool) -> None:
    merged = merge(head(phone="1"), author(saw=saw), phone="2")
    assert merged.outcome is outcome
    assert merged.fields == ({} if contested else {"phone": "2"})
    if contested:
        assert values(merged, "phone") == [{"phone": "1"}, {"phone": "2"}]


@pytest.mark.parametrize(("saw", "noted"), [(10, []), (9, ["note"])])
def test_latest_wins_and_is_noted_where_it_had_not_seen(saw: int, noted: list[str]) -> None:
    merged = merge(head(note="甲"), author(saw=saw), note="乙")
    assert merged.fields == {"note": "乙"}
    assert merged.notes == noted
    assert merged.outcome is (Outcome.MERGED if noted else Outcome.APPLIED)


@pytest.mark.parametrize(
    ("current", "change", "result"),
    [
        (None, {"+": ["b", "a"], "-": []}, ["a", "b"]),
        (["a", "b"], {"+": ["c"], "-": ["a"]}, ["b", "c"]),
        (["a"], {"-": ["x"]}, ["a"]),
        (["a"], ["b"], ["a", "b"]),
        (["a"], None, ["a"]),
    ],
)
def test_union_adds_and_removes(current: Any, change: Any, result: list[str]) -> None:
    assert merge(head(tags=current), author(), tags=change).fields == {"tags": result}


@pytest.mark.parametrize(("current", "change", "result"), [(None, 3, 3), (4, 3, 7), (4, -5, -1), (0, 0, 0)])
def test_add_adds(current: int | None, change: int, result: int) -> None:
    assert merge(head(visits=current), author(), visits=change).fields == {"visits": result}


def test_fields_of_a_newer_version_are_asked_about() -> None:
    merged = merge(head(blood="A"), author(), blood="B")
    assert values(merged, "blood") == [{"blood": "A"}, {"blood": "B"}]
    assert merge_fields(None, head(x=1), {"x": 2}, author(), {}).outcome is Outcome.CONTESTED


def test_others_edits_of_other_fields_are_noted_as_merged() -> None:
    merged = merge(head(phone="1"), author(), name="王公平")
    assert (merged.outcome, merged.fields) == (Outcome.MERGED, {"name": "王公平"})


def test_clearing_a_field_is_an_edit_like_any_other() -> None:
    assert merge(head(phone="1"), author(saw=10), phone=None).fields == {"phone": None}
    assert values(merge(head(phone="1"), author(), phone=None), "phone") == [{"phone": "1"}, {"phone": None}]


@given(st.dictionaries(st.sampled_from(["name", "phone", "idno", "area"]), st.sampled_from(["1", "2", None])))
def test_what_is_so_already_is_never_contested_and_writes_nothing(fields: dict[str, Any]) -> None:
    merged = merge(head(**{k: v for k, v in fields.items() if v is not None}), author(), **fields)
    assert (merged.fields, merged.contests) == ({}, [])


# --- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_merges_as_one_value() -> None:
    at = head({"birth": Stamp(15, "a", 2)}, idno="X", birth="1990", sex="1")
    merged = merge(at, author(saw=10), idno="Y", birth="1980", sex="1")
    assert merged.fields == {}
    assert values(merged, "identity") == [
        {"idno": "X", "birth": "1990", "sex": "1"},
        {"idno": "Y", "birth": "1980", "sex": "1"},
    ]


def test_one_contested_group_does_not_hold_up_the_others() -> None:
    merged = merge(head(phone="1", name="甲"), author(saw=10), phone="2", name="乙")
    assert merged.fields == {"phone": "2", "name": "乙"}
    at = head({"phone": Stamp(15, "c", 1)}, phone="1", name="甲")
    merged = merge(at, author(saw=10), phone="2", name="乙")
    assert (merged.fields, merged.outcome) == ({"name": "乙"}, Outcome.CONTESTED)


# --- open contests --------------------------------------------------------------------------------------------------


def side(desk: str, number: int, phone: str | None) -> dict[str, Any]:
    return {"value": {"phone": phone}, "desk": desk, "number": number, "officer": desk, "at": 0, "pos": number}


def contest(*sides: dict[str, Any], pos: int = 15, opened: bool = True) -> Contest:
    return Contest("k", "phone", list(sides), opened, pos)


ONE, TWO, THREE = side("a", 1, "1"), side("b", 2, "2"), side("c", 3, "3")


@pytest.mark.parametrize(
    ("by", "phone", "sides", "written"),
    [
        (author("b", 5, own=2), "9", ["1", "9", "3"], {}),  # stands on its own side
        (author("a", 5, own=1), "9", ["9", "2", "3"], {"phone": "9"}),  # the first side is the row
        (author("d", 5, saw=15), "9", ["9", "2", "3"], {"phone": "9"}),  # who saw the contest saw the row
        (author("d", 5, saw=14), "9", ["1", "2", "3", "9"], {}),  # a new line
        (author("b", 5, own=1), "9", ["1", "2", "3", "9"], {}),  # another window of the same desk
        (author("d", 5), "3", None, {}),  # joins a side that says the same
        (author("b", 5, own=2), "2", None, {}),  # says its own side again
        (author("b", 5, own=2), "3", ["1", "3"], {}),  # two sides come to say the same
        (author("d", 5, saw=15), "2", ["2", "3"], {"phone": "2"}),
    ],
)
def test_an_edit_of_an_open_contest(by: Author, phone: str, sides: list[str] | None, written: dict[str, Any]) -> None:
    merged = merge(head(phone="1"), by, contest(ONE, TWO, THREE), phone=phone)
    assert merged.outcome is Outcome.CONTESTED
    assert merged.fields == written
    if sides is None:
        assert merged.contests == []
    else:
        assert [v["phone"] for v in values(merged, "phone")] == sides


def test_the_last_two_sides_that_come_to_say_the_same_leave_one() -> None:
    merged = merge(head(phone="1"), author("b", 5, own=2), contest(ONE, TWO), phone="1")
    assert values(merged, "phone") == [{"phone": "1"}]


def test_a_decided_contest_does_not_take_part() -> None:
    at = head({"phone": Stamp(18, "d", 9)}, phone="2")
    assert merge(at, author(saw=18), contest(ONE, TWO, opened=False), phone="3").fields == {"phone": "3"}
    merged = merge(at, author(saw=17), contest(ONE, TWO, opened=False), phone="3")
    assert values(merged, "phone") == [{"phone": "2"}, {"phone": "3"}]


# --- voids ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("voided", "saw", "open_contest", "outcome", "voids", "contests"),
    [
        (False, 10, False, Outcome.APPLIED, True, 0),  # saw everything
        (False, 9, False, Outcome.CONTESTED, False, 1),  # an edit it had not seen
        (True, 9, False, Outcome.APPLIED, False, 0),  # void and void are one
        (False, 10, True, Outcome.CONTESTED, False, 0),  # decides nothing
        (True, 10, True, Outcome.CONTESTED, False, 0),
    ],
)
def test_voids(voided: bool, saw: int, open_contest: bool, outcome: Outcome, voids: bool, contests: int) -> None:
    at = head(phone="1")
    at.voided, at.void = voided, Stamp(12, "a", 2) if voided else None
    known = Contest("k", VOID_GROUP, [], opened, 12) if (opened := open_contest) else None
    merged = merge_void(at, author(saw=saw), known)
    assert (merged.outcome, merged.fields == {"voided": True}, len(merged.contests)) == (outcome, voids, contests)


@pytest.mark.parametrize(("saw", "contested"), [(12, False), (11, True)])
def test_an_edit_of_a_voided_record_is_a_contest_where_the_void_was_not_seen(saw: int, contested: bool) -> None:
    at = head(phone="1")
    at.voided, at.void = True, Stamp(12, "a", 2)
    found = merge_edit_of_voided(at, author(saw=saw), None)
    assert [[s["value"] for s in sides] for _, sides in found] == (
        [[{"voided": True}, {"voided": False}]] if contested else []
    )


# --- properties -----------------------------------------------------------------------------------------------------

FIELDS = st.sampled_from(["name", "phone", "idno", "birth", "sex", "note", "area"])
EDIT = st.dictionaries(FIELDS, st.sampled_from(["1", "2", "3", None]), min_size=1)


def apply(at: Head, merged: Merged, by: Author) -> Head:
    new = at.copy()
    for name, value in merged.fields.items():
        new.payload[name] = value
        new.meta[name] = by.stamp
    return new


def whole(edit: dict[str, Any], at: Head) -> dict[str, Any]:
    """Edits travel with all fields of the groups they touch."""
    names = ("idno", "birth", "sex")
    return {**({n: at.payload.get(n) for n in names} if set(edit) & set(names) else {}), **edit}


@given(EDIT, EDIT)
def test_edits_of_disjoint_fields_commute(one: dict[str, Any], two: dict[str, Any]) -> None:
    base = head(name="0", phone="0", idno="0", birth="0", sex="0", note="0", area="0")
    one, two = whole(one, base), whole(two, base)
    two = {k: v for k, v in two.items() if k not in one}
    a, b = author("a", 5, saw=10), author("b", 5, saw=10)
    ab = apply(apply(base, merge(base, a, **one), a), merge(apply(base, merge(base, a, **one), a), b, **two), b)
    ba = apply(apply(base, merge(base, b, **two), b), merge(apply(base, merge(base, b, **two), b), a, **one), a)
    assert ab.payload == ba.payload


@given(EDIT, EDIT)
def test_no_unseen_value_of_an_asked_field_gives_way_without_a_contest(
    one: dict[str, Any], two: dict[str, Any]
) -> None:
    base = head(name="0", phone="0", idno="0", birth="0", sex="0", area="0")
    one, two = (whole({k: v for k, v in e.items() if k != "note"}, base) for e in (one, two))
    a, b = author("a", 5, saw=10), author("b", 5, saw=10)
    first = apply(base, merge(base, a, **one), a)
    merged = merge(first, b, **two)
    kept = {n: s["value"][n] for _, sides in merged.contests for s in sides[:1] for n in s["value"]}
    for name, value in one.items():
        after = apply(first, merged, b).payload.get(name)
        assert value in (after, kept.get(name)), name
        if name in two and two[name] != value and value != "0":
            assert after == value, "the first to arrive stands until someone decides"


@given(EDIT)
def test_merging_leaves_the_head_as_it_was(edit: dict[str, Any]) -> None:
    at = head(name="0", phone="0")
    merge(at, author(), **edit)
    assert (at.payload, at.meta) == ({"name": "0", "phone": "0"}, {"name": FIRST, "phone": FIRST})
