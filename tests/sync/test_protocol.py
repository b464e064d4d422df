"""The messages of a round: verdicts as runs, and each wrong byte found before anything is done about it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.act import Act, Base, Change, Op, Outcome, Verdict
from sync.codec import pack_acts
from sync.errors import Damaged
from sync.protocol import (
    VERSION,
    RoundReply,
    RoundRequest,
    decode,
    encode,
    pack_verdicts,
    unpack_feed,
    unpack_verdicts,
)

RECORD = "019a0000000170008000000000000001"
VERDICTS = st.lists(
    st.builds(
        Verdict,
        st.integers(1, 30),
        st.sampled_from(Outcome),
        st.integers(0, 30),
        st.sampled_from(["", "", "已经办过"]),
        st.sampled_from([(), (), ("applied", "merged")]),
    ),
    max_size=12,
)


def messages(size: int) -> list[tuple[bytes, Any]]:
    """A request and a reply, as they travel; `size` makes them short (as they are) or long (compressed)."""
    people = [Change("person", RECORD, Op.CREATE, {"name": f"王{n}", "area": "A"}) for n in range(size)]
    acts = [Act(1, "王芳", 1_790_000_000_000, "保存", Base(3, 0), tuple(people))]
    request = RoundRequest(VERSION, 1, 5, 17, b"12345678", "scope", pack_acts(acts))
    verdicts = pack_verdicts([Verdict(n, Outcome.REFUSED, 0, f"第{n}条") for n in range(size)])
    reply = RoundReply(17, b"12345678", 1_790_000_000_000, 9, verdicts, digest=(-5, 7), scope="scope")
    return [(encode(request), request), (encode(reply), reply)]


# --- verdicts -------------------------------------------------------------------------------------------------------


@given(VERDICTS)
def test_verdicts_come_back(verdicts: list[Verdict]) -> None:
    assert unpack_verdicts(pack_verdicts(verdicts)) == verdicts


def test_what_goes_up_together_is_one_run() -> None:
    applied = [Verdict(n, Outcome.APPLIED, 100 + n) for n in range(5, 3_000)]
    assert pack_verdicts(applied) == [[5, "applied", 105, 2_995]]
    held = [Verdict(n, Outcome.HELD) for n in range(3)]
    assert pack_verdicts(held) == [[0, "held", 0, 3]]


@pytest.mark.parametrize(
    "runs", [[[1]], [["x", "applied", 1, 1]], [[1, "nonsense", 1, 1]], [7], [[1, "applied", 1, "many"]], [[1, "applied", 1, 1, 5]]]
)  # fmt: skip
def test_what_are_no_verdicts_is_damage(runs: list[Any]) -> None:
    with pytest.raises(Damaged):
        unpack_verdicts(runs)


# --- wrong bytes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 60])
def test_messages_come_back(size: int) -> None:
    for data, message in messages(size):
        assert decode(data, type(message)) == message


@pytest.mark.parametrize("size", [0, 40])
def test_a_message_cut_at_any_byte_is_damaged(size: int) -> None:
    for data, message in messages(size):
        for end in range(len(data)):
            with pytest.raises(Damaged):
                decode(data[:end], type(message))


@pytest.mark.parametrize("size", [0, 40])
def test_no_one_wrong_byte_makes_another_message(size: int) -> None:
    for data, message in messages(size):
        damaged = 0
        for at in range(len(data)):
            for wrong in (data[at] ^ 1, data[at] ^ 0x80, data[at] ^ 0x55):
                try:
                    assert decode(data[:at] + bytes([wrong]) + data[at + 1 :], type(message)) == message
                except Damaged:
                    damaged += 1
        assert damaged > 2.9 * len(data), "zstd reads past a few bits of its head, and past nothing else"


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_damage(data: bytes) -> None:
    for read in (lambda d: decode(d, RoundReply), lambda d: decode(d, RoundRequest), unpack_feed):
        try:
            read(data)
        except Damaged:
            continue


def test_nesting_without_end_is_damage() -> None:
    deep = b"\x91" * 100_000
    for data in (b"\0" + deep, encode(deep), deep):
        with pytest.raises(Damaged):
            decode(data, RoundReply)
    with pytest.raises(Damaged):
        unpack_feed(deep)
