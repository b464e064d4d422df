"""A seeker, a post and the match of the two, as the counter keeps them for people who came for work."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Row
from baiyun_desktop.kernel.record import Record


def looks(row: Row) -> bool:
    """Whether somebody still looks for work, or an employer for people."""
    return not row.get("closed_on")


class JobSeeker(Record, title="求职登记", en="Job seeker", area="area", carries=(("person", "person"),), live=looks):
    """Somebody who looks for work."""

    __tablename__ = "job_seeker"

    person: Mapped[str | None] = field("求职人", en="Seeker", ref="person", asked=Asked.FIRST)
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    trades: Mapped[list[str] | None] = field(
        "想做的工种", en="Trades wanted", codes="JOB_KIND", policy=Policy.UNION, asked=Asked.FIRST, listed=14
    )
    skills: Mapped[list[str] | None] = field(
        "技能", en="Skills", policy=Policy.UNION, help="用顿号隔开，如 电焊、叉车证"
    )
    languages: Mapped[list[str] | None] = field("语言", en="Languages", codes="LANGUAGE", policy=Policy.UNION)
    pay_wanted: Mapped[int | None] = field("期望月薪（元）", en="Pay wanted", asked=Asked.STEP, listed=8)
    lodging_wanted: Mapped[bool | None] = field("需要住宿", en="Needs lodging", listed=6)
    free_from: Mapped[date | None] = field("可到岗日期", en="Free from")
    registered_on: Mapped[date | None] = field("登记日期", en="Registered", asked=Asked.AUTO, listed=11)
    employer: Mapped[str | None] = field("就业单位", section="结果", en="Employer", asked=Asked.AUTO, needed=["就业"])
    closed_on: Mapped[date | None] = field("结束日期", section="结果", en="Ended", asked=Asked.AUTO)
    remark: Mapped[str | None] = field("备注", section="结果", en="Remarks", long=True)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)

    @classmethod
    def title_of(cls, values: Row) -> str:
        return "求职登记"


class JobPost(Record, title="招聘岗位", en="Job post", area="area", carries=(("enterprise", "enterprise"),)):
    """Work that an employer offers."""

    __tablename__ = "job_post"

    enterprise: Mapped[str | None] = field("用人单位", en="Employer", ref="enterprise", asked=Asked.FIRST)
    post: Mapped[str | None] = field("岗位", en="Post", asked=Asked.FIRST, search=Key.CHARACTERS, listed=14)
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    trade: Mapped[str | None] = field("工种", en="Trade", codes="JOB_KIND", asked=Asked.FIRST, listed=10)
    headcount: Mapped[int | None] = field("招聘人数", en="Headcount", asked=Asked.STEP, listed=6)
    pay_from: Mapped[int | None] = field("月薪起（元）", en="Pay from", group="pay", listed=8)
    pay_to: Mapped[int | None] = field("月薪至（元）", en="Pay to", group="pay", listed=8)
    lodging: Mapped[bool | None] = field("提供住宿", en="Lodging", listed=6)
    skills: Mapped[list[str] | None] = field("技能要求", en="Skills needed", policy=Policy.UNION, help="用顿号隔开")
    languages: Mapped[list[str] | None] = field("语言要求", en="Languages", codes="LANGUAGE", policy=Policy.UNION)
    place: Mapped[str | None] = field("工作地点", en="Place", search=Key.CHARACTERS)
    contact: Mapped[str | None] = field("联系人", en="Contact", mask=Mask.NAME)
    phone: Mapped[str | None] = field("联系电话", en="Phone", mask=Mask.PHONE, search=Key.PHONE_TAIL)
    valid_to: Mapped[date | None] = field(
        "有效期至", en="Valid to", asked=Asked.STEP, needed=["发布"], listed=11, index=True
    )
    published_on: Mapped[date | None] = field("发布日期", en="Published", asked=Asked.AUTO)
    closed_on: Mapped[date | None] = field("停招日期", en="Ended", asked=Asked.AUTO)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)


class JobMatch(
    Record,
    title="岗位推荐",
    en="Job match",
    area="area",
    carries=(("seeker", "job_seeker"), ("post", "job_post")),
):
    """One post put to one seeker, with why; the letter takes its words from here."""

    __tablename__ = "job_match"

    seeker: Mapped[str | None] = field("求职登记", en="Seeker", ref="job_seeker", asked=Asked.STEP)
    post: Mapped[str | None] = field("招聘岗位", en="Post", ref="job_post", asked=Asked.FIRST)
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    score: Mapped[int | None] = field("相合程度", en="Score", policy=Policy.LATEST, asked=Asked.AUTO, listed=8)
    why: Mapped[str | None] = field("推荐理由", en="Why", policy=Policy.LATEST, long=True, asked=Asked.AUTO, listed=30)
    sent_on: Mapped[date | None] = field("推荐日期", en="Put forward", asked=Asked.AUTO, listed=11)
    met_on: Mapped[date | None] = field("面试日期", en="Met", asked=Asked.AUTO)
    outcome: Mapped[str | None] = field("结果说明", en="Outcome", long=True, asked=Asked.AUTO)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)

    @classmethod
    def title_of(cls, values: Row) -> str:
        score = values.get("score")
        return f"岗位推荐 {score}分" if score is not None else "岗位推荐"
