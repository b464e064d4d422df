"""A desk that registers people and hands out a notice with a number of its own, as a later module would declare it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from baiyun_desktop.documents.paper import Typesetter
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.module import Module
from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.kernel.paper import Cell, Grid, PaperSpec, Prose, Show, Signature, Signatures
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.divisions import organisations
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.enrolment import NumberBlock
from tests.replica.desk import KEY, ManualClock, SeededIds

AREA = "150206001006"
PRESS = Typesetter(system_fonts=False)


def facts(loaded: Loaded) -> dict[str, Any]:
    return {
        "name": loaded.get("person.name"),
        "id_no": loaded.get("person.id_no"),
        "phone_no": loaded.get("person.phone"),
        "address": loaded.get("live_addr"),
        "remark": loaded.get("remark"),
        "reg_date": loaded.get("reg_date"),
    }


NOTICE = PaperSpec(
    name="notice",
    title="一次性告知单",
    kind="residence_reg",
    pattern="notice",
    needs=("person",),
    facts=facts,
    blocks=(
        Grid(
            "",
            (
                (Cell("姓名", "name"), Cell("证件号码", "id_no", mask=Mask.ID), Cell("电话", "phone_no")),
                (Cell("现住址", "address", span=2, mask=Mask.ADDRESS), Cell("登记日期", "reg_date", Show.DATE)),
                (Cell("说明", "remark", span=3),),
            ),
        ),
        Prose("请您带来", "{name}的合同原件。"),
        Signatures((Signature("告知人", key="officer"), Signature("被告知人"))),
    ),
)
NUMBER = NumberPattern("notice", "告知单编号", "告", digits=4)
PROGRAM = Program((REGISTRY, *MODULES, Module("notices", "告知", papers=(NOTICE,), numbers=(NUMBER,))))


def make_desk(folder: Path, clock: ManualClock, *, last: int = 40, known: bool = False) -> Replica:
    """A desk with numbers for a year, and the district's tree where `known`."""
    identity = DeskIdentity(
        replica="d" * 32,
        post="宝山社区·窗口",
        officer="张敏",
        areas=(AREA,),
        blocks=(NumberBlock("notice", "宝山", 2026, 1, last), NumberBlock("residence", "宝山", 2026, 1, 99)),
    )
    desk = Replica.create(folder / "desk.db", KEY, PROGRAM, identity, clock, SeededIds(clock))
    desk.papers.press = PRESS
    if known:
        desk.door.save([Draft.create(kind, key, **values) for kind, key, values in organisations(grids=0)])
    return desk


def register(desk: Replica, name: str = "特木尔·巴图", **more: Any) -> str:
    """A person with the draft of a registration; returns the registration's id."""
    person, record = desk.ids.new(), desk.ids.new()
    values = {"person": person, "live_addr": "宝山社区15号楼5单元102室", "dwelling": "01", "inflow_reason": "01"}
    desk.door.save(
        [
            Draft.create("person", person, name=name, id_no="15020619880315002X", phone="13812345678"),
            Draft.create("residence_reg", record, **values, arrive_date="2026-01-05", **more),
        ]
    )
    return record
