"""The district's server dies and is restored from yesterday: its desks give back what the backup lacks, each thing once."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.recovery.office import Office, Pc, exchange, go
from baiyun_desktop.stories.recovery.report import PERSON, STAY, Books, Told, unsent
from baiyun_desktop.stories.stage import Place

AREA = "150206002006"
DESKS = (
    Place("一号窗口", "星光社区·一号窗口", AREA, "张三"),
    Place("二号窗口", "星光社区·二号窗口", AREA, "李四"),
    Place("网格", "星光社区·网格走访", AREA, "王五"),
)
LEAVER = Place("离岗", "星光社区·离岗窗口", AREA, "钱六")
LATE, NEXT = Place("迟到", "星光社区·迟到窗口", AREA, "孙七"), Place("新来", "星光社区·新来窗口", AREA, "周八")
KINDS = (PERSON, STAY, "movement")
SERIES, CAUSE = "residence", "账号外借"


def play(office: Office) -> Told:
    """Two acts a desk are in the backup, two more are not, and one is unsent; one desk is revoked after the backup."""
    told = Told("district restored from yesterday")
    *desks, leaver = office.enrol(*DESKS, LEAVER)
    store = office.folder / "backups"
    store.mkdir()
    for pc in (*desks, leaver):
        pc.day(2)
    office.district.run("backup", str(office.district.folder), "--to", str(store), "--elsewhere")
    for pc in desks:
        pc.day(2)
    exchange(desks, 1)
    unsent_one = desks[2].day(1, online=False)
    (late,) = office.enrol(LATE)
    given = max(last for pc in (*desks, leaver, late) for _, last in _blocks(pc))
    office.district.run("revoke", str(office.district.folder), leaver.home.replica_id, "--cause", CAUSE, "--yes")
    typed = [one for pc in (*desks, leaver) for one in pc.typed]
    sent = [one for one in typed if one not in unsent_one]
    before = Books(office).of(KINDS, sent)
    told.check("the district had all that was sent", all(Books(office).has(one) for one in sent))
    _dies_and_is_restored(office, store, leaver, told)
    lacked = sum(not Books(office).has(one) for one in sent)
    told.check("the backup lacked what was done since", lacked == 2 * len(desks))
    _goes_on(desks, told)
    told.check("all is as it was before", Books(office).of(KINDS, sent) == before)
    _stay_out(office, leaver, late, told)
    (newcomer,) = office.enrol(NEXT)
    told.check(
        "a new desk's numbers begin beyond all that were given", min(first for first, _ in _blocks(newcomer)) > given
    )
    exchange(desks, 1)  # what the leaver typed is put before them
    return told.close(office, [one for pc in desks for one in pc.typed] + leaver.typed[:2], desks)


def _dies_and_is_restored(office: Office, store: Path, leaver: Pc, told: Told) -> None:
    """The disk is gone: what is left is the backup, its key on paper, and who remembers that somebody was revoked."""
    lost, port = office.district, urlsplit(office.district.url).port
    assert port is not None
    lost.kill()
    shutil.rmtree(lost.folder)
    office.district = new = DistrictProcess(office.folder / "district again")
    new.run("restore", str(new.folder), "--from", str(store), "--key-file", str(office.key_file))
    try:
        new.start(port)
    except RuntimeError as error:
        told.refused.append(f"the restored district before it is confirmed: {error}")
        new.stop()
    told.check("it serves nobody before it is confirmed", len(told.refused) == 1 and "confirm" in told.refused[0])
    new.run("revoke", str(new.folder), leaver.home.replica_id, "--cause", CAUSE, "--yes")
    new.run("confirm", str(new.folder), "--by", "区管理员", "--yes")
    new.start(port)


def _goes_on(desks: list[Pc], told: Told) -> None:
    """The first types on before anybody has told it; then all speak with the district again."""
    desks[0].day(1, online=False)
    exchange(desks, 3)
    told.check("no desk has anything left to offer", not any(unsent(pc) for pc in desks))
    numbers = [one.number for pc in desks for one in pc.typed]
    told.check("no number of a paper came twice", len(numbers) == len(set(numbers)))
    told.check("and none is provisional", not any("暂" in number for number in numbers))


def _stay_out(office: Office, leaver: Pc, late: Pc, told: Told) -> None:
    """Who was revoked after the backup types on, and who was enrolled after it comes too: neither is let in."""
    with leaver.open() as replica:
        fraud = leaver.register(replica, 1)
        told.refused.append(f"the desk that was revoked after the backup: {go(replica)}")
        told.check("it holds nothing any more", replica.read.list(PERSON).total == 0)
    told.check("what it types now counts for nothing", not any(Books(office).has(one) for one in fraud))
    try:
        late.day()
    except StoryStuck as error:
        told.refused.append(f"the desk that was enrolled after the backup: {error}")
    told.check("both stay out", len(told.refused) == 3)


def _blocks(pc: Pc) -> list[tuple[int, int]]:
    """(first, last) serial of each block of numbers that a desk was given."""
    with pc.open() as replica, replica.reading() as conn:
        rows = conn.exec_driver_sql("SELECT first, last FROM number_block WHERE pattern = ?", (SERIES,)).all()
    return [(int(first), int(last)) for first, last in rows]
