"""An officer's password: what may be one, how the district makes the first, and the hash that each desk can check alone."""

from __future__ import annotations

import re
import secrets
import unicodedata

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.guessed import is_guessed, plain
from baiyun_desktop.keys.wraps import ARGON2_MEMORY_BYTES, ARGON2_MEMORY_BYTES_MAX, ARGON2_OPS, ARGON2_OPS_MAX

LENGTH_MIN = 8
FIRST_CHARS = 10
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is misread on paper: no i, l, o, 0, 1."""
_COST = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$")


class WeakPassword(KeyTrouble):
    """What was chosen may not be a password; the words say what to choose instead."""


def hashed(password: str) -> str:
    """The Argon2id of a password as PHC text, with a salt of its own; some tenths of a second."""
    from nacl.pwhash import argon2id

    made = argon2id.str(_plain(password), opslimit=ARGON2_OPS, memlimit=ARGON2_MEMORY_BYTES)
    return bytes(made).rstrip(b"\0").decode()


def matches(phc: str | None, password: str) -> bool:
    """Whether a hash is that of a password. One that asks for more than a PC should give matches nothing."""
    from nacl.exceptions import CryptoError
    from nacl.pwhash import argon2id

    cost = _COST.match(phc or "")
    if cost is None or int(cost[1]) * 1024 > ARGON2_MEMORY_BYTES_MAX or int(cost[2]) > ARGON2_OPS_MAX:
        return False
    try:
        return bool(argon2id.verify((phc or "").encode(), _plain(password)))
    except (CryptoError, ValueError):
        return False


def check_new(password: str, again: str, *, login: str, before: str | None = None) -> str:
    """The password, where it may be one; raises WeakPassword. `before` is the hash of the one in use."""
    bare = plain(password)
    if len(password) < LENGTH_MIN:
        raise WeakPassword(f"密码至少 {LENGTH_MIN} 位，请换一个长一些的")
    if bare == login.casefold() or (login and bare.replace(login.casefold(), "") == ""):
        raise WeakPassword("密码不能和登录名一样，请换一个")
    if is_guessed(password):
        raise WeakPassword("这个密码太常见，别人一猜就中，请换一个")
    if password != again:
        raise WeakPassword("两次输入的密码不一致，请重新输入")
    if before and matches(before, password):
        raise WeakPassword("新密码不能和原来的一样，请换一个")
    return password


def first_password() -> str:
    """A random one that is read from paper once and must be changed."""
    return "".join(secrets.choice(_READABLE) for _ in range(FIRST_CHARS))


def _plain(password: str) -> bytes:
    """Full-width digits, as an input method leaves them, are the same digits."""
    return unicodedata.normalize("NFKC", password).encode()
