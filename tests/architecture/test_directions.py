"""The real tree keeps the directions of the design."""

from __future__ import annotations

import pytest

from .directions import cycles, qt_outside_the_window, wrong_directions
from .door import ways_past_the_door
from .source import Source, project


@pytest.fixture(scope="module")
def source() -> Source:
    found = project()
    assert len(found.modules) > 20
    return found


def test_each_module_imports_only_what_the_design_lets_it(source: Source) -> None:
    assert wrong_directions(source) == []


def test_there_is_no_ring_of_imports(source: Source) -> None:
    assert cycles(source) == []


def test_qt_stands_in_the_window_alone(source: Source) -> None:
    assert qt_outside_the_window(source) == []


def test_only_the_engine_room_has_the_means_to_write(source: Source) -> None:
    assert ways_past_the_door(source) == []


def test_imports_are_statements_that_checkers_and_the_packager_see(source: Source) -> None:
    dynamic = [i for i in source.theirs() if i.target == "importlib" or i.target.startswith("importlib.util")]
    assert [str(i) for i in dynamic] == []
