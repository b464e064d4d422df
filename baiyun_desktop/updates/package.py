"""A version's folder as one file, and back: unpacked beside the others, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from baiyun_desktop.keys.atomic import sync_folder

from .errors import UpdateTrouble
from .slots import PARTIAL, Slots
from .versions import is_version

ABOUT = "package.json"
"""In a version's folder: which version, and for which system."""
_STAMP = (1980, 1, 1, 0, 0, 0)
_CHUNK_BYTES = 2**20
_SPARE_BYTES = 64 * 2**20


def pack(folder: Path, package: Path, about: dict[str, str]) -> None:
    """Writes a version's folder into one file; the same folder makes the same bytes. Links are packed as what they name."""
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        out.writestr(zipfile.ZipInfo(ABOUT, _STAMP), json.dumps(about, sort_keys=True))
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if not path.is_file() or name == ABOUT:
                continue
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IMODE(path.stat().st_mode) | stat.S_IFREG) << 16
            with path.open("rb") as source, out.open(info, "w") as target:
                shutil.copyfileobj(source, target, _CHUNK_BYTES)


def about(package: Path) -> dict[str, str]:
    """What a package or a version's folder says of itself; empty where it says nothing."""
    try:
        if package.is_dir():
            text = (package / ABOUT).read_bytes()
        else:
            with zipfile.ZipFile(package) as file:
                text = file.read(ABOUT)
        said = json.loads(text)
        return {str(k): str(v) for k, v in said.items()}
    except (OSError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
        return {}


def unpack(package: Path, slots: Slots, version: str, at: Callable[[str], None] = lambda _point: None) -> None:
    """Unpacks a package that was verified; the version's folder appears when every byte of it is on the disk.

    `at` is called at named points: "half", "unpacked", "named". Raises UpdateTrouble.
    """
    assert is_version(version)
    final, partial = slots.folder(version), slots.folder(version + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    if slots.has(version):
        return
    try:
        slots.versions.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(package) as file:
            names = _checked(file)
            _make_room(slots.versions, names)
            for number, info in enumerate(names):
                _extract(file, info, partial)
                if number == len(names) // 2:
                    at("half")
        at("unpacked")
        for folder in [partial, *(p for p in partial.rglob("*") if p.is_dir())]:
            sync_folder(folder)
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)
        sync_folder(slots.versions)
    except (OSError, zipfile.BadZipFile) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise UpdateTrouble(f"{version} 版没有装上，现在的程序照常使用。请检查硬盘空间（{error}）") from error
    at("named")
    if not slots.has(version):
        raise UpdateTrouble(f"更新包里没有程序 {slots.program(version).name}，请联系管理员")


def _checked(file: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Its files; raises BadZipFile where one would lie outside the folder."""
    found = [info for info in file.infolist() if not info.is_dir()]
    for info in found:
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename:
            raise zipfile.BadZipFile(f"it names a file outside its folder: {info.filename}")
    return found


def _make_room(folder: Path, names: list[zipfile.ZipInfo]) -> None:
    need, free = sum(info.file_size for info in names) + _SPARE_BYTES, shutil.disk_usage(folder).free
    if free < need:
        raise UpdateTrouble(
            f"更新需要 {need // 10**6 + 1} MB 空余空间，现在只有 {free // 10**6} MB，请腾出空间后再更新"
        )


def _extract(file: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
    path = folder.joinpath(*PurePosixPath(info.filename).parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with file.open(info) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, _CHUNK_BYTES)
        target.flush()
        os.fsync(target.fileno())
    mode = stat.S_IMODE(info.external_attr >> 16)
    path.chmod(0o755 if mode & stat.S_IXUSR else 0o644)
