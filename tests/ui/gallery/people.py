"""A counter as it looks in its third week: three dozen made-up people, some registered, some on their way to a permit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.ui.days import today
from tests.ui.desk import AREA, LONG_NAME, Desk, make_desk

SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙", ("建国", "秀英", "晓燕", "志强", "乌云其其格", "海涛", "丽娟", "铁柱")
REGISTERED, PERMITS = 24, 6


def busy_desk(folder: Path, people: int = 36) -> Desk:
    """The desk; the same each time it is made on a day."""
    desk = make_desk(folder)
    desk.add("王公平", "15020619880315002", "13812345678")
    desk.add(LONG_NAME, "15262519670101003", "13500001111")
    desk.add("欧阳晓燕", "15020619991231001", "13900006789", "宝山社区12号楼3单元502室")
    for n in range(max(0, people - 3)):
        name = SURNAMES[n % len(SURNAMES)] + GIVEN[n % len(GIVEN)] + ("" if n < 12 else "二三四五"[n // 12])
        born = f"19{60 + n % 39}0{1 + n % 9}1{n % 9}"
        home = f"宝山社区{1 + n % 20}号楼{1 + n % 4}单元{100 + n % 6 * 100 + n % 3}室"
        desk.add(name, f"152630{born}{100 + n}", f"138{10000000 + n * 7919:08d}", home)
    _office(desk)
    _on_its_way(desk)
    return desk


def _office(desk: Desk) -> None:
    door, ids = desk.replica.door, desk.replica.ids
    door.save([Draft.create("organisation", ids.new(), area="*", code=AREA, name="宝山社区居委会", leader="赵永强")])
    for n in range(4):
        door.save([Draft.create("house", ids.new(), full_text=f"宝山社区{n + 1}号楼1单元10{n}室", house_type="01")])


def _on_its_way(desk: Desk) -> None:
    door, ids = desk.replica.door, desk.replica.ids
    for n, registration in enumerate(list(desk.registrations.values())[:REGISTERED]):
        door.step("residence_reg", registration, "登记", stated_date=today() - timedelta(days=3 + n * 9))
    for name in list(desk.people)[:PERMITS]:
        since = (today() - timedelta(days=200)).isoformat()
        values = {"person": desk.people[name], "reg": desk.registrations[name], "reside_since": since, "basis": ["1"]}
        door.save([Draft.create("residence_permit", ids.new(), **values)])
        door.save([Draft.create("service_ticket", ids.new(), person=desk.people[name])])


def sent_back(desk: Desk) -> None:
    """One act lies in the tray, with all that was typed."""
    facts = {
        "name": "外区人",
        "phone": "13811110000",
        "live_addr": "祥云社区3号楼",
        "work_unit": "店",
        "remark": "打字十分钟",
    }
    desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), **facts)])
    with desk.replica.store.transaction(Priority.CLERK) as txn:
        last = "WHERE number = (SELECT max(number) FROM sync_journal)"
        reason = "这个人现在由祥云社区管理，请联系对方"
        txn.conn.exec_driver_sql(f"UPDATE sync_journal SET outcome = 'refused', reason = ? {last}", (reason,))
