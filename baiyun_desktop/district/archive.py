"""A backup's file format: one stream, compressed, sealed to a public key, and whole or refused.

A file begins with MAGIC, the public key it is sealed to, and a secret sealed to that (X25519). The content key comes from
the secret and the district's mark: who can read no backup can make none either. Frames follow, each with a byte that says
whether it is the last, its length, and up to CHUNK bytes under ChaCha20-Poly1305; the nonce is the frame's number and
whether it is the last, so that no frame can be left out, moved, or cut off unnoticed. Inside is one zstd stream of
messages, each with its length.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import IO, BinaryIO, cast

import msgspec
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sync.errors import Damaged
from sync.seal import KEY_BYTES, open_sealed, seal

from .errors import Unfit
from .keys import BackupKey, Sealer
from .messages import Message

MAGIC = b"baiyun backup 1\n"
CHUNK = 2**20
LEVEL = 6
MESSAGE_BYTES_MAX = 2**28
_TAG_BYTES = 16
_DAMAGED = "the backup is cut short, damaged, or not of this district's making: use another one"
_HEAD_BYTES = len(MAGIC) + KEY_BYTES + 2
"""Up to the length of the sealed secret; what it is sealed with may grow."""


class _Sealing(RawIOBase):
    """Takes bytes and writes sealed frames."""

    def __init__(self, file: BinaryIO, sealer: Sealer) -> None:
        self._file = file
        secret = os.urandom(KEY_BYTES)
        sealed = seal(sealer.public, secret)
        self._head = MAGIC + sealer.public + len(sealed).to_bytes(2, "big") + sealed
        self._cipher = ChaCha20Poly1305(_content_key(secret, sealer.mark))
        self._waiting = bytearray()
        self._frames = 0
        file.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._frame(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def end(self) -> None:
        """The last frame, without which the file is refused."""
        self._frame(bytes(self._waiting), last=True)

    def _frame(self, content: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._frames, last=last), content, self._head)
        self._file.write(bytes([last]) + len(sealed).to_bytes(4, "big") + sealed)
        self._frames += 1


class _Opening(RawIOBase):
    """Gives what sealed frames hold; raises Damaged where they are not as they were written."""

    def __init__(self, file: BinaryIO, key: BackupKey) -> None:
        self._file = file
        self._head = _read_head(file)
        if self._head[len(MAGIC) : len(MAGIC) + KEY_BYTES] != key.sealer.public:
            raise Unfit("this backup was sealed to another backup key: use the one that was shown before it was made")
        secret = open_sealed(key.private, self._head[_HEAD_BYTES:])
        self._cipher = ChaCha20Poly1305(_content_key(secret, key.mark))
        self._content = b""
        self._frames = 0
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._content and not self.ended:
            self._frame()
        part = self._content[: len(buffer)]
        buffer[: len(part)] = part
        self._content = self._content[len(part) :]
        return len(part)

    def _frame(self) -> None:
        head = self._file.read(5)
        size = int.from_bytes(head[1:], "big")
        sealed = self._file.read(size) if size <= CHUNK + _TAG_BYTES else b""
        if len(head) < 5 or head[0] > 1 or len(sealed) != size:
            raise Damaged(_DAMAGED)
        last = head[0] == 1
        try:
            self._content = self._cipher.decrypt(_nonce(self._frames, last=last), sealed, self._head)
        except (InvalidTag, ValueError) as error:
            raise Damaged(_DAMAGED) from error
        self._frames += 1
        self.ended = last


class Writer:
    """Adds messages to a backup."""

    def __init__(self, stream: zstandard.ZstdCompressionWriter) -> None:
        self._stream = stream
        self._encoder = msgspec.msgpack.Encoder()

    def add(self, message: Message) -> None:
        data = self._encoder.encode(message)
        self._stream.write(len(data).to_bytes(4, "big") + data)


@contextmanager
def writing(file: BinaryIO, sealer: Sealer) -> Iterator[Writer]:
    """Writes a backup to a file opened for it; where the block fails, what was written is refused by every reader."""
    sealing = _Sealing(file, sealer)
    stream = zstandard.ZstdCompressor(level=LEVEL).stream_writer(cast(IO[bytes], sealing), closefd=False)
    yield Writer(stream)
    stream.flush(zstandard.FLUSH_FRAME)
    sealing.end()


def messages(path: Path, key: BackupKey) -> Generator[Message]:
    """A backup's messages, each known to be as it was written; raises Unfit for another key, Damaged when not whole."""
    decoder = msgspec.msgpack.Decoder(Message)
    with path.open("rb") as file:
        opening = _Opening(file, key)
        stream = zstandard.ZstdDecompressor().stream_reader(cast(IO[bytes], opening), closefd=False)
        while length := _exactly(stream, 4, or_none=True):
            size = int.from_bytes(length, "big")
            if size > MESSAGE_BYTES_MAX:
                raise Damaged(_DAMAGED)
            yield _message(decoder, _exactly(stream, size))
        if not opening.ended or file.read(1):
            raise Damaged(_DAMAGED)


def _message(decoder: msgspec.msgpack.Decoder[Message], data: bytes) -> Message:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Damaged(_DAMAGED) from error


def _exactly(stream: zstandard.ZstdDecompressionReader, size: int, *, or_none: bool = False) -> bytes:
    found = bytearray()
    while len(found) < size:
        part = stream.read(size - len(found))
        if not part and or_none and not found:
            return b""
        if not part:
            raise Damaged(_DAMAGED)
        found += part
    return bytes(found)


def _read_head(file: BinaryIO) -> bytes:
    head = file.read(_HEAD_BYTES)
    if not head.startswith(MAGIC) or len(head) < _HEAD_BYTES:
        raise Unfit("this is no backup of a district: name a file that 'baiyun-district backup' made")
    size = int.from_bytes(head[-2:], "big")
    sealed = file.read(size)
    if len(sealed) != size:
        raise Damaged(_DAMAGED)
    return head + sealed


def _nonce(frame: int, *, last: bool) -> bytes:
    """Each number once: the content key is of this file alone."""
    return frame.to_bytes(11, "big") + bytes([last])


def _content_key(secret: bytes, mark: bytes) -> bytes:
    return hashlib.blake2b(secret, key=mark, digest_size=KEY_BYTES).digest()
