"""Every record's table takes an empty row, and says of each column what others read from it."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Key, field
from baiyun_desktop.kernel.merging import Kind, Policy
from baiyun_desktop.kernel.record import Record, RecordInfo, kind_of
from sync.schema import ENVELOPE
from tests.kernel.program import PROGRAM
from tests.toy.records import LostItem

KINDS = list(PROGRAM.kinds.values())


@pytest.mark.parametrize("info", KINDS, ids=lambda info: info.name)
def test_a_record_with_nothing_in_it_can_be_saved(info: RecordInfo) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        info.table.create(conn)
        conn.execute(insert(info.table), {"id": "0" * 32})
        row = conn.execute(select(info.table)).mappings().one()
    assert {f.name for f in info.fields} | set(ENVELOPE) == set(row)
    assert all(row[f.name] is None for f in info.fields)


@pytest.mark.parametrize("info", KINDS, ids=lambda info: info.name)
def test_each_column_of_a_record_may_be_empty(info: RecordInfo) -> None:
    for declared in info.fields:
        assert info.table.c[declared.name].nullable, declared.name


@pytest.mark.parametrize("info", KINDS, ids=lambda info: info.name)
def test_an_empty_record_has_a_title_projections_and_no_search_keys(info: RecordInfo) -> None:
    assert info.title_of({})
    assert isinstance(info.subtitle_of({}), str)
    derived = info.derive({})
    assert set(derived) == {f.name for f in info.projections if f.derived == "values"}
    assert info.search_keys(derived) == []


@pytest.mark.parametrize("info", KINDS, ids=lambda info: info.name)
def test_each_field_has_a_label_in_both_languages(info: RecordInfo) -> None:
    for declared in info.fields:
        assert declared.label_in("zh")
        assert declared.label_in("en").isascii() or declared.label_in("en") == "Floor area (m²)"


def test_a_field_says_its_kind_by_its_annotation() -> None:
    kinds = {f.name: f.kind for f in kind_of(LostItem).fields}
    assert kinds["what"] is Kind.TEXT
    assert kinds["colours"] is Kind.CODES
    assert kinds["found_on"] is Kind.DATE
    assert kinds["seen_at"] is Kind.INSTANT
    assert kinds["worth"] is Kind.DECIMAL
    assert kinds["pieces"] is Kind.INT
    assert kinds["fragile"] is Kind.BOOL
    assert kinds["finder"] is Kind.REF


def test_projections_do_not_travel() -> None:
    spec = kind_of(LostItem).spec
    assert "digest" not in spec.names
    assert "state" not in spec.names
    assert {f.name for f in kind_of(LostItem).projections} == {"digest", "state"}


def test_policies_groups_and_links_reach_the_engine() -> None:
    spec = kind_of(LostItem).spec
    pieces, phone = spec.field("pieces"), spec.field("owner_phone")
    assert pieces is not None
    assert pieces.policy is Policy.ADD
    assert phone is not None
    assert phone.group == "owner"
    assert spec.carries == (("finder", "person"),)
    assert PROGRAM.kind("sighting").spec.parent == ("item", "lost_item")


def test_a_phone_is_found_by_its_tail() -> None:
    keys = kind_of(LostItem).search_keys({"what": "钥匙", "owner_phone": "13812345678"})
    assert keys == [(Key.CHARACTERS, "钥匙"), (Key.PHONE_TAIL, "13812345678")]


def test_a_column_that_the_engine_keeps_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="pos"):

        class Bad(Record, title="坏"):
            __tablename__ = "bad_name"
            pos: Mapped[int | None] = field("位置")


def test_a_record_cannot_live_in_a_field_that_it_has_not() -> None:
    with pytest.raises(TypeError, match="area"):

        class Lost(Record, title="坏", area="area"):
            __tablename__ = "bad_area"
            name: Mapped[str | None] = field("名")


def test_what_cannot_travel_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="float"):

        class Float(Record, title="坏"):
            __tablename__ = "bad_float"
            ratio: Mapped[float | None] = field("比")
