"""Where an update is read from: the district over its own TLS, or a folder such as a stick; each by the same names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from sync.errors import LineDown, Refused

UPDATES_PATH = "/v1/updates/"
METADATA, TARGETS = "metadata", "targets"
PIECE_BYTES = 4 * 2**20
TRIES = 5
_NAME = re.compile(r"(metadata|targets)/[0-9A-Za-z][0-9A-Za-z._-]{0,200}")


class NotThere(Exception):
    """The place answers and has no such file."""


class Place(Protocol):
    """Gives files by name, "metadata/…" or "targets/…", from a byte on."""

    def read(self, name: str, at: int = 0) -> Iterator[bytes]: ...


class Line(Protocol):
    """What is needed of `sync.desk.transport.Transport`."""

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes: ...


def is_name(name: str) -> bool:
    """Whether it can name a file of a repository; nothing else is ever looked for."""
    return _NAME.fullmatch(name) is not None


class FolderPlace:
    """A stick, or any folder that `baiyun-district updates copy` filled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, at: int = 0) -> Iterator[bytes]:
        """Raises NotThere, and OSError where the stick is drawn."""
        path = self._folder / name
        if not is_name(name) or not path.is_file():
            if not self._folder.is_dir():
                raise FileNotFoundError(f"{self._folder} is gone")
            raise NotThere(name)
        return self._pieces(path, at)

    def _pieces(self, path: Path, at: int) -> Iterator[bytes]:
        with path.open("rb") as file:
            file.seek(at)
            while piece := file.read(PIECE_BYTES):
                yield piece


class DistrictPlace:
    """The district. A line that is cut goes on where it was."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def read(self, name: str, at: int = 0) -> Iterator[bytes]:
        """Raises NotThere at once, and LineDown also half-way."""
        first = self._piece(name, at)
        return self._pieces(name, at, first)

    def _pieces(self, name: str, at: int, piece: bytes) -> Iterator[bytes]:
        while piece:
            yield piece
            at += len(piece)
            piece = self._piece(name, at) if len(piece) == PIECE_BYTES else b""

    def _piece(self, name: str, at: int) -> bytes:
        for tried in range(TRIES):
            try:
                return self._line.get(UPDATES_PATH + name, (at, at + PIECE_BYTES))
            except Refused as error:
                raise NotThere(name) from error
            except LineDown:
                if tried == TRIES - 1:
                    raise
        raise AssertionError("the last try returns or raises")
