"""Serves desks until stopped, unless the district was restored and nobody has confirmed who may still come in."""

from __future__ import annotations

from typing import Annotated

import typer

from sync.district.serve import serve as serve_until_stopped
from sync.limits import Limits

from .assembly import Assembly
from .caretaker import Caretaker
from .cli import Folder, cli
from .editions import Presence, refuse_unfit
from .elapsing import Elapsing
from .files import tighten
from .fleet_api import beside
from .gate import refuse_unconfirmed
from .logs import log_to
from .lookup import with_look_ups
from .offering import beside as offered
from .offering import repository_of
from .programs import Programs
from .throttle import CountedService, forget

DEFAULT_PORT = 8443


@cli.command()
def serve(
    folder: Folder,
    port: Annotated[int, typer.Option(help="0 lets the system choose")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="0.0.0.0 serves the whole network")] = "127.0.0.1",
) -> None:
    """Serve desks until stopped; one line says when and where. Behind a balancer, run one for each worker."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - asked for, not chosen

    def ready(bound: int) -> None:
        typer.echo(f"ready port={bound} https://{shown}:{bound}")

    with Assembly(folder) as assembly:
        refuse_unconfirmed(assembly.check())
        with assembly.snapshot() as conn:
            refuse_unfit(conn, assembly.folder)
        tighten(assembly.folder)
        log_to(assembly.folder, f"serve-{port}")
        assembly.certificates.renew_if_due(assembly.clock)
        ca_pem = assembly.certificates.ca_pem()
        service = CountedService(assembly.engine, assembly.district, assembly.enroller(), ca_pem, Limits())
        presence, updates = Presence(assembly.engine), repository_of(assembly.folder)
        programs = Programs(assembly.engine, assembly.clock.now_ms)
        presence.say()
        try:
            of = assembly.engine, assembly.district, assembly.program, assembly.ids, assembly.clock
            elapsing = Elapsing(*of, today=assembly.today)
            with Caretaker([presence.say, updates.refresh, elapsing, lambda: forget(assembly.engine)]):
                serve_until_stopped(
                    service, assembly.certificates, assembly.clock, host=host, port=port, ready=ready,
                    beside=with_look_ups(beside(assembly, service), assembly, service),
                    around=lambda app: programs.listening(offered(app, updates)),
                )  # fmt: skip
        finally:
            presence.end()
