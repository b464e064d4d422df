"""Gives the encrypted file another key, on a copy that takes its place: a power cut leaves a file that opens."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.keys.keyfile import changing, load_keyfile, save_keyfile
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica.engine import open_raw, prove_pages, writer_engine
from baiyun_desktop.replica.errors import DiskTrouble
from baiyun_desktop.replica.home import DeskHome, key_that_opens
from baiyun_desktop.replica.lock import InstanceLock
from baiyun_desktop.replica.migrations import settle, swap
from baiyun_desktop.replica.upgrading import forget_kept


def rotate(home: DeskHome, passphrase: str, at: Callable[[str], None] = lambda _point: None) -> None:
    """Encrypts this PC's replica, which must be closed, with a fresh key. Takes as much free disk as the file is large.

    From the first step to the last the key file has both keys, and the file has one of them. `at` is called at named
    points: "both keys", "copied", "swapped", "one key". Raises ReplicaInUse, DiskTrouble, KeyTrouble.
    """
    path = home.path
    lock = InstanceLock(path)
    lock.acquire()
    try:
        old, new = key_that_opens(path, load_keyfile(home.keys).unlock(passphrase)), new_key()
        with changing():
            before = load_keyfile(home.keys).only(old)
            both = before.followed_by(old, new, passphrase)
            save_keyfile(home.keys, both)
        at("both keys")
        try:
            copy = _encrypted_anew(path, old, new)
        except BaseException:
            save_keyfile(home.keys, before)
            raise
        at("copied")
        swap(copy, path)
        at("swapped")
        sealed = both.keys[-1].district
        after = both.only(new)
        save_keyfile(home.keys, after.sealed_to(sealed.public, new) if sealed else after)
        forget_kept(path)  # under the old key, which nobody has any more
        at("one key")
    finally:
        lock.release()


def _encrypted_anew(path: Path, old: bytes, new: bytes) -> Path:
    """A copy of the settled file with another key; nothing is left of it where the disk is too small."""
    settle(writer_engine(path, old))
    copy = path.with_name(path.name + ".rotating")
    try:
        shutil.copyfile(path, copy)
        raw = open_raw(copy, old)
        # Nothing of the copy must be kept safe before it is whole.
        raw.execute("PRAGMA journal_mode = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
        raw.close()
        prove_pages(copy, new)
    except (OSError, sqlcipher.DatabaseError) as error:
        copy.unlink(missing_ok=True)
        need = path.stat().st_size // 1_000_000 + 1
        raise DiskTrouble(f"更换密钥需要 {need} MB 空余空间，请腾出空间后再试；原来的数据没有动（{error}）") from error
    return copy
