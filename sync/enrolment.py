"""What desk and district say to each other before they know each other: the one-time code, the request, the answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from .errors import SyncError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code survives handwriting and the telephone."""
_MISREAD = str.maketrans("ILO", "110")
_SECRET_CHARS, _FINGERPRINT_CHARS, _CHECK_CHARS, _GROUP_CHARS = 10, 16, 2, 4
FINGERPRINT_BYTES = _FINGERPRINT_CHARS * 5 // 8
"""80 bits of the CA's SHA-256: enough that nobody makes a second certificate that begins with them."""
LOCAL = timedelta(hours=8)
"""A year of numbers begins at midnight in China."""
SERVER_NAME = "district.baiyun-desktop"
"""The name in every server certificate beside its addresses, so that a district may change its address."""


class BadCode(SyncError):
    """What was typed is not an enrolment code; found out before anything is sent."""


@dataclass(frozen=True, slots=True)
class Code:
    """An enrolment code: `secret` proves the desk to the district, `fingerprint` the district to the desk."""

    secret: str
    fingerprint: bytes

    def __str__(self) -> str:
        body = self.secret + _to_text(self.fingerprint)
        whole = body + _check(body)
        return "-".join(whole[i : i + _GROUP_CHARS] for i in range(0, len(whole), _GROUP_CHARS))

    @classmethod
    def parse(cls, text: str) -> Code:
        """The code as it was typed: case, spaces, dashes and the misread letters I, L, O do not matter.

        Raises BadCode, saying whether characters are missing or one is wrong.
        """
        plain = re.sub(r"[\s\-–—_.]", "", text).upper().translate(_MISREAD)
        want = _SECRET_CHARS + _FINGERPRINT_CHARS + _CHECK_CHARS
        if len(plain) != want:
            raise BadCode(f"注册码应为{want}个字符，现有{len(plain)}个")
        if any(c not in ALPHABET for c in plain):
            raise BadCode("注册码中有不应出现的字符")
        body, check = plain[:-_CHECK_CHARS], plain[-_CHECK_CHARS:]
        if _check(body) != check:
            raise BadCode("注册码有误，请逐组核对")
        return cls(body[:_SECRET_CHARS], _to_bytes(body[_SECRET_CHARS:]))

    @classmethod
    def fresh(cls, random: bytes, ca_pem: str) -> Code:
        """A new code for the district whose CA this is, from 10 random bytes or more."""
        if len(random) < _SECRET_CHARS:
            raise ValueError("too little randomness for a code")
        return cls("".join(ALPHABET[b % 32] for b in random[:_SECRET_CHARS]), fingerprint(ca_pem))


class EnrolRequest(msgspec.Struct, frozen=True):
    """A desk's request. `nonce` (22 characters, its own secret) stays the same until an answer has been read."""

    code: str
    nonce: str
    version: int = 1
    machine: str = ""


class NumberBlock(msgspec.Struct, frozen=True):
    """Serials `first`..`last` of one pattern, unit and year that this desk alone hands out."""

    pattern: str
    unit: str
    year: int
    first: int
    last: int


def years_due(now_ms: int) -> list[int]:
    """The years a desk needs numbers of: this one, and in December the next."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC) + LOCAL
    return [today.year, today.year + 1] if today.month == 12 else [today.year]


class Enrolment(msgspec.Struct, frozen=True):
    """The district's answer: who this desk is, what it may hold, and how to come back."""

    replica: str
    epoch: int
    token: str
    post: str
    officer: str
    areas: list[str]
    blocks: list[NumberBlock]
    url: str
    ca: str


def fingerprint(ca_pem: str) -> bytes:
    """The part of the CA certificate's SHA-256 that a code carries."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(ca_pem)).digest()[:FINGERPRINT_BYTES]


def token_for(code_secret: str, nonce: str) -> str:
    """The desk's token: made from what both were told, so that a lost answer is given again and nothing is kept.

    22 characters of base64url, 128 bits; without the nonce, which only the desk knows, it cannot be worked out.
    """
    made = hmac.digest(nonce.encode(), b"token/" + code_secret.encode(), "sha256")[:16]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _check(body: str) -> str:
    value = int.from_bytes(hashlib.sha256(b"code/" + body.encode()).digest()[:2], "big")
    return ALPHABET[value >> 5 & 31] + ALPHABET[value & 31]


def _to_text(data: bytes) -> str:
    value = int.from_bytes(data, "big")
    return "".join(ALPHABET[value >> 5 * i & 31] for i in reversed(range(len(data) * 8 // 5)))


def _to_bytes(text: str) -> bytes:
    value = 0
    for char in text:
        value = value << 5 | ALPHABET.index(char)
    return value.to_bytes(len(text) * 5 // 8, "big")
