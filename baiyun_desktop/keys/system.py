"""The operating system's key store, which wraps a desk's keys for the officer who is logged in to the PC."""

from __future__ import annotations

from baiyun_desktop.keys.errors import NoKeyStore

SERVICE = "baiyun-desktop"


class SystemKeyStore:
    """Small secrets by name, through `keyring` (Credential Manager, Keychain, Secret Service)."""

    def __init__(self) -> None:
        """Raises NoKeyStore where the system offers none, so that a passphrase is asked for instead."""
        import keyring
        from keyring.backends import fail, null
        from keyring.errors import KeyringError

        self._error: type[Exception] = KeyringError
        self._ring = keyring.get_keyring()
        kept_plain = type(self._ring).__module__.startswith("keyrings.alt")  # a plain file by another name
        if kept_plain or isinstance(self._ring, fail.Keyring | null.Keyring):
            raise NoKeyStore("这台电脑的系统没有密钥库，请另设一个口令")

    def load(self, name: str) -> bytes | None:
        """The secret, or None where there is none of that name."""
        try:
            text = self._ring.get_password(SERVICE, name)
        except self._error as error:
            raise NoKeyStore(f"系统的密钥库没有应答，请解锁密钥库后再试（{error}）") from error
        return bytes.fromhex(text) if text else None

    def store(self, name: str, secret: bytes) -> None:
        """Keeps a secret, and looks whether it is kept: a store that forgets would cost the whole file."""
        try:
            self._ring.set_password(SERVICE, name, secret.hex())
            kept = self._ring.get_password(SERVICE, name)
        except self._error as error:
            raise NoKeyStore(f"系统的密钥库没有收下密钥，请解锁密钥库后再试（{error}）") from error
        if kept != secret.hex():
            raise NoKeyStore("系统的密钥库没有收下密钥，请另设一个口令")

    def forget(self, name: str) -> None:
        """Destroys a secret; one that is gone already is fine. Raises NoKeyStore where it is still there."""
        try:
            self._ring.delete_password(SERVICE, name)
        except self._error as error:
            if self.load(name) is not None:
                raise NoKeyStore(f"系统的密钥库没有删除密钥，请解锁密钥库后再试（{error}）") from error


def has_system_store() -> bool:
    """Whether this system wraps keys, so that no passphrase has to be asked for."""
    try:
        SystemKeyStore()
    except NoKeyStore:
        return False
    return True
