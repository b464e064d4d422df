"""What lies in files or travels as text, bent: recovery texts, files of wrapped keys, backups."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import msgspec

from baiyun_desktop.district import archive
from baiyun_desktop.district.keys import BackupKey
from baiyun_desktop.district.messages import End, File, Rows
from baiyun_desktop.keys import recovery
from baiyun_desktop.keys.keyfile import KeyEntry, KeyFile, load_keyfile, save_keyfile
from baiyun_desktop.keys.spelled import read, spell
from baiyun_desktop.keys.wraps import KEY_BYTES, PassphraseWrap, _box, _derive, id_of, new_key, unwrap
from sync.seal import new_key as new_private
from sync.seal import public_of

from .mutations import bent, broken
from .target import Target

PASSPHRASE = "很长的口令"
_OPS, _MEMORY_BYTES = 1, 8192
"""The least that Argon2id takes: what is tried here is not how long a guess lasts."""


def _wrap(secret: bytes, what: str) -> PassphraseWrap:
    salt = bytes(16)
    return PassphraseWrap(
        salt, _OPS, _MEMORY_BYTES, _box(_derive(PASSPHRASE, salt, _OPS, _MEMORY_BYTES), secret, "desk", what)
    )


def _keys(key: bytes) -> KeyFile:
    return KeyFile(replica="desk", keys=(KeyEntry(id_of(key), (_wrap(key, id_of(key)),)),))


class Recoveries(Target):
    """Recovery texts in both directions, bent as text and under a right check sum."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.private, self.key = new_private(), new_key()
        self.keys = _keys(self.key).sealed_to(public_of(self.private), self.key)
        self.asking = folder / "asking"
        self.request = recovery.ask(self.keys, self.asking, PASSPHRASE)
        self.answer = recovery.answer_request(self.private, self.request).answer
        kept = msgspec.json.decode(self.asking.read_bytes(), type=recovery.Asking)
        once = unwrap(kept.once, "desk", "asking", PASSPHRASE)
        cheaper = recovery.Asking(kept.request, _wrap(once, "asking"))
        self.asking.write_bytes(msgspec.json.encode(cheaper))

    def attempt(self, random: Random) -> None:
        if random.random() < 0.5:
            recovery.answer_request(self.private, self._bent(random, self.request, recovery.REQUEST))
        else:
            recovery.take(self.keys, self.asking, self._bent(random, self.answer, recovery.ANSWER), PASSPHRASE)

    def _bent(self, random: Random, text: str, kind: str) -> str:
        if random.random() < 0.5:
            return broken(random, text.encode()).decode("utf-8", random.choice(["replace", "surrogateescape"]))
        return spell(kind, broken(random, read(kind, text, "")))

    def state(self) -> object:
        return self.asking.read_bytes()


class KeyFiles(Target):
    """The file of wrapped keys beside a replica."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        key = new_key()
        save_keyfile(folder / "good.keys", _keys(key).sealed_to(public_of(new_private()), key))
        self.good = (folder / "good.keys").read_bytes()

    def attempt(self, random: Random) -> None:
        path = self.folder / "bent.keys"
        if random.random() < 0.5:
            path.write_bytes(broken(random, self.good))
        else:
            path.write_bytes(json.dumps(bent(random, json.loads(self.good)), default=str).encode())
        load_keyfile(path).unlock(PASSPHRASE)

    def state(self) -> object:
        return (self.folder / "good.keys").read_bytes()


class Backups(Target):
    """Backup files, bent as they lie there and from within by somebody who has the key."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.key = BackupKey.of(bytes(range(KEY_BYTES)))
        messages = [File("a", b"x" * 3000), Rows("desk", ["a", "b"], [[1, "x"]] * 50), End({"desk": (50, "0f")})]
        with (folder / "good").open("wb") as file, archive.writing(file, self.key.sealer) as writer:
            for message in messages:
                writer.add(message)
        self.good = (folder / "good").read_bytes()
        self.within = b"".join(len(d).to_bytes(4, "big") + d for d in map(msgspec.msgpack.encode, messages))

    def attempt(self, random: Random) -> None:
        path = self.folder / "bent"
        if random.random() < 0.5:
            path.write_bytes(broken(random, self.good))
        else:
            with path.open("wb") as file, archive.writing(file, self.key.sealer) as writer:
                writer._stream.write(broken(random, self.within))
        for _ in archive.messages(path, self.key):
            pass

    def state(self) -> object:
        return (self.folder / "good").read_bytes()
