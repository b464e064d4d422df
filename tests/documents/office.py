"""One community's few records, so that the papers which modules declare can be printed without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from baiyun_desktop.kernel.loaded import Loaded, Setting, load
from baiyun_desktop.kernel.paper import Heading
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules.migrants import MODULE as MIGRANTS
from baiyun_desktop.registry.module import MODULE as REGISTRY
from sync.schema import Row

PROGRAM = Program((REGISTRY, MIGRANTS))
HEADING = Heading("白云鄂博矿区", "宝山社区居委会", "其其格", 1795400000000, "0472-8510000")
SETTING = Setting(PROGRAM, lambda area: {"150206001006001": "宝山社区第一网格"}.get(str(area), ""), date(2026, 11, 23))

PEOPLE: dict[str, dict[str, Any]] = {
    "p1": {
        "name": "乌云其其格",
        "sex": "2",
        "ethnic": "02",
        "id_type": "111",
        "id_no": "15020619650704028X",
        "birth_date": "1965-07-04",
        "phone": "13947212345",
        "hukou_addr": "内蒙古自治区包头市达尔罕茂明安联合旗百灵庙镇人口路12号院3号楼2单元502室",
        "work_unit": "白云宝山矿业有限责任公司选矿分公司",
    },
    "p2": {"name": "𠮷田·頔", "sex": "1", "id_no": "150206199912310013", "birth_date": "1999-12-31"},
    "p3": {"name": "巴特尔", "sex": "1", "id_no": "150206202503010014", "birth_date": "2025-03-01"},
}
_STAY = {
    "area": "150206001006001",
    "live_addr": "宝山社区15号楼5单元102室",
    "dwelling": "02",
    "inflow_reason": "01",
    "arrive_date": "2026-10-08",
    "reg_date": "2026-11-23",
}
REGISTRATIONS: dict[str, dict[str, Any]] = {
    "r1": {
        **_STAY,
        "person": "p1",
        "biz_no": "(2026)白矿宝山登字第00012号",
        "plan_until": "2027-10-08",
        "from_addr": "达尔罕茂明安联合旗百灵庙镇",
        "landlord_name": "王公平",
        "landlord_phone": "13804721111",
        "job": "选矿工",
        "child_school_need": True,
        "emergency_name": "特木尔·巴图",
        "emergency_phone": "13904722222",
    },
    "r2": {**_STAY, "person": "p2", "with_reg": "r1", "kin": "20"},
    "r3": {**_STAY, "person": "p3", "with_reg": "r1", "kin": "40"},
}


class Office:
    """The records above, as a replica would give them."""

    def __init__(self) -> None:
        self._rows = {"person": PEOPLE, "residence_reg": REGISTRATIONS}

    def get(self, kind: str, record: str, /) -> Row | None:
        values = self._rows.get(kind, {}).get(record)
        return None if values is None else {"id": record, **values}

    def children(self, kind: str, parent: str, /) -> Sequence[Row]:
        return []

    def sharing(self, kind: str, name: str, value: str, /) -> Sequence[Row]:
        return [{"id": key, **row} for key, row in self._rows.get(kind, {}).items() if row.get(name) == value]


def registration(number: str, needs: Sequence[str]) -> Loaded:
    """One registration, loaded as a paper asks."""
    office = Office()
    row = office.get("residence_reg", number)
    assert row is not None
    return load(SETTING, office, "residence_reg", row, needs)
