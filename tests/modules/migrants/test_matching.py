"""Why a seeker and a post belong together is said with the score."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from baiyun_desktop.modules.migrants.jobs.matching import fit, ranked

WELDER: dict[str, Any] = {
    "trades": ["2"], "skills": ["电焊", "叉车证"], "pay_wanted": 6000, "lodging_wanted": True, "languages": ["1"],
    "area": "150206001006",
}  # fmt: skip
SITE: dict[str, Any] = {
    "trade": "2",
    "skills": ["电焊"],
    "pay_from": 5000,
    "pay_to": 7000,
    "lodging": True,
    "area": "150206001007",
}


def test_what_suits_in_everything_has_a_hundred_points_and_says_why() -> None:
    found = fit(WELDER, SITE)
    assert found.score == 100
    assert found.against == ()
    assert found.words == "工种相符；会电焊；月薪7000元，不低于期望的6000元；提供住宿；离住处近"


def test_what_does_not_suit_is_said_before_anybody_travels() -> None:
    found = fit(WELDER, {**SITE, "trade": "5", "lodging": False, "pay_to": 5400})
    assert found.against == ("工种不同", "月薪比期望低600元", "不提供住宿")
    assert found.score == 20 + 16 + 5 + 10
    assert found.words.endswith("注意：工种不同；月薪比期望低600元；不提供住宿")


def test_an_empty_form_is_neither_for_nor_against() -> None:
    found = fit({}, {})
    assert (found.reasons, found.against) == ((), ())
    assert found.score == 17 + 10 + 10 + 10 + 5 + 5


def test_the_best_comes_first() -> None:
    posts = [{**SITE, "id": "far", "area": "150206002006"}, {**SITE, "id": "near"}, {"id": "empty"}]
    assert [post["id"] for post, _ in ranked(WELDER, posts)] == ["near", "far", "empty"]


@given(
    st.fixed_dictionaries(
        {}, optional={"trades": st.lists(st.sampled_from("125")), "pay_wanted": st.integers(1, 30000)}
    ),
    st.fixed_dictionaries({}, optional={"trade": st.sampled_from("125"), "pay_to": st.integers(1, 30000)}),
)
def test_a_score_is_between_nothing_and_a_hundred(seeker: dict[str, Any], post: dict[str, Any]) -> None:
    assert 0 <= fit(seeker, post).score <= 100
