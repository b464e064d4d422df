"""The program, the four ledgers with their offices, and plans of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.intake.plan import ImportPlan
from baiyun_desktop.intake.planning import make_plan
from baiyun_desktop.intake.read import read_workbook
from baiyun_desktop.intake.recognise import recognise_all
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY

LEDGERS = Path(__file__).parent.parent / "data" / "ledgers"
TODAY = date(2026, 11, 30)


@dataclass(frozen=True)
class Office:
    """A community's ledger and where it comes from."""

    file: str
    community: str
    name: str

    @property
    def path(self) -> Path:
        return LEDGERS / self.file


BAOSHAN = Office("宝山社区_流动人口台账.xlsx", "150206001006", "宝山社区")
BAILING = Office("百灵社区_11月上报.xlsx", "150206001007", "百灵社区")
XINGGUANG = Office("星光社区_导出.csv", "150206002006", "星光社区")
XIANGYUN = Office("祥云社区_分网格.xlsx", "150206002007", "祥云社区")
OFFICES = (BAOSHAN, BAILING, XINGGUANG, XIANGYUN)


@pytest.fixture(scope="session")
def program() -> Program:
    return Program((REGISTRY, *MODULES))


@pytest.fixture(scope="session")
def key() -> dict[str, Any]:
    return dict(json.loads((LEDGERS / "key.json").read_text(encoding="utf-8")))


@pytest.fixture
def planned(program: Program) -> Callable[[Office], ImportPlan]:
    def plan(office: Office) -> ImportPlan:
        mappings = recognise_all(read_workbook(office.path), program)
        return make_plan(mappings, program, community=office.community, community_name=office.name, today=TODAY)

    return plan
