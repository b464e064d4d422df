"""A backup taken back: nothing that was acknowledged or set aside is lost, and what is typed on goes on as a fork."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from baiyun_desktop.keys.errors import KeyLost, WrongPassphrase
from baiyun_desktop.keys.keyfile import keyfile_of, load_keyfile
from baiyun_desktop.replica.backup import Backup, make_backup
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import BackupTrouble, DiskTrouble, ReplicaInUse
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.restoring import restore
from baiyun_desktop.replica.rotation import rotate
from tests.keys.ring import use_ring
from tests.replica.enrolled import SECRET, Desk, enrol_desk
from tests.replica.kill import killed

NEW = "eine ganz neue"


def backed_up(tmp_path: Path, passphrase: str = SECRET, name: str = "desk") -> tuple[Desk, Backup]:
    """A desk, its backup, and one person more that the backup does not have."""
    tmp_path.mkdir(exist_ok=True)
    desk = enrol_desk(tmp_path, passphrase, name)
    (tmp_path / "stick").mkdir()
    with desk.open(passphrase) as replica:
        made = make_backup(replica, desk.home.keys, tmp_path / "stick")
        desk.save(replica, "王四")
    return desk, made


def names(file: Path, key: bytes) -> set[str]:
    raw = open_raw(file, key, read_only=True)
    try:
        return {name for (name,) in raw.execute("SELECT name FROM person")}
    finally:
        raw.close()


def test_what_the_district_had_comes_back_and_new_work_goes_on_as_a_fork(tmp_path: Path) -> None:
    desk, made = backed_up(tmp_path)
    with desk.open() as replica:
        desk.round(replica)  # the district has the fourth person, the backup has not
        assert replica.status().unsent == 0
    restore(desk.home, made, SECRET)
    with desk.open() as replica:
        assert not desk.holds_all(replica)
        desk.save(replica, "王五")  # takes a number that the fourth person's act has had
        desk.round(replica)
        desk.round(replica)
        assert desk.holds_all(replica)
        assert replica.status().unsent == 0
        assert replica.read.list("person").total == 5


def test_what_the_district_had_not_is_set_aside_and_opens(tmp_path: Path) -> None:
    desk, made = backed_up(tmp_path)
    aside = restore(desk.home, made, SECRET)
    assert aside is not None
    with desk.open() as replica:
        assert {row.name for row in replica.read.list("person").rows} == {"王一", "王二", "王三"}
    (key,) = load_keyfile(keyfile_of(aside)).unlock(SECRET)
    assert names(aside, key) == {"王一", "王二", "王三", "王四"}
    assert restore(desk.home, made, SECRET) not in (None, aside)


@pytest.mark.parametrize("point", ["both keys", "copied", "set aside", "swapped"])
def test_a_kill_at_any_step_leaves_the_old_desk_or_the_restored_one(tmp_path: Path, point: str) -> None:
    desk, made = backed_up(tmp_path)
    rotate(desk.home, SECRET)  # the backup has another key than the file
    killed("restore", point, desk.home.folder, made.folder.parent)
    with desk.open() as replica:
        found = {row.name for row in replica.read.list("person").rows}
        assert found == {"王一", "王二", "王三"} | (set() if point == "swapped" else {"王四"})
        assert len(load_keyfile(desk.home.keys).keys) == 1
        desk.save(replica, "王五")
    assert list(desk.home.folder.glob("*.restoring*")) == []
    restore(desk.home, made, SECRET)
    with desk.open() as replica:
        assert replica.read.list("person").total == 3


def test_on_another_pc_the_district_gives_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_ring(monkeypatch)
    desk, made = backed_up(tmp_path, passphrase="")
    use_ring(monkeypatch)
    shutil.rmtree(desk.home.folder)  # the disk is gone
    new_pc = DeskHome(tmp_path / "new PC")
    assert restore(new_pc, made, "") is None
    with pytest.raises(KeyLost):
        desk.open("", new_pc)
    new_pc.take_answer(desk.answer(new_pc.ask_for_key("")), "")
    del desk.said[max(desk.said)]
    with desk.open("", new_pc) as replica:
        assert desk.holds_all(replica)
        assert replica.work_status().unsent == 1
        desk.round(replica)
        assert replica.status().unsent == 0


def test_a_damaged_file_or_key_file_is_what_a_backup_is_for(tmp_path: Path) -> None:
    desk, made = backed_up(tmp_path)
    desk.home.path.write_bytes(desk.home.path.read_bytes()[:5000])
    aside = restore(desk.home, made, SECRET)
    assert aside is not None
    assert aside.stat().st_size == 5000
    desk.home.keys.write_bytes(b"{")
    restore(desk.home, made, SECRET)
    with desk.open() as replica:
        assert replica.read.list("person").total == 3


def test_today_s_passphrase_opens_a_backup_of_the_same_key(tmp_path: Path) -> None:
    desk, made = backed_up(tmp_path)
    with desk.open() as replica:
        desk.home.change_passphrase(replica, NEW)
    restore(desk.home, made, SECRET)
    with desk.open(NEW) as replica:
        assert replica.read.list("person").total == 3


def test_a_wrong_passphrase_a_spoilt_copy_or_a_desk_in_use_touch_nothing(tmp_path: Path) -> None:
    desk, made = backed_up(tmp_path)
    before = {p.name: p.read_bytes() for p in desk.home.folder.iterdir() if p.is_file() and p.suffix != ".lock"}
    with pytest.raises(WrongPassphrase):
        restore(desk.home, made, "geraten, geraten")
    made.file.write_bytes(made.file.read_bytes()[:-1])
    with pytest.raises(BackupTrouble, match="另一份"):
        restore(desk.home, made, SECRET)
    after = {p.name: p.read_bytes() for p in desk.home.folder.iterdir() if p.is_file() and p.suffix != ".lock"}
    assert after == before
    with desk.open() as replica:
        fresh = make_backup(replica, desk.home.keys, tmp_path)
        with pytest.raises(ReplicaInUse):
            restore(desk.home, fresh, SECRET)


def test_another_post_s_backup_is_not_taken(tmp_path: Path) -> None:
    desk, _ = backed_up(tmp_path / "one")
    _, theirs = backed_up(tmp_path / "two", name="another")
    with pytest.raises(BackupTrouble, match="另一个岗位"):
        restore(desk.home, theirs, SECRET)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, made = backed_up(tmp_path)

    def full(_from: Path, to: Path) -> None:
        to.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(DiskTrouble, match="MB 空余空间"):
            restore(desk.home, made, SECRET)
    with desk.open() as replica:
        assert desk.holds_all(replica)
