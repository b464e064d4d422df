"""The file of wrapped keys: no plain key in it, replaced whole, and with two keys only while one takes over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from baiyun_desktop.keys import atomic
from baiyun_desktop.keys.errors import KeyLost, KeysDamaged, WrongPassphrase
from baiyun_desktop.keys.keyfile import KeyFile, keyfile_of, load_keyfile, save_keyfile
from baiyun_desktop.keys.wraps import new_key, open_escrow
from sync.seal import new_key as new_private
from sync.seal import public_of
from tests.keys.ring import use_ring

SECRET = "一把很长的口令"


def test_it_comes_back_and_holds_nothing_plain(tmp_path: Path) -> None:
    key, private = new_key(), new_private()
    path = keyfile_of(tmp_path / "desk.baiyun")
    save_keyfile(path, KeyFile.new("desk", key, SECRET).sealed_to(public_of(private), key))
    assert path.name == "desk.keys"
    found = load_keyfile(path)
    assert found.unlock(SECRET) == [key]
    assert found.by_passphrase
    assert found.keys[0].district is not None
    assert open_escrow(private, found.keys[0].district.sealed).keys == (key,)
    text = path.read_bytes()
    assert not any(plain in text for plain in (key, key.hex().encode(), SECRET.encode(), private))
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(WrongPassphrase):
        found.unlock("etwas anderes")


def test_the_newest_key_comes_first_and_the_other_goes() -> None:
    old, new, private = new_key(), new_key(), new_private()
    one = KeyFile.new("desk", old, SECRET).sealed_to(public_of(private), old)
    both = one.followed_by(old, new, SECRET)
    assert both.unlock(SECRET) == [new, old]
    assert both.keys[-1].district is not None
    assert open_escrow(private, both.keys[-1].district.sealed).keys == (new, old)
    assert both.only(new).unlock(SECRET) == [new]
    assert both.only(old).unlock(SECRET) == [old]


def test_another_passphrase_or_the_key_store_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    ring, key = use_ring(monkeypatch), new_key()
    one = KeyFile.new("desk", key, SECRET).sealed_to(public_of(new_private()), key)
    changed = one.rewrapped(key, "另一把很长的口令")
    assert changed.unlock("另一把很长的口令") == [key]
    assert changed.keys[0].district == one.keys[0].district
    with pytest.raises(WrongPassphrase):
        changed.unlock(SECRET)
    stored = changed.rewrapped(key, "")
    assert not stored.by_passphrase
    assert stored.unlock("") == [key]
    assert {name for _, name in ring.kept} == {"desk"}
    ring.kept.clear()
    with pytest.raises(KeyLost):
        stored.unlock("")


def test_a_backup_s_keys_stand_after_those_of_today() -> None:
    today, then = new_key(), new_key()
    mine, backup = KeyFile.new("desk", today, SECRET), KeyFile.new("desk", then, SECRET)
    assert mine.taking_back(backup).unlock(SECRET) == [then, today]
    changed = mine.rewrapped(today, "另一把很长的口令")
    assert changed.taking_back(mine) == changed


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe", b'{"replica": "x", "keys": []}', b'{"version": 9}', b"[]"]
)
def test_a_damaged_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "desk.keys").write_bytes(content)
    with pytest.raises(KeysDamaged, match=r"备份|升级"):
        load_keyfile(tmp_path / "desk.keys")
    with pytest.raises(KeysDamaged, match="备份"):
        load_keyfile(tmp_path / "none.keys")


def test_a_newer_program_s_file_is_left_alone(tmp_path: Path) -> None:
    key = new_key()
    path = tmp_path / "desk.keys"
    save_keyfile(path, KeyFile.new("desk", key, SECRET))
    path.write_text(path.read_text("utf-8").replace('"version": 1', '"version": 2'), "utf-8")
    with pytest.raises(KeysDamaged, match="升级"):
        load_keyfile(path)


def test_a_cut_before_the_name_is_changed_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk.keys"
    atomic.write_whole(path, b"old")

    def cut(*_: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", cut)
        with pytest.raises(OSError, match="power"):
            atomic.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    atomic.write_whole(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["desk.keys"]


def test_what_is_destroyed_is_overwritten_first(tmp_path: Path) -> None:
    path = tmp_path / "desk.keys"
    path.write_bytes(b"wrapped")
    os.link(path, tmp_path / "same bytes")
    atomic.destroy(path)
    atomic.destroy(path)
    assert not path.exists()
    assert (tmp_path / "same bytes").read_bytes() == bytes(7)
