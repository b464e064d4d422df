"""A lifeboat: acts sealed to the district as they are saved, in a file that outlives the replica, and how such a file is sent."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from .act import Act
from .codec import BROKEN
from .errors import Damaged
from .limits import LIMITS
from .outside import Random, system_random
from .protocol import VERSION, read_sealed, sealed_form
from .seal import open_sealed, seal

T = TypeVar("T")
MAGIC = b"BYLB"
HEAD_BYTES = len(MAGIC) + 4 + 8
FRAME_BYTES_MAX = 2**22
"""More than an act of the largest size, sealed: a length above it is no length."""
FRAMES_PER_PART = LIMITS.lifeboat_frames
PART_BYTES = LIMITS.lifeboat_bytes
PROOF_BYTES = 16


class Frame(msgspec.Struct, array_like=True, frozen=True):
    """One act. `mark` tells it from others without opening it; `sealed` is `Inside`, after its proof, for the district."""

    replica: str
    epoch: int
    number: int
    mark: bytes
    sealed: bytes


class Inside(msgspec.Struct, array_like=True, frozen=True):
    """An act as it was written (`protocol.sealed_form`), and what its desk knew of restored districts at that moment."""

    form: bytes
    timeline: int = 0
    restores: list[tuple[int, int]] = []
    old_upto: int = -1
    old_pos: int = 0
    after: tuple[int, bytes] = (0, b"")
    """The number and `trace_of` of the act before it in its file: which of several pasts of that file it belongs to."""

    @property
    def act(self) -> Act:
        """Raises Damaged where no supported desk has written it."""
        return read_sealed(self.form)


class FilePiece(msgspec.Struct, array_like=True, frozen=True):
    """Bytes of a file that an act names, from byte `at` on; `name` is the hash of the whole of it (`blobs`)."""

    name: str
    size: int
    at: int
    body: bytes


FILES = 0
"""The epoch of frames that hold pieces of files, by the byte at which they begin as their number: no act has it."""


class BoatRequest(msgspec.Struct, array_like=True):
    """Part of a lifeboat, in the order in which it was written. The last frame of the part before it comes first."""

    version: int
    frames: list[Frame]


class Answer(msgspec.Struct, array_like=True, frozen=True):
    """What became of one frame. `fate` is one of those below; `outcome`, `pos` and `reason` are those of a verdict."""

    fate: str
    outcome: str = ""
    pos: int = 0
    reason: str = ""
    have: int = 0


TAKEN, KNOWN, DAMAGED, UNKNOWN, UNNAMED = "taken", "known", "damaged", "unknown", "unnamed"
"""Judged now · the district had it · not to be opened, or not what its desk wrote · of a desk that nobody enrolled here ·
a file that no act of its desk names. Of a file's piece, `have` is how much of the file the district has, and `pos` where
the district stood when it had the whole of it, 0 before that."""


class BoatReply(msgspec.Struct, array_like=True):
    """An answer a frame; `covered` is the position up to which a backup off the district's machine goes."""

    answers: list[Answer]
    covered: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A frame and where it ends in the file."""

    frame: Frame
    end: int


def secret_of(token: str) -> bytes:
    """What a desk proves by that it wrote a frame: the district keeps the same of its token, and nobody else has it.

    Anybody may seal to the district's key; without a proof a desk could hand in acts as another's.
    """
    return hashlib.sha256(token.encode()).hexdigest().encode() if token else b""


def mark_of(body: bytes, secret: bytes) -> bytes:
    """By which the desk knows an act of its file again; says nothing of it to others."""
    return hashlib.blake2b(body, digest_size=8, key=secret).digest()


def frame_of(
    replica: str,
    epoch: int,
    number: int,
    inside: Inside,
    mark: bytes,
    public: bytes,
    secret: bytes,
    random: Random = system_random,
) -> Frame:
    """An act's frame, readable to the district alone."""
    return _sealed(replica, epoch, number, msgspec.msgpack.encode(inside), mark, public, secret, random)


def piece_frame(
    replica: str, piece: FilePiece, mark: bytes, public: bytes, secret: bytes, random: Random = system_random
) -> Frame:
    """The same of a piece of a file."""
    return _sealed(replica, FILES, piece.at, msgspec.msgpack.encode(piece), mark, public, secret, random)


def _sealed(
    replica: str, epoch: int, number: int, content: bytes, mark: bytes, public: bytes, secret: bytes, random: Random
) -> Frame:
    about = _about(replica, epoch, number)
    return Frame(
        replica, epoch, number, mark, seal(public, _proof(secret, about, content) + content, about, random=random)
    )


def open_frame(private: bytes, frame: Frame, secret: bytes | None) -> Inside:
    """What is in a frame; raises Damaged where it is not what the desk that it names has written.

    A `secret` of None belongs to a desk that was never given a token, and proves nothing anywhere.
    """
    return _opened(private, frame, secret, Inside)


def open_piece(private: bytes, frame: Frame, secret: bytes | None) -> FilePiece:
    """The same of a piece of a file."""
    return _opened(private, frame, secret, FilePiece)


def _opened(private: bytes, frame: Frame, secret: bytes | None, kind: type[T]) -> T:
    about = _about(frame.replica, frame.epoch, frame.number)
    content = open_sealed(private, frame.sealed, about)
    proof, content = content[:PROOF_BYTES], content[PROOF_BYTES:]
    if secret is not None and not hmac.compare_digest(proof, _proof(secret, about, content)):
        raise Damaged("a frame that its desk has not written")
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except BROKEN as error:
        raise Damaged(f"a frame could not be read: {error}") from error


def inside_of(
    body: bytes,
    timeline: int,
    restores: Sequence[tuple[int, int]],
    old_upto: int,
    old_pos: int,
    after: tuple[int, bytes] = (0, b""),
) -> Inside:
    return Inside(sealed_form(body), timeline, list(restores), old_upto, old_pos, after)


def trace_of(act: Act) -> bytes:
    """By which an act is known again whatever number a fork gave it, and when what it said was erased by law."""
    said = act.officer, act.at, act.verb, act.batch, [(c.collection, c.id) for c in act.changes]
    return hashlib.blake2b(msgspec.msgpack.encode(said), digest_size=8).digest()


def written(frames: Iterable[Frame]) -> bytes:
    """The frames as they stand in the file: each with its length and checksum, so that a torn one costs no other."""
    parts = []
    for frame in frames:
        raw = msgspec.msgpack.encode(frame)
        parts += [MAGIC, len(raw).to_bytes(4, "big"), _checksum(raw), raw]
    return b"".join(parts)


def scan(data: bytes) -> tuple[list[Found], int]:
    """The whole frames of a file, in its order, and how many places of it are no frame."""
    found: list[Found] = []
    at, broken, torn = 0, 0, False
    while at < len(data):
        frame, end = _frame_at(data, at)
        if frame is not None:
            found.append(Found(frame, end))
            at, torn = end, False
            continue
        broken, torn = broken + (not torn), True
        following = data.find(MAGIC, at + 1)
        at = len(data) if following < 0 else following
    return found, broken


def parts_of(frames: Sequence[Frame]) -> Iterable[tuple[int, list[Frame]]]:
    """The frames in parts of bounded size: each with how many of its first ones were in the part before it."""
    part: list[Frame] = []
    size = repeated = 0
    for frame in frames:
        if len(part) - repeated >= FRAMES_PER_PART or (len(part) > repeated and size + len(frame.sealed) > PART_BYTES):
            yield repeated, part
            part, repeated = [part[-1]], 1
            size = len(part[0].sealed)
        part.append(frame)
        size += len(frame.sealed)
    if len(part) > repeated:
        yield repeated, part


def request_of(frames: list[Frame]) -> BoatRequest:
    return BoatRequest(VERSION, frames)


def _frame_at(data: bytes, at: int) -> tuple[Frame | None, int]:
    head = data[at : at + HEAD_BYTES]
    size = int.from_bytes(head[4:8], "big")
    raw = data[at + HEAD_BYTES : at + HEAD_BYTES + size] if size <= FRAME_BYTES_MAX else b""
    if head[:4] != MAGIC or len(raw) != size or head[8:] != _checksum(raw):
        return None, at
    try:
        return msgspec.msgpack.decode(raw, type=Frame), at + HEAD_BYTES + size
    except BROKEN:
        return None, at


def _about(replica: str, epoch: int, number: int) -> bytes:
    return f"lifeboat/{replica}/{epoch}/{number}".encode()


def _proof(secret: bytes, about: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(about + b"\0" + content, digest_size=PROOF_BYTES, key=secret).digest()


def _checksum(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=8).digest()
