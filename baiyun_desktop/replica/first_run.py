"""How far setting a PC up has come, kept beside the desk, so that whoever closes the window goes on where he was."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum

import msgspec

from baiyun_desktop.keys.atomic import write_whole
from baiyun_desktop.registry import divisions
from baiyun_desktop.replica.accounts_homes import FIRST_RUN, further_home
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.replica import Replica


class Step(Enum):
    """In order."""

    ADDRESS = "address"
    CODE = "code"
    POST = "post"
    KEY = "key"
    OFFICER = "officer"
    IMPORT = "import"


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed so far. No secret is among it: no code, no passphrase, no password."""

    step: Step = Step.ADDRESS
    address: str = ""
    sent: str = ""
    """The end of the code that was sent and may have been taken: the same one gives the same answer again."""
    further: bool = False
    """Whether another post is to be enrolled on this PC afterwards."""


def begun(home: DeskHome) -> Begun | None:
    """None where nothing was begun, or all is done. An unreadable one is begun anew: nothing is done twice by that."""
    try:
        found = msgspec.json.decode((home.folder / FIRST_RUN).read_bytes(), type=Begun)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, OSError):
        found = Begun()
    past = found.step in (Step.POST, Step.KEY, Step.OFFICER, Step.IMPORT)
    if home.enrolled and not past:
        return msgspec.structs.replace(found, step=Step.POST)
    if past and not home.enrolled:  # the code is a secret, and the answer came to nobody's disk
        return msgspec.structs.replace(found, step=Step.CODE if found.address else Step.ADDRESS)
    return found


def keep(home: DeskHome, state: Begun) -> None:
    """Writes down how far it is. Raises OSError where the disk does not take it."""
    home.folder.mkdir(parents=True, exist_ok=True)
    write_whole(home.folder / FIRST_RUN, msgspec.json.encode(state))


def finish(home: DeskHome, first: DeskHome, state: Begun, now_ms: int) -> DeskHome | None:
    """All is done here; the place of the further post that is to be enrolled now, where one was wanted."""
    further = further_home(first, now_ms) if state.further else None
    if further is not None:
        keep(further, Begun(address=state.address))
    with suppress(FileNotFoundError):
        (home.folder / FIRST_RUN).unlink()
    return further


def received_bytes(replica: Replica) -> int:
    """How much of a new desk's rows has come so far, while they are fetched."""
    found = 0
    with suppress(OSError):  # what is fetched is moved and removed meanwhile
        found = sum(path.stat().st_size for path in replica.folder.glob("**/*") if path.is_file())
    return found


def area_names(codes: tuple[str, ...]) -> list[str]:
    """What a post may hold, by the published names; a code of later days stands for itself."""
    plain = [code.partition("|")[0] for code in codes]
    named: dict[str, str] = {}
    for district in {code[:6] for code in plain}:
        with suppress(KeyError):
            named |= {v["code"]: v["name"] for _, _, v in divisions.organisations(district)}
    return [named.get(code, code) for code in plain]
