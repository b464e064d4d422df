"""A backup file is read whole by who has its key, and by nobody else, and not at all when a byte of it is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from baiyun_desktop.district import archive
from baiyun_desktop.district.archive import messages, writing
from baiyun_desktop.district.errors import Unfit
from baiyun_desktop.district.keys import BackupKey, Sealer, as_text, parse
from baiyun_desktop.district.messages import End, File, Message
from sync.errors import Damaged, SyncError

KEY = BackupKey.of(bytes(range(32)))


def written(path: Path, size: int, sealer: Sealer = KEY.sealer) -> list[Message]:
    said: list[Message] = [File("a", os.urandom(size)), File("b", b""), End({"t": (3, "0f")})]
    with path.open("wb") as file, writing(file, sealer) as writer:
        for message in said:
            writer.add(message)
    return said


@pytest.mark.parametrize("size", [0, 1, 5_000, 3 * 10**6])
def test_what_was_written_is_read(tmp_path: Path, size: int) -> None:
    said = written(tmp_path / "b", size)
    assert list(messages(tmp_path / "b", KEY)) == said


def test_content_and_paths_cannot_be_read_in_the_file(tmp_path: Path) -> None:
    with (tmp_path / "b").open("wb") as file, writing(file, KEY.sealer) as writer:
        writer.add(File("tls/ca.key", b"PRIVATE" * 3))
    raw = (tmp_path / "b").read_bytes()
    assert b"PRIVATE" not in raw and b"ca.key" not in raw


def test_any_wrong_byte_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "CHUNK", 64)
    path = tmp_path / "b"
    written(path, 150)
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises((SyncError, Unfit)):
            list(messages(path, KEY))


def test_any_missing_end_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "CHUNK", 64)
    path = tmp_path / "b"
    written(path, 150)
    good = path.read_bytes()
    for length in range(len(good)):
        path.write_bytes(good[:length])
        with pytest.raises((Damaged, Unfit)):
            list(messages(path, KEY))
    path.write_bytes(good + b"x")
    with pytest.raises(Damaged):
        list(messages(path, KEY))


def test_another_key_is_said_to_be_another(tmp_path: Path) -> None:
    written(tmp_path / "b", 10)
    with pytest.raises(Unfit, match="another backup key"):
        list(messages(tmp_path / "b", BackupKey.of(bytes(32))))


def test_who_has_seen_backups_cannot_make_one(tmp_path: Path) -> None:
    """The public key stands in each file; the district's mark does not."""
    written(tmp_path / "b", 10, Sealer(KEY.sealer.public, bytes(32)))
    with pytest.raises(Damaged, match="not of this district's making"):
        list(messages(tmp_path / "b", KEY))


def test_a_key_survives_paper() -> None:
    text = as_text(bytes(range(32)))
    assert parse(text) == KEY
    assert parse(text.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")) == KEY
    with pytest.raises(Unfit, match="56 characters, this one has 55"):
        parse(text[:-1])
    for at, char in enumerate(text):
        if char != "-":
            with pytest.raises(Unfit, match="wrong"):
                parse(text[:at] + ("A" if char != "A" else "C") + text[at + 1 :])
