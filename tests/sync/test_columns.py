"""Whatever is packed comes out as it was, also alone or in other company; and what is broken is called so."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.act import Act, Base, Change, Op
from sync.codec import pack_acts, pack_changes, unpack_acts, unpack_changes
from sync.columns import IdTable, is_id, pack_column, pack_ints, unpack_column, unpack_ints
from sync.errors import Damaged
from sync.protocol import Entry, Stamp, pack_feed, unpack_feed

IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
DAYS = st.dates().map(lambda d: d.isoformat())
NOT_QUITE = st.sampled_from(
    ["2026-02-30", "0000-01-01", "2026-2-3", "１２３", "0123\n", "A" * 32, "0" * 31, "", "007", "7"]
)
TEXTS = st.text(max_size=6) | DAYS | IDS | NOT_QUITE | st.from_regex(r"1[0-9]{10}", fullmatch=True)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    TEXTS,
    st.lists(TEXTS, max_size=3),
)
COLUMNS = st.one_of(
    *(st.lists(one, max_size=40) for one in (st.integers(-(2**62), 2**62), TEXTS, DAYS, IDS, VALUES, NOT_QUITE)),
    st.lists(st.sampled_from(["a", "b", None, True, "2026-01-01"]), max_size=600),
    st.integers(1, 300).flatmap(lambda few: st.lists(st.integers(0, few).map(str), max_size=900)),
    st.integers(0, 18).flatmap(lambda n: st.lists(st.text("0123456789", min_size=n, max_size=n), max_size=40)),
)
ROWS = st.dictionaries(st.sampled_from([f"f{n}" for n in range(9)]), VALUES, max_size=6)
CHANGES = st.builds(Change, st.sampled_from(["person", "house", "新"]), IDS, st.sampled_from(Op), ROWS)


def travelled(content: Any) -> Any:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(content))


@given(st.lists(st.integers(-(2**61) + 1, 2**61 - 1), max_size=50))
def test_integers_come_back(values: list[int]) -> None:
    assert unpack_ints(pack_ints(values), len(values)) == values


@given(COLUMNS)
def test_columns_come_back_as_they_were_and_of_their_kinds(values: list[Any]) -> None:
    ids = IdTable()
    column, table = travelled(pack_column(values, ids)), travelled(ids.dump())
    found = unpack_column(column, len(values), IdTable.load(table))
    assert found == values
    assert [type(v) for v in found] == [type(v) for v in values]


@given(st.lists(CHANGES, max_size=30))
def test_changes_come_back_in_their_order(changes: list[Change]) -> None:
    assert unpack_changes(travelled(pack_changes(changes))) == changes


@given(st.lists(CHANGES, min_size=1, max_size=9), st.data())
def test_an_act_has_the_same_bytes_whatever_it_is_sent_with(changes: list[Change], data: st.DataObject) -> None:
    """The district tells a repeated act from a fork by its bytes."""
    acts = [Act(n + 5, "o", 10**12 + n, "保存", Base(n, n), (change,)) for n, change in enumerate(changes)]
    first = data.draw(st.integers(0, len(acts) - 1))
    alone, among = unpack_acts(pack_acts(acts[first:])), unpack_acts(pack_acts(acts))[first:]
    assert among == acts[first:]
    assert [msgspec.msgpack.encode(a) for a in alone] == [msgspec.msgpack.encode(a) for a in among]


@given(
    st.lists(
        st.builds(Entry, st.integers(0, 2**40), st.sampled_from("efl"), st.just("person"), IDS, ROWS, st.booleans())
    ),
    st.lists(st.builds(Stamp, st.integers(0, 2**40), IDS | st.just(""), TEXTS, st.integers(0, 2**45), st.just("保存"))),
)
def test_a_feed_comes_back(entries: list[Entry], stamps: list[Stamp]) -> None:
    assert unpack_feed(pack_feed(entries, stamps)) == (entries, stamps)


@given(st.lists(CHANGES, min_size=1, max_size=6), st.integers(0, 10**6), st.integers(0, 255))
def test_a_wrong_byte_is_damage_or_harmless_and_never_a_crash(changes: list[Change], at: int, byte: int) -> None:
    message = bytearray(pack_acts([Act(1, "o", 1, "保存", Base(), tuple(changes))]))
    message[at % len(message)] = byte
    with suppress(Damaged):
        unpack_acts(bytes(message))
    feed = bytearray(pack_feed([Entry(1, "f", c.collection, c.id, c.fields) for c in changes], []))
    feed[at % len(feed)] = byte
    with suppress(Damaged):
        unpack_feed(bytes(feed))


@pytest.mark.parametrize(("huge", "words"), [(1_000_000, "column"), (2**40, "more changes")])
def test_a_small_message_cannot_claim_to_be_a_huge_one(huge: int, words: str) -> None:
    sheet = [
        "person",
        huge,
        b"\x01\x00",
        b"\x01\x00",
        ["e", ["f"], b""],
        ["a"],
        [[0]],
        b"\x01\x00",
        [["e", ["x"], b""]],
    ]
    with pytest.raises(ValueError, match=words):
        unpack_changes([IdTable().dump(), [sheet]])


def test_what_is_an_id() -> None:
    assert is_id("0190a1b2c3d4700080000000000000ff")
    assert not any(
        map(is_id, ["0190A1B2C3D4700080000000000000FF", "0190", None, 7, "0190a1b2c3d4700080000000000000f\n"])
    )
