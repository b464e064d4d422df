"""The canonical encoding: one row has one hash, sums do not depend on order, and what is broken is called so."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sync.act import Act, Base, Change, Op
from sync.canon import add_hash, canonical, row_hash
from sync.codec import compress, decompress, pack_acts, unpack_acts
from sync.errors import Damaged

RECORD = "019a0000000170008000000000000001"
SIGNED = st.integers(-(2**63), 2**63 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | SIGNED | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.dictionaries(st.text(min_size=1, max_size=4), VALUES, max_size=6)


# --- hashes ---------------------------------------------------------------------------------------------------------


def test_the_hash_of_a_row_never_changes() -> None:
    """Both sides keep these in their files: another encoding would set every desk at odds with its district."""
    row = {"name": "𠮷田", "visits": -3, "tags": ["a", "b"], "born": None, "ok": True, "x": {"b": 1, "a": [None]}}
    assert canonical(row).hex() == (
        "9592a46e616d65a7f0a0aeb7e794b092a26f6bc392a47461677392a161a16292a6766973697473fd92a17882a16191c0a16201"
    )
    assert row_hash("person", RECORD, False, row) == int.from_bytes(
        hashlib.blake2b(f"person/{RECORD}/0".encode() + b"\0" + canonical(row), digest_size=8).digest(),
        "big",
        signed=True,
    )


@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_empty_fields_do_not_count(row: dict[str, Any], random: Any) -> None:
    names = list(row)
    random.shuffle(names)
    other = {name: row[name] for name in names} | {"empty": None}
    assert canonical(row) == canonical(other)


@given(ROWS, st.text(min_size=1, max_size=4), VALUES)
def test_any_other_value_is_another_hash(row: dict[str, Any], name: str, value: Any) -> None:
    changed = {**row, name: value}
    same = json.dumps(row.get(name)) == json.dumps(value)
    assert (canonical(row) == canonical(changed)) is same


@given(ROWS)
def test_where_a_row_stands_and_whether_it_is_voided_count(row: dict[str, Any]) -> None:
    hashes = {
        row_hash("person", RECORD, False, row),
        row_hash("person", RECORD, True, row),
        row_hash("house", RECORD, False, row),
        row_hash("person", RECORD[:-1] + "2", False, row),
    }
    assert len(hashes) == 4
    assert 0 not in hashes


@given(st.lists(SIGNED), SIGNED)
def test_sums_stay_in_a_column_and_undo(shares: list[int], start: int) -> None:
    total = add_hash(start, *shares)
    assert -(2**63) <= total < 2**63
    assert total == add_hash(start, *reversed(shares))
    assert add_hash(total, *(-s for s in shares)) == start


# --- messages -------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=300))
def test_what_is_compressed_comes_back(data: bytes) -> None:
    assert decompress(compress(data)) == data


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_damage(data: bytes) -> None:
    for read in (decompress, unpack_acts):
        try:
            read(data)
        except Damaged:
            continue


def test_a_frame_larger_than_the_bound_is_not_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(5_000))
    with pytest.raises(Damaged):
        decompress(bomb, limit=4_999)
    without_size = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(5_000))
    with pytest.raises(Damaged):
        decompress(without_size, limit=4_999)


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_a_cut_or_changed_frame_is_damaged(cut: int) -> None:
    frame = compress(b"".join(hashlib.sha256(bytes([n])).digest() for n in range(8)))
    with pytest.raises(Damaged):
        decompress(frame[: len(frame) - 1 - cut])
    at = cut * (len(frame) - 1) // 60
    with pytest.raises(Damaged):
        decompress(frame[:at] + bytes([frame[at] ^ 1]) + frame[at + 1 :])


# --- acts -----------------------------------------------------------------------------------------------------------


def act(number: int, *changes: Change) -> Act:
    return Act(number, "王芳", 1_790_000_000_000, "保存", Base(number * 3, number), changes, "批")


def test_acts_of_every_kind_come_back() -> None:
    whole = [
        act(7, Change("person", RECORD, Op.CREATE, {"name": "𠮷田", "tags": ["a", "b"], "visits": -1, "none": None})),
        act(
            8,
            Change("person", RECORD, Op.FIELDS, {"tags": {"+": ["a"], "-": []}, "f": 1.5}),
            Change("x", RECORD, Op.VOID),
        ),
        act(9, Change("contest", RECORD, Op.DECIDE, {"value": {"phone": None}, "saw": [["d", 1], ["", 0]]})),
        act(10),
    ]
    assert unpack_acts(pack_acts(whole)) == whole
    assert unpack_acts(pack_acts([])) == []


def test_a_batch_has_no_gaps() -> None:
    with pytest.raises(ValueError, match="consecutive"):
        pack_acts([act(1), act(3)])
