"""A one-time code over the telephone, with no line: the desk reads out digits, the administrator reads a code back.

Both sides make the code from what they have shared since enrolment (the district keeps the hash of the desk's token), bound
to this desk, this officer and these digits. It is worth nothing at another desk, for anybody else, or a second time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from sync.enrolment import ALPHABET

CHALLENGE_DIGITS = 8
ANSWER_CHARS = 10
"""50 bits: short enough to be spoken, and at five tries an hour never guessed."""
_MISREAD = str.maketrans("ILO", "110")


def new_challenge() -> str:
    """The digits that the desk shows."""
    return "".join(secrets.choice("0123456789") for _ in range(CHALLENGE_DIGITS))


def spoken(challenge: str) -> str:
    """The digits in two groups."""
    return f"{challenge[:4]} {challenge[4:]}"


def read_challenge(text: str) -> str:
    """The digits as the administrator typed them; empty where they are not that many digits."""
    plain = re.sub(r"[\s\-–—_.]", "", text)
    return plain if re.fullmatch(rf"[0-9]{{{CHALLENGE_DIGITS}}}", plain) else ""


def token_digest(token: str) -> str:
    """What the district keeps of a desk's token, and the desk works out: the secret they share."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_for(digest: str, *, desk: str, officer: str, challenge: str) -> str:
    """The code, in two groups. `desk` and `officer` are their records' ids."""
    key = hmac.digest(bytes.fromhex(digest), b"one-time code by telephone", "sha256")
    said = hmac.digest(key, f"{desk}/{officer}/{challenge}".encode(), "sha256")
    value = int.from_bytes(said[:8], "big")
    text = "".join(ALPHABET[value >> 5 * i & 31] for i in range(ANSWER_CHARS))
    return f"{text[:5]}-{text[5:]}"


def is_code(typed: str, right: str) -> bool:
    """Whether what was heard on the telephone is the code; case, gaps and the misread letters I, L, O do not matter."""
    plain = re.sub(r"[\s\-–—_.]", "", typed).upper().translate(_MISREAD)
    return plain.isascii() and hmac.compare_digest(plain, right.replace("-", ""))
