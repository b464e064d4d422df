"""The engine's bounds: one place for the numbers, and what is over one of them costs the district little."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import msgspec
import pytest
import zstandard

import sync
from sync.codec import compress
from sync.errors import Damaged
from sync.limits import LIMITS, Limits, table
from sync.protocol import VERSION, RoundReply, RoundRequest, decode, encode
from tests.sync.world import World

PACKAGE = Path(sync.__file__).parent


def test_the_readme_has_the_table_as_the_code_has_the_numbers() -> None:
    assert table() in (PACKAGE / "README.md").read_text("utf-8"), (
        "sync/README.md: make its table Numbers from limits.table()"
    )


@pytest.mark.parametrize("name", [f.name for f in fields(Limits)])
def test_each_number_is_somebodys_bound(name: str) -> None:
    """A number that nothing reads promises what nobody keeps."""
    sources = [p.read_text("utf-8") for p in PACKAGE.rglob("*.py") if p.name != "limits.py"]
    assert any(re.search(rf"(?i)limits\.{name}\b", text) for text in sources)


def test_a_small_body_that_unpacks_into_much_is_not_unpacked_at_the_district(world: World) -> None:
    desk = world.desk("a", "A")
    request = RoundRequest(VERSION, 1, 1, 0, b"", "", b"\0" * (LIMITS.message_bytes_district + 1))
    body = b"\1" + compress(msgspec.msgpack.encode(request), 3)
    assert len(body) < 10_000
    with pytest.raises(Damaged):
        world.district.round(desk.wire.replica, body)
    assert decode(body, RoundRequest).acts, "a desk takes as much, for a pack's tail may be long"


def test_a_message_without_its_length_is_cut_off_at_the_bound() -> None:
    frame = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(LIMITS.message_bytes_district + 1))
    with pytest.raises(Damaged):
        decode(b"\1" + frame, RoundRequest, LIMITS.message_bytes_district)


def test_a_desk_reads_what_the_district_may_say() -> None:
    assert LIMITS.message_bytes_district >= LIMITS.body_bytes >= 2 * LIMITS.batch_bytes
    assert LIMITS.message_bytes_desk > LIMITS.batch_bytes + LIMITS.act_bytes
    reply = RoundReply(1, b"", 0, 0, [], feed=bytes(LIMITS.message_bytes_district + 1))
    assert decode(encode(reply), RoundReply).feed == reply.feed
