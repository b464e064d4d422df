"""A key is random, comes back from where it was put, and stands nowhere in plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.replica.errors import NoKeyStore, WrongPassphrase
from baiyun_desktop.replica.keys import MemoryKeyStore, PassphraseKeyStore, SystemKeyStore, new_key


def test_keys_are_random_and_long_enough() -> None:
    assert len(new_key()) == 32
    assert new_key() != new_key()


def test_a_passphrase_wraps_the_key(tmp_path: Path) -> None:
    key = new_key()
    PassphraseKeyStore(tmp_path, "白云鄂博 2026").store("desk-1", key)
    assert PassphraseKeyStore(tmp_path, "白云鄂博 2026").load("desk-1") == key
    assert PassphraseKeyStore(tmp_path, "白云鄂博 2026").load("desk-2") is None
    with pytest.raises(WrongPassphrase):
        PassphraseKeyStore(tmp_path, "白云鄂博 2025").load("desk-1")
    (file,) = tmp_path.iterdir()
    assert key not in file.read_bytes()
    assert key.hex().encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_passphrase_is_changed_and_a_key_destroyed(tmp_path: Path) -> None:
    key = new_key()
    PassphraseKeyStore(tmp_path, "old").store("desk-1", key)
    PassphraseKeyStore(tmp_path, "new").store("desk-1", key)
    assert PassphraseKeyStore(tmp_path, "new").load("desk-1") == key
    PassphraseKeyStore(tmp_path, "new").forget("desk-1")
    assert list(tmp_path.iterdir()) == []


def test_memory_keeps_a_key_as_long_as_it_is_asked_to() -> None:
    store, key = MemoryKeyStore(), new_key()
    store.store("desk", key)
    assert store.load("desk") == key
    store.forget("desk")
    assert store.load("desk") is None


def test_no_key_store_is_said_so_that_a_passphrase_is_asked_for() -> None:
    with pytest.raises(NoKeyStore):
        SystemKeyStore()


class _Ring:
    """A system's key store, in memory."""

    priority = 1

    def __init__(self, *, forgets: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.forgets = forgets

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        if not self.forgets:
            self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        from keyring.errors import PasswordDeleteError

        if self.kept.pop((service, name), None) is None:
            raise PasswordDeleteError(name)


def test_the_system_keeps_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    ring, key = _Ring(), new_key()
    monkeypatch.setattr("keyring.get_keyring", lambda: ring)
    store = SystemKeyStore()
    assert store.load("desk") is None
    store.store("desk", key)
    assert SystemKeyStore().load("desk") == key
    store.forget("desk")
    store.forget("desk")
    assert store.load("desk") is None


def test_a_store_that_forgets_is_found_out_before_the_file_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.get_keyring", lambda: _Ring(forgets=True))
    with pytest.raises(NoKeyStore):
        SystemKeyStore().store("desk", new_key())
