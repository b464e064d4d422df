"""What is tried first by whoever guesses: neither an officer's password nor the passphrase of a file may be that."""

from __future__ import annotations

import unicodedata

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
    " baiyunebo shequ123 windows7 computer sunshine princess football superman"
    " 白云鄂博 白云矿区 白云社区 包头白云 我爱白云 我的口令 我的密码".split()
)
"""What is tried first by whoever tries, here and elsewhere; compared without case."""


def plain(secret: str) -> str:
    """As it is compared: width and case make nobody's guess harder."""
    return unicodedata.normalize("NFKC", secret).casefold()


def is_guessed(secret: str) -> bool:
    """Whether it is one of the commonest, two signs in turn, or a run of the keyboard."""
    bare = plain(secret)
    return bare in COMMON or len(set(bare)) <= 2 or _is_run(bare)


def _is_run(bare: str) -> bool:
    """Whether it is nothing but neighbours on the keyboard or in the alphabet."""
    return len(bare) >= _RUN_MIN and any(bare in (keys * 3) for keys in _KEYS)
