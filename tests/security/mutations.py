"""Makes wrong messages out of right ones: bits, lengths, counts, kinds, nesting, each from one seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec

from sync.protocol import decode, encode

_NUMBERS = [-1, 0, 1, 255, 2**31, 2**53 + 1, 2**61, 2**63 - 1, 2**63, 2**64 - 1, -(2**53) - 1, -(2**63)]
_FLOATS = [math.nan, -0.0, math.inf, -math.inf, 1e308, 0.5]
_TEXTS = [
    "",
    "\0",
    "a\0b",
    "x" * 70_000,
    "‮",
    "\ufffe",
    "0" * 32,
    "f" * 32,
    "../../etc/passwd",
    "'; DROP TABLE head; --",
]
_RAW = [
    b"\xa2\xff\xfe",  # a text that is no UTF-8
    b"\xa3\xed\xa0\x80",  # half a surrogate pair
    b"\x82\xa1a\x01\xa1a\x02",  # a map that names a key twice
    b"\x81\x01\x02",  # a map whose key is a number
    b"\x81\x91\x01\x02",  # a map whose key is a list
    b"\xd6\xff\x00\x00\x00\x00",  # an instant
    b"\xd4\x05\x00",  # an extension of nobody's
    b"\xc1",  # no MessagePack at all
]

_UNWRITABLE = (msgspec.MsgspecError, RecursionError, OverflowError, TypeError, ValueError)
"""Not everything that can be thought of can be written down."""


@dataclass
class Packed:
    """Bytes within a message that are a message of their own."""

    tree: Any


def opened(message: bytes) -> Any:
    """A message as lists and maps; what is packed inside it too."""
    return _unpacked(decode(message, list[Any] | dict[str, Any]))  # type: ignore[arg-type]


def closed(tree: Any) -> bytes:
    """The message that a tree makes, with a right checksum: nothing but its content can be found wrong."""
    return encode(_packed(tree))


def _unpacked(node: Any) -> Any:
    if isinstance(node, list):
        return [_unpacked(part) for part in node]
    if isinstance(node, dict):
        return {key: _unpacked(part) for key, part in node.items()}
    if isinstance(node, bytes) and len(node) > 20 and node[0] >> 4 in (0x9, 0xD):
        try:
            return Packed(_unpacked(msgspec.msgpack.decode(node)))
        except msgspec.MsgspecError:
            return node
    return node


def _packed(node: Any) -> Any:
    if isinstance(node, Packed):
        return msgspec.msgpack.encode(_packed(node.tree))
    if isinstance(node, list):
        return [_packed(part) for part in node]
    if isinstance(node, dict):
        return {key: _packed(part) for key, part in node.items()}
    return node


def bent(random: Random, tree: Any, times: int = 1) -> Any:
    """A copy of a tree in which something at some depth is not what it should be."""
    for _ in range(times):
        tree = _bend(random, tree, random.random())
    return tree


def _bend(random: Random, node: Any, depth: float) -> Any:
    """Goes down at random, and changes what it ends at; deep places are as likely as shallow ones."""
    if isinstance(node, Packed) and random.random() > 0.1 * depth:
        return Packed(_bend(random, node.tree, depth))
    inside = [n for n, part in enumerate(node) if part is not None] if isinstance(node, list) else None
    if inside and random.random() > 0.25 * depth:
        at = random.choice(inside)
        return [*node[:at], _bend(random, node[at], depth), *node[at + 1 :]]
    if isinstance(node, dict) and node and random.random() > 0.25 * depth:
        key = random.choice(list(node))
        return {**node, key: _bend(random, node[key], depth)}
    return _changed(random, node)


def _changed(random: Random, node: Any) -> Any:
    ways: list[Callable[[Random, Any], Any]] = [_strange, _strange]
    if isinstance(node, list):
        ways += [_fewer, _more, _swapped]
    if isinstance(node, int) and not isinstance(node, bool):
        ways += [_off, _off]
    if isinstance(node, bytes) and node:
        ways += [broken, broken, _longer]
    return random.choice(ways)(random, node)


def _strange(random: Random, node: Any) -> Any:
    """Something of another kind, or at the edge of its kind."""
    kinds: list[Callable[[], Any]] = [
        lambda: random.choice(_NUMBERS), lambda: random.choice(_NUMBERS), lambda: random.choice(_FLOATS),
        lambda: random.choice(_TEXTS), lambda: msgspec.Raw(random.choice(_RAW)), lambda: None, lambda: True,
        lambda: random.randbytes(random.choice([0, 1, 16, 32, 5000])), list, dict, lambda: [node] * 3,
        lambda: {"a": node}, lambda: {"+": [1], "-": [None]}, lambda: _deep(random.choice([20, 40, 900]), node),
        lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda: [node] * 3_000,
    ]  # fmt: skip
    return random.choice(kinds)()


def _deep(levels: int, node: Any) -> Any:
    for _ in range(levels):
        node = [node]
    return node


def _fewer(random: Random, node: list[Any]) -> list[Any]:
    at = random.randrange(len(node) + 1)
    return [*node[:at], *node[at + 1 :]]


def _more(random: Random, node: list[Any]) -> list[Any]:
    return [*node, *(random.choices(node, k=random.choice([1, 3, 300])) if node else [None])]


def _swapped(random: Random, node: list[Any]) -> list[Any]:
    return random.sample(node, len(node))


def _off(random: Random, node: int) -> int:
    return min(max(random.choice([node + 1, node - 1, -node, node * 256, node << 40]), -(2**63)), 2**64 - 1)


def _longer(random: Random, node: bytes) -> bytes:
    return node * random.choice([2, 50, 5_000])


def broken(random: Random, data: bytes) -> bytes:
    """Bytes of which some are wrong, missing, doubled, or claim to be a length."""
    if not data:
        return random.randbytes(3)
    at, way = random.randrange(len(data)), random.randrange(6)
    if way == 0:
        return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]
    if way == 1:
        return data[:at]
    if way == 2:
        return data[:at] + random.randbytes(random.choice([1, 4, 64])) + data[at:]
    if way == 3:
        return data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]
    if way == 4:
        return data[:at] + data[random.randrange(len(data)) :]
    return data[:at] + random.choice([b"\xdd", b"\xdf", b"\xdb", b"\xc6"]) + b"\x7f\xff\xff\xff" + data[at + 5 :]


def content(random: Random, tree: Any) -> bytes:
    """A bent tree as MessagePack, without a checksum around it."""
    while True:
        try:
            return msgspec.msgpack.encode(_packed(bent(random, tree)))
        except _UNWRITABLE:
            continue


def wrong(random: Random, tree: Any) -> bytes:
    """A wrong message from a right one's tree: its bytes one time in four, else its content under a right checksum."""
    if random.random() < 0.75:
        for _ in range(5):
            try:
                return closed(bent(random, tree, random.choice([1, 1, 1, 2, 5])))
            except _UNWRITABLE:
                continue
    return broken(random, closed(tree))
