"""The district is killed at each named moment of a push: after a restart nothing is lost and nothing stands twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync.errors import LineDown
from tests.sync.net.conftest import ToyDesk, ToyDistrict

ACTS, ACTS_OF_ONE_TRANSACTION = 50, 32
TAKEN = {
    "before work 1": 0,
    "before commit of judging 1": 0,
    "before commit of judging 2": ACTS_OF_ONE_TRANSACTION,
    "after commit of judging 2": ACTS,
    "before reply 1": ACTS,
}
"""How many acts are there after a kill at a point."""


@pytest.mark.parametrize("moment", list(TAKEN))
def test_kill_9_in_a_push(toy_district: ToyDistrict, enrolled: Callable[..., ToyDesk], moment: str) -> None:
    with toy_district.running("--die", moment, "--in-round", "2") as running:
        desk = enrolled(toy_district, running)
        desk.round([])
        acts = desk.notes(*(f"第{n}条" for n in range(ACTS)))
        with pytest.raises(LineDown):
            desk.round(acts)
        assert running.process.wait(10) == -9
    assert toy_district.held()[0] == TAKEN[moment]
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
