"""What desks may install, on the command line: make the keys, offer a package, withdraw it, copy all to a stick."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from baiyun_desktop.updates.lines import METADATA, TARGETS
from baiyun_desktop.updates.package import about, pack
from baiyun_desktop.updates.repository import Repository

from .cli import Folder, cli
from .errors import Unfit
from .files import tighten
from .offering import repository_of
from .settings import Settings

updates = typer.Typer(no_args_is_help=True, help="Signed updates of the desks' program.")
cli.add_typer(updates, name="updates")
Keys = Annotated[Path | None, typer.Option("--keys", help="a folder on a stick, where the root and targets keys are")]
SOON = timedelta(days=60)


@updates.command()
def init(folder: Folder, keys: Keys = None) -> None:
    """Make the keys and an empty repository. With --keys the two that are seldom needed never lie on the server."""
    fingerprint = _repository(folder).init(keys)
    tighten(folder)
    typer.echo(f"repository in {folder / 'updates'}; its fingerprint, for desks that never have a line:")
    typer.echo(fingerprint)
    where = keys or folder / "updates" / "keys"
    typer.echo(f"root.pem and targets.pem in {where} decide what desks install: keep a second copy of them in the safe")


@updates.command()
def add(
    folder: Folder,
    package: Annotated[Path, typer.Argument(help="the program's folder as it was built, or a zip of it")],
    version: Annotated[str, typer.Option(help="left out, as the package says")] = "",
    system: Annotated[
        str, typer.Option(help="such as linux-x86_64 or windows-amd64; left out, as the package says")
    ] = "",
    notes: Annotated[str, typer.Option(help="a line for the officers")] = "",
    keys: Keys = None,
) -> None:
    """Offer a package to the desks."""
    said = about(package)
    version, system = version or said.get("version", ""), system or said.get("system", "")
    if not package.exists():
        raise Unfit(f"{package} is not there: name the folder that the program was built in, or a zip of it")
    if not version or not system:
        raise Unfit("the package does not say what it is: add --version and --system")
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        file = package
        if package.is_dir():
            file = Path(scratch) / "package.zip"
            pack(package, file, {"version": version, "system": system})
        offer = _repository(folder).add(file, version, system, notes, keys)
    tighten(folder)
    typer.echo(f"offered: {offer.version} for {offer.system}, {offer.size / 2**20:.1f} MiB")


@updates.command(name="list")
def list_offers(folder: Folder) -> None:
    """Show what is offered, until when the signatures count, and the fingerprint."""
    repository = _repository(folder)
    for offer in repository.offers():
        typer.echo(f"{offer.version:<12} {offer.system:<16} {offer.size / 2**20:7.1f} MiB  {offer.notes}".rstrip())
    for name in repository.missing():
        typer.echo(f"missing: {name}; add it again")
    for role, until in repository.expiries().items():
        soon = (
            "" if until - datetime.now(UTC) > SOON or role == "timestamp" else ": run 'baiyun-district updates rotate'"
        )
        typer.echo(f"{role} counts until {until:%Y-%m-%d}{soon}")
    typer.echo(f"fingerprint {repository.fingerprint()}")


@updates.command()
def withdraw(folder: Folder, version: str, keys: Keys = None) -> None:
    """Offer a version no more. Desks that have it keep it: offer a higher one that mends it."""
    gone = _repository(folder).withdraw(version, keys)
    tighten(folder)
    typer.echo(f"withdrawn: {version} for {', '.join(offer.system for offer in gone)}")


@updates.command()
def rotate(
    folder: Folder,
    keys: Keys = None,
    new_keys: Annotated[Path | None, typer.Option(help="another stick for the new keys")] = None,
) -> None:
    """Give every role another key and renew all signatures: after a loss, and before the old ones run out."""
    fingerprint = _repository(folder).rotate(keys, new_keys)
    tighten(folder)
    typer.echo(f"all keys are new; desks follow by themselves. Fingerprint {fingerprint}")


@updates.command()
def copy(folder: Folder, to: Annotated[Path, typer.Argument(help="a folder on a stick")]) -> None:
    """Copy the repository to a stick, for offices without a line; it is good for as long as the timestamp counts."""
    repository = _repository(folder)
    offers = repository.offers()
    repository.refresh()
    for source, name in ((repository.packages, TARGETS), (repository.metadata, METADATA)):
        (to / name).mkdir(parents=True, exist_ok=True)
        for path in sorted(source.iterdir()):
            if path.is_file() and path.suffix not in (".part", ".new"):
                shutil.copyfile(path, to / name / path.name)
    until = repository.expiries()["timestamp"]
    typer.echo(f"{len(offers)} packages in {to}, good until {until:%Y-%m-%d}: baiyun-desktop update --from {to}")


def _repository(folder: Path) -> Repository:
    folder = folder.absolute()
    Settings.load(folder)  # raises Unfit where no district is
    return repository_of(folder)
