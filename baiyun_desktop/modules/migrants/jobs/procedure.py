"""How somebody finds work through the counter: registered, put forward with a reason, met, taken or not."""

from __future__ import annotations

from enum import Enum

from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.step import Brief, Reason, Step, as_day
from baiyun_desktop.modules.migrants.jobs.matching import fit
from baiyun_desktop.modules.migrants.jobs.records import JobMatch, JobPost, JobSeeker, looks
from baiyun_desktop.modules.migrants.law import EMPLOYMENT
from baiyun_desktop.modules.migrants.people import COUNTER, MINOR_BELOW, is_minor


def of_working_age(brief: Brief) -> Reason | None:
    """Nobody under sixteen is found work."""
    if not is_minor(brief.links.get("person", {}), brief.stated_date):
        return None
    return Reason(f"未满{MINOR_BELOW}周岁不得介绍就业", fields=("person",))


def pay_runs_upwards(brief: Brief) -> Reason | None:
    """A range of pay goes from less to more."""
    low, high = brief.values.get("pay_from"), brief.values.get("pay_to")
    if not low or not high or low <= high:
        return None
    return Reason("月薪起高于月薪至", fields=("pay_from", "pay_to"))


def published_in_time(brief: Brief) -> Reason | None:
    """A post whose day has passed is not offered."""
    ends = brief.day("valid_to")
    if ends is None or brief.stated_date is None or brief.stated_date <= ends:
        return None
    return Reason("有效期已过", fields=("valid_to",))


def post_is_open(brief: Brief) -> Reason | None:
    """Nobody is sent to a post that is filled or whose day has passed."""
    post = brief.links.get("post", {})
    ends = as_day(post.get("valid_to"))
    late = ends is not None and brief.stated_date is not None and brief.stated_date > ends
    return Reason("该岗位已停招或过期", fields=("post",)) if late or not looks(post) else None


def seeker_looks(brief: Brief) -> Reason | None:
    """Nobody is put forward who has found work."""
    return None if looks(brief.links.get("seeker", {})) else Reason("求职登记已结束", fields=("seeker",))


def poor_fit(brief: Brief) -> Reason | None:
    """Says what does not suit before a person travels for it."""
    found = fit(brief.links.get("seeker", {}), brief.links.get("post", {}))
    return Reason(f"相合程度{found.score}分：{found.words}") if found.against else None


def matched(brief: Brief) -> Row:
    """The score and its words as they stood when the two were put together."""
    found = fit(brief.links.get("seeker", {}), brief.links.get("post", {}))
    return {"score": found.score, "why": found.words}


class Seeker(Enum):
    """States of a seeker."""

    DRAFT = "草稿"
    LOOKING = "求职中"
    EMPLOYED = "已就业"
    ENDED = "已退出"


class Post(Enum):
    """States of a post."""

    DRAFT = "草稿"
    OPEN = "招聘中"
    FILLED = "已招满"
    CLOSED = "已停招"


class Match(Enum):
    """States of a match."""

    DRAFT = "待推荐"
    SENT = "已推荐"
    MET = "已面试"
    TAKEN = "已录用"
    FAILED = "未成"


_FREE = EMPLOYMENT[35]

SEEKER = Procedure(
    JobSeeker,
    Seeker,
    (
        Step("登记", Seeker.DRAFT, Seeker.LOOKING, by=COUNTER, cite=_FREE, needs=("person", "trades"),
             when=of_working_age, loads=("person",), sets=("registered_on",), en="Register"),
        Step("就业", Seeker.LOOKING, Seeker.EMPLOYED, by=COUNTER, cite=_FREE, ask=("employer",), sets=("closed_on",),
             en="Found work"),
        Step("退出", Seeker.LOOKING, Seeker.ENDED, by=COUNTER, sets=("closed_on",), en="Withdraw"),
    ),
    initial=Seeker.DRAFT,
)  # fmt: skip

POST = Procedure(
    JobPost,
    Post,
    (
        Step("发布", Post.DRAFT, Post.OPEN, by=COUNTER, cite=_FREE, needs=("enterprise", "post", "headcount"),
             when=(pay_runs_upwards, published_in_time), sets=("published_on",), en="Publish"),
        Step("招满", Post.OPEN, Post.FILLED, by=COUNTER, sets=("closed_on",), en="Filled"),
        Step("停招", Post.OPEN, Post.CLOSED, by=COUNTER, sets=("closed_on",), en="Close"),
    ),
    initial=Post.DRAFT,
)  # fmt: skip

MATCH = Procedure(
    JobMatch,
    Match,
    (
        Step("推荐", Match.DRAFT, Match.SENT, by=COUNTER, cite=_FREE, needs=("seeker", "post"),
             when=(seeker_looks, post_is_open), advises=(poor_fit,), loads=("seeker", "post"), gives=matched,
             sets=("sent_on",), writes="job_letter", en="Put forward"),
        Step("面试", Match.SENT, Match.MET, by=COUNTER, sets=("met_on",), en="Met"),
        Step("录用", (Match.SENT, Match.MET), Match.TAKEN, by=COUNTER, ask=("outcome",), en="Taken"),
        Step("未成", (Match.SENT, Match.MET), Match.FAILED, by=COUNTER, needs=("outcome",), ask=("outcome",),
             en="Came to nothing"),
    ),
    initial=Match.DRAFT,
)  # fmt: skip
