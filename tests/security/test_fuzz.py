"""Wrong input of every sort is refused in words, in little time and memory, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from sqlalchemy import func, select

from sync.columns import IdTable, pack_ints
from sync.district.district import District
from sync.district.engine import open_engine
from sync.district.tables import ACT
from sync.errors import Damaged
from sync.outside import SystemIds
from sync.protocol import VERSION, RoundRequest, encode
from tests.sync.net import toy

from .fuzz import fuzz
from .mutations import closed, opened

CASES = {
    "requests": 50, "sealed": 8, "replies": 8, "packs": 60, "enrolments": 10, "recoveries": 150, "keyfiles": 100,
    "backups": 100,
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_wrong_input_is_refused_politely(name: str, tmp_path: Path) -> None:
    done = fuzz(name, tmp_path, seed=1, cases=CASES[name])
    assert done.refused + done.taken == CASES[name]
    if name != "sealed":  # there each act is answered by itself; elsewhere a changed text may still be a right message
        assert done.refused > 0


def equal_changes(count: int, *, name: Any = "note", key: Any = "text", value: Any = "x") -> list[Any]:
    """A sheet of so many changes of one record, in a few bytes once it is compressed."""
    places, zeros = b"\x81\x00" + b"\x01" * (count - 1), b"\x01" + bytes(count)
    few: Callable[[Any], list[Any]] = lambda one: ["e", [one], b""]  # noqa: E731
    return [name, count, places, zeros, few("f"), [key], [[0]], zeros, [few(value)]]


def batch(*sheets: list[Any], officer: Any = "张三", count: int = 1) -> bytes:
    """A request whose first act has all changes of the sheets."""
    ids = IdTable()
    ids.add(SystemIds().new())
    zeros = b"\x01" + bytes(count)
    sizes = pack_ints([max(0, sum(sheet[1] for sheet in sheets)), *[0] * (count - 1)])
    said = (["e", [word], b""] for word in (officer, "保存", ""))
    acts = [ids.dump(), 1, count, zeros, zeros, zeros, sizes, *said, list(sheets)]
    return encode(RoundRequest(VERSION, 1, 1, 0, b"", "", msgspec.msgpack.encode(acts)))


REPLICA = "0" * 12 + "7000" + "8000" + "0" * 12
NEGATIVE = ["note", -4_000_000, b"", b"", [], [], [], b"", []]
MEGABYTE = "x" * 2**20
BOMBS = {
    "more changes than a batch holds": batch(equal_changes(1_900_000)),
    "counts that cancel out": batch(equal_changes(4_000_000), NEGATIVE),
    "one long value in each of many changes": batch(equal_changes(20_000, value=MEGABYTE)),
    "one long list in each of many changes": batch(equal_changes(20_000, value=[[1] * 1000] * 1000)),
    "a long name of a field": batch(equal_changes(20_000, key=MEGABYTE)),
    "a long name of a collection": batch(equal_changes(20_000, name=MEGABYTE)),
    "a long name of an officer": batch(equal_changes(1), officer=MEGABYTE, count=5_000),
    "a frame that unpacks into much": b"\1" + zstandard.ZstdCompressor().compress(bytes(2**28)),
    "a frame that does not say into how much": b"\1"
    + zstandard.ZstdCompressor(write_content_size=False).compress(bytes(2**28)),
    "a list that says it is long": b"\1" + zstandard.ZstdCompressor().compress(b"\xdd\xff\xff\xff\xff" * 9),
    "lists in lists without end": b"\1" + zstandard.ZstdCompressor().compress(b"\x91" * 2**20),
}


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[District]:
    """A district with one desk that has sent nothing."""
    toy.found(tmp_path, f"sqlite:///{tmp_path / 'd.db'}")
    engine = open_engine(f"sqlite:///{tmp_path / 'd.db'}")
    district = toy.district_of(tmp_path, engine)
    district.add_desk(REPLICA, ["A"])
    yield district
    engine.dispose()


@pytest.mark.parametrize("name", BOMBS)
def test_few_bytes_do_not_become_many(name: str, lone: District) -> None:
    assert len(BOMBS[name]) < 70_000
    with pytest.raises(Damaged):
        lone.round(REPLICA, BOMBS[name])
    with lone.engine.connect() as conn:
        assert conn.execute(select(func.count()).select_from(ACT)).scalar_one() == 0


def test_a_number_that_no_database_holds_is_damage(lone: District) -> None:
    """Each place of a request, with whole numbers that fit a message and no column."""
    good = opened(encode(RoundRequest(VERSION, 1, 1, 0, b"", "")))
    assert isinstance(lone.round(REPLICA, closed(good)), bytes)
    for field in range(1, 15):
        for number in (2**63, 2**64 - 1, -(2**63), 2**53 + 1):
            with pytest.raises(Damaged):
                lone.round(REPLICA, closed([*good[:field], number, *good[field + 1 :]]))


def test_who_did_it_is_said_in_text(lone: District) -> None:
    for officer in (None, 5, 0.5, ["张三"], {"a": 1}):
        with pytest.raises(Damaged):
            lone.round(REPLICA, batch(equal_changes(1), officer=officer))
