"""Who takes a step, and what goes with his post: one table that steps, masks and exports read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Role(Enum):
    """Roles as the regulations and the offices call them; a post's record stores the member's name."""

    GRID_WORKER = "网格员"
    COMMUNITY_WORKER = "社区工作者"
    COMMUNITY_HEAD = "社区主任"
    STREET = "街道"
    DISTRICT_CENTRE = "区指挥中心"
    MIGRANT_COUNTER = "流动人口中心窗口"
    POLICE_LIAISON = "派出所联络员"
    MEDIATOR = "调解员"
    COMMITTEE_HEAD = "调委会主任"
    PROFESSIONAL = "律师/智库人才"
    DEPARTMENT = "职能部门承办"
    RESPONDENT = "行政机关应诉人员"
    COURT_LIAISON = "法院联络员"
    HALL_MEMBER = "议事堂召集人/成员"
    JUSTICE_BUREAU = "司法局"
    LEADER = "领导驾驶舱"
    SYSTEM_ADMIN = "系统管理员"
    SECURITY_ADMIN = "安全保密管理员"
    AUDIT_ADMIN = "安全审计员"
    SYSTEM = "系统"


class Reach(Enum):
    """What a post of a role is granted, before any single assignment."""

    GRID = "本网格"
    COMMUNITY = "本社区"
    STREET = "本街道"
    DISTRICT = "全区"
    ASSIGNED = "交办给本人的"
    COMMITTEE = "本调委会"
    OFFICE = "交办给本单位的"
    HALL = "本议事堂"
    FIGURES = "全区汇总数"
    NOTHING = "没有业务数据"


class Sight(Enum):
    """How far sensitive fields are open to a role; what is not open stays masked."""

    NOTHING = "不可见"
    NAMES = "只见姓名"
    CASE = "只见经办事项的当事人"
    CUSTOMER = "可见正在办理的本人"
    REVEAL = "遮盖，写明事由后可显示"


class Export(Enum):
    """What a role may take out of the program."""

    NOTHING = "不可导出"
    RECEIPTS = "只有回执"
    CASE = "本人案件的文书"
    MINUTES = "会议纪要"
    MASKED = "遮盖后的台账"
    WATERMARKED = "台账，带水印"
    LEDGERS = "统计和台账"
    LOGGED = "台账，逐次留痕"
    FIGURES = "汇总数"
    SETTINGS = "配置"
    LOGS = "日志"


class Duty(Enum):
    """What an administrator's post is for: the places of its window, and what the district lets it do."""

    FLEET = "看各台电脑和区服务器的状况"
    DESKS = "登记电脑、撤销电脑"
    OFFICES = "设立岗位和组织"
    RIGHTS = "定岗位的职责和授权"
    OFFICERS = "管经办人和密码"
    AUDIT = "看审计"


S1, S2, S3, S4, S5, S6 = "dispatch", "talent", "migrants", "mediation", "disputes", "hall"
REGISTRY = "registry"
"""Mandates by the names of their modules; the shared nouns stand in the registry."""


@dataclass(frozen=True, slots=True)
class Powers:
    """One row of the table. `creates` and `advances` name modules: where a role makes records, and where it takes steps."""

    en: str
    reach: Reach
    creates: tuple[str, ...]
    advances: tuple[str, ...]
    sight: Sight
    export: Export
    duties: frozenset[Duty] = frozenset()
    """Of the three administrators alone. Who has duties has no business, and nobody has the duties of two of them."""
    view: str = ""
    """The view through which its posts hold an office's area; empty: whole."""
    tasks: str = ""
    """The area into which matters are sent that this role decides on; each of its posts holds it beside its own."""
    home: str = ""
    """The area of an administrator's posts. It lies below no office and holds nothing but those posts and officers."""

    @property
    def has_business(self) -> bool:
        """Whether a post of this role holds any resident's data: the three administrators do not."""
        return self.reach not in (Reach.NOTHING, Reach.FIGURES)


_ALL = (S1, S2, S3, S4, S5, S6)
_ADMIN = (Reach.NOTHING, (), (), Sight.NOTHING)

POWERS: Mapping[Role, Powers] = MappingProxyType(
    {
        Role.GRID_WORKER: Powers("Grid worker", Reach.GRID, (REGISTRY, S1, S3), (S1, S3), Sight.REVEAL, Export.NOTHING),
        Role.COMMUNITY_WORKER: Powers(
            "Community worker", Reach.COMMUNITY, (REGISTRY, S1, S3, S6), (S1, S3, S6), Sight.REVEAL, Export.MASKED
        ),
        Role.COMMUNITY_HEAD: Powers(
            "Head of community", Reach.COMMUNITY, (REGISTRY, S1, S3, S6), (S1, S3, S6), Sight.REVEAL, Export.MASKED
        ),
        Role.STREET: Powers("Street", Reach.STREET, (S1,), (S1, S3, S4, S6), Sight.REVEAL, Export.WATERMARKED),
        Role.DISTRICT_CENTRE: Powers("District centre", Reach.DISTRICT, (S1,), (S1,), Sight.CASE, Export.LEDGERS),
        Role.MIGRANT_COUNTER: Powers(
            "Migrant centre counter",
            Reach.DISTRICT,
            (REGISTRY, S3),
            (S3,),
            Sight.CUSTOMER,
            Export.RECEIPTS,
            view="counter",
        ),
        Role.POLICE_LIAISON: Powers(
            "Police liaison", Reach.ASSIGNED, (), (S1, S3, S4), Sight.CASE, Export.LOGGED, tasks="@police"
        ),
        Role.MEDIATOR: Powers("Mediator", Reach.ASSIGNED, (S4,), (S4,), Sight.CASE, Export.CASE),
        Role.COMMITTEE_HEAD: Powers(
            "Head of mediation committee", Reach.COMMITTEE, (S4,), (S4,), Sight.CASE, Export.WATERMARKED
        ),
        Role.PROFESSIONAL: Powers("Lawyer or expert", Reach.ASSIGNED, (S2,), (S2,), Sight.CASE, Export.NOTHING),
        Role.DEPARTMENT: Powers("Department", Reach.OFFICE, (S1,), (S1,), Sight.CASE, Export.NOTHING),
        Role.RESPONDENT: Powers("Agency responding", Reach.OFFICE, (S5,), (S5,), Sight.CASE, Export.NOTHING),
        Role.COURT_LIAISON: Powers("Court liaison", Reach.ASSIGNED, (S4, S5), (S4, S5), Sight.CASE, Export.NOTHING),
        Role.HALL_MEMBER: Powers("Hall member", Reach.HALL, (S6,), (S6,), Sight.NAMES, Export.MINUTES),
        Role.JUSTICE_BUREAU: Powers(
            "Justice bureau", Reach.DISTRICT, (S2, S4, S5), (S2, S4, S5), Sight.REVEAL, Export.LOGGED, tasks="@justice"
        ),
        Role.LEADER: Powers("Leader's overview", Reach.FIGURES, (), (S1,), Sight.NOTHING, Export.FIGURES),
        Role.SYSTEM_ADMIN: Powers(
            "System administrator",
            *_ADMIN,
            Export.SETTINGS,
            frozenset({Duty.FLEET, Duty.DESKS, Duty.OFFICES}),
            home="system",
        ),
        Role.SECURITY_ADMIN: Powers(
            "Security administrator", *_ADMIN, Export.NOTHING, frozenset({Duty.RIGHTS, Duty.OFFICERS}), home="security"
        ),
        Role.AUDIT_ADMIN: Powers("Auditor", *_ADMIN, Export.LOGS, frozenset({Duty.AUDIT}), home="audit"),
        Role.SYSTEM: Powers("System", Reach.DISTRICT, _ALL, _ALL, Sight.NOTHING, Export.NOTHING),
    }
)
"""What the district's rules give each role. Who uncovers, exports or offers a form asks the functions below."""


def role_named(name: str | None) -> Role | None:
    """The role stored under a name; None where there is none, or only a newer version knows it."""
    return Role.__members__.get(name or "")


def role_in_name(post: str) -> Role | None:
    """The role that a post without a record is called by (宝山社区·社区主任); else the least that its office's name says.

    Whoever sits at a community's desk takes what its workers take and approves nothing; of another office no role is
    known, and steps that are declared for one are refused there.
    """
    office, *words = post.split("·")
    called = next((role for role in Role if role is not Role.SYSTEM and role.value in words), None)
    if called is not None:
        return called
    if any("网格" in word for word in words):
        return Role.GRID_WORKER
    return next((role for ending, role in _OFFICES.items() if office.endswith(ending)), None)


_OFFICES = {
    "流动人口中心": Role.MIGRANT_COUNTER, "流动人口服务中心": Role.MIGRANT_COUNTER, "社区": Role.COMMUNITY_WORKER,
    "居委会": Role.COMMUNITY_WORKER,
}  # fmt: skip
"""How the names of offices end at whose desks people are registered, and who works there."""


_LEDGERS = frozenset({Export.MASKED, Export.WATERMARKED, Export.LEDGERS, Export.LOGGED})


_PAPERS = (_LEDGERS - {Export.MASKED}) | {Export.CASE}


def may_export(role: Role | None) -> bool:
    """Whether a post of this role takes lists of people out of the program; one of which nobody has said a role may."""
    return role is None or POWERS[role].export in _LEDGERS


def may_keep(role: Role | None, *, masked: bool) -> bool:
    """Whether it may take a paper out of the program as a file; what it prints goes into somebody's hand or the archive.

    Who takes out receipts, minutes or masked lists takes out papers with masked numbers alone.
    """
    if role is None or POWERS[role].export in _PAPERS:
        return True
    return masked and POWERS[role].export in (Export.RECEIPTS, Export.MINUTES, Export.MASKED)


def may_reveal(role: Role | None) -> bool:
    """Whether it may see a covered number after a reason was noted."""
    return role is None or POWERS[role].sight not in (Sight.NOTHING, Sight.NAMES)


def may_create(role: Role | None, module: str) -> bool:
    """Whether it makes records of a mandate, by the module's name, or of the registry; one that no row names is open."""
    return role is None or module in POWERS[role].creates or module not in _TABLED


_TABLED = frozenset(module for powers in POWERS.values() for module in powers.creates)


def by_home(areas: Iterable[str]) -> list[Role]:
    """The administrators' roles whose areas these are, in the table's order; views do not matter."""
    held = {area.partition("|")[0] for area in areas}
    return [role for role, powers in POWERS.items() if powers.home and powers.home in held]


def clash(roles: Iterable[Role | None]) -> str:
    """Why nobody may hold all of these roles; empty where somebody may. GB/T 22239-2019: 三员分立."""
    held = set(roles)
    found = [role.value for role, powers in POWERS.items() if powers.duties and role in held]
    if len(found) < 2:
        return ""
    return f"三员分立：{'、'.join(found)}不能由同一个人担任，请换一个人，或先撤下原来的岗位"
