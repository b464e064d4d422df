"""A file gets another key: nothing is lost, the old key opens it no more, and a kill at any step leaves one that opens."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from baiyun_desktop.keys.errors import WrongPassphrase
from baiyun_desktop.keys.keyfile import load_keyfile
from baiyun_desktop.keys.wraps import open_escrow
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import DiskTrouble, ReplicaInUse, WrongKey
from baiyun_desktop.replica.rotation import rotate
from tests.replica.enrolled import SECRET, enrol_desk
from tests.replica.kill import killed


def test_the_new_key_opens_all_and_the_old_one_nothing(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    (old,) = load_keyfile(desk.home.keys).unlock(SECRET)
    rotate(desk.home, SECRET)
    (new,) = load_keyfile(desk.home.keys).unlock(SECRET)
    assert new != old
    with pytest.raises(WrongKey):
        open_raw(desk.home.path, old)
    sealed = load_keyfile(desk.home.keys).keys[0].district
    assert sealed is not None
    assert open_escrow(desk.town.district._seal_key(), sealed.sealed).keys == (new,)
    with desk.open() as replica:
        assert desk.holds_all(replica)
        assert replica.status().unsent == 1
        desk.save(replica, "王四")
        desk.round(replica)
        assert replica.status().unsent == 0


@pytest.mark.parametrize("point", ["both keys", "copied", "swapped", "one key"])
def test_a_kill_at_any_step_leaves_a_desk_that_opens(tmp_path: Path, point: str) -> None:
    desk = enrol_desk(tmp_path)
    killed("rotate", point, desk.home.folder, tmp_path)
    lost = desk.home.folder.parent / "the profile is dead too"
    shutil.copytree(desk.home.folder, lost)
    with desk.open() as replica:
        assert desk.holds_all(replica)
        assert len(load_keyfile(desk.home.keys).keys) == 1
        desk.save(replica, "王四")
    assert list(desk.home.folder.glob("*.rotating*")) == []
    rotate(desk.home, SECRET)
    with desk.open() as replica:
        assert desk.holds_all(replica)
    # and whoever lost the passphrase in that moment gets the right one of both keys from the district
    del desk.said[max(desk.said)]
    other = type(desk.home)(lost)
    other.take_answer(desk.answer(other.ask_for_key("eine neue lange")), "eine neue lange")
    with desk.open("eine neue lange", other) as replica:
        assert desk.holds_all(replica)


def test_who_does_not_know_the_passphrase_changes_no_key(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    before = desk.home.keys.read_bytes()
    with pytest.raises(WrongPassphrase):
        rotate(desk.home, "geraten, geraten")
    assert desk.home.keys.read_bytes() == before
    with desk.open(), pytest.raises(ReplicaInUse):
        rotate(desk.home, SECRET)


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = enrol_desk(tmp_path)
    before = desk.home.keys.read_bytes(), desk.home.path.read_bytes()

    def full(_from: Path, to: Path) -> None:
        to.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(DiskTrouble, match="MB 空余空间"):
            rotate(desk.home, SECRET)
    assert load_keyfile(desk.home.keys).unlock(SECRET)
    assert desk.home.path.read_bytes() == before[1]
    assert list(desk.home.folder.glob("*.rotating")) == []
    with desk.open() as replica:
        assert desk.holds_all(replica)
