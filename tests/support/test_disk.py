"""Each trouble of a disk is known by the system's number or SQLite's sentence, also deep within other errors."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from baiyun_desktop.support.disk import WORDS, Hindrance, hindrance_of


class _OfWindows(OSError):
    def __init__(self, winerror: int) -> None:
        super().__init__(errno.EACCES, "in use")
        self.winerror = winerror


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (OSError(errno.ENOSPC, "x"), Hindrance.FULL),
        (OSError(errno.EROFS, "x"), Hindrance.READ_ONLY),
        (PermissionError(errno.EACCES, "x"), Hindrance.READ_ONLY),
        (_OfWindows(32), Hindrance.LOCKED),
        (_OfWindows(112), Hindrance.FULL),
        (sqlite3.OperationalError("database or disk is full"), Hindrance.FULL),
        (sqlite3.OperationalError("database is locked"), Hindrance.LOCKED),
        (sqlite3.OperationalError("attempt to write a readonly database"), Hindrance.READ_ONLY),
        (sqlite3.OperationalError("disk I/O error"), Hindrance.FAILING),
        (sqlite3.OperationalError("no such table: person"), None),
        (FileNotFoundError(errno.ENOENT, "x"), None),
        (ValueError("database is locked"), None),
    ],
)
def test_what_the_disk_did(error: Exception, found: Hindrance | None) -> None:
    assert hindrance_of(error) is found
    outer = RuntimeError("while saving")
    outer.__cause__ = error
    assert hindrance_of(outer) is found


def test_a_real_file_that_may_grow_no_more(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute("CREATE TABLE t (x)")
        raw.execute("PRAGMA max_page_count = 3")
        with pytest.raises(sqlite3.OperationalError) as caught:
            raw.execute("INSERT INTO t VALUES (zeroblob(100000))")
    raw.close()
    assert hindrance_of(caught.value) is Hindrance.FULL


def test_each_has_words_that_say_what_to_do() -> None:
    assert set(WORDS) == set(Hindrance)
    assert all("还在屏幕上" in words and "请" in words for words in WORDS.values())
