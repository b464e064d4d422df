"""A backup is one moment of a file in use, still encrypted, proved to open, and appears whole or not at all."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import threading
from collections import namedtuple
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.keys.keyfile import load_keyfile
from baiyun_desktop.replica import backup as backups
from baiyun_desktop.replica.backup import PARTIAL, backups_in, check_backup, make_backup
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import BackupTrouble
from tests.replica.enrolled import SECRET, Desk, enrol_desk
from tests.replica.kill import killed

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "stick").mkdir()
    return enrol_desk(tmp_path)


def test_a_copy_opens_by_its_own_keys_and_holds_what_the_desk_held(desk: Desk, tmp_path: Path) -> None:
    with desk.open() as replica:
        made = make_backup(replica, desk.home.keys, tmp_path / "stick")
    (found,) = backups_in(tmp_path / "stick", desk.home.replica_id)
    assert found == made
    (key,) = load_keyfile(found.keys).unlock(SECRET)
    counts = check_backup(found, key)
    assert counts["person"] == 3
    assert counts["sync_journal"] == 4  # and that it was made
    raw = open_raw(found.file, key, read_only=True)
    assert {name for (name,) in raw.execute("SELECT name FROM person")} == {"王一", "王二", "王三"}
    triggers = raw.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
    raw.close()
    assert triggers[0] > 0
    for path in found.folder.iterdir():
        content = path.read_bytes()
        assert not any(plain in content for plain in ("王一".encode(), "宝山社区".encode(), b"SQLite format 3", key))
        assert path.stat().st_mode & 0o077 == 0


def test_it_is_one_moment_while_a_clerk_goes_on_saving(desk: Desk, tmp_path: Path) -> None:
    stop, saved = threading.Event(), []

    def clerk() -> None:
        while not stop.is_set():
            desk.save(replica, f"王{len(saved)}")
            saved.append(1)

    with desk.open() as replica:
        thread = threading.Thread(target=clerk)
        thread.start()
        try:
            made = [make_backup(replica, desk.home.keys, _folder(tmp_path, n)) for n in range(3)]
        finally:
            stop.set()
            thread.join(30)
        key = replica.store.key
        assert desk.holds_all(replica)
    assert len(saved) > 3
    for one in made:
        counts = check_backup(one, key)
        assert (
            counts["person"] + counts["audit_entry"] == counts["sync_journal"]
        )  # each save is in it with its act, or not at all
        assert counts["door"] == 0
    assert made[-1].info.counts["person"] >= made[0].info.counts["person"]


def _folder(tmp_path: Path, number: int) -> Path:
    folder = tmp_path / f"folder {number}"
    folder.mkdir()
    return folder


def test_the_oldest_go_and_another_desk_s_stay(desk: Desk, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    other = enrol_desk(tmp_path / "other", name="other")
    other.clock.ms -= 30 * DAY_MS
    with other.open() as replica:
        theirs = make_backup(replica, other.home.keys, stick, keep=3)
    (stick / "照片").mkdir()
    with desk.open() as replica:
        for _ in range(5):
            desk.clock.ms += DAY_MS
            last = make_backup(replica, desk.home.keys, stick, keep=3)
    mine = backups_in(stick, desk.home.replica_id)
    assert len(mine) == 3
    assert mine[0] == last
    assert [b.info.made_at for b in mine] == [desk.clock.ms - n * DAY_MS for n in range(3)]
    assert theirs in backups_in(stick)
    assert (stick / "照片").exists()


@pytest.mark.parametrize("point", ["copied", "proved"])
def test_a_kill_leaves_no_half_backup_and_the_next_one_clears_up(desk: Desk, tmp_path: Path, point: str) -> None:
    stick = tmp_path / "stick"
    with desk.open() as replica:
        first = make_backup(replica, desk.home.keys, stick)
    killed("backup", point, desk.home.folder, stick)
    assert backups_in(stick) == [first]
    assert len(list(stick.glob(f"*{PARTIAL}"))) == 1
    desk.clock.ms += DAY_MS
    with desk.open() as replica:
        second = make_backup(replica, desk.home.keys, stick)
    assert backups_in(stick) == [second, first]
    assert list(stick.glob(f"*{PARTIAL}")) == []


def test_a_kill_after_it_has_its_name_leaves_it_whole(desk: Desk, tmp_path: Path) -> None:
    killed("backup", "named", desk.home.folder, tmp_path / "stick")
    (found,) = backups_in(tmp_path / "stick")
    check_backup(found, load_keyfile(found.keys).unlock(SECRET)[0])


def test_a_folder_that_is_gone_is_not_made_but_named(desk: Desk, tmp_path: Path) -> None:
    gone = tmp_path / "E"
    with desk.open() as replica, pytest.raises(BackupTrouble, match="插上"):
        make_backup(replica, desk.home.keys, gone)
    assert not gone.exists()


def test_too_little_space_is_said_before_anything_is_written(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with desk.open() as replica, pytest.raises(BackupTrouble, match="满了"):
        make_backup(replica, desk.home.keys, tmp_path / "stick")
    assert list((tmp_path / "stick").iterdir()) == []


def test_a_disk_that_fills_up_meanwhile_leaves_the_older_backup(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 0, 10**12))
    with desk.open() as replica:
        first = make_backup(replica, desk.home.keys, stick)
        for error in (OSError(errno.ENOSPC, "full"), sqlcipher.OperationalError("database or disk is full")):

            def fill(_file: Path, _key: bytes, error: Exception = error) -> dict[str, int]:
                raise error

            desk.clock.ms += DAY_MS
            with monkeypatch.context() as patch:
                patch.setattr(backups, "_prove", fill)
                with pytest.raises(BackupTrouble, match="磁盘满了"):
                    make_backup(replica, desk.home.keys, stick)
        desk.save(replica, "王四")
    assert backups_in(stick) == [first]
    assert [p for p in stick.iterdir() if p != first.folder] == []


def test_a_quota_met_in_the_middle_of_the_copy_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    """The system lets this process write no file larger than this, as it is with a quota on a share."""
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from baiyun_desktop.replica.backup import make_backup\n"
        "from baiyun_desktop.replica.home import DeskHome\n"
        "from tests.replica.desk import PROGRAM, ManualClock, SeededIds\n"
        "from tests.replica.enrolled import SECRET\n"
        "clock = ManualClock()\n"
        "home = DeskHome(Path(sys.argv[1]))\n"
        "with home.open(SECRET, PROGRAM, clock, SeededIds(clock, 'x')) as replica:\n"
        "    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, most))\n"
        "    try:\n"
        "        make_backup(replica, home.keys, Path(sys.argv[2]))\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # the desk's own file is under none\n"
    )
    stick = tmp_path / "stick"
    command = [sys.executable, "-c", script, str(desk.home.folder), str(stick)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("BackupTrouble 备份没有做成"), done.stderr
    assert "换一个文件夹" in done.stdout
    assert list(stick.iterdir()) == []
    with desk.open() as replica:
        assert desk.holds_all(replica)


@pytest.mark.parametrize("spoil", ["truncated", "turned", "gone"])
def test_the_restore_test_finds_a_spoilt_copy(desk: Desk, tmp_path: Path, spoil: str) -> None:
    with desk.open() as replica:
        made = make_backup(replica, desk.home.keys, tmp_path / "stick")
        key = replica.store.key
    content = made.file.read_bytes()
    if spoil == "gone":
        made.file.unlink()
    else:
        middle = len(content) // 2
        made.file.write_bytes(content[:middle] + (b"" if spoil == "truncated" else bytes(16) + content[middle + 16 :]))
    with pytest.raises(BackupTrouble, match="另一份备份"):
        check_backup(made, key)


def test_another_key_does_not_pass_for_the_right_one(desk: Desk, tmp_path: Path) -> None:
    with desk.open() as replica:
        made = make_backup(replica, desk.home.keys, tmp_path / "stick")
    with pytest.raises(BackupTrouble, match="密钥"):
        check_backup(made, bytes(32))


def test_a_backup_is_left_when_the_program_ends(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_STEPS_BETWEEN_LOOKS", 10)
    with desk.open() as replica, pytest.raises(BackupTrouble, match="中途停止"):
        make_backup(replica, desk.home.keys, tmp_path / "stick", cancelled=lambda: True)
    assert list((tmp_path / "stick").iterdir()) == []
