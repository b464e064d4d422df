"""The district's composition root and its commands: found it, serve it, enrol desks, see how it is."""

from __future__ import annotations

import json
import logging
import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Self

import typer
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry import divisions
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.registry.organisation import Organisation
from sync.act import Change, Op
from sync.desk.transport import Transport
from sync.district.district import SCHEMA_VERSION, District
from sync.district.engine import open_engine
from sync.district.enrol import CODE_LIFE, Enroller, Place
from sync.district.scope import AreaScope, decode_payload
from sync.district.serve import serve as serve_until_stopped
from sync.district.service import Service
from sync.district.tables import HEAD, META
from sync.district.tls import Certificates
from sync.errors import SyncError
from sync.limits import Limits
from sync.outside import SystemClock, SystemIds
from sync.wire import HEALTH_PATH

CONFIG = "district.toml"
ORGANISATION = Organisation.__tablename__
EXPIRY_WARNING = timedelta(days=30)
"""A certificate nearer to its end than this should have been renewed by itself long ago."""
DEFAULT_PORT = 8443

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="The district server of Baiyun Desktop.")
Folder = Annotated[Path, typer.Argument(help="the district's folder")]


class Unfit(Exception):
    """The folder or database cannot serve as it is; the words say what to do."""


@dataclass(frozen=True)
class Settings:
    """What `init` was told, kept beside the certificates. An empty `database` is a file in the folder itself."""

    district: str
    database: str = ""
    url: str = ""

    @classmethod
    def load(cls, folder: Path) -> Settings:
        path = folder / CONFIG
        if not path.exists():
            raise Unfit(f"{folder} holds no district: run 'baiyun-district init {folder}' first")
        return cls(**tomllib.loads(path.read_text("utf-8")))

    def save(self, folder: Path) -> None:
        """For its owner's eyes: the database's address may hold a password."""
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in vars(self).items()]
        with os.fdopen(os.open(folder / CONFIG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(lines)


class Assembly:
    """A district put together from its folder; raises Unfit where none was founded there."""

    def __init__(self, folder: Path) -> None:
        folder = folder.absolute()
        settings = Settings.load(folder)
        self.settings = settings
        self.clock = SystemClock()
        self.ids = SystemIds(self.clock)
        self.program = Program((REGISTRY, *MODULES))
        self.certificates = Certificates(folder / "tls")
        self.engine: Engine = open_engine(settings.database or f"sqlite:///{folder / 'district.db'}")
        self.scope = AreaScope(ORGANISATION, "code", "parent_code", "successor")
        self.district = District(
            self.engine, self.program.schema, self.scope, self.program.judge, self.clock, self.ids, folder / "packs"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    def check(self) -> Self:
        """Itself; raises Unfit where the tables are of another version than this program."""
        with self.engine.connect().execution_options(reads=True) as conn:
            version = conn.execute(select(META.c.schema_version)).scalar_one()
        if version != SCHEMA_VERSION:
            raise Unfit(f"the database is of version {version}, this program serves version {SCHEMA_VERSION}")
        return self

    def enroller(self) -> Enroller:
        series = list(self.program.numbers.values())
        url, ca_pem = self.settings.url, self.certificates.ca_pem()
        return Enroller(self.engine, ca_pem, self.clock, self.ids, os.urandom, url=url, series=series)

    def organisations(self) -> dict[str, dict[str, Any]]:
        """The organisations that the district holds, by code."""
        query = select(HEAD.c.payload).where(HEAD.c.collection == ORGANISATION, HEAD.c.voided.is_(False))
        with self.engine.connect().execution_options(reads=True) as conn:
            rows = [decode_payload(data) for data in conn.execute(query).scalars()]
        return {row["code"]: row for row in rows if row.get("code")}

    def seed(self, grids: int = 0) -> int:
        """Write the organisations that are missing, as officer "system", with so many grids a community.

        Returns how many. An organisation's id follows from its code.
        """
        known = self.organisations()
        seeds = divisions.organisations(self.settings.district, grids=grids)
        changes = [Change(kind, record, Op.CREATE, row) for kind, record, row in seeds if row["code"] not in known]
        if changes:
            self.district.write(changes, "初始化")
        return len(changes)


@cli.command()
def init(
    folder: Folder,
    database: Annotated[str, typer.Option(help="postgresql://…; left out, a file in the folder")] = "",
    district: Annotated[str, typer.Option(help="the district's division code")] = "150206",
    grids: Annotated[int, typer.Option(min=0, max=99, help="grids to found in each community")] = 0,
    name: Annotated[list[str] | None, typer.Option(help="a DNS name or address of this server; repeatable")] = None,
    url: Annotated[str, typer.Option(help="the address desks are told, if not the one they enrolled at")] = "",
) -> None:
    """Found a district: its certificate authority, tables and organisations. Run again, it completes what is missing."""
    folder = folder.absolute()
    if not (folder / CONFIG).exists():
        _check_known(district)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        Settings(district, database, url).save(folder)
    with Assembly(folder) as assembly:
        known = assembly.certificates.hosts() if assembly.certificates.server.exists() else ["127.0.0.1", "localhost"]
        hosts = list(dict.fromkeys([*known, *(name or [])]))
        assembly.certificates.create(assembly.settings.district, hosts, assembly.clock)
        assembly.district.found(assembly.settings.district)
        seeded = assembly.check().seed(grids)
        typer.echo(f"district {assembly.settings.district} in {folder}: {seeded} organisations added")
        typer.echo(f"certificate for {', '.join(hosts)} until {assembly.certificates.expires_at():%Y-%m-%d}")


@cli.command()
def serve(
    folder: Folder,
    port: Annotated[int, typer.Option(help="0 lets the system choose")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="0.0.0.0 serves the whole network")] = "127.0.0.1",
) -> None:
    """Serve desks until stopped; one line says when and where. Behind a balancer, run one for each worker."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - asked for, not chosen

    def ready(bound: int) -> None:
        typer.echo(f"ready port={bound} https://{shown}:{bound}")

    with Assembly(folder) as assembly:
        assembly.check().certificates.renew_if_due(assembly.clock)
        ca_pem = assembly.certificates.ca_pem()
        service = Service(assembly.engine, assembly.district, assembly.enroller(), ca_pem, Limits())
        serve_until_stopped(service, assembly.certificates, assembly.clock, host=host, port=port, ready=ready)


@cli.command()
def enrol(
    folder: Folder,
    post: Annotated[str, typer.Option(help="the post that will sit at the desk")],
    area: Annotated[list[str], typer.Option(help="code of an area that the post holds; repeatable")],
    officer: Annotated[str, typer.Option(help="who sits there first")] = "",
    unit: Annotated[str, typer.Option(help="short name in its numbers; left out, that of the first area")] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="how long the code is good for")] = CODE_LIFE.days,
) -> None:
    """Print a one-time code that enrols one desk."""
    with Assembly(folder) as assembly:
        known = assembly.check().organisations()
        strange = [code for code in area if code not in known]
        if strange:
            raise Unfit(f"no such area: {', '.join(strange)}")
        unit = unit or known[area[0]].get("short_name") or known[area[0]]["name"]
        place = Place(post, officer, tuple(area), unit)
        code = assembly.enroller().new_code(place, timedelta(days=days))
    names = "、".join(known[a]["name"] for a in area)
    typer.echo(f"{code}\n{post}（{names}）；{days}天内有效，只能用一次，请当面或电话告知")


@cli.command()
def health(
    folder: Folder,
    url: Annotated[str, typer.Option(help="also ask the server at this address")] = "",
) -> None:
    """Say how the district is, as JSON; exit 1 where something needs doing."""
    with Assembly(folder) as assembly:
        left = assembly.check().certificates.expires_at() - datetime.now(UTC)
        report: dict[str, Any] = {
            "district": assembly.settings.district,
            "database": assembly.engine.dialect.name,
            "position": assembly.district.last_pos(),
            "organisations": len(assembly.organisations()),
            "certificate_days": left.days,
        }
        if url:
            report["server"] = _asked(assembly, url)
    typer.echo(json.dumps(report, ensure_ascii=False))
    if left < EXPIRY_WARNING or report.get("server", "ok") != "ok":
        raise typer.Exit(1)


def _check_known(district: str) -> None:
    """Before anything is written: a folder founded for a mistyped code would keep it."""
    try:
        divisions.organisations(district)
    except KeyError as error:
        raise Unfit(f"no district has the division code {district}") from error


def _asked(assembly: Assembly, url: str) -> str:
    """What the server at this address says of itself, or why it says nothing."""
    line = Transport(url, "", assembly.certificates.ca_pem(), assembly.clock.now_ms)
    try:
        return str(json.loads(line.get(HEALTH_PATH))["status"])
    except SyncError as error:
        return str(error)
    finally:
        line.close()


def main() -> None:
    """The command `baiyun-district`. What the environment does wrong is one line, not a traceback."""
    try:
        cli()
    except (Unfit, SyncError, SQLAlchemyError, OSError) as error:
        typer.echo(f"baiyun-district: {str(error).splitlines()[0]}", err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
