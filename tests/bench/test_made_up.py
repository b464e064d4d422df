"""The made-up register and the work on it are what the benches say they are, and the floor counts what it should."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from baiyun_desktop.registry import citizen_id
from sync.act import Change, Op
from tests.bench import floor
from tests.bench.register import GRIDS, Register
from tests.bench.work import CREATIONS, EDITS, Deed, Work

SIZE = 3_000


@pytest.fixture(scope="module")
def register() -> Register:
    return Register(SIZE)


@pytest.fixture(scope="module")
def records(register: Register) -> list[Change]:
    return register.records()


@pytest.fixture(scope="module")
def deeds(register: Register, records: list[Change]) -> list[Deed]:
    return Work(register, records).deeds()


def test_a_register_has_its_size_and_is_the_same_each_time(records: list[Change]) -> None:
    assert len(records) == SIZE
    assert len({(c.collection, c.id) for c in records}) == SIZE
    assert Register(SIZE).records() == records


def test_parents_and_what_is_referred_to_come_first(records: list[Change]) -> None:
    seen: set[str] = set()
    for record in records:
        for name in ("person", "house", "address", "household", "subject", "organisation", "with_reg"):
            assert record.fields.get(name, record.id) in seen | {record.id}, record
        seen.add(record.id)


def test_people_have_valid_numbers_that_say_the_same_as_their_facts(records: list[Change]) -> None:
    people = [c.fields for c in records if c.collection == "person"]
    assert len(people) > SIZE // 8
    for facts in people:
        number = citizen_id.parse(facts["id_no"])
        assert number.checked
        assert number.birth is not None
        assert (number.birth.isoformat(), number.sex, number.area) == (
            facts["birth_date"],
            facts["sex"],
            facts["hukou_code"],
        )


def test_records_lie_in_fifty_grids(register: Register, records: list[Change]) -> None:
    areas = Counter(c.fields["area"] for c in records if c.collection == "house")
    assert len(register.grids) == GRIDS == 50
    assert set(areas) <= set(register.grids)
    assert len(areas) > 40


def test_the_work_is_edits_of_three_fields_and_new_records_in_the_order_of_time(
    records: list[Change], deeds: list[Deed]
) -> None:
    changes = [d.change for d in deeds]
    edits = [c for c in changes if c.op is Op.FIELDS]
    assert (len(edits), sum(c.op is Op.CREATE for c in changes)) == (EDITS, CREATIONS)
    assert all(len(c.fields) == 3 for c in edits)
    rows = {c.id: dict(c.fields) for c in records}
    for edit in edits:
        assert all(rows[edit.id].get(name) != value for name, value in edit.fields.items())
        rows[edit.id].update(edit.fields)
    assert all(a.saved_ms < b.saved_ms for a, b in pairwise(deeds))
    assert all(d.opened_ms < d.saved_ms for d in deeds)
    numbers = Counter(c.fields["biz_no"] for c in [*records, *changes] if "biz_no" in c.fields)
    assert max(numbers.values()) == 1


def test_the_floor_counts_each_row_once_and_in_any_order(records: list[Change], deeds: list[Deed]) -> None:
    whole = floor.rows_bytes(records)
    assert whole == floor.rows_bytes(records[::-1])
    assert 20 * SIZE < whole < 60 * SIZE
    assert floor.rows_bytes(records[: SIZE // 2]) < 0.6 * whole
    changes = [d.change for d in deeds]
    assert 16 * len(changes) < floor.changes_bytes(changes) < 60 * len(changes)
