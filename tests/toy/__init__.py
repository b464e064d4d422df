"""A seventh module of two small files: what a mandate gets from its declarations alone."""

from __future__ import annotations

from baiyun_desktop.kernel.codes import Code, CodeList
from baiyun_desktop.kernel.listing import Condition, ListSpec, Test
from baiyun_desktop.kernel.module import Module
from tests.toy.records import RETURN, LostItem, Sighting

MODULE = Module(
    name="toy",
    title="失物招领",
    en="Lost and found",
    records=(LostItem, Sighting),
    procedures=(RETURN,),
    codes=(CodeList("TOY_KIND", "物品类别", (Code("1", "钥匙", "Keys", also=("锁匙",)), Code("2", "证件", "Papers"))),),
    lists=(
        ListSpec(
            name="lost_items",
            title="待领物品",
            en="Unclaimed",
            kind="lost_item",
            columns=("what", "item_kind", "found_on", "finder.name"),
            where=(Condition("state", Test.IS, "KEPT"),),
            sort=("-found_on",),
        ),
    ),
)
