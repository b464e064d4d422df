"""A list of revocations beside the database, so that a district restored from an older backup can be told of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec

from .files import append_line, write_whole

LOG = "revocations.log"


class Revocation(msgspec.Struct, frozen=True):
    """A desk whose right ended. `at` in milliseconds since 1970 UTC."""

    replica: str
    at: int
    cause: str = ""


def note(folder: Path, revocation: Revocation) -> None:
    """Adds one; called before it is carried out."""
    append_line(folder / LOG, _line(revocation))


def read(folder: Path) -> list[Revocation]:
    """Those that a folder knows of."""
    path = folder / LOG
    return parse(path.read_bytes()) if path.exists() else []


def parse(content: bytes) -> list[Revocation]:
    """Those of a list's lines; the last line may be one that a power cut ended."""
    found = []
    for line in content.splitlines():
        try:
            found.append(msgspec.json.decode(line, type=Revocation))
        except msgspec.DecodeError:
            continue
    return found


def write(folder: Path, known: Iterable[Revocation]) -> None:
    """Replaces the list, each revocation once, oldest first."""
    lines = [_line(one) for one in sorted(set(known), key=lambda r: (r.at, r.replica))]
    write_whole(folder / LOG, "".join(line + "\n" for line in lines).encode())


def _line(revocation: Revocation) -> str:
    return json.dumps(msgspec.to_builtins(revocation), ensure_ascii=False)
