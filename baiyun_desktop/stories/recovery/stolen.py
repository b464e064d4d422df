"""A laptop is stolen with unsent work: nobody reads it, nothing of it counts, and the office has all that was typed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.system import SystemKeyStore
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.backup import make_backup
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import WrongKey
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.returned import HANDED, Did, TrayItem
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.recovery.office import Office, Pc, Typed, go
from baiyun_desktop.stories.recovery.report import Books, Told
from baiyun_desktop.stories.recovery.telephone import key_by_telephone
from baiyun_desktop.stories.stage import Place
from sync.desk.transport import Transport
from sync.errors import Refused

LAPTOP = Place("走访笔记本", "宝山社区·走访", "150206001006", "王芳")
COUNTER = Place("新电脑", "宝山社区·窗口", "150206001006", "王芳")
GUESS = "19880315wang"
CAUSE = "笔记本被盗"


def play(office: Office) -> Told:
    """Two acts are sent, one is in the night's backup alone, and the laptop goes with its window open."""
    told = Told("laptop stolen")
    laptop, counter = office.enrol(LAPTOP, COUNTER)
    stick, image = office.folder / "stick", office.folder / "what the thief has"
    stick.mkdir()
    laptop.day(2)
    with laptop.open() as running:
        laptop.register(running, 1)
        make_backup(running, laptop.home.keys, stick)  # at night, beside the open window
        shutil.copytree(laptop.home.folder, image)
        typed = [*laptop.typed]
        _nobody_reads(office, laptop, running, image, told)
        office.district.run("revoke", str(office.district.folder), laptop.home.replica_id, "--cause", CAUSE, "--yes")
        _from_the_backup(office, laptop, stick, told)
        told.check("what was not sent is put before an officer", _looked_at(counter, typed) == [True])
        told.check("and counts when the new PC has taken it over", all(Books(office).has(one) for one in typed))
        fraud = _the_thief_types(laptop, running, told)
    told.check("the thief's is put before an officer too", _looked_at(counter, typed) == [False])
    told.check("and counts for nothing", not any(Books(office).has(one) for one in fraud))
    return told.close(office, typed, [counter])


def _nobody_reads(office: Office, laptop: Pc, running: Replica, image: Path, told: Told) -> None:
    content = b"".join(path.read_bytes() for path in sorted(image.rglob("*")) if path.is_file())
    log = image / f"{laptop.home.path.name}-wal"
    names = [one.name for one in laptop.typed]
    told.check("the file is open, so that its log is not empty", log.stat().st_size > 0)
    told.check("no name in the file, its free pages or its log", not any(n.encode() in content for n in names))
    told.check("its officer sees each of them", set(names) == {row.name for row in running.read.list("person").rows})
    thief = Pc(office, laptop.place, DeskHome(image), GUESS)
    said = thief.command("import", image, ok=False, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    told.refused.append(f"who opens its copy as somebody else: {said.strip().splitlines()[-1]}")
    try:
        open_raw(thief.home.path, new_key(), read_only=True).close()
    except WrongKey as error:
        told.refused.append(f"who tries a key: {error}")
    told.check("the copy opens with no other key", len(told.refused) == 2)


def _from_the_backup(office: Office, laptop: Pc, stick: Path, told: Told) -> None:
    """The backup is opened on a PC of the office, and sends what the laptop had not; its key store went with the laptop."""
    pc = office.pc(laptop.place, "the backup of the laptop")
    pc.command("restore", stick)
    if office.by_store:
        SystemKeyStore().forget(pc.home.replica_id)
        key_by_telephone(pc, "--revoked")
    with pc.open() as replica:
        told.refused.append(f"its backup, once it has sent its work: {go(replica)}")


def _looked_at(counter: Pc, typed: Sequence[Typed]) -> list[bool]:
    """The officer goes through what is kept aside: takes own work over, with the numbers on its papers, and nothing else.

    Says of each whether it was own work.
    """
    mine, found = {one.person for one in typed}, []
    with counter.open() as replica:
        go(replica)
        for item in replica.read.tray():
            if item.outcome != HANDED:
                continue
            found.append(any(change.id in mine for change in item.changes))
            if found[-1]:
                _adopt(replica, item, counter.place.officer)
            replica.door.decide_rescue(item.rescue, "taken" if found[-1] else "dismissed")
        go(replica)
    return found


def _the_thief_types(laptop: Pc, running: Replica, told: Told) -> list[Typed]:
    """The window was open. What is typed in it now goes to the district, is kept for people to look at, and no more."""
    fraud = laptop.register(running, 1)
    told.refused.append(f"who goes on in its open window: {go(running)}")
    who, outcomes = running.identity, Books(laptop.office).outcomes(running.identity.replica, fraud)
    line = Transport(who.url, who.token, who.ca, running.clock.now_ms)
    try:
        line.wait(0, 0.1)
    except Refused as error:
        told.refused.append(f"its token, asking for news: {error}")
    finally:
        line.close()
    told.check("its token hears no news", len(told.refused) == 5)
    told.check("its rows are gone from it", running.read.list("person").total == 0)
    told.check("what came after the theft is kept aside", outcomes == ["rescued"])
    return fraud


def _adopt(replica: Replica, item: TrayItem, officer: str) -> None:
    drafts = [
        Draft.create(change.kind, change.id, **{k: v for k, v in change.fields.items() if v is not None})
        for change in item.changes
        if change.did is Did.CREATE and change.kind != "movement"
    ]
    stay = next((draft for draft in drafts if draft.kind == "residence_reg"), None)
    if stay is None:
        raise StoryStuck("what was kept aside is no registration")
    stated = stay.values.get("reg_date")
    replica.door.step(stay.kind, stay.id, item.verb, drafts=drafts, stated_date=stated, officer=officer)
