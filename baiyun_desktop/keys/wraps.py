"""Wraps a secret three ways: by the system's key store, by a passphrase, and sealed to the district's key."""

from __future__ import annotations

import hashlib
import secrets

import msgspec

from baiyun_desktop.keys.errors import KeyLost, KeysDamaged, WeakPassphrase, WrongPassphrase
from baiyun_desktop.keys.guessed import is_guessed
from baiyun_desktop.keys.system import SystemKeyStore
from sync.errors import Damaged
from sync.seal import open_sealed, seal

KEY_BYTES = 32
PASSPHRASE_MIN = 8
"""Letters and digits; a Chinese character, of which there are thousands, counts twice."""
ARGON2_OPS = 3
ARGON2_MEMORY_BYTES = 64 * 1024 * 1024
ARGON2_MEMORY_BYTES_MIN = 8 * 1024
"""The least that Argon2id takes."""
SALT_BYTES = 16
ARGON2_OPS_MAX = 20
ARGON2_MEMORY_BYTES_MAX = 1024 * 1024 * 1024
"""What a file may ask for: a file that was tampered with must not make the PC stand still."""


class SystemWrap(msgspec.Struct, frozen=True, tag="system"):
    """`box` opens with the secret that the key store keeps under the name `entry`."""

    entry: str
    box: bytes


class PassphraseWrap(msgspec.Struct, frozen=True, tag="passphrase"):
    """`box` opens with the Argon2id of a passphrase."""

    salt: bytes
    ops: int
    memory_bytes: int
    box: bytes


class DistrictWrap(msgspec.Struct, frozen=True, tag="district"):
    """`sealed` opens with the private half of `public`, which only the district has. It holds an `Escrow`."""

    public: bytes
    sealed: bytes


Local = SystemWrap | PassphraseWrap
Wrap = SystemWrap | PassphraseWrap | DistrictWrap


class Escrow(msgspec.Struct, frozen=True, array_like=True, tag="baiyun file keys"):
    """What the district finds in a sealed wrapping: whose keys these are. Two while a key is being changed."""

    replica: str
    keys: tuple[bytes, ...]


def new_key() -> bytes:
    """A fresh random file key."""
    return secrets.token_bytes(KEY_BYTES)


def id_of(key: bytes) -> str:
    """Names a key without giving it away: its own keyed hash."""
    return hashlib.blake2b(b"baiyun key id", key=key, digest_size=8).hexdigest()


def check_new_passphrase(first: str, again: str) -> str:
    """The passphrase, where it was typed twice alike, is long enough and not what is guessed first; raises WeakPassphrase.

    A file that was taken along can be tried without end.
    """
    if len(first.encode("gb18030", "replace")) < PASSPHRASE_MIN:
        raise WeakPassphrase(f"口令至少 {PASSPHRASE_MIN} 位（一个汉字算两位），请换一个长一些的")
    if is_guessed(first):
        raise WeakPassphrase("这个口令太常见，别人一猜就中，请换一个；几个不相干的词连起来就好记又难猜")
    if first != again:
        raise WeakPassphrase("两次输入的口令不一致，请重新输入")
    return first


def wrap_here(secret: bytes, replica: str, what: str, passphrase: str) -> Local:
    """Wraps by the passphrase, or without one by the system's key store; bound to whose it is and to `what` it is.

    The key store keeps one secret a replica: the backups' keys hang on it too, and are dead when it is destroyed.
    Raises NoKeyStore.
    """
    if passphrase:
        salt = secrets.token_bytes(SALT_BYTES)
        wrapping = _derive(passphrase, salt, ARGON2_OPS, ARGON2_MEMORY_BYTES)
        return PassphraseWrap(salt, ARGON2_OPS, ARGON2_MEMORY_BYTES, _box(wrapping, secret, replica, what))
    store = SystemKeyStore()
    kept = store.load(replica)
    if kept is None:
        kept = secrets.token_bytes(KEY_BYTES)
        store.store(replica, kept)
    return SystemWrap(replica, _box(kept, secret, replica, what))


def unwrap(local: Local, replica: str, what: str, passphrase: str) -> bytes:
    """What was wrapped. Raises WrongPassphrase, KeyLost where the key store has nothing that opens it, NoKeyStore."""
    if isinstance(local, PassphraseWrap):
        return _open_by_passphrase(local, replica, what, passphrase)
    kept = SystemKeyStore().load(local.entry)
    if kept is None:
        raise KeyLost("系统密钥库里没有本机数据的密钥，请用“找回密钥”向区管理员申请")
    found = _unbox(kept, local.box, replica, what)
    if found is None:
        raise KeyLost("系统密钥库里的密钥打不开本机数据，请用“找回密钥”向区管理员申请")
    return found


def wrap_for_district(public: bytes, replica: str, *keys: bytes) -> DistrictWrap:
    """Seals file keys so that the district, and nobody else, can give them back to this desk."""
    return DistrictWrap(public, seal(public, msgspec.msgpack.encode(Escrow(replica, keys))))


def open_escrow(private: bytes, sealed: bytes) -> Escrow:
    """At the district: what a desk sealed. Raises sync's Damaged where it was sealed to another key or is something else."""
    try:
        return msgspec.msgpack.decode(open_sealed(private, sealed), type=Escrow)
    except msgspec.MsgspecError as error:
        raise Damaged("what was sealed holds no file keys") from error


def _open_by_passphrase(local: PassphraseWrap, replica: str, what: str, passphrase: str) -> bytes:
    sound = 1 <= local.ops <= ARGON2_OPS_MAX and len(local.salt) == SALT_BYTES
    if not sound or not ARGON2_MEMORY_BYTES_MIN <= local.memory_bytes <= ARGON2_MEMORY_BYTES_MAX:
        raise KeysDamaged("密钥文件的参数不正常，请从备份恢复，或用“找回密钥”向区管理员申请")
    wrapping = _derive(passphrase, local.salt, local.ops, local.memory_bytes)
    found = _unbox(wrapping, local.box, replica, what)
    if found is None:
        raise WrongPassphrase("口令不对，请再输一次；忘记了可以用“找回密钥”向区管理员申请")
    return found


def _derive(passphrase: str, salt: bytes, ops: int, memory_bytes: int) -> bytes:
    from nacl.pwhash import argon2id

    return bytes(argon2id.kdf(KEY_BYTES, passphrase.encode(), salt, opslimit=ops, memlimit=memory_bytes))


def _box(wrapping: bytes, secret: bytes, replica: str, what: str) -> bytes:
    from nacl.secret import Aead

    return bytes(Aead(wrapping).encrypt(secret, f"{replica}/{what}".encode()))


def _unbox(wrapping: bytes, box: bytes, replica: str, what: str) -> bytes | None:
    from nacl.exceptions import CryptoError
    from nacl.secret import Aead

    try:
        return bytes(Aead(wrapping).decrypt(box, f"{replica}/{what}".encode()))
    except CryptoError:
        return None
