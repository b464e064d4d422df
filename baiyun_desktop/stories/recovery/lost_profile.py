"""A Windows profile dies, or a passphrase is forgotten: the district gives the key back by telephone, and all is there."""

from __future__ import annotations

import json
import shutil

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.system import SystemKeyStore
from baiyun_desktop.replica.errors import ReplicaError
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.recovery.office import Office, Pc
from baiyun_desktop.stories.recovery.report import Told
from baiyun_desktop.stories.recovery.telephone import BY, key_by_telephone
from baiyun_desktop.stories.stage import Place

DESK = Place("星光窗口", "星光社区·窗口", "150206002006", "王五")
NEW = "草原上的第二把口令"


def play(office: Office) -> Told:
    """Two acts are sent and two are not when the profile dies."""
    told = Told("Windows profile dead")
    (desk,) = office.enrol(DESK)
    desk.day(2)
    desk.day(2, online=False)
    _dies(office, desk, told)
    other = office.pc(desk.place, "another PC")
    shutil.copytree(desk.home.folder, other.home.folder)
    answer = _by_telephone(office, desk, told)
    _used_elsewhere(other.home, answer, told)
    _again(desk, answer, told)
    with desk.open() as replica:
        told.check("all unsent work is there", replica.work_status().unsent == 2)
        told.check("all that was sent is there", replica.read.list("person").total == len(desk.typed))
    desk.command("rotate")  # the key has been in other hands: the file gets another one
    desk.day(1)
    return told.close(office, desk.typed, [desk])


def _dies(office: Office, desk: Pc, told: Told) -> None:
    if office.by_store:
        SystemKeyStore().forget(desk.home.replica_id)
    else:
        desk.passphrase = "记不起来的口令"  # noqa: S105  (what nobody remembers)
    try:
        with desk.open():
            raise StoryStuck("the desk opens though its key is lost")
    except KeyTrouble as error:
        told.refused.append(f"the desk without its key: {error}")
    desk.passphrase = "" if office.by_store else NEW


def _by_telephone(office: Office, desk: Pc, told: Told) -> str:
    number, answer = key_by_telephone(desk)
    noted = [json.loads(line) for line in (office.district.folder / "recoveries.log").read_text("utf-8").splitlines()]
    mine = [(line["number"], line["by"]) for line in noted if line["replica"] == desk.home.replica_id]
    told.check("the district has written down which request, and who answered", mine == [(number, BY)])
    return answer


def _used_elsewhere(home: DeskHome, answer: str, told: Told) -> None:
    """Somebody has a copy of the whole folder, asked for the key himself, and listened to the other's answer."""
    home.ask_for_key(NEW)
    try:
        home.take_answer(answer, NEW)
    except (KeyTrouble, ReplicaError, OSError) as error:
        told.refused.append(f"the answer on another PC: {error}")
    told.check("the answer opens nothing on another PC", len(told.refused) == 2)


def _again(desk: Pc, answer: str, told: Told) -> None:
    try:
        desk.home.take_answer(answer, desk.passphrase)
    except KeyTrouble as error:
        told.refused.append(f"the answer a second time: {error}")
    told.check("the answer opens nothing a second time", len(told.refused) == 3)
