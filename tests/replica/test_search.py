"""One box finds people by characters, pinyin, initials, tails of numbers and door; and houses, and nobody who is gone."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baiyun_desktop.kernel.mask import Mask, masked
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.registry import pinyin
from baiyun_desktop.registry.person import Person
from baiyun_desktop.replica import Replica, index
from baiyun_desktop.replica.keys_of_text import KEY_CHARS_MAX, SPELLINGS_MAX, Route, fold, fold_door, units, upper_bound
from tests.replica.desk import ManualClock, SeededIds, make_desk, person

PEOPLE: dict[str, dict[str, Any]] = {
    "wang": {
        "name": "王公平", "id_no": "15020619650704001X", "phone": "13847201234",
        "live_addr": "宝山社区12号楼3单元502室",
    },
    "wang2": {"name": "王公正", "id_no": "150206199912310013", "phone": "13847205678", "live_addr": "安居小区5栋2单元101"},
    "gong": {"name": "公平", "id_no": "150206198802290029"},
    "mongol": {"name": "乌云其其格", "former_name": "巴特尔"},
    "dotted": {"name": "特木尔·巴图"},
    "latin": {"name": "Ö. Baatar"},
    "lv": {"name": "吕布"},
    "ouyang": {"name": "欧阳修文"},
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Replica, dict[str, str]]]:
    clock = ManualClock()
    ids = SeededIds(clock)
    desk = make_desk(tmp_path_factory.mktemp("town") / "desk.db", clock, ids)
    made = {}
    for name, values in PEOPLE.items():
        draft = person(ids, **values)
        desk.door.save([draft])
        made[draft.id] = name
    house = Draft.create("house", ids.new(), full_text="宝山社区15号楼5单元102室", owner_phone="0472-8521234")
    desk.door.save([house])
    made[house.id] = "house"
    yield desk, made
    desk.close()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    clock = ManualClock()
    with make_desk(tmp_path_factory.mktemp("crowd") / "desk.db", clock, SeededIds(clock)) as desk:
        yield desk


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王公平", ["wang"]),
        ("公平", ["gong", "wang"]),
        ("王", ["wang", "wang2"]),
        ("wgp", ["wang"]),
        ("WGP", ["wang"]),
        ("ｗｇｐ", ["wang"]),
        ("wanggp", ["wang"]),
        ("wanggongping", ["wang"]),
        ("gongping", ["gong", "wang"]),
        ("gp", ["gong", "wang"]),
        ("王gp", ["wang"]),
        ("王gongp", ["wang"]),
        ("王公p", ["wang"]),
        ("王公z", ["wang2"]),
        ("001X", ["wang"]),
        ("001x", ["wang"]),
        ("0013", ["wang2"]),
        ("15020619650704001X", ["wang"]),
        ("1502061965", ["wang"]),
        ("1234", ["wang", "house"]),
        ("5678", ["wang2"]),
        ("13847205678", ["wang2"]),
        ("12-3-502", ["wang"]),
        ("12号楼3单元502", ["wang"]),
        ("12#3-502室", ["wang"]),
        ("3-502", ["wang"]),
        ("502室", ["wang"]),
        ("王 502室", ["wang"]),
        ("公平 502 001x", ["wang"]),
        ("15-5-102", ["house"]),
        ("5-2-1", ["wang2"]),
        ("乌云", ["mongol"]),
        ("其其格", ["mongol"]),
        ("wyqqg", ["mongol"]),
        ("巴特尔", ["mongol"]),
        ("特木尔巴图", ["dotted"]),
        ("巴图", ["dotted"]),
        ("tmebt", ["dotted"]),
        ("baatar", ["latin"]),
        ("ö", ["latin"]),
        ("lvbu", ["lv"]),
        ("lubu", ["lv"]),
        ("lyubu", ["lv"]),
        ("ouyangxw", ["ouyang"]),
        ("安居小区", ["wang2"]),
        ("王 0013", ["wang2"]),
        ("wgp 1234", ["wang"]),
        ("张 三", []),
        ("王 公 平", ["wang"]),
        ("%", []),
        ("' OR 1=1 --", []),
        ("", []),
        ("   ", []),
    ],
)
def test_what_is_typed_finds(town: tuple[Replica, dict[str, str]], typed: str, found: list[str]) -> None:
    desk, made = town
    hits = desk.search.find(typed)
    assert [made[hit.id] for hit in hits.hits] == found
    assert hits.total == len(found)
    assert not hits.more


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("单雄信", ["shanxx", "shanxiong"]), ("仇英", ["qiuying", "qy"]), ("解缙", ["xiejin", "xj"]),
        ("曾国", ["zeng", "zg"]), ("查良", ["zhaliang", "zl"]), ("朴正", ["piaozheng", "pz"]),
        ("盖聂", ["genie", "gainie", "gn"]), ("覃公平", ["qingp", "tangp", "qgp", "tgp"]), ("区寄", ["ouji", "oj"]),
        ("翟义", ["zhaiyi", "diyi", "zy", "dy"]), ("尉迟恭", ["yuchigong", "ycg"]), ("万俟卨", ["moqi"]),
        ("单于", ["shanyu"]), ("任华", ["renhua"]),
    ],
)  # fmt: skip
def test_surnames_are_found_as_they_are_read(crowd: Replica, name: str, read: list[str]) -> None:
    draft = Draft.create("person", crowd.ids.new(), name=name)
    crowd.door.save([draft])
    for typed in read:
        assert draft.id in {hit.id for hit in crowd.search.find(typed).hits}, typed


@pytest.mark.parametrize("name", ["𠮷田", "㛃", "䶮", "頔", "奡", "𬭎", "𡚸", "王頔", "于𠮷"])
def test_rare_characters_are_found_as_they_are(crowd: Replica, name: str) -> None:
    draft = Draft.create("person", crowd.ids.new(), name=name)
    crowd.door.save([draft])
    for typed in (name, *name):
        hits = {hit.id: hit.title for hit in crowd.search.find(typed).hits}
        assert hits[draft.id] == masked(Mask.NAME, name)


def test_what_another_program_stored_is_keyed_so_far_and_found_by_its_beginning(desk: Replica, ids: SeededIds) -> None:
    """It once took minutes: each of its characters began a text to its end."""
    page = "".join(chr(0x4E00 + n) for n in range(20_000))
    keys = index.keys_of(
        Person.info, {"name": page, **Person.derive({"name": page, "live_addr": page + "9" * 5_000 + "室"})}
    )
    assert len(keys) < 10_000 and max(map(len, keys)) == KEY_CHARS_MAX + 1
    desk.door.save([person(ids, name="王公平", work_unit=page)])
    assert desk.search.find(page[:20]).hits


def test_a_new_name_is_found_and_the_old_one_no_more(desk: Replica, ids: SeededIds) -> None:
    draft = person(ids, name="王公平", phone="13847201234")
    desk.door.save([draft])
    snap = desk.read.get("person", draft.id)
    assert snap is not None
    desk.door.save([Draft.of(snap, name="李明", phone="13900000000")])
    for typed in ("王", "wgp", "1234"):
        assert desk.search.find(typed).hits == []
    assert [hit.id for hit in desk.search.find("lm").hits] == [draft.id]


def test_the_first_page_says_that_there_are_others(desk: Replica, ids: SeededIds) -> None:
    desk.door.save_all([[person(ids, name=f"王{'公' * (n % 3)}平")] for n in range(30)])
    found = desk.search.find("王", limit=20)
    assert (len(found.hits), found.total, found.more) == (20, 20, True)
    assert len({hit.id for hit in found.hits}) == 20
    assert desk.search.find("王", limit=30).more is False


def test_whole_names_come_before_those_that_only_begin_so(desk: Replica, ids: SeededIds) -> None:
    longer, whole, inner = (person(ids, name=n) for n in ("公平安", "公平", "王公平"))
    desk.door.save_all([[longer], [whole], [inner]])
    hits = desk.search.find("公平").hits
    assert [hit.id for hit in hits] == [whole.id, longer.id, inner.id]
    assert [hit.matched for hit in hits] == [Route.NAME, Route.NAME, Route.INNER_NAME]


def test_a_name_of_many_readings_is_found_by_each(desk: Replica, ids: SeededIds) -> None:
    draft = person(ids, name="乐乐行行")
    desk.door.save([draft])
    read = pinyin.readings("乐乐行行")
    assert len(read) == SPELLINGS_MAX, "no name has more"
    for reading in read:
        assert [hit.id for hit in desk.search.find(reading.replace(" ", "")).hits] == [draft.id], reading


HAN = st.sampled_from("王李公平单覃翟区盖吕乌云其格田𠮷㛃䶮頔行重长乐解曾")
NAMES = st.text(HAN, min_size=2, max_size=5)
DIGITS = st.text(string.digits, min_size=11, max_size=11)


@settings(max_examples=60)
@given(name=NAMES, phone=DIGITS, id_no=st.text(string.digits, min_size=17, max_size=17), data=st.data())
def test_what_was_stored_is_found_by_each_route(
    crowd: Replica, name: str, phone: str, id_no: str, data: st.DataObject
) -> None:
    desk = crowd
    draft = Draft.create("person", desk.ids.new(), name=name, phone="1" + phone[1:], id_no=id_no + "X")
    desk.door.save([draft])
    at = data.draw(st.integers(0, len(name) - 1))
    reading = data.draw(st.sampled_from(pinyin.readings(name))).split()
    routes = [
        name,
        name[at:],
        "".join(reading),
        "".join(reading[at:]),
        "".join(s[0] for s in reading),
        name[0] + "".join(s[0] for s in reading[1:]),
        reading[0] + "".join(s[0] for s in reading[1:]),
        (id_no + "X")[-6:],
        ("1" + phone[1:])[-6:],
    ]
    for typed in routes:
        found = desk.search.find(typed, limit=100_000)
        assert draft.id in {hit.id for hit in found.hits}, typed
    desk.door.void("person", draft.id, "只为试验")
    assert draft.id not in {hit.id for hit in desk.search.find(name, limit=100_000).hits}


@given(st.text(min_size=1), st.text())
def test_a_range_holds_each_text_that_begins_so_and_no_other(prefix: str, rest: str) -> None:
    low, high = (text.encode("utf-8", "surrogatepass") for text in (prefix, upper_bound(prefix + "a")[:-1] + "b"))
    assert low <= (prefix + "a").encode("utf-8", "surrogatepass") < high
    assert (
        prefix.encode()
        <= (prefix + rest).encode()
        < (upper_bound(prefix) if prefix.strip("\U0010ffff") else "\U0010ffff" * 99).encode()
    )


def test_width_case_spaces_and_dots_do_not_matter() -> None:
    assert fold(" Ａ·b ・C ") == "abc"
    assert units("特木尔·Baatar 5号") == ["特", "木", "尔", "baatar", "5", "号"]


@pytest.mark.parametrize(
    ("typed", "door"),
    [
        ("12号楼3单元502室", "12-3-502"), ("12-3-502", "12-3-502"), ("１２－３－５０２", "12-3-502"),
        ("12#3-502", "12-3-502"), ("12栋502", "12-502"), ("12 - 3 - 502", "12-3-502"), ("5栋", "5"),
    ],
)  # fmt: skip
def test_doors_are_typed_in_many_ways(typed: str, door: str) -> None:
    assert fold_door(typed) == door


def test_several_keys_of_one_person_do_not_hide_others(desk: Replica, ids: SeededIds) -> None:
    # each of these is under 王g by several readings and spellings
    desk.door.save_all([[person(ids, name="王行重长")] for _ in range(40)])
    found = desk.search.find("王x", limit=30)
    assert (len(found.hits), found.more) == (30, True)
    assert (len(desk.search.find("王x", limit=40).hits), desk.search.find("王x", limit=40).more) == (40, False)
