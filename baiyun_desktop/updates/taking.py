"""Takes an update from wherever it is offered: find, fetch, unpack, and have it started next time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from baiyun_desktop.keys.atomic import write_whole
from sync.desk.transport import Transport
from sync.outside import Clock

from .client import Client, Package
from .errors import UpdateTrouble
from .lines import DistrictPlace, FolderPlace, Place
from .package import unpack
from .slots import Slots

FOLDER, SOURCE = "updates", "source.json"


@dataclass(frozen=True, slots=True)
class Source:
    """Where this desk's district is, and by what it is known there: neither is a secret, both are needed without a key."""

    url: str
    ca: str

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / SOURCE, json.dumps(asdict(self)).encode())

    @classmethod
    def of(cls, folder: Path) -> Source:
        """As the desk last wrote it down. Raises UpdateTrouble on a PC that never was a desk."""
        try:
            return cls(**json.loads((folder / SOURCE).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise UpdateTrouble("还不知道区服务器在哪里：请先打开白云一次，或用 --from 指定 U 盘") from error


def place_of(said: str, folder: Path, clock: Clock) -> tuple[Place, bool]:
    """(the place, whether it is the district itself) that `--from` means: an address, a folder, or nothing for the district.

    An address is believed only as this desk's district, by the CA that it was enrolled with.
    """
    if said and not said.startswith("https://"):
        path = Path(said)
        if not path.is_dir():
            raise UpdateTrouble(f"找不到 {said}，请插好 U 盘")
        return FolderPlace(path), False
    source = Source.of(folder)
    return DistrictPlace(Transport(said or source.url, "", source.ca, clock.now_ms)), True


def take(client: Client, slots: Slots, *, again: bool = False) -> Package | None:
    """Stages the newest version that is offered, if it is newer than what is here; None where there is none.

    Raises UpdateTrouble; the program that is there goes on as it is.
    """
    now = slots.pointer()
    found = client.find(now.current, () if again else now.refused)
    if found is None or found.version == now.next:
        return found
    package = client.fetch(found)
    unpack(package, slots, found.version)
    slots.stage(found.version)
    client.forget_downloads()
    return found
