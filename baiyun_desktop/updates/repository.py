"""The district's side of updates: a TUF repository, its keys, and which packages it offers.

Two keys say what may be installed and are needed only then, so they may stay on a stick: root and targets. Two keep
that fresh and lie at the server: snapshot and timestamp. Whoever takes the server alone can offer nothing of his own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from baiyun_desktop.keys.atomic import sync_folder, write_whole

from .errors import UpdateTrouble
from .versions import is_version, order

OFFLINE, ONLINE = ("root", "targets"), ("snapshot", "timestamp")
INDEX = "packages.json"
"""The one target whose name each desk knows: what is offered."""
LIVES = {
    "root": timedelta(days=3650),
    "targets": timedelta(days=1095),
    "snapshot": timedelta(days=365),
    "timestamp": timedelta(days=30),
}
"""How long each signature counts. A stick is good for as long as its timestamp is."""
RENEW_BEFORE = {"snapshot": timedelta(days=180), "timestamp": timedelta(days=29)}
_COMPACT = JSONSerializer(compact=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that desks of a system may install."""

    file: str
    version: str
    system: str
    size: int
    notes: str = ""


class Repository:
    """A repository in a district's folder. `packages` is apart, so that no backup carries them."""

    def __init__(self, folder: Path, packages: Path) -> None:
        self.metadata = folder / "metadata"
        self.keys = folder / "keys"
        self.packages = packages

    @property
    def founded(self) -> bool:
        return (self.metadata / "root.json").exists()

    def init(self, offline: Path | None = None) -> str:
        """Makes keys and empty metadata; returns the fingerprint by which a desk without a line knows this root."""
        if self.founded:
            raise UpdateTrouble("there is a repository already: 'rotate' gives it other keys")
        signers = self._make_keys(offline)
        for folder in (self.metadata, self.packages):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        root = Root(expires=_until("root"), consistent_snapshot=True)
        for role, signer in signers.items():
            root.add_key(signer.public_key, role)
        self._sign_root(root, [signers["root"]])
        self._publish([], signers["targets"], 0)
        return self.fingerprint()

    def fingerprint(self) -> str:
        """Of the newest root."""
        return hashlib.sha256((self.metadata / "root.json").read_bytes()).hexdigest()

    def offers(self) -> list[Offer]:
        """What is offered, the newest first."""
        known = self._targets().signed.targets
        path = self._file_of(INDEX, known[INDEX])
        if not path.exists():
            raise UpdateTrouble(f"{path.name} is missing (packages are in no backup): add the packages again")
        return [Offer(**row) for row in json.loads(path.read_text("utf-8"))]

    def missing(self) -> list[str]:
        """Packages that are offered and are not there."""
        known = self._targets().signed.targets
        return [name for name, info in known.items() if not self._file_of(name, info).exists()]

    def add(self, package: Path, version: str, system: str, notes: str = "", offline: Path | None = None) -> Offer:
        """Offers a package. Raises UpdateTrouble where one of that version is offered with other content."""
        if not is_version(version):
            raise UpdateTrouble(f"{version!r} is no version: up to four numbers with dots")
        try:
            others = self.offers()
        except UpdateTrouble:
            others = []  # after a restore nothing is here: this is the first again
        name = f"baiyun-desktop-{version}-{system}.zip"
        info = TargetFile.from_file(name, str(package), ["sha256"])
        same = self._targets().signed.targets.get(name)
        if same is not None and same.hashes != info.hashes:
            raise UpdateTrouble(
                f"{name} is offered with other content: a version is never changed, give it another number"
            )
        self.packages.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy_whole(package, self._file_of(name, info))
        offer = Offer(name, version, system, info.length, notes)
        self._publish([o for o in others if o.file != name] + [offer], self._signer("targets", offline))
        return offer

    def withdraw(self, version: str, offline: Path | None = None) -> list[Offer]:
        """Offers a version no more; desks that have it keep it. Returns what was withdrawn."""
        offers = self.offers()
        gone = [o for o in offers if o.version == version]
        if not gone:
            raise UpdateTrouble(f"version {version} is not offered: see 'baiyun-district updates list'")
        files = [self._file_of(o.file, self._targets().signed.targets[o.file]) for o in gone]
        self._publish([o for o in offers if o.version != version], self._signer("targets", offline))
        for path in files:
            path.unlink(missing_ok=True)
        return gone

    def rotate(self, offline: Path | None = None, new_offline: Path | None = None) -> str:
        """Gives every role another key and signs all anew; the old root key vouches for the new one."""
        offers, old = self.offers(), self._signer("root", offline)
        root = Metadata[Root].from_file(str(self.metadata / "root.json")).signed
        signers = self._make_keys(new_offline or offline, replacing=True)
        for role, signer in signers.items():
            for keyid in list(root.roles[role].keyids):
                root.revoke_key(keyid, role)
            root.add_key(signer.public_key, role)
        root.version, root.expires = root.version + 1, _until("root")
        self._sign_root(root, [old, signers["root"]])
        self._publish(offers, signers["targets"])
        return self.fingerprint()

    def refresh(self) -> bool:
        """Signs anew what the server may sign and what would run out; whether anything was due. Twice does no harm."""
        if not self.founded:
            return False
        snapshot = Metadata[Snapshot].from_file(str(self._newest("snapshot")))
        timestamp = Metadata[Timestamp].from_file(str(self.metadata / "timestamp.json"))
        left = {"snapshot": snapshot.signed.expires, "timestamp": timestamp.signed.expires}
        if all(left[role] - datetime.now(UTC) > before for role, before in RENEW_BEFORE.items()):
            return False
        self._publish_online(self._targets().signed.version)
        return True

    def expiries(self) -> dict[str, datetime]:
        """When each role's signature ends."""
        found: dict[str, datetime] = {}
        for role in LIVES:
            path = self.metadata / f"{role}.json" if role in ("root", "timestamp") else self._newest(role)
            found[role] = Metadata[Any].from_file(str(path)).signed.expires
        return found

    # --- signing --------------------------------------------------------------------------------------------------

    def _publish(self, offers: Sequence[Offer], signer: CryptoSigner, before: int | None = None) -> None:
        """Files first, then what names them, the timestamp last: whoever reads meanwhile sees the old or the new."""
        kept = {} if before == 0 else self._targets().signed.targets
        ordered = sorted(offers, key=lambda o: (o.system, order(o.version)), reverse=True)
        text = json.dumps([asdict(o) for o in ordered], ensure_ascii=False, indent=1).encode()
        index = TargetFile.from_data(INDEX, text, ["sha256"])
        write_whole(self._file_of(INDEX, index), text)
        files = {INDEX: index}
        for offer in ordered:
            found = kept.get(offer.file)
            files[offer.file] = found or TargetFile.from_file(offer.file, str(self._any_of(offer.file)), ["sha256"])
        version = _next_version(0 if before == 0 else self._targets().signed.version)
        targets = Targets(version=version, expires=_until("targets"), targets=files)
        self._write(f"{version}.targets.json", Metadata(targets), [signer])
        self._publish_online(version)

    def _publish_online(self, targets_version: int) -> None:
        had = [self._version_of("snapshot"), self._version_of("timestamp")]
        version = _next_version(max(had))
        snapshot = Snapshot(version, None, _until("snapshot"), {"targets.json": MetaFile(targets_version)})
        self._write(f"{version}.snapshot.json", Metadata(snapshot), [self._signer("snapshot")])
        timestamp = Timestamp(version, None, _until("timestamp"), MetaFile(version))
        self._write("timestamp.json", Metadata(timestamp), [self._signer("timestamp")])
        for role in ("targets", "snapshot"):
            for old in sorted(self.metadata.glob(f"*.{role}.json"), key=_number)[:-3]:
                old.unlink()

    def _sign_root(self, root: Root, signers: Sequence[CryptoSigner]) -> None:
        self._write(f"{root.version}.root.json", Metadata(root), signers)
        write_whole(self.metadata / "root.json", (self.metadata / f"{root.version}.root.json").read_bytes())

    def _write(self, name: str, metadata: Metadata[Any], signers: Sequence[CryptoSigner]) -> None:
        for number, signer in enumerate(signers):
            metadata.sign(signer, append=number > 0)
        write_whole(self.metadata / name, metadata.to_bytes(_COMPACT))

    # --- keys and files -------------------------------------------------------------------------------------------

    def _make_keys(self, offline: Path | None, *, replacing: bool = False) -> dict[str, CryptoSigner]:
        made = {}
        for role in (*OFFLINE, *ONLINE):
            folder = offline if offline is not None and role in OFFLINE else self.keys
            if not folder.is_dir() and folder is offline:
                raise UpdateTrouble(f"{folder} is no folder: connect the stick for the keys, or make the folder")
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = folder / f"{role}.pem"
            if path.exists() and not replacing:
                raise UpdateTrouble(f"{path} is there already: it may sign another repository; move it away")
            made[role] = CryptoSigner.generate_ed25519()
            write_whole(path, made[role].private_bytes)
        return made

    def _signer(self, role: str, offline: Path | None = None) -> CryptoSigner:
        places = [p / f"{role}.pem" for p in (offline, self.keys) if p is not None]
        path = next((p for p in places if p.exists()), None)
        if path is None:
            raise UpdateTrouble(f"the {role} key is not here: connect the stick that it is on, and name it with --keys")
        return CryptoSigner(load_pem_private_key(path.read_bytes(), None))

    def _targets(self) -> Metadata[Targets]:
        if not self.founded:
            raise UpdateTrouble("there is no repository yet: run 'baiyun-district updates init' first")
        return Metadata[Targets].from_file(str(self._newest("targets")))

    def _newest(self, role: str) -> Path:
        return max(self.metadata.glob(f"*.{role}.json"), key=_number)

    def _version_of(self, role: str) -> int:
        path = self.metadata / "timestamp.json" if role == "timestamp" else None
        found = path if path is not None else max(self.metadata.glob(f"*.{role}.json"), key=_number, default=None)
        if found is None or not found.exists():
            return 0
        return int(Metadata[Any].from_file(str(found)).signed.version)

    def _file_of(self, name: str, info: TargetFile) -> Path:
        return self.packages / f"{info.hashes['sha256']}.{name}"

    def _any_of(self, name: str) -> Path:
        return next(self.packages.glob(f"*.{name}"))


def _until(role: str) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + LIVES[role]


def _next_version(before: int) -> int:
    """By the second, so that a district restored from a backup goes on above what desks have seen."""
    return max(before + 1, int(datetime.now(UTC).timestamp()))


def _number(path: Path) -> int:
    return int(path.name.split(".")[0])


def _copy_whole(source: Path, target: Path) -> None:
    """Under its name only once it is whole: desks may ask for it at any moment."""
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    part.replace(target)
    sync_folder(target.parent)
