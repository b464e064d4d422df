"""The desk's side of updates: what this district offers, verified by TUF whichever way it came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baiyun_desktop.keys.atomic import write_whole
from sync.errors import SyncError

from .errors import Outdated, Untrusted, UpdateTrouble
from .lines import METADATA, TARGETS, NotThere, Place
from .versions import is_version, order, this_system

if TYPE_CHECKING:
    from tuf.ngclient import Updater

INDEX = "packages.json"
ROOT = "root.json"
_SCHEME = "place:"
Progress = Callable[[int, int], None]
"""Bytes so far, and in all."""


@dataclass(frozen=True, slots=True)
class Package:
    """A version that the district offers for this system."""

    file: str
    version: str
    size: int
    notes: str


class Client:
    """What a desk knows of its district's updates, in a folder of its own.

    `root.json` there is what it trusts, from its first contact over the district's own TLS or by a fingerprint; what
    was seen since lies beside it, so that nothing older is ever believed.
    """

    def __init__(self, folder: Path, place: Place, progress: Progress = lambda _done, _of: None) -> None:
        self.folder = folder
        self._place = place
        self._progress = progress
        self._updater: Updater | None = None

    @property
    def trusts(self) -> bool:
        return (self.folder / ROOT).exists()

    def trust(self, fingerprint: str = "") -> None:
        """Takes the root that the place shows: over the district's own TLS, or else by its fingerprint. Once."""
        if self.trusts:
            return
        with _plain_words():
            root = b"".join(self._place.read(f"{METADATA}/{ROOT}"))
        found = hashlib.sha256(root).hexdigest()
        if fingerprint and found != fingerprint.replace(" ", "").lower():
            raise Untrusted(f"指纹不对：这里的是 {found}，请向区管理员核对")
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / ROOT, root)

    def find(self, current: str, refused: Iterable[str] = ()) -> Package | None:
        """The newest version for this system that is newer than `current` and did not fail here; None where none is.

        Raises UpdateTrouble: Untrusted, Outdated, or what stands in the way.
        """
        with _plain_words():
            updater = self._refreshed()
            info = updater.get_targetinfo(INDEX)
            if info is None:
                return None
            text = Path(updater.download_target(info, str(self.folder / INDEX))).read_bytes()
        rows = [row for row in json.loads(text) if row["system"] == this_system() and is_version(row["version"])]
        newer = [r for r in rows if order(r["version"]) > order(current) and r["version"] not in set(refused)]
        if not newer:
            return None
        best: dict[str, Any] = max(newer, key=lambda row: order(row["version"]))
        return Package(best["file"], best["version"], best["size"], best.get("notes", ""))

    def fetch(self, package: Package) -> Path:
        """The package's file, whole and verified; what an interrupted fetch left is gone on from. Raises UpdateTrouble."""
        from tuf.api.exceptions import DownloadLengthMismatchError, LengthOrHashMismatchError

        folder = self.folder / "downloads"
        with _plain_words():
            updater = self._refreshed()
            info = updater.get_targetinfo(package.file)
            if info is None:
                raise Untrusted(f"{package.version} 版已被区里撤回")
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / package.file
            if updater.find_cached_target(info, str(path)) is None:
                try:
                    updater.download_target(info, str(path))
                except (LengthOrHashMismatchError, DownloadLengthMismatchError):
                    self.forget_downloads()  # also what came in part: it would spoil the next fetch
                    raise
        return path

    def forget_downloads(self) -> None:
        """Removes what was fetched, once it is unpacked."""
        for path in (self.folder / "downloads").glob("*"):
            path.unlink()

    def _refreshed(self) -> Updater:
        """Root, timestamp, snapshot, targets: each signed, none older than what was seen, none run out."""
        if self._updater is None:
            from tuf.ngclient import Updater

            if not self.trusts:
                raise Untrusted("本机还没有本区的更新公钥。请先连线更新一次，或向区管理员要指纹后用 --trust 指纹")
            trusted = self.folder / "trusted"
            trusted.mkdir(parents=True, exist_ok=True)
            fetcher = _fetcher(self._place, self.folder / "downloads", self._progress)
            updater = Updater(
                str(trusted),
                _SCHEME + METADATA,
                str(self.folder),
                _SCHEME + TARGETS,
                fetcher,
                bootstrap=(self.folder / ROOT).read_bytes(),
            )
            updater.refresh()
            self._updater = updater
        return self._updater


def _fetcher(place: Place, downloads: Path, progress: Progress) -> Any:
    """TUF's way to a file, over a place of ours. A package that did not come whole stays in part, to go on from.

    What is in part is believed no more than what comes over the line: TUF hashes the whole.
    """
    from tuf.api.exceptions import DownloadHTTPError
    from tuf.ngclient import FetcherInterface

    class Fetcher(FetcherInterface):
        def _fetch(self, url: str) -> Iterator[bytes]:
            name = url.removeprefix(_SCHEME)
            part = downloads / (name.rpartition("/")[2] + ".part")
            package = name.startswith(TARGETS) and not name.endswith(INDEX)
            had = part.stat().st_size if package and part.exists() else 0
            try:
                pieces = place.read(name, had)
            except NotThere as error:
                raise DownloadHTTPError(f"there is no {name}", 404) from error
            return _kept(part, had, pieces, progress) if package else pieces

    return Fetcher()


def _kept(part: Path, had: int, pieces: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    """What is there already, then the rest, which is written down as it comes; whole, the part goes."""
    done = 0
    if had:
        with part.open("rb") as file:
            while piece := file.read(2**20):
                done += len(piece)
                yield piece
    with part.open("ab") as file:
        for piece in pieces:
            file.write(piece)
            file.flush()
            done += len(piece)
            progress(done, 0)
            yield piece
    part.unlink()


@contextmanager
def _plain_words() -> Iterator[None]:
    """Says what to do, for each way in which what was offered is not to be trusted or did not come."""
    from tuf.api import exceptions as tuf

    try:
        yield
    except tuf.ExpiredMetadataError as error:
        raise Outdated(f"更新信息已过期。请核对本机日期；U 盘请区管理员重新制作（{error}）") from error
    except tuf.BadVersionNumberError as error:
        raise Untrusted(f"这里的更新比本机见过的旧，可能是旧 U 盘或被人替换，没有采用（{error}）") from error
    except (tuf.LengthOrHashMismatchError, tuf.DownloadLengthMismatchError) as error:
        raise Untrusted(f"更新包与区里签发的不一致，可能损坏或被改动，没有采用（{error}）") from error
    except tuf.DownloadHTTPError as error:
        raise UpdateTrouble(f"这里没有要找的更新文件，请区管理员核对（{error}）") from error
    except NotThere as error:
        raise UpdateTrouble("这里没有更新，请区管理员先运行 baiyun-district updates init") from error
    except (tuf.DownloadError, SyncError) as error:
        cause = error.__cause__ if isinstance(error, tuf.DownloadError) and error.__cause__ else error
        raise UpdateTrouble(f"更新没有下载完，下次接着下载（{cause}）") from error
    except tuf.RepositoryError as error:
        raise Untrusted(f"更新信息不是本区签发的，没有采用（{error}）") from error
    except (OSError, ValueError, KeyError) as error:
        raise UpdateTrouble(f"更新没有成功，现在的程序照常使用。请检查硬盘和 U 盘（{error}）") from error
