"""The key that opens a district's backups: shown once as text that survives paper, never kept beside what it opens.

The district keeps what seals: a public key, and a secret that marks its backups as its own. Who gets hold of a backup
can neither read it nor make another that would be restored.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from sync.seal import KEY_BYTES, new_key, public_of

from .errors import Unfit

_CHECK_CHARS, _GROUP_CHARS, _KEY_CHARS = 4, 4, 52
_MISREAD = str.maketrans("018", "OIB")
"""RFC 4648's base 32 has none of these digits."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """What makes backups and opens none."""

    public: bytes
    mark: bytes

    @classmethod
    def read(cls, text: str) -> Sealer:
        """From the settings; raises Unfit where there is none."""
        if not text:
            raise Unfit("there is no backup key yet: run 'baiyun-district init' on the folder again, which shows one")
        both = bytes.fromhex(text)
        return cls(both[:KEY_BYTES], both[KEY_BYTES:])

    def __str__(self) -> str:
        return (self.public + self.mark).hex()


@dataclass(frozen=True, slots=True)
class BackupKey:
    """What opens backups; both parts come from the one secret that is on paper."""

    private: bytes
    mark: bytes

    @classmethod
    def of(cls, secret: bytes) -> BackupKey:
        return cls(_part(secret, b"backup opens"), _part(secret, b"backup mark"))

    @property
    def sealer(self) -> Sealer:
        return Sealer(public_of(self.private), self.mark)


def new_pair() -> tuple[str, str]:
    """(what opens, as text to be kept apart; what seals, for the settings)."""
    secret = new_key()
    return as_text(secret), str(BackupKey.of(secret).sealer)


def as_text(secret: bytes) -> str:
    """A key in groups of four characters, the last group being a check."""
    body = base64.b32encode(secret).decode().rstrip("=")
    whole = body + _check(body)
    return "-".join(whole[i : i + _GROUP_CHARS] for i in range(0, len(whole), _GROUP_CHARS))


def parse(text: str) -> BackupKey:
    """A key as it was typed; raises Unfit, saying whether characters are missing or one is wrong."""
    plain = re.sub(r"[\s\-–—_.]", "", text).upper().translate(_MISREAD)
    want = _KEY_CHARS + _CHECK_CHARS
    if len(plain) != want:
        raise Unfit(f"a backup key has {want} characters, this one has {len(plain)}: compare it with the paper")
    body = plain[:_KEY_CHARS]
    if not re.fullmatch(r"[A-Z2-7]+", plain) or _check(body) != plain[_KEY_CHARS:]:
        raise Unfit("a character of the backup key is wrong: compare it with the paper group by group")
    return BackupKey.of(base64.b32decode(body + "===="))


def given(file: Path | None) -> BackupKey:
    """The key from a file, from what is piped in, or asked for without showing it. Raises Unfit."""
    if file is not None:
        return parse(file.read_text("utf-8"))
    if not sys.stdin.isatty():
        return parse(sys.stdin.readline())
    return parse(str(typer.prompt("backup key", hide_input=True)))


def hand_over(text: str, file: Path | None) -> list[str]:
    """Writes the key to a new file if one is named, and gives the lines that say where it is to go."""
    if file is None:
        return [
            "the backup key, shown this once; write it down and keep it away from this machine and its backups:",
            f"    {text}",
            "without it no backup can be restored",
        ]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text + "\n")
    return [f"the backup key is in {file}: move it away from this machine; without it no backup can be restored"]


def _check(body: str) -> str:
    return base64.b32encode(hashlib.sha256(b"backup/" + body.encode()).digest()[:5]).decode()[:_CHECK_CHARS]


def _part(secret: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(secret, digest_size=KEY_BYTES, person=purpose).digest()
