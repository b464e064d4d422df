"""Listens for desks: the engine's application with the updates beside it, on one port and under one certificate."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import cast

import uvicorn

from baiyun_desktop.updates.repository import Repository
from sync.district.app import application
from sync.district.serve import KEEP_ALIVE_S, SHUTDOWN_S, DistrictServer, listen
from sync.district.service import Service

from .assembly import Assembly
from .offering import Application, beside


def serve_until_stopped(
    service: Service,
    assembly: Assembly,
    updates: Repository,
    *,
    host: str,
    port: int,
    ready: Callable[[int], None],
) -> None:
    """As `sync.district.serve.serve` does, until SIGTERM or SIGINT; `ready` is told the port."""
    certificates, listener = assembly.certificates, listen(host, port)
    config = uvicorn.Config(
        beside(cast(Application, application(service)), updates),
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
    server = DistrictServer(config, service, certificates, assembly.clock, lambda: ready(bound))
    # uvicorn raises the signal again when it is done; a stop that was asked for is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    server.run(sockets=[listener])


def _ignore(_number: int, _frame: FrameType | None) -> None:
    return None
