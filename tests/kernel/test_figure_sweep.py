"""A sheet is counted in one sweep a period's day, and what a sweep shares is asked once."""

from __future__ import annotations

from baiyun_desktop.kernel.figure import Among, AnyOf, Figure, FigureSheet, Grouping, Whose, within
from baiyun_desktop.kernel.figure_sweep import asked_of_others, lead, looked_at, sweeps_of
from baiyun_desktop.kernel.listing import Condition, Test

OPEN, SHUT = Among("state", ("OPEN",)), Among("state", ("SHUT", "LOST"))
BIG = Condition("size", Test.IS, "big")


def counted(name: str, *where: object, **more: object) -> Figure:
    return Figure(name, name, name, "thing", where, (), **more)  # type: ignore[arg-type]


def test_figures_of_one_period_share_a_sweep_and_what_all_of_them_ask() -> None:
    sheet = FigureSheet("s", "s", (
        counted("a", OPEN, *within("on")), counted("b", OPEN, BIG, *within("on")), counted("c", *within("off")),
    ), ())  # fmt: skip
    first, second = sweeps_of(sheet)
    assert [f.name for f in first.figures] == ["a", "b"] and first.within == (*within("on"), OPEN)
    assert [rest for _, rest in first.counts] == [(), (BIG,)]
    assert [f.name for f in second.figures] == ["c"] and second.within == within("off")
    assert lead(first.within) == "on" and lead((BIG,)) == "size"


def test_ways_that_exclude_one_another_are_counted_where_their_rows_are_swept() -> None:
    ways = ((OPEN, *within("on")), (SHUT, *within("off")))
    sheet = FigureSheet("s", "s", (counted("a", *within("on")), counted("either", AnyOf(ways))), ())
    assert [[f.name for f in sweep.figures] for sweep in sweeps_of(sheet)] == [["a", "either"], ["either"]]
    both = AnyOf(((OPEN, *within("on")), (Among("state", ("OPEN", "SHUT")), *within("off"))))
    (sweep,) = sweeps_of(FigureSheet("s", "s", (counted("either", both),), ()))
    assert sweep.within == (both,) and sweep.counts[0][1] == ()


def test_one_of_each_thing_is_chosen_among_the_very_rows() -> None:
    each, theirs = ("owner", "on"), Whose("owner", "card", "of", (BIG,))
    one, other = (
        counted("one", OPEN, *within("on"), latest=each),
        counted("two", OPEN, *within("on"), theirs, latest=each),
    )
    sheet = FigureSheet("s", "s", (one, counted("sum", OPEN, *within("on"), latest=each, total="n"), other), ())
    same, narrower = sweeps_of(sheet)
    assert [f.name for f in same.figures] == ["one", "sum"] and same.latest == each
    assert same.within == (OPEN, *within("on")) and list(asked_of_others(narrower.within)) == [theirs]
    grouping = Grouping("g", "g", {"thing": ("from", "owner.from")})
    assert looked_at(same, [grouping]) == ["state", "on", "owner", "id", "n", "from", "owner.from"]
