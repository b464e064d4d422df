"""A replica lies on this PC's own disk: network drives of Linux, Windows and macOS are known and refused in words."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from baiyun_desktop.replica import drives
from baiyun_desktop.replica.drives import network_drive, network_mount, refuse_network_drive
from baiyun_desktop.replica.drives_macos import MNT_LOCAL, Statfs, network_volume
from baiyun_desktop.replica.drives_windows import DRIVE_REMOTE, network_letter
from baiyun_desktop.replica.errors import NetworkDrive
from baiyun_desktop.replica.home import DeskHome
from tests.replica.desk import PROGRAM
from tests.replica.test_home import CLOCK, IDS, DistrictInTest, enrol

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//server/share /mnt/share cifs rw 0 0
server:/home /mnt/nfs\\040of\\040all nfs4 rw 0 0
/dev/sdb1 /mnt/share/stick fuseblk rw 0 0
lee@host:/ /media/sshfs fuse.sshfs rw 0 0
/dev/sdc1 /twice xfs rw 0 0
server:/x /twice nfs rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/desk", None),
        ("/mnt/share/desk", "cifs"),
        ("/mnt/share", "cifs"),
        ("/mnt/shared/desk", None),
        ("/mnt/nfs of all/desk", "nfs4"),
        ("/mnt/share/stick/desk", None),
        ("/media/sshfs/desk", "fuse.sshfs"),
        ("/twice/desk", "nfs"),
        ("/dev/shm/desk", None),
    ],
)
def test_linux_says_what_a_folder_is_on(path: str, kind: str | None) -> None:
    assert network_mount(path, MOUNTS) == kind


@pytest.mark.parametrize(
    ("path", "kind", "found"),
    [
        ("C:\\ProgramData\\baiyun-desktop", 3, None),
        ("H:\\desk", DRIVE_REMOTE, "H:"),
        ("E:\\desk", 2, None),
        ("\\\\?\\C:\\a long path", 3, None),
        ("\\\\?\\Z:\\a long path", DRIVE_REMOTE, "Z:"),
        ("\\\\server\\share\\desk", 3, "\\\\server\\share"),
        ("\\\\?\\UNC\\server\\share\\desk", 3, "\\\\server\\share"),
    ],
)
def test_windows_says_what_a_letter_is(path: str, kind: int, found: str | None) -> None:
    asked: list[str] = []

    def drive_type(root: str) -> int:
        asked.append(root)
        return kind

    assert network_letter(path, drive_type) == found
    assert all(len(root) == 3 and root.endswith(":\\") for root in asked)


def test_macos_says_whether_a_volume_is_local() -> None:
    assert network_volume("/Volumes/desk", lambda _: (MNT_LOCAL | 1, "apfs")) is None
    assert network_volume("/Volumes/share", lambda _: (1, "smbfs")) == "smbfs"


def test_the_structure_has_the_size_that_the_system_fills() -> None:
    assert ctypes.sizeof(Statfs) == 2168  # struct statfs of sys/mount.h with 64-bit inodes


def test_this_machine_s_own_folder_is_taken_though_it_is_not_made_yet(tmp_path: Path) -> None:
    assert network_drive(tmp_path / "not" / "yet") is None
    refuse_network_drive(tmp_path / "not" / "yet")


def test_a_desk_is_neither_enrolled_nor_opened_on_a_network_drive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, district = DeskHome(tmp_path / "home"), DistrictInTest()
    with monkeypatch.context() as patch:
        patch.setattr(drives, "network_mount", lambda _path, _mounts: "cifs")
        with pytest.raises(NetworkDrive, match=r"网络盘.*本机硬盘"):
            enrol(home, district)
        assert district.given == {}  # the one-time code is not used up
        assert not home.folder.exists()
    enrol(home, district)
    monkeypatch.setattr(drives, "network_mount", lambda _path, _mounts: "nfs4")
    with pytest.raises(NetworkDrive):
        home.open("", PROGRAM, CLOCK, IDS)


def test_a_link_to_a_share_is_seen_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    seen: list[str] = []
    monkeypatch.setattr(drives, "network_mount", lambda path, _mounts: seen.append(path))
    network_drive(tmp_path / "link" / "desk")
    assert seen == [str(tmp_path / "share")]
