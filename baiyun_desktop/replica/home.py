"""Where this PC keeps its desk: the folder, which replica is in it, and how its key is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica.errors import NoKeyStore, ReplicaMissing
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.keys import KeyStore, PassphraseKeyStore, SystemKeyStore, new_key
from baiyun_desktop.replica.replica import Replica
from sync.enrolment import Enrolment
from sync.outside import Clock, Ids

Enrol = Callable[[str, str, str], Enrolment]
"""(address, code, nonce) to the district's answer: `sync.desk.enrolling.enrol_desk`, or a test's."""


@dataclass(frozen=True, slots=True)
class DeskHome:
    """One PC's folder. `desk.json` names the replica and holds nothing secret."""

    folder: Path

    @classmethod
    def of_system(cls) -> DeskHome:
        """The folder that the operating system gives a program for its data; BAIYUN_HOME overrides it."""
        chosen = os.environ.get("BAIYUN_HOME")
        if chosen:
            return cls(Path(chosen))
        import platformdirs

        return cls(Path(platformdirs.user_data_dir("baiyun-desktop", appauthor=False)))

    @property
    def enrolled(self) -> bool:
        return (self.folder / "desk.json").exists()

    @property
    def needs_passphrase(self) -> bool:
        """Whether the key is (or will be) wrapped by a passphrase, because the system has no key store."""
        if self.enrolled:
            return bool(self._desk()["passphrase"])
        try:
            SystemKeyStore()
        except NoKeyStore:
            return True
        return False

    def enrol(
        self, address: str, code: str, passphrase: str, program: Program, enrol: Enrol, clock: Clock, ids: Ids
    ) -> None:
        """Makes this PC a desk. Each step can be done again: an answer that was lost is given again for the same nonce.

        Raises what `enrol` raises (BadCode, LineDown, Refused) and NoKeyStore.
        """
        keys = PassphraseKeyStore(self.folder, passphrase) if passphrase else SystemKeyStore()
        self.folder.mkdir(parents=True, exist_ok=True)
        identity = DeskIdentity.of(enrol(address, code, self._nonce()))
        key = keys.load(identity.replica) or new_key()
        keys.store(identity.replica, key)
        path = self._path(identity.replica)
        if not path.exists():
            Replica.create(path, key, program, identity, clock, ids).close()
        self._write("desk.json", {"replica": identity.replica, "passphrase": bool(passphrase)})
        with suppress(FileNotFoundError):
            (self.folder / "enrolling.json").unlink()

    def open(self, passphrase: str, program: Program, clock: Clock, ids: Ids) -> Replica:
        """Opens this PC's replica. Raises ReplicaError as `Replica.open` does, NoKeyStore or WrongPassphrase."""
        if not self.enrolled:
            raise ReplicaMissing("本机还没有登记到区里，请先用注册码登记")
        desk = self._desk()
        keys: KeyStore = PassphraseKeyStore(self.folder, passphrase) if desk["passphrase"] else SystemKeyStore()
        key = keys.load(str(desk["replica"]))
        if key is None:
            raise ReplicaMissing("系统的密钥库里没有本机数据的密钥，请联系管理员找回")
        return Replica.open(self._path(str(desk["replica"])), key, program, clock, ids)

    def _path(self, replica: str) -> Path:
        return self.folder / f"{replica}.baiyun"

    def _desk(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "desk.json").read_text("utf-8"))
        return found

    def _nonce(self) -> str:
        """This desk's secret for its enrolment, kept until the answer has been written down."""
        path = self.folder / "enrolling.json"
        if not path.exists():
            import base64

            nonce = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
            self._write("enrolling.json", {"nonce": nonce})
        return str(json.loads(path.read_text("utf-8"))["nonce"])

    def _write(self, name: str, content: dict[str, object]) -> None:
        staging = self.folder / f"{name}.new"
        with open(os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staging, self.folder / name)
