"""Bytes as text that survives a photograph, a telephone and a QR code, with a check that finds what was misread."""

from __future__ import annotations

import base64
import hashlib
import re

from baiyun_desktop.keys.errors import Misread
from sync.enrolment import ALPHABET, Code

SECRET_CHARS = 10
"""Of an enrolment code, before the fingerprint."""
_GROUP_CHARS = 5
_CHECK_BYTES = 3
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SPELL = str.maketrans(_PLAIN, ALPHABET)
_READ = str.maketrans(ALPHABET + "ILO", _PLAIN + _PLAIN[1] + _PLAIN[1] + _PLAIN[0])
"""Crockford's base 32, in which I, L and O are read as the digits they look like."""


def spell(kind: str, body: bytes) -> str:
    """The bytes in groups of five capitals and digits, after `kind` and a colon, which no group has."""
    whole = body + _check(kind, body)
    text = base64.b32encode(whole).decode().rstrip("=").translate(_SPELL)
    return f"{kind}:" + "-".join(text[i : i + _GROUP_CHARS] for i in range(0, len(text), _GROUP_CHARS))


def read(kind: str, text: str, what: str) -> bytes:
    """The bytes again, however the text was broken into lines; raises Misread, in which `what` names the text."""
    found, colon, rest = text.strip().upper().partition(":")
    if not colon or found.strip() != kind:
        raise Misread(f"这不是{what}，{what}以“{kind}:”开头，请整段复制")
    plain = re.sub(r"[\s\-–—_.]", "", rest).translate(_READ)
    try:
        whole = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError as error:
        raise Misread(f"{what}不完整或有抄错的字符，请整段复制后再试") from error
    body, check = whole[:-_CHECK_BYTES], whole[-_CHECK_BYTES:]
    as_written = base64.b32encode(whole).decode().rstrip("=")  # the last character has bits that say nothing
    if _check(kind, body) != check or as_written != plain:
        raise Misread(f"{what}不完整或有抄错的字符，请整段复制后再试")
    return body


def _check(kind: str, body: bytes) -> bytes:
    return hashlib.sha256(kind.encode() + b"/" + body).digest()[:_CHECK_BYTES]


def fingerprint_words(fingerprint: bytes) -> str:
    """A certificate authority's fingerprint in groups of four, as it stands in the middle of each enrolment code."""
    code = str(Code("0" * SECRET_CHARS, fingerprint)).replace("-", "")
    body = code[SECRET_CHARS : SECRET_CHARS + len(fingerprint) * 8 // 5]
    return " ".join(body[i : i + 4] for i in range(0, len(body), 4))
