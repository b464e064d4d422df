"""The seeded services are whole: each family has items, each item its department, each paper its item."""

from __future__ import annotations

from baiyun_desktop.kernel.merging import EVERYWHERE
from baiyun_desktop.modules.migrants.ticket.catalogue import item_id, items
from tests.kernel.program import PROGRAM

SEEDS = items()


def test_each_family_and_way_of_doing_is_one_that_the_program_knows() -> None:
    found = [values for kind, _, values in SEEDS if kind == "service_item"]
    assert {v["family"] for v in found} == set(PROGRAM.codes("SERVICE_FAMILY").items)
    assert {mode for v in found for mode in v["modes"]} <= set(PROGRAM.codes("SERVICE_MODE").items)
    assert all(v["name"] and v["dept"] and v["script"] and v["area"] == EVERYWHERE for v in found)


def test_seeding_again_makes_nothing_twice_and_papers_belong_to_items() -> None:
    assert items() == SEEDS
    ids = [record for _, record, _ in SEEDS]
    assert len(ids) == len(set(ids))
    assert {v["item"] for kind, _, v in SEEDS if kind == "service_material"} <= set(ids)
    permit = [v["name"] for kind, _, v in SEEDS if kind == "service_material" and v["item"] == item_id("104")]
    assert permit == ["居民身份证", "本人相片", "住所、就业或就读证明", "居住登记凭证"]


def test_every_value_stands_in_a_field() -> None:
    for kind, _, values in SEEDS:
        assert values.keys() <= PROGRAM.kind(kind).by_name.keys()
