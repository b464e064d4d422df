"""Puts a file into a zip that only its password opens, for what leaves the program unmasked."""

from __future__ import annotations

import io

PASSWORD_CHARS_MIN = 8


def check_password(password: str) -> None:
    """Raises ValueError where it is too short to be one."""
    if len(password) < PASSWORD_CHARS_MIN:
        raise ValueError(f"密码至少{PASSWORD_CHARS_MIN}位")


def locked_zip(name: str, content: bytes, password: str) -> bytes:
    """One file in a zip under AES-256 (WinZip's AE-2, which 7-Zip, WinRAR and 好压 open). Raises ValueError where the
    password is too short to be one.
    """
    import pyzipper

    check_password(password)
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as book:
        book.setpassword(password.encode())
        book.writestr(name, content)
    return out.getvalue()
