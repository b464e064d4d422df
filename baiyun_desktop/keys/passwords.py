"""An officer's password: what may be one, how the district makes the first, and the hash that each desk can check alone."""

from __future__ import annotations

import re
import secrets
import unicodedata

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.wraps import ARGON2_MEMORY_BYTES, ARGON2_MEMORY_BYTES_MAX, ARGON2_OPS, ARGON2_OPS_MAX

LENGTH_MIN = 8
FIRST_CHARS = 10
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is misread on paper: no i, l, o, 0, 1."""
_COST = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$")
_RUN_MIN = 8
_KEYS = (
    "01234567890",
    "9876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv",
)
COMMON = frozenset(
    "password password1 password123 passw0rd p@ssw0rd p@ssword 11223344 12341234 12344321 123123123 123321123 112233445566"
    " 147258369 123654789 741852963 159357159 1q2w3e4r 1q2w3e4r5t q1w2e3r4 qwer1234 1234qwer qwerty123 qwertyui asdf1234"
    " zxcv1234 abcd1234 abc12345 abc123456 aa123456 aa12345678 a1234567 a12345678 a123456789 123456aa 123456abc 12345678a"
    " 1234567a 123456789a woaini1314 woaini520 woaini123 5201314520 iloveyou 1314520520 520131400 admin123 admin888"
    " admin1234 administrator root1234 test1234 welcome1 letmein1 baiyun123 baiyun1234 baiyun666 baotou123 neimenggu"
    " baiyunebo shequ123 windows7 computer sunshine princess football superman".split()
)
"""What is tried first by whoever tries, here and elsewhere; compared without case."""


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
    bare = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < LENGTH_MIN:
        raise WeakPassword(f"密码至少 {LENGTH_MIN} 位，请换一个长一些的")
    if bare == login.casefold() or (login and bare.replace(login.casefold(), "") == ""):
        raise WeakPassword("密码不能和登录名一样，请换一个")
    if bare in COMMON or len(set(bare)) <= 2 or _is_run(bare):
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


def _is_run(bare: str) -> bool:
    """Whether it is nothing but neighbours on the keyboard or in the alphabet."""
    return len(bare) >= _RUN_MIN and any(bare in (keys * 3) for keys in _KEYS)
