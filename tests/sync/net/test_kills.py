"""The district is killed at each named moment of a push: after a restart nothing is lost and nothing stands twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync.errors import LineDown
from tests.sync.net.conftest import ToyDesk, ToyDistrict

MOMENTS = ["before-work", "before-commit-1", "before-commit-2", "after-commit", "before-reply"]
ACTS = 50
"""More than one transaction takes."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_9_in_a_push(toy_district: ToyDistrict, enrolled: Callable[..., ToyDesk], moment: str) -> None:
    with toy_district.running("--die", moment, "--in-round", "2") as running:
        desk = enrolled(toy_district, running)
        desk.round([])
        acts = desk.notes(*(f"第{n}条" for n in range(ACTS)))
        with pytest.raises(LineDown):
            desk.round(acts)
        assert running.process.wait(10) == -9
    taken = toy_district.held()[0]
    assert taken == {"before-work": 0, "before-commit-1": 0, "before-commit-2": 32}.get(moment, ACTS)
    with toy_district.running("--port", str(running.port)):
        assert desk.round(acts).upto == ACTS
        assert toy_district.held() == (ACTS, ACTS, ACTS)
        assert desk.round(acts).upto == ACTS, "sending it all again changes nothing"
        assert toy_district.held() == (ACTS, ACTS, ACTS)


def test_kill_9_after_the_reply(toy_district: ToyDistrict, enrolled: Callable[..., ToyDesk]) -> None:
    with toy_district.running() as running:
        desk = enrolled(toy_district, running)
        desk.round(desk.notes("一", "二"))
        running.process.kill()
        running.process.wait(10)
    assert toy_district.held() == (2, 2, 2)
    with toy_district.running("--port", str(running.port)):
        assert desk.round(desk.notes("三")).upto == 3
