"""A system's key store in memory, for tests in which it is one part among many."""

from __future__ import annotations

import pytest
from keyring.errors import PasswordDeleteError


class Ring:
    """What `keyring.get_keyring` gives."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        if self.kept.pop((service, name), None) is None:
            raise PasswordDeleteError(name)


def use_ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """From now on this is the system's key store; a second call is a dead profile's new one."""
    ring = Ring()
    monkeypatch.setattr("keyring.get_keyring", lambda: ring)
    return ring
