"""A family is whoever shares a household, a house or an address, each once."""

from __future__ import annotations

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.family import Shares
from tests.replica.desk import SeededIds, person


def test_those_who_live_together_are_found_by_what_they_share(desk: Replica, ids: SeededIds) -> None:
    house = Draft.create("house", ids.new(), full_text="宝山社区15号楼5单元102室")
    home = Draft.create("household", ids.new(), house=house.id)
    me = person(ids, name="王公平", house=house.id, live_addr="宝山社区15号楼5单元102室")
    wife = person(ids, name="李梅", house=house.id)
    lodger = person(ids, name="张三", house=house.id)
    neighbour = person(ids, name="赵六", live_addr="宝山社区15号楼5单元102室")
    elsewhere = person(ids, name="孙七", live_addr="祥云社区15号楼5单元102室")
    gone = person(ids, name="周八", house=house.id)
    places = [
        Draft.create("household_member", ids.new(), household=home.id, person=who.id, kin=kin)
        for who, kin in ((me, "02"), (wife, "12"))
    ]
    desk.door.save([house, home, me, wife, lodger, neighbour, elsewhere, gone, *places])
    desk.door.void("person", gone.id, "重复")
    family = {relative.person.id: (relative.shares, relative.kin) for relative in desk.read.family(me.id)}
    assert family == {
        wife.id: (Shares.HOUSEHOLD, "12"),
        lodger.id: (Shares.HOUSE, None),
        neighbour.id: (Shares.ADDRESS, None),
    }


def test_someone_with_no_place_has_no_family(desk: Replica, ids: SeededIds) -> None:
    alone, other = person(ids, name="王"), person(ids, name="李")
    desk.door.save([alone, other])
    assert desk.read.family(alone.id) == []
