"""Whoever sees numbers alone learns of nobody: small ones are hidden, and what would give one away with them."""

from __future__ import annotations

from baiyun_desktop.kernel.figure import Combined, Figure, FigureSheet, Rate
from baiyun_desktop.replica.figure_few import hidden
from baiyun_desktop.replica.figures import Amount, Tallied

SHEET = FigureSheet("s", "s", (
    Figure("came", "来", "", "thing", (), ()), Figure("went", "走", "", "thing", (), ()),
    Combined("net", "净", "", ("came",), ("went",)), Rate("share", "率", "", ("net",), ("came",)),
), ())  # fmt: skip
GROUPS = [None, ("a",), ("b",), ("c",), ("d",)]


def tallied(came: dict[str | None, int], went: dict[str | None, int]) -> Tallied:
    numbers = {"came": came, "went": went}
    return Tallied(SHEET, {name: {g: Amount(n) for g, n in groups.items()} for name, groups in numbers.items()})


def test_one_small_group_is_hidden_with_the_next_and_with_what_follows_from_them() -> None:
    found = hidden(tallied({"a": 40, "b": 4, "c": 9, "d": 0}, {"a": 5, "b": 6, "c": 7, "d": 0}), GROUPS)
    assert found == {(at, name) for at in (2, 3) for name in ("came", "net", "share")}


def test_two_small_groups_hide_each_other() -> None:
    found = hidden(tallied({"a": 40, "b": 4, "c": 1, "d": 12}, {}), GROUPS)
    assert {at for at, name in found if name == "came"} == {2, 3}


def test_a_small_whole_is_hidden_and_nothing_is_no_person() -> None:
    assert {at for at, name in hidden(tallied({"a": 3}, {}), GROUPS) if name == "came"} == {0, 1}
    assert hidden(tallied({"a": 5, "b": 0}, {}), GROUPS) == set()
