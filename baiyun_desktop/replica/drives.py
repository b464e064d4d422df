"""Tells a folder on this PC's own disk from one on the network, where SQLite's locks and write-ahead log are not safe."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from baiyun_desktop.replica.drives_macos import network_volume
from baiyun_desktop.replica.drives_windows import network_letter
from baiyun_desktop.replica.errors import NetworkDrive

_NETWORK_TYPES = frozenset(
    "9p afpfs afs autofs beegfs ceph cifs coda davfs fuse.ceph fuse.davfs2 fuse.glusterfs fuse.gvfsd-fuse fuse.rclone"
    " fuse.s3fs fuse.smbnetfs fuse.sshfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 smb2 smb3 smbfs vboxsf"
    " vmhgfs virtiofs".split()
)
"""File systems of Linux that another machine holds, also the host of a virtual machine: none shares memory with us."""


def refuse_network_drive(folder: Path) -> None:
    """Raises NetworkDrive where the folder, or the one it is to be made in, is not on this PC."""
    kind = network_drive(folder)
    if kind:
        raise NetworkDrive(
            f"{folder} 在网络盘上（{kind}）。多台电脑会同时改动同一个文件，断网时数据会损坏。"
            "请把数据放到本机硬盘：去掉 BAIYUN_HOME 的设置，或改为本机的文件夹"
        )


def network_drive(folder: Path) -> str | None:
    """What kind of network drive a folder is on, or None where it is on this PC."""
    there = _existing(folder)
    if sys.platform == "win32":
        return network_letter(there)
    if sys.platform == "darwin":
        return network_volume(there)
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", errors="surrogateescape")
    except OSError:
        return None  # a system that does not say is believed
    return network_mount(there, mounts)


def network_mount(path: str, mounts: str) -> str | None:
    """By Linux's table of mounts: the type of the file system that `path` is on, where that is a network's."""
    best, kind = "", ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), parts[1])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # of two on one point, the later one covers the earlier
            best, kind = point, parts[2]
    return kind if kind in _NETWORK_TYPES else None


def _existing(folder: Path) -> str:
    """The folder's real path, or that of the nearest folder above it that is there already."""
    real = Path(os.path.realpath(folder))
    while not real.exists() and real != real.parent:
        real = real.parent
    return str(real)
