"""Where the file's random key lives: in the system's key store, or wrapped by a passphrase, never plain in a file."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Protocol

from baiyun_desktop.replica.engine import KEY_BYTES
from baiyun_desktop.replica.errors import NoKeyStore, WrongPassphrase

SERVICE = "baiyun-desktop"
ARGON2_OPS = 3
ARGON2_MEMORY_BYTES = 64 * 1024 * 1024


class KeyStore(Protocol):
    """Keeps one key per replica."""

    def load(self, replica_id: str) -> bytes | None:
        """The key, or None where this store has none for that replica."""
        ...

    def store(self, replica_id: str, key: bytes) -> None:
        """Keep the key; only once this returns may the file be created."""
        ...

    def forget(self, replica_id: str) -> None:
        """Destroy the key: this is how a replica is wiped."""
        ...


def new_key() -> bytes:
    """A fresh random file key."""
    return secrets.token_bytes(KEY_BYTES)


class MemoryKeyStore:
    """A throw-away store for the demo and the tests: gone with the process."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}

    def load(self, replica_id: str) -> bytes | None:
        return self._keys.get(replica_id)

    def store(self, replica_id: str, key: bytes) -> None:
        self._keys[replica_id] = key

    def forget(self, replica_id: str) -> None:
        self._keys.pop(replica_id, None)


class SystemKeyStore:
    """The operating system's key store through `keyring` (Credential Manager, Keychain, Secret Service)."""

    def __init__(self) -> None:
        """Raises NoKeyStore where the system offers none, so that a passphrase is asked for instead."""
        import keyring
        from keyring.backends import fail, null
        from keyring.errors import KeyringError

        self._error: type[Exception] = KeyringError
        self._ring = keyring.get_keyring()
        kept_plain = type(self._ring).__module__.startswith("keyrings.alt")  # a plain file by another name
        if kept_plain or isinstance(self._ring, fail.Keyring | null.Keyring):
            raise NoKeyStore("this system offers no key store; a passphrase is needed")

    def load(self, replica_id: str) -> bytes | None:
        try:
            text = self._ring.get_password(SERVICE, replica_id)
        except self._error as error:
            raise NoKeyStore(f"the key store does not answer: {error}") from error
        return bytes.fromhex(text) if text else None

    def store(self, replica_id: str, key: bytes) -> None:
        try:
            self._ring.set_password(SERVICE, replica_id, key.hex())
            kept = self._ring.get_password(SERVICE, replica_id)
        except self._error as error:
            raise NoKeyStore(f"the key store does not keep the key: {error}") from error
        if kept != key.hex():  # a store that forgets would cost the whole file
            raise NoKeyStore("the key store did not keep the key")

    def forget(self, replica_id: str) -> None:
        try:
            self._ring.delete_password(SERVICE, replica_id)
        except self._error:
            if self._ring.get_password(SERVICE, replica_id) is not None:
                raise


class PassphraseKeyStore:
    """A file per replica that holds the key in a secret box whose own key is Argon2id of a passphrase."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self._folder = folder
        self._passphrase = passphrase.encode()

    def path(self, replica_id: str) -> Path:
        return self._folder / f"{replica_id}.key"

    def load(self, replica_id: str) -> bytes | None:
        """Raises WrongPassphrase where the box does not open."""
        from nacl.exceptions import CryptoError
        from nacl.secret import SecretBox

        path = self.path(replica_id)
        if not path.exists():
            return None
        kept = json.loads(path.read_text("ascii"))
        wrapping = self._derive(bytes.fromhex(kept["salt"]), kept["ops"], kept["memory_bytes"])
        try:
            return bytes(SecretBox(wrapping).decrypt(bytes.fromhex(kept["box"])))
        except CryptoError as error:
            raise WrongPassphrase("the passphrase does not open this desk's key") from error

    def store(self, replica_id: str, key: bytes) -> None:
        from nacl.secret import SecretBox

        salt = secrets.token_bytes(16)
        box = bytes(SecretBox(self._derive(salt, ARGON2_OPS, ARGON2_MEMORY_BYTES)).encrypt(key))
        text = json.dumps(
            {"salt": salt.hex(), "ops": ARGON2_OPS, "memory_bytes": ARGON2_MEMORY_BYTES, "box": box.hex()}
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self.path(replica_id)
        staging = path.with_suffix(".new")
        with open(os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staging, path)

    def forget(self, replica_id: str) -> None:
        self.path(replica_id).unlink(missing_ok=True)

    def _derive(self, salt: bytes, ops: int, memory_bytes: int) -> bytes:
        from nacl.pwhash import argon2id

        return bytes(argon2id.kdf(32, self._passphrase, salt, opslimit=ops, memlimit=memory_bytes))
