"""Every scenario has a test that says how it ends, and the engine's README says the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from .table import README, Row, order, render, rows, write, written


def _ids(letter: str, last: int, *, without: tuple[int, ...] = ()) -> set[str]:
    return {f"{letter}{n}" for n in range(1, last + 1) if n not in without}


SCENARIOS = (
    _ids("H", 14)
    | _ids("O", 19, without=(10, 11, 18))
    | _ids("Z", 19, without=(1, 15, 17))
    | _ids("A", 7, without=(4,))
    | {"J1", "J4", "J5"}
    | _ids("X", 15, without=(8,))
    | _ids("N", 24, without=(20,))
    | _ids("L", 20)
)

STILL_MISSING: set[str] = set()
"""Scenarios that no test plays yet; to be emptied."""


def test_every_scenario_is_played() -> None:
    played = {row.scenario for row in rows()}
    assert SCENARIOS - played <= STILL_MISSING
    assert played <= SCENARIOS


def test_every_test_says_in_one_sentence_how_its_scenario_ends() -> None:
    table = rows()
    assert [row.test for row in table if not row.end.endswith(".")] == []
    assert [end for end, times in Counter(row.end for row in table).items() if times > 1] == []


def test_the_engines_page_has_the_table_of_today() -> None:
    again = "python -m tests.sync.scenarios writes it"
    assert written(README.read_text(encoding="utf-8")) == render(rows()), again


def test_a_table_is_rendered_in_groups(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        'def test_o2_later():\n    """Two."""\n\n\ndef test_h10_x_y(world):\n    """One.\n\n    More."""\n\n\ndef helper(): ...\n',
        encoding="utf-8",
    )
    table = rows(tmp_path)
    assert table == [
        Row("H10", "x y", "test_x.py::test_h10_x_y", "One."),
        Row("O2", "later", "test_x.py::test_o2_later", "Two."),
    ]
    assert render(table).splitlines()[4] == "| H10 | x y | One. | `test_x.py` |"
    assert sorted(["N10", "N9", "H1"], key=order) == ["H1", "N9", "N10"]


def test_the_table_is_written_between_the_markers_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("before\n", encoding="utf-8")
    assert not write(page)
    page.write_text("before\n<!-- scenarios -->\nold\n<!-- /scenarios -->\nafter\n", encoding="utf-8")
    assert write(page)
    text = page.read_text(encoding="utf-8")
    assert written(text) == render(rows())
    assert text.startswith("before\n") and text.endswith("after\n")
