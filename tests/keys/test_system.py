"""The system's key store: a real Secret Service keeps what it is given, and one that does not is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.keys.errors import NoKeyStore
from baiyun_desktop.keys.system import SystemKeyStore, has_system_store
from tests.keys.session import in_session

KEEP = """
import sys
from baiyun_desktop.keys.system import SystemKeyStore
store = SystemKeyStore()
assert store.load(sys.argv[1]) is None
store.store(sys.argv[1], bytes.fromhex(sys.argv[2]))
print(type(store._ring).__module__, store.load(sys.argv[1]).hex())
"""
LOOK = """
import sys
from baiyun_desktop.keys.system import SystemKeyStore
found = SystemKeyStore().load(sys.argv[1])
print(found.hex() if found else None)
"""
FORGET = """
import sys
from baiyun_desktop.keys.system import SystemKeyStore
SystemKeyStore().forget(sys.argv[1]); SystemKeyStore().forget(sys.argv[1])
print(SystemKeyStore().load(sys.argv[1]))
"""


def test_a_real_secret_service_keeps_a_secret_over_a_log_out_and_destroys_it(tmp_path: Path) -> None:
    secret = bytes(range(32)).hex()
    backend, kept = in_session(tmp_path / "profile", KEEP, "desk", secret).split()
    assert backend in ("keyring.backends.SecretService", "keyring.backends.libsecret")
    assert kept == secret
    assert in_session(tmp_path / "profile", LOOK, "desk") == secret
    assert in_session(tmp_path / "another profile", LOOK, "desk") == "None"
    stored = b"".join(p.read_bytes() for p in (tmp_path / "profile").rglob("*") if p.is_file())
    assert secret.encode() not in stored
    assert in_session(tmp_path / "profile", FORGET, "desk") == "None"


def test_no_key_store_is_said_so_that_a_passphrase_is_asked_for() -> None:
    with pytest.raises(NoKeyStore, match="口令"):
        SystemKeyStore()
    assert not has_system_store()


class ForgetfulRing:
    """A key store that takes everything and keeps nothing."""

    priority = 1

    def get_password(self, service: str, name: str) -> str | None:
        return None

    def set_password(self, service: str, name: str, text: str) -> None:
        pass


def test_a_store_that_forgets_is_found_out_before_the_file_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.get_keyring", ForgetfulRing)
    with pytest.raises(NoKeyStore):
        SystemKeyStore().store("desk", bytes(32))
