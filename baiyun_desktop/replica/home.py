"""Where this PC keeps its desk: the folder, which replica is in it, and how its key is kept."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys import recovery
from baiyun_desktop.keys.atomic import write_whole
from baiyun_desktop.keys.keyfile import KeyFile, changing, keyfile_of, load_keyfile, save_keyfile
from baiyun_desktop.keys.system import has_system_store
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import tidying, upgrading
from baiyun_desktop.replica.drives import refuse_network_drive
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import ReplicaMissing, WrongKey
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.replica import Replica
from sync.enrolment import Enrolment
from sync.outside import Clock, Ids

Enrol = Callable[[str, str, str], Enrolment]
"""(address, code, nonce) to the district's answer: `sync.desk.enrolling.enrol_desk`, or a test's."""

PROGRAM_NAME = "baiyun-desktop"
LEFT_BEHIND = (".rotating", ".restoring", tidying.COPY, upgrading.COPY)
"""Ends of names of files that were to take the replica's place when the power went."""


@dataclass(frozen=True, slots=True)
class DeskHome:
    """One PC's folder. `desk.json` names the replica; its wrapped keys lie beside it."""

    folder: Path

    @classmethod
    def of_system(cls) -> DeskHome:
        """The folder that the operating system gives a program for its data; BAIYUN_HOME overrides it.

        Windows: AppData/Local, which does not travel with a roaming profile; macOS: Library/Application Support;
        elsewhere XDG_DATA_HOME.
        """
        chosen = os.environ.get("BAIYUN_HOME")
        if chosen:
            return cls(Path(chosen))
        import platformdirs

        return cls(Path(platformdirs.user_data_dir(PROGRAM_NAME, appauthor=False)))

    # --- what lies here ---------------------------------------------------------------------------------------------

    @property
    def enrolled(self) -> bool:
        return (self.folder / "desk.json").exists()

    @property
    def replica_id(self) -> str:
        """Which replica this PC has. Raises ReplicaMissing on a PC that is not enrolled."""
        if not self.enrolled:
            raise ReplicaMissing("本机还没有登记到区里，请先用注册码登记")
        return str(json.loads((self.folder / "desk.json").read_text("utf-8"))["replica"])

    @property
    def path(self) -> Path:
        """The encrypted file."""
        return self.path_of(self.replica_id)

    def path_of(self, replica: str) -> Path:
        """Where the encrypted file of a replica lies, or is to lie."""
        return self.folder / f"{replica}.baiyun"

    @property
    def keys(self) -> Path:
        """The file of wrapped keys."""
        return keyfile_of(self.path)

    @property
    def asking(self) -> Path:
        """What this PC keeps while it waits for the district to give its key back."""
        return self.path.with_suffix(".asking")

    @property
    def needs_passphrase(self) -> bool:
        """Whether the key is (or will be) wrapped by a passphrase, because the system has no key store.

        Raises KeysDamaged.
        """
        return load_keyfile(self.keys).by_passphrase if self.enrolled else not has_system_store()

    # --- first contact, and each morning ----------------------------------------------------------------------------

    def enrol(
        self, address: str, code: str, passphrase: str, program: Program, enrol: Enrol, clock: Clock, ids: Ids
    ) -> None:
        """Makes this PC a desk. Each step can be done again: an answer that was lost is given again for the same nonce.

        Raises what `enrol` raises (BadCode, LineDown, Refused), NetworkDrive, and KeyTrouble.
        """
        self.found(self.ask(address, code, enrol), passphrase, program, clock, ids)

    def ask(self, address: str, code: str, enrol: Enrol) -> Enrolment:
        """The district's answer, of which nothing is kept here yet. Raises what `enrol` raises, and NetworkDrive."""
        refuse_network_drive(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        return enrol(address, code, self._nonce())

    def found(self, enrolment: Enrolment, passphrase: str, program: Program, clock: Clock, ids: Ids) -> None:
        """Makes the desk that the district answered with; again where it was broken off. Raises KeyTrouble."""
        identity = DeskIdentity.of(enrolment)
        path = self.path_of(identity.replica)
        if path.exists():
            load_keyfile(keyfile_of(path)).unlock(passphrase)
        else:
            key = new_key()
            save_keyfile(keyfile_of(path), KeyFile.new(identity.replica, key, passphrase))
            Replica.create(path, key, program, identity, clock, ids).close()
        self.name(identity.replica)
        with suppress(FileNotFoundError):
            (self.folder / "enrolling.json").unlink()

    def name(self, replica: str) -> None:
        """Writes down which replica this PC has."""
        write_whole(self.folder / "desk.json", json.dumps({"replica": replica}).encode())

    def open(
        self,
        passphrase: str,
        program: Program,
        clock: Clock,
        ids: Ids,
        *,
        tell: upgrading.Tell = upgrading.untold,
        rolled_back: bool = False,
    ) -> Replica:
        """Opens this PC's replica, upgrading an old file first; `tell` hears how far that is.

        `rolled_back` says that this program took the place of a newer one that did not come up: the file that was kept
        of before the upgrade is taken back, where nothing was written since.

        Raises ReplicaError as `Replica.open` does, NetworkDrive, and KeyTrouble: then `ask_for_key` is what is left.
        """
        path = self.path
        refuse_network_drive(self.folder)
        if not path.exists():
            raise ReplicaMissing(f"数据文件 {path.name} 不在了，请从备份恢复")
        key = key_that_opens(path, load_keyfile(self.keys).unlock(passphrase))
        if rolled_back:
            upgrading.take_back(path, key)
        replica = Replica.open(path, key, program, clock, ids, tell)
        for end in LEFT_BEHIND:
            path.with_name(path.name + end).unlink(missing_ok=True)
        self.keep_keys(replica)
        recovery.taken(self.asking)
        return replica

    def keep_keys(self, replica: Replica) -> bool:
        """Brings the key file in line: the key in use and no other, sealed to the district's key of today.

        To be called after rounds too, for a new desk hears of the district's key in its first. Returns whether the
        district can now give the key back.
        """
        with replica.reading() as conn:
            public = bytes(conn.exec_driver_sql("SELECT seal FROM sync_state").scalar_one() or b"")
        with changing():
            before = load_keyfile(self.keys)
            after = before.only(replica.store.key)
            sealed = after.keys[0].district
            if public and (sealed is None or sealed.public != public or len(before.keys) > 1):
                after = after.sealed_to(public, replica.store.key)
            if after != before:
                save_keyfile(self.keys, after)
        return after.keys[0].district is not None

    def change_passphrase(self, replica: Replica, passphrase: str) -> None:
        """Wraps the key in use by another passphrase, or with an empty one by the system's key store.

        Backups made before keep the passphrase of their day. Raises NoKeyStore.
        """
        with changing():
            save_keyfile(self.keys, load_keyfile(self.keys).rewrapped(replica.store.key, passphrase))

    # --- when the key is lost ---------------------------------------------------------------------------------------

    def ask_for_key(self, passphrase: str) -> str:
        """A request for the district's administrator; `passphrase` (or the key store) wraps the key from now on.

        Raises NotRecoverable, NoKeyStore, KeysDamaged.
        """
        return recovery.ask(load_keyfile(self.keys), self.asking, passphrase)

    def take_answer(self, answer: str, passphrase: str) -> None:
        """Takes the district's answer and wraps the key anew, with the passphrase given to `ask_for_key`; then `open`.

        Raises Misread, NotTheAnswer, WrongPassphrase, KeyLost, and WrongKey where the file is another one's.
        """
        with changing():
            keys = load_keyfile(self.keys)
            found = recovery.take(keys, self.asking, answer, passphrase)
            key_that_opens(self.path, found)
            for key in found:
                keys = keys.rewrapped(key, passphrase)
            save_keyfile(self.keys, keys)
        recovery.taken(self.asking)

    def _nonce(self) -> str:
        """This desk's secret for its enrolment, kept until the answer has been written down."""
        path = self.folder / "enrolling.json"
        if not path.exists():
            nonce = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
            write_whole(path, json.dumps({"nonce": nonce}).encode())
        return str(json.loads(path.read_text("utf-8"))["nonce"])


def key_that_opens(path: Path, keys: Sequence[bytes]) -> bytes:
    """Of several keys the file's own: there are two where the power went while one took the other's place.

    Raises WrongKey, DiskTrouble.
    """
    for key in keys[:-1]:
        with suppress(WrongKey):
            open_raw(path, key, read_only=True).close()
            return key
    open_raw(path, keys[-1], read_only=True).close()
    return keys[-1]
