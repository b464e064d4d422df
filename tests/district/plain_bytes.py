"""What stands in an encrypted file for whoever has its key: every page and every frame of the log, free ones too."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE, RESERVE, SALT = 4096, 80, 16
"""SQLCipher 4: of each page the last bytes are the initial vector and a code; the first page begins with a salt."""
LOG_HEAD, FRAME_HEAD = 32, 24


def plain_bytes(path: Path, key: bytes) -> bytes:
    """The file and its log, decrypted page by page, without asking SQLite what of it still counts."""
    content = path.read_bytes()
    pages = [_page(key, content[at : at + PAGE], first=at == 0) for at in range(0, len(content), PAGE)]
    log = path.with_name(path.name + "-wal")
    frames = log.read_bytes()[LOG_HEAD:] if log.exists() else b""
    for at in range(0, len(frames), FRAME_HEAD + PAGE):
        head, page = frames[at : at + FRAME_HEAD], frames[at + FRAME_HEAD : at + FRAME_HEAD + PAGE]
        pages.append(_page(key, page, first=int.from_bytes(head[:4], "big") == 1))
    return b"".join(pages)


def _page(key: bytes, page: bytes, *, first: bool) -> bytes:
    body, vector = page[SALT if first else 0 : -RESERVE], page[-RESERVE : 16 - RESERVE]
    return Cipher(AES256(key), CBC(vector)).decryptor().update(body)
