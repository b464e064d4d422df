"""A line to a district that is far away: whatever goes either way arrives so much later, in order, at any rate."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

ONE_WAY_S = 0.150
ROUND_TRIP_S = 2 * ONE_WAY_S
_CHUNK_BYTES = 2**16


@contextmanager
def far(url: str) -> Iterator[str]:
    """The address at which the server at `url` seems so far away, for as long as the block runs."""
    parts = urlsplit(url)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    line = _Line(parts.hostname or "", parts.port or 443)
    port = asyncio.run_coroutine_threadsafe(line.open(), loop).result()
    try:
        yield urlunsplit(parts._replace(netloc=f"{parts.hostname}:{port}"))
    finally:
        asyncio.run_coroutine_threadsafe(line.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Line:
    """A listener whose connections each go on, late, to one server."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._carrying: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection(self._host, self._port)
        for reader, writer in ((here, onward), (there, back)):
            task = asyncio.ensure_future(_late(reader, writer))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)


async def _late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carries one direction; what is under way does not hold up what follows."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    delivering = asyncio.ensure_future(_deliver(under_way, writer))
    clock = asyncio.get_running_loop().time
    try:
        while data := await reader.read(_CHUNK_BYTES):
            under_way.put_nowait((clock() + ONE_WAY_S, data))
        under_way.put_nowait((clock() + ONE_WAY_S, b""))
        await delivering
    finally:
        delivering.cancel()
        writer.close()


async def _deliver(under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    clock = asyncio.get_running_loop().time
    while True:
        due, data = await under_way.get()
        await asyncio.sleep(max(0.0, due - clock()))
        if not data:
            return
        writer.write(data)
        await writer.drain()
