"""Says how the district is and what needs doing, for a person and for whatever watches the machine."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography import x509

from baiyun_desktop.updates.errors import UpdateTrouble
from sync.desk.transport import Transport
from sync.errors import SyncError
from sync.wire import HEALTH_PATH

from .assembly import Assembly
from .backup import DRILL_STATE, last_made
from .cli import Folder, cli
from .desks import age
from .editions import live_workers
from .files import open_to_others
from .gate import minute, unconfirmed
from .offering import repository_of

EXPIRY_WARNING = timedelta(days=30)
"""A certificate nearer to its end than this should have been renewed by itself long ago."""
BACKUP_AGE_MAX = timedelta(hours=26)
"""A night's backup, and two hours for a night that is longer."""
WAIT_AGE_MAX = timedelta(days=7)
"""Work unsent or held for a week: an office without a line for so long sends a parcel, or somebody drives there."""
FREE_GIB = 2.0
SIGNED_DAYS_WARNING = 60
_GIB = 2**30


@cli.command()
def health(
    folder: Folder,
    url: Annotated[str, typer.Option(help="also ask the server at this address")] = "",
    free_gib: Annotated[float, typer.Option(help="less free disk than this needs doing")] = FREE_GIB,
) -> None:
    """Say how the district is, as JSON; exit 1 where something needs doing, which `alarms` says in words."""
    with Assembly(folder) as assembly:
        report = look(assembly.check(), free_gib)
        if url:
            report["server"] = _asked(assembly, url)
    if report.get("server", "ok") != "ok":
        report["alarms"].append(f"the server does not answer: {report['server']}")
    typer.echo(json.dumps(report, ensure_ascii=False))
    if report["alarms"]:
        raise typer.Exit(1)


def look(assembly: Assembly, free_gib: float = FREE_GIB) -> dict[str, Any]:
    """Everything but the server itself. `alarms` are sentences that say what to do."""
    report: dict[str, Any] = {
        "district": assembly.settings.district,
        "database": assembly.engine.dialect.name,
        "position": assembly.district.last_pos(),
        "organisations": len(assembly.organisations()),
        "alarms": [],
        "needs": [],
    }
    found: dict[str, str] = {}
    disks = partial(_disks, free_gib=free_gib)
    for part in (_certificate, disks, _backup, _fleet, _gate, _rights, _workers, _updates):
        said, alarms = part(assembly)
        report |= said
        found |= alarms
    return report | {"needs": list(found), "alarms": list(found.values())}


_Part = tuple[dict[str, Any], dict[str, str]]
"""What a look found, and what of it needs doing: a word for programs, which say it in their own language, and a sentence."""


def _certificate(assembly: Assembly) -> _Part:
    left = assembly.certificates.expires_at() - datetime.now(UTC)
    alarm = f"the server's certificate ends in {left.days} days: restart the server, which renews it"
    return {"certificate_days": left.days}, {"certificate": alarm} if left < EXPIRY_WARNING else {}


def _disks(assembly: Assembly, free_gib: float) -> _Part:
    """The folder's, and the one that the last backup went to, where that is another one and connected."""
    free, made, alarms = _free_gib(assembly.folder), last_made(assembly.folder), {}
    if free < free_gib:
        alarms["disk"] = f"the district's disk has {free} GiB left: free or add space"
    to = Path(made.file).parent if made else None
    if to is not None and to.is_dir() and _on_another(to, assembly.folder) and _free_gib(to) < free_gib:
        alarms["backup_disk"] = (
            f"the disk with the backups has {_free_gib(to)} GiB left: free or add space, or --keep fewer"
        )
    return {"disk_free_gib": free}, alarms


def _free_gib(folder: Path) -> float:
    return round(shutil.disk_usage(folder).free / _GIB, 2)


def _on_another(one: Path, other: Path) -> bool:
    return one.stat().st_dev != other.stat().st_dev


def _backup(assembly: Assembly) -> _Part:
    """A district younger than a night needs none yet."""
    made, now = last_made(assembly.folder), assembly.clock.now_ms()
    founded = x509.load_pem_x509_certificate(assembly.certificates.ca.read_bytes()).not_valid_before_utc
    since = now - (made.at if made else founded.timestamp() * 1000)
    said = {
        "backup_hours": round(since / 3_600_000, 1) if made else None,
        "backup_file": made.file if made else None,
        "backup_behind": assembly.district.last_pos() - made.pos if made else None,
        "drill_days": _drill_days(assembly),
    }
    if since <= BACKUP_AGE_MAX.total_seconds() * 1000:
        return said, {}
    last = f"the last backup is of {minute(made.at)}" if made else "there is no backup"
    return said, {"backup": f"{last}: run 'baiyun-district backup' and see why the timer did not"}


def _drill_days(assembly: Assembly) -> float | None:
    """How long ago a restore was last rehearsed, with success or without; None where it never was."""
    path = assembly.folder / DRILL_STATE
    if not path.exists():
        return None
    at = float(json.loads(path.read_text("utf-8"))["at"])
    return round((assembly.clock.now_ms() - at) / 86_400_000, 1)


def _fleet(assembly: Assembly) -> _Part:
    seen = assembly.district.fleet()
    unsent = max((s.oldest_ms for s in seen if not s.revoked), default=0)
    held, held_ms = sum(s.held for s in seen), max((s.oldest_held_ms for s in seen), default=0)
    faults, most = sum(s.faults for s in seen), WAIT_AGE_MAX.total_seconds() * 1000
    said = {"desks": sum(not s.revoked for s in seen), "revoked": sum(s.revoked for s in seen), "held": held}
    said |= {"held_faults": faults, "oldest_held_ms": held_ms, "oldest_unsent_ms": unsent}
    alarms = {}
    if unsent > most:
        alarms["unsent"] = (
            f"a desk has had work unsent for {age(unsent)}: see 'baiyun-district desks' and call that office"
        )
    if held_ms > most:
        alarms["held"] = f"an act has been held for {age(held_ms)}: see 'baiyun-district desks' for what it waits on"
    if faults:
        alarms["faults"] = f"{faults} acts could not be judged: send the server's log to whoever maintains the program"
    return said, alarms


def _gate(assembly: Assembly) -> _Part:
    with assembly.snapshot() as conn:
        row = unconfirmed(conn)
    alarm = f"restored and not confirmed: run 'baiyun-district confirm {assembly.folder}'"
    return {"confirmed": row is None}, {"confirm": alarm} if row is not None else {}


def _rights(assembly: Assembly) -> _Part:
    found = open_to_others(assembly.folder)
    alarm = f"others than their owner may use {len(found)} files: run 'baiyun-district init {assembly.folder}' again"
    return {"open_files": len(found)}, {"rights": alarm} if found else {}


def _workers(assembly: Assembly) -> _Part:
    """Who serves now; none where this is asked while nobody does, which the server itself cannot be."""
    with assembly.snapshot() as conn:
        found = live_workers(conn)
    return {"workers": found}, {}


def _updates(assembly: Assembly) -> _Part:
    """What desks are offered. A repository that was never founded is no fault: sticks do as well."""
    repository = repository_of(assembly.folder)
    if not repository.founded:
        return {"offers": [], "signed_days": None}, {}
    try:
        offers = [f"{offer.version} {offer.system}" for offer in repository.offers()]
        missing = repository.missing()
    except UpdateTrouble as trouble:
        return {"offers": [], "signed_days": None}, {"offer": str(trouble)}
    ends = min((until for role, until in repository.expiries().items() if role != "timestamp"), default=None)
    days = (ends - datetime.now(UTC)).days if ends else None
    alarms = {}
    if missing:
        alarms["offer"] = (
            f"{len(missing)} packages that are offered are missing: 'baiyun-district updates list' names them"
        )
    if days is not None and days < SIGNED_DAYS_WARNING:
        alarms["signed"] = f"the signatures of updates end in {days} days: run 'baiyun-district updates rotate'"
    return {"offers": offers, "signed_days": days}, alarms


def _asked(assembly: Assembly, url: str) -> str:
    """What the server at this address says of itself, or why it says nothing."""
    line = Transport(url, "", assembly.certificates.ca_pem(), assembly.clock.now_ms)
    try:
        return str(json.loads(line.get(HEALTH_PATH))["status"])
    except SyncError as error:
        return str(error)
    finally:
        line.close()
