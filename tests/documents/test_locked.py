"""A zip that only its password opens."""

from __future__ import annotations

import io
import zipfile

import pytest
import pyzipper

from baiyun_desktop.documents.locked import locked_zip

NAME, CONTENT = "流动人口台账.xlsx", b"150206198803150023" * 50


def test_it_opens_with_its_password_alone() -> None:
    data = locked_zip(NAME, CONTENT, "口令mima1234")
    assert b"150206198803150023" not in data
    with pyzipper.AESZipFile(io.BytesIO(data)) as book:
        book.setpassword("口令mima1234".encode())
        assert (book.namelist(), book.read(NAME)) == ([NAME], CONTENT)
    with pyzipper.AESZipFile(io.BytesIO(data)) as book:
        book.setpassword(b"something else")
        with pytest.raises(RuntimeError):
            book.read(NAME)


def test_it_is_aes_and_not_the_old_cipher() -> None:
    with zipfile.ZipFile(io.BytesIO(locked_zip(NAME, CONTENT, "mima1234"))) as book:
        info = book.infolist()[0]
        assert info.compress_type == 99 and info.flag_bits & 1  # WinZip AES


def test_a_short_password_is_none() -> None:
    with pytest.raises(ValueError, match="8"):
        locked_zip(NAME, CONTENT, "1234567")
