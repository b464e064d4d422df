"""Runs the district's application: TLS only, one line when ready, a clean end, and a certificate that renews itself."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import ssl
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from sync.outside import Clock

from .app import Beside, application
from .service import Service
from .tls import Certificates

log = logging.getLogger(__name__)

KEEP_ALIVE_S = 180
"""Longer than a desk's quiet between two rounds, so that its connection is kept."""
SHUTDOWN_S = 10
HANG_UP_S = 0.2
RENEWAL_LOOK_S = 12 * 3600.0


class DistrictServer(uvicorn.Server):
    """uvicorn, told to let waiting desks go and to look after its certificate."""

    def __init__(
        self,
        config: uvicorn.Config,
        service: Service,
        certificates: Certificates,
        clock: Clock,
        ready: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._service = service
        self._certificates = certificates
        self._clock = clock
        self._ready = ready
        self._renewing: asyncio.Task[None] | None = None
        self._tending: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._renewing = asyncio.create_task(self._renew())
            self._tending = asyncio.create_task(self._tend())
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.bell.close()
        for task in (self._renewing, self._tending):
            if task is not None:
                task.cancel()
        hanging_up = asyncio.create_task(self._hang_up())
        await super().shutdown(sockets)
        hanging_up.cancel()

    async def _hang_up(self) -> None:
        """Drop the connections that are done: TLS would wait for each idle desk to say goodbye as well."""
        while True:
            await asyncio.sleep(HANG_UP_S)
            for connection in list(self.server_state.connections):
                transport = getattr(connection, "transport", None)
                if transport is not None and transport.is_closing() and not transport.get_write_buffer_size():
                    transport.abort()

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(self._service.limits.tend_every_s)
            try:
                await self._service.tend()
            except Exception:
                # Deadlines and retention come again in a minute; the rounds must go on whatever it is.
                log.exception("what time alone brings could not be done")

    async def _renew(self) -> None:
        while True:
            try:
                if self._certificates.renew_if_due(self._clock) and isinstance(self.config.ssl, ssl.SSLContext):
                    self._certificates.load_into(self.config.ssl)
                    log.info("the server's certificate was renewed until %s", self._certificates.expires_at())
            except OSError:
                log.exception("the server's certificate could not be renewed")
            await asyncio.sleep(RENEWAL_LOOK_S)


def serve(
    service: Service,
    certificates: Certificates,
    clock: Clock,
    *,
    host: str,
    port: int,
    ready: Callable[[int], None],
    beside: Beside | None = None,
    around: Callable[[Any], Any] = lambda app: app,
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the port, chosen by the system where `port` is 0.

    `around` is given the ASGI application and returns the one that is served: what is asked of that first.
    """
    listener = listen(host, port)
    config = uvicorn.Config(
        around(application(service, beside=beside)),
        ssl_context_factory=lambda _config, _default: certificates.context(),
        http="h11",
        ws="none",
        lifespan="off",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    bound = listener.getsockname()[1]
    server = DistrictServer(config, service, certificates, clock, lambda: ready(bound))
    # uvicorn raises the signal again when it is done; a stop that was asked for is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A bound and listening socket; raises OSError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, since asyncio turns Nagle's algorithm off only then; with it an answer waits 40 ms for the desk's ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":  # there it would let a second program take the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _ignore(_number: int, _frame: FrameType | None) -> None:
    return None
