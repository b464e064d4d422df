"""The small file beside a replica that holds its wrapped keys: replaced whole, and useless to whoever copies it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from baiyun_desktop.keys.atomic import write_whole
from baiyun_desktop.keys.errors import KeysDamaged, KeyTrouble
from baiyun_desktop.keys.wraps import (
    DistrictWrap,
    Local,
    PassphraseWrap,
    SystemWrap,
    Wrap,
    id_of,
    unwrap,
    wrap_for_district,
    wrap_here,
)

VERSION = 1
_CHANGING = threading.Lock()


class KeyEntry(msgspec.Struct, frozen=True):
    """One file key, wrapped in each way that there is."""

    id: str
    wraps: tuple[Wrap, ...]

    @property
    def local(self) -> tuple[Local, ...]:
        """The wrappings that this PC can open by itself."""
        return tuple(w for w in self.wraps if not isinstance(w, DistrictWrap))

    @property
    def district(self) -> DistrictWrap | None:
        """The wrapping that the district can open."""
        return next((w for w in self.wraps if isinstance(w, DistrictWrap)), None)


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of one replica, the newest last. Two stand here only while one takes the other's place."""

    version: int = VERSION
    replica: str
    keys: tuple[KeyEntry, ...]

    @classmethod
    def new(cls, replica: str, key: bytes, passphrase: str) -> KeyFile:
        """A key's first wrapping. Raises NoKeyStore."""
        entry = KeyEntry(id_of(key), (wrap_here(key, replica, id_of(key), passphrase),))
        return cls(replica=replica, keys=(entry,))

    @property
    def by_passphrase(self) -> bool:
        """Whether an officer must type a passphrase, since no system's key store has been given the key."""
        return not any(isinstance(w, SystemWrap) for w in self.keys[-1].local)

    def unlock(self, passphrase: str) -> list[bytes]:
        """The keys that this PC can open, the newest first; at least one.

        Raises the KeyTrouble that the newest one met: WrongPassphrase, KeyLost, NoKeyStore.
        """
        found: list[bytes] = []
        trouble: KeyTrouble | None = None
        for entry in reversed(self.keys):
            for wrap in entry.local:
                try:
                    found.append(unwrap(wrap, self.replica, entry.id, passphrase))
                    break
                except KeyTrouble as error:
                    trouble = trouble or error
        if not found:
            raise trouble or KeysDamaged("密钥文件里没有可用的密钥，请用“找回密钥”向区管理员申请")
        return found

    def only(self, key: bytes) -> KeyFile:
        """Without any other key than this one. Raises KeysDamaged where it is not among them: somebody changed files."""
        kept = tuple(e for e in self.keys if e.id == id_of(key))
        if not kept:
            raise KeysDamaged("密钥文件不是本机数据的，请从备份中取回")
        return msgspec.structs.replace(self, keys=kept)

    def sealed_to(self, public: bytes, key: bytes) -> KeyFile:
        """With this key sealed to the district's public key, in place of what was sealed before."""
        changed = [
            msgspec.structs.replace(e, wraps=(*e.local, wrap_for_district(public, self.replica, key)))
            if e.id == id_of(key)
            else e
            for e in self.keys
        ]
        return msgspec.structs.replace(self, keys=tuple(changed))

    def rewrapped(self, key: bytes, passphrase: str) -> KeyFile:
        """With this key wrapped anew on this PC, by a passphrase or the system's key store. Raises NoKeyStore."""
        local = wrap_here(key, self.replica, id_of(key), passphrase)
        changed = [
            msgspec.structs.replace(e, wraps=(local, *([e.district] if e.district else [])))
            if e.id == id_of(key)
            else e
            for e in self.keys
        ]
        return msgspec.structs.replace(self, keys=tuple(changed))

    def followed_by(self, old: bytes, new: bytes, passphrase: str) -> KeyFile:
        """With a second key after the one in use: for the while in which the file may have either.

        Sealed to the district together, since a PC that dies now cannot say which of them its file has.
        """
        (entry,) = (e for e in self.keys if e.id == id_of(old))
        typed = passphrase if any(isinstance(w, PassphraseWrap) for w in entry.local) else ""
        local = (wrap_here(new, self.replica, id_of(new), typed),)
        sealed = [wrap_for_district(entry.district.public, self.replica, new, old)] if entry.district else []
        return msgspec.structs.replace(self, keys=(entry, KeyEntry(id_of(new), (*local, *sealed))))

    def taking_back(self, backup: KeyFile) -> KeyFile:
        """With a backup's keys after one's own: for the while in which the backup takes the replica's place.

        A key that both have keeps today's wrapping, so that today's passphrase opens it.
        """
        mine = {entry.id: entry for entry in self.keys}
        theirs = tuple(mine.pop(entry.id, entry) for entry in backup.keys)
        return msgspec.structs.replace(self, keys=(*mine.values(), *theirs))


def keyfile_of(replica: Path) -> Path:
    """Where the wrapped keys of a replica lie: beside it."""
    return replica.with_suffix(".keys")


def load_keyfile(path: Path) -> KeyFile:
    """Raises KeysDamaged where there is none, it is not whole, or a newer program wrote it."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except FileNotFoundError as error:
        raise KeysDamaged(f"缺少密钥文件 {path.name}，请从备份中取回，放到数据旁边") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KeysDamaged(f"密钥文件 {path.name} 已损坏或由新版本写成，请从备份中取回，或升级程序") from error
    if found.version > VERSION or not found.keys:
        raise KeysDamaged(f"密钥文件 {path.name} 由新版本写成，请升级程序")
    return found


def save_keyfile(path: Path, keys: KeyFile) -> None:
    """Replaces the file whole."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(keys), indent=1) + b"\n")


@contextmanager
def changing() -> Iterator[None]:
    """Keeps two threads from reading a key file, each adding its own, and one losing the other's."""
    with _CHANGING:
        yield
