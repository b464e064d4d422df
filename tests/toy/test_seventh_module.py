"""What a seventh module gets from its declarations alone: list, search, steps and sync on real desks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.kernel.field import Key
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.errors import StepRefused
from tests.kernel.program import PROGRAM
from tests.modules.offices import HERE, POSTS, Offices, three_offices


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with three_offices(tmp_path, posts=(*POSTS[:2], "矿山路街道·社区工作者")) as made:
        yield made


def test_a_list_with_conditions_order_and_linked_columns(offices: Offices) -> None:
    here = offices[0]
    finder = here.save("person", area=HERE, name="王公平")
    here.save("lost_item", area=HERE, what="钥匙", found_on="2026-11-01", finder=finder)
    here.save("lost_item", area=HERE, what="证件", found_on="2026-11-02", finder=finder)
    listed = PROGRAM.lists["lost_items"]
    page = here.desk.read.list(listed.kind, listed.where, listed.sort, columns=listed.columns)
    assert [page.value(row, "what") for row in page.rows] == ["证件", "钥匙"]
    assert page.value(page.rows[0], "finder.name") == "王公平"
    assert page.rows[0].digest == "证件×1"
    assert page.rows[0].state == "KEPT"


def test_a_form_knows_what_to_show_and_what_to_ask(offices: Offices) -> None:
    info = PROGRAM.kind("lost_item")
    assert info.sections == ("基本", "价值")
    assert info.field("item_kind").codes == "TOY_KIND"
    assert {f.kind for f in info.fields} == set(Kind) - {Kind.JSON, Kind.BLOB}
    assert [k.name for k in PROGRAM.children("lost_item")] == ["sighting"]
    here = offices[0]
    item = here.save("lost_item", what="钥匙", colours=["红", "蓝"], pieces=2, fragile=True, worth="12.50", seen_at=5)
    read = here.desk.read.get("lost_item", item)
    assert read is not None
    assert (read.colours, read.pieces, read.fragile, read.worth, read.seen_at) == (["红", "蓝"], 2, True, "12.50", 5)
    assert read.area == HERE


def test_search_finds_it_by_its_words_and_a_phone_tail(offices: Offices) -> None:
    here = offices[0]
    item = here.save("lost_item", area=HERE, what="蓝色钥匙", owner_phone="13812345678")
    for words in ("钥匙", "蓝色", "5678"):
        found = here.desk.search.find(words)
        assert [(hit.kind, hit.id) for hit in found.hits] == [("lost_item", item)], words
    assert PROGRAM.kind("lost_item").field("what").search is Key.CHARACTERS


def test_it_travels_with_its_children_and_stays_out_of_other_areas(offices: Offices) -> None:
    here, there, above = offices
    item = here.save("lost_item", area=HERE, what="钥匙", pieces=2)
    here.save("sighting", item=item, place="宝山社区")
    for office in offices:
        office.round()
    seen = above.desk.read.get("lost_item", item)
    assert seen is not None
    assert (seen.what, seen.digest, seen.state) == ("钥匙", "钥匙×2", "KEPT")
    assert [s.place for s in above.desk.read.children("sighting", item)] == ["宝山社区"]
    assert there.desk.read.get("lost_item", item) is None


def test_two_desks_change_one_record_by_its_policies(offices: Offices) -> None:
    here, _, above = offices
    item = here.save("lost_item", area=HERE, what="钥匙", pieces=2, colours=["红"])
    here.round()
    above.round()
    for office, what, pieces, colour in ((here, "车钥匙", 3, "蓝"), (above, "家钥匙", 5, "绿")):
        snapshot = office.desk.read.get("lost_item", item)
        assert snapshot is not None
        office.desk.door.save([Draft.of(snapshot, what=what, pieces=pieces, colours=["红", colour])])
    for office in (here, above, here):
        office.round()
    rows = [office.desk.read.get("lost_item", item) for office in (here, above)]
    assert rows[0] is not None
    assert rows[1] is not None
    assert rows[0].values == rows[1].values
    assert rows[0].pieces == 2 + 1 + 3
    assert set(rows[0].colours) == {"红", "蓝", "绿"}
    (contest,) = here.desk.read.contests(item)
    assert {side.value["what"] for side in contest.sides} == {"车钥匙", "家钥匙"}


def test_a_step_is_refused_with_its_reason_then_judged_once(offices: Offices) -> None:
    here, _, above = offices
    item = here.save("lost_item", area=HERE, what="钥匙", owner_name="李", found_on="2026-11-01")
    with pytest.raises(StepRefused, match="目击"):
        here.desk.door.step("lost_item", item, "归还", stated_date="2026-11-23")
    here.save("sighting", item=item, place="宝山社区")
    here.round()
    above.round()
    for office in (here, above):
        office.desk.door.step("lost_item", item, "归还", stated_date="2026-11-23")
    for office in (here, above, here):
        office.round()
    for office in (here, above):
        judged = [m.judgement for m in office.desk.read.movements(item)]
        assert sorted(judged) == ["accepted", "overtaken"]
        row = office.desk.read.get("lost_item", item)
        assert row is not None
        assert row.state == "RETURNED"
