"""What a paper needs and says follows from the paths in its boxes, over references, and from what points at its record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Setting, load
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.paper import Cell, Grid, Prose, take_snapshot
from tests.kernel.program import PROGRAM

ROWS: dict[str, list[dict[str, Any]]] = {
    "person": [{"id": "p1", "name": "苏和", "house": "h1"}],
    "house": [{"id": "h1", "full_text": "1号楼", "area": "15"}],
    "lost_item": [
        {"id": "i1", "finder": "p1", "what": "手机", "item_kind": "1", "colours": ["黑", "红"], "fragile": True, "pieces": 2}
    ],
    "sighting": [{"id": "s1", "item": "i1", "place": "门口"}],
}  # fmt: skip
NEEDS = ("<sighting.item>item", "finder<lost_item.finder", "sighting")
PAPER = paper_of(
    "lost_item", "lost", "失物单",
    (
        Grid("", ((Cell("拾得人", "finder.name"), Cell("住处", "finder.house.full_text"), Cell("范围", "finder.house.area"),
                   Cell("颜色", "colours"), Cell("易碎", "fragile"), Cell("件数", "pieces"), Cell("见过", "seen"),
                   Cell("签收", "pen_taken")),)),
        Prose("", "{what}由{finder.name}拾得。"),
    ),
    more=lambda loaded: {"seen": len(loaded.others[NEEDS[0]])}, needs=NEEDS, masked=False,
)  # fmt: skip


class Held:
    """Rows in memory."""

    def get(self, kind: str, record: str, /) -> Row | None:
        return next((row for row in ROWS.get(kind, []) if row["id"] == record), None)

    def children(self, kind: str, parent: str, /) -> Sequence[Row]:
        return [row for row in ROWS[kind] if row.get("item") == parent]

    def sharing(self, kind: str, name: str, value: str, /) -> Sequence[Row]:
        return [row for row in ROWS[kind] if row.get(name) == value]


def test_paths_are_loaded_and_said_in_words() -> None:
    assert PAPER.needs == ("finder", "finder.house", *NEEDS)
    setting = Setting(PROGRAM, lambda code: f"第{code}区", date(2026, 11, 23))
    loaded = load(setting, Held(), "lost_item", ROWS["lost_item"][0], PAPER.needs)
    assert PAPER.facts is not None
    said = take_snapshot(PAPER, PAPER.facts(loaded))
    assert (said["finder.name"], said["finder.house.full_text"], said["finder.house.area"]) == (
        "苏和",
        "1号楼",
        "第15区",
    )
    assert (said["colours"], said["fragile"], said["pieces"], said["seen"]) == (["黑", "红"], "是", 2, 1)
    assert said["what"] == "手机" and said["pen_taken"] is None
    assert [other.id for other in loaded.others[NEEDS[1]]] == ["i1"]
    (pointing,), (child,) = loaded.others[NEEDS[0]], loaded.others["sighting"]
    assert pointing.get("item.what") == child.get("item.what") == "手机"


def test_a_reference_that_leads_nowhere_leaves_gaps() -> None:
    setting = Setting(PROGRAM, str, date(2026, 11, 23))
    loaded = load(setting, Held(), "lost_item", {"id": "i2", "finder": "gone"}, PAPER.needs)
    assert (loaded.get("finder.name"), loaded.said("finder.house.full_text"), loaded.label("finder.name")) == (
        None,
        None,
        "",
    )
    assert loaded.knows("finder.house.door") and not loaded.knows("finder.nobody.door") and not loaded.knows("seen")
