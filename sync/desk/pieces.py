"""A file that comes in pieces lies sealed while it does: whoever takes the PC meanwhile reads nobody's rows in it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, cast

from ..errors import Damaged

_NONCE_BYTES, _TAG_BYTES = 12, 16
_PIECE_BYTES_MAX = 64 * 2**20
_USE = b"baiyun pieces 1"


def sealed(key: bytes, name: str, at: int, piece: bytes, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """A piece as it is appended: its size, a fresh nonce, ChaCha20-Poly1305 (RFC 8439) over it and where it belongs.

    Without a key it lies as it came, for a store that is not encrypted itself.
    """
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    if not key or not piece:
        return piece
    nonce = random(_NONCE_BYTES)
    body = nonce + ChaCha20Poly1305(key).encrypt(nonce, piece, _about(name, at))
    return len(body).to_bytes(4, "big") + body


def resume(file: BinaryIO, key: bytes, name: str) -> int:
    """How much lies there whole, in bytes as they came; what a cut left behind that is taken off."""
    if not key:
        return file.seek(0, os.SEEK_END)
    have = end = 0
    try:
        for piece in _pieces(file, key, name):
            have, end = have + len(piece), file.tell()
    except Damaged:
        file.truncate(end)
    file.seek(end)
    return have


def opened(file: BinaryIO, key: bytes, name: str) -> IO[bytes]:
    """The bytes as they came, to be read once. Reading raises Damaged where a piece is not what was sealed there."""
    return cast(IO[bytes], _Opened(_pieces(file, key, name))) if key else file


def _pieces(file: BinaryIO, key: bytes, name: str) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    box, at = ChaCha20Poly1305(key), 0
    file.seek(0)
    while head := file.read(4):
        size = int.from_bytes(head, "big")
        body = file.read(size) if _NONCE_BYTES + _TAG_BYTES < size <= _PIECE_BYTES_MAX else b""
        if len(head) < 4 or not body or len(body) < size:
            raise Damaged(f"a piece of {name} is cut")
        try:
            piece = box.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _about(name, at))
        except InvalidTag as error:
            raise Damaged(f"a piece of {name} is not what was sealed") from error
        yield piece
        at += len(piece)


def _about(name: str, at: int) -> bytes:
    """What a piece is sealed together with: it is of this file and of this place, and no other's."""
    return _USE + name.encode() + at.to_bytes(8, "big")


class _Opened(io.RawIOBase):
    """Pieces as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._from = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = memoryview(next(self._from, b""))
        size = min(len(into), len(self._left))
        into[:size], self._left = self._left[:size], self._left[size:]
        return size
