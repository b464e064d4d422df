"""Who takes a step; the names are the offices' own and a post holds one of them."""

from __future__ import annotations

from enum import Enum


class Role(Enum):
    """Roles as the regulations and the offices call them."""

    GRID_WORKER = "网格员"
    COMMUNITY_WORKER = "社区工作者"
    COMMUNITY_HEAD = "社区主任"
    STREET = "街道"
    DISTRICT_CENTRE = "区指挥中心"
    MIGRANT_COUNTER = "流动人口中心窗口"
    POLICE_LIAISON = "派出所联络员"
    SYSTEM_ADMIN = "系统管理员"
    SECURITY_ADMIN = "安全管理员"
    AUDIT_ADMIN = "审计管理员"
    SYSTEM = "系统"
