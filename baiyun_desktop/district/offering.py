"""Offers the desks' updates over the district's own TLS: files of the repository, read-only, to whoever asks.

Nobody need say who he is: what a desk installs it believes by its signature, and nothing in it is secret.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
from anyio import to_thread

from baiyun_desktop.updates.lines import METADATA, PIECE_BYTES, UPDATES_PATH, is_name
from baiyun_desktop.updates.repository import Repository
from sync.wire import MESSAGE_TYPE, ErrorBody

FOLDER, PACKAGES = "updates", "update-packages"
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Event, Receive, Send], Awaitable[None]]
_SPAN = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")


def repository_of(folder: Path) -> Repository:
    """A district's repository, founded or not."""
    return Repository(folder / FOLDER, folder / PACKAGES)


def beside(application: Application, repository: Repository) -> Application:
    """The application, with the repository's files under `UPDATES_PATH`."""

    async def both(scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(UPDATES_PATH):
            await _answer(scope, send, repository)
        else:
            await application(scope, receive, send)

    return both


async def _answer(scope: Event, send: Send, repository: Repository) -> None:
    path = file_of(repository, scope["path"].removeprefix(UPDATES_PATH))
    if scope["method"] != "GET" or path is None:
        body = msgspec.msgpack.encode(ErrorBody("missing", "没有这个更新文件"))
        await _send(send, 404, body, {"Content-Type": MESSAGE_TYPE})
        return
    asked = dict(scope["headers"]).get(b"range", b"").decode("latin-1")
    size, at, body = await to_thread.run_sync(_piece, path, asked)
    headers = {"Content-Type": "application/octet-stream"}
    if at is None:
        await _send(send, 416, b"", {**headers, "Content-Range": f"bytes */{size}"})
    else:
        await _send(send, 206, body, {**headers, "Content-Range": f"bytes {at}-{at + len(body) - 1}/{size}"})


def file_of(repository: Repository, name: str) -> Path | None:
    """The file that a name means; None for any other, above all for keys."""
    if not is_name(name):
        return None
    kind, _, plain = name.partition("/")
    path = (repository.metadata if kind == METADATA else repository.packages) / plain
    return path if path.suffix != ".part" and path.is_file() else None


def _piece(path: Path, asked: str) -> tuple[int, int | None, bytes]:
    """(size, where the piece begins, the piece), never larger than a desk asks for at once."""
    size, match = path.stat().st_size, _SPAN.fullmatch(asked)
    at = int(match[1]) if match else 0
    until = min(size, int(match[2]) + 1 if match and match[2] else size, at + PIECE_BYTES)
    if at >= until:
        return size, None, b""
    with path.open("rb") as file:
        file.seek(at)
        return size, at, file.read(until - at)


async def _send(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    found = {**headers, "Content-Length": str(len(body))}
    lines = [(name.lower().encode(), value.encode()) for name, value in found.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
