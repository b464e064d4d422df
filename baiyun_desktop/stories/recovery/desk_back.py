"""A desk goes back to its nightly backup after it has worked on: all comes together again, and no number comes twice."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from baiyun_desktop.stories.recovery.office import Office, Pc, go
from baiyun_desktop.stories.recovery.report import Books, Told
from baiyun_desktop.stories.stage import Place
from sync.district.engine import open_engine
from sync.district.tables import EPOCH

DESK = Place("祥云窗口", "祥云社区·窗口", "150206002007", "李四")


def play(office: Office) -> Told:
    """Three acts before the backup, two sent after it, two not sent; then the file is damaged, and later the PC dies."""
    told = Told("desk restored from a backup")
    (desk,) = office.enrol(DESK)
    stick = office.folder / "stick of the counter"
    stick.mkdir()
    desk.day(2)
    desk.day(1, online=False)
    desk.command("backup", stick, "--nightly")
    desk.day(2)
    desk.day(2, online=False)
    desk.command("restore", stick)
    with desk.open() as replica:
        told.check("the restored file is as old as the backup", replica.read.list("person").total == 3)
        fresh = desk.register(replica, 1)  # before anybody has told it what it had sent
        go(replica)
        told.check("what had been sent comes back", replica.read.list("person").total == 6)
    told.check("its next number is one that nobody has had", _numbers_are_distinct(desk))
    told.check("and a final one, since this PC has counted", all("暂" not in one.number for one in fresh))
    told.check("the restored file is a fork", _lines(office, desk) == 2)
    said = desk.command("leftovers")
    told.check("what was not sent goes up from the replaced file", "全部送到" in said)
    told.check("which is then removed", not [*desk.home.folder.glob("*before*")])
    desk.day()
    told.check("the desk holds what the district holds for it", Books(office).equal(desk))
    new_pc = _on_another_pc(office, desk, stick, told)
    return told.close(office, [*desk.typed, *new_pc.typed], [new_pc])


def _on_another_pc(office: Office, desk: Pc, stick: Path, told: Told) -> Pc:
    """The PC has died with the day's work sent; its backup of the night before goes on elsewhere, without its counter."""
    new_pc = office.pc(desk.place, "the next PC")
    new_pc.command("restore", stick)
    new_pc.day(1, online=False)
    new_pc.day(1)
    (one, two) = new_pc.typed
    told.check("on a PC that has not counted, numbers are provisional", all("暂" in n.number for n in (one, two)))
    told.check("and unlike each other", one.number != two.number)
    new_pc.day()
    return new_pc


def _numbers_are_distinct(desk: Pc) -> bool:
    numbers = [one.number for one in desk.typed]
    return len(numbers) == len(set(numbers))


def _lines(office: Office, desk: Pc) -> int:
    engine = open_engine(f"sqlite:///{office.district.folder / 'district.db'}")
    with engine.connect().execution_options(reads=True) as conn:
        query = select(func.count()).where(EPOCH.c.replica == desk.home.replica_id)
        found = int(conn.execute(query).scalar_one())
    engine.dispose()
    return found
