"""Why a seeker and a post belong together: a score of a hundred and the words that go with it, from plain values alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from baiyun_desktop.kernel.merging import Row

TRADE, SKILLS, PAY, LODGING, LANGUAGE, NEAR = 35, 20, 20, 10, 5, 10
"""What each counts [ours]: a setting of taste, and always shown in words."""
NEAR_DIGITS = 9
"""Two area codes that agree so far lie in one street."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well two suit each other; `against` is what an officer should say to both beforehand."""

    score: int
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For the match's record and the letter: what speaks for it, and what does not."""
        said = "；".join(self.reasons) or "没有明显相合之处"
        return f"{said}。注意：{'；'.join(self.against)}" if self.against else said


@dataclass(frozen=True, slots=True)
class _Part:
    """One consideration: points, and a word for or against."""

    points: int
    word: str = ""
    good: bool = True


def fit(seeker: Row, post: Row) -> Fit:
    """The score, 0 to 100, and its words. What neither says counts half: nobody is passed over for an empty field."""
    parts = [part(seeker, post) for part in (_trade, _skills, _pay, _lodging, _language, _near)]
    return Fit(
        score=sum(part.points for part in parts),
        reasons=tuple(part.word for part in parts if part.word and part.good),
        against=tuple(part.word for part in parts if part.word and not part.good),
    )


def ranked(seeker: Row, posts: Iterable[Row]) -> list[tuple[Row, Fit]]:
    """Posts for a seeker, the best first; equal ones in the order in which they came."""
    return sorted(((post, fit(seeker, post)) for post in posts), key=lambda pair: -pair[1].score)


def _trade(seeker: Row, post: Row) -> _Part:
    wanted, offered = set(seeker.get("trades") or ()), post.get("trade")
    if not wanted or not offered:
        return _Part(TRADE // 2)
    return _Part(TRADE, "工种相符") if offered in wanted else _Part(0, "工种不同", good=False)


def _skills(seeker: Row, post: Row) -> _Part:
    has, needed = set(seeker.get("skills") or ()), set(post.get("skills") or ())
    if not needed:
        return _Part(SKILLS // 2)
    both = sorted(has & needed)
    if not both:
        return _Part(0, f"岗位要求{'、'.join(sorted(needed))}", good=False)
    return _Part(round(SKILLS * len(both) / len(needed)), f"会{'、'.join(both)}")


def _pay(seeker: Row, post: Row) -> _Part:
    wanted, offered = seeker.get("pay_wanted"), post.get("pay_to") or post.get("pay_from")
    if not wanted or not offered:
        return _Part(PAY // 2)
    if offered >= wanted:
        return _Part(PAY, f"月薪{offered}元，不低于期望的{wanted}元")
    return _Part(
        round(PAY * max(0.0, 1 - 2 * (wanted - offered) / wanted)), f"月薪比期望低{wanted - offered}元", good=False
    )


def _lodging(seeker: Row, post: Row) -> _Part:
    if not seeker.get("lodging_wanted"):
        return _Part(LODGING)
    return _Part(LODGING, "提供住宿") if post.get("lodging") else _Part(0, "不提供住宿", good=False)


def _language(seeker: Row, post: Row) -> _Part:
    needed = set(post.get("languages") or ())
    if not needed:
        return _Part(LANGUAGE)
    return (
        _Part(LANGUAGE, "语言相符") if needed & set(seeker.get("languages") or ()) else _Part(0, "语言不符", good=False)
    )


def _near(seeker: Row, post: Row) -> _Part:
    here, there = str(seeker.get("area") or ""), str(post.get("area") or "")
    if not here or not there:
        return _Part(NEAR // 2)
    return _Part(NEAR, "离住处近") if here[:NEAR_DIGITS] == there[:NEAR_DIGITS] else _Part(0)
