"""How many keys the front desk presses beside the new facts, with a queue waiting; counted by pressing them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, focused, id_number, idle, press, type_into

KIND = "residence_reg"
FATHER, MOTHER = id_number("15263019880315001"), id_number("15263019900722020")
SON, DAUGHTER = id_number("15263020120509003"), id_number("15263020151120004")
RETURN = Qt.Key.Key_Return


@dataclass
class Fingers:
    """Presses keys where the caret is. A chord is one; what is typed as a fact is kept, to see that none comes twice."""

    keys: int = 0
    facts: list[str] = field(default_factory=list)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.keys += 1
        press(focused(), key, modifier)

    def type(self, words: str) -> None:
        self.keys += len(words)
        type_into(focused(), words)

    def fact(self, words: str) -> None:
        self.facts.append(words)
        type_into(focused(), words)


@pytest.fixture
def fingers() -> Fingers:
    return Fingers()


def settle_in(desk: Desk, name: str, day: str) -> str:
    """The person's draft becomes a registration that stands, in a rented home; returns its id."""
    read, door = desk.replica.read, desk.replica.door
    person, stay = read.get("person", desk.people[name]), read.get(KIND, desk.registrations[name])
    assert person is not None and stay is not None
    home = {"dwelling": "02", "landlord_name": "刘德", "landlord_phone": "13900001111", "declarer_kind": "1"}
    drafts = [Draft.of(person, hukou_addr="四川省南充市顺庆区人民路8号"), Draft.of(stay, **home)]
    door.step(KIND, stay.id, "登记", drafts=drafts, stated_date=day)
    return stay.id


def new_ones(desk: Desk) -> list[Snapshot]:
    rows = desk.replica.read.list(KIND, limit=50).rows
    return [row for row in rows if row.id not in desk.registrations.values()]


def begin(window: MainWindow, qtbot: QtBot, fingers: Fingers, words: str) -> SheetPage:
    """From the search box to the sheet about whoever is found."""
    fingers.type(words)
    qtbot.waitUntil(lambda: idle(window) and bool(window.toolbar.search.hits))
    fingers.press(RETURN, CTRL)
    page = window.page
    assert isinstance(page, SheetPage)
    return page


def test_a_known_person_moves_into_a_new_rental_in_eight_keys(
    window: MainWindow, qtbot: QtBot, desk: Desk, fingers: Fingers
) -> None:
    before = settle_in(desk, "王公平", "2026-02-01")
    fingers.press(Qt.Key.Key_K, CTRL)
    page = begin(window, qtbot, fingers, "wgp")
    assert page.lines[0].known is not None and page.lines[0].known.id == desk.people["王公平"]
    for words in ("宝山社区3号楼2单元401室", "赵房东", "13600002222"):
        fingers.fact(words)
        fingers.press(RETURN) if words != "13600002222" else fingers.press(RETURN, CTRL)
    qtbot.waitUntil(lambda: idle(window) and len(new_ones(desk)) == 1 and not page.unsaved())
    assert fingers.keys <= 8, fingers.keys  # each but the characters of the address, the landlord and his telephone
    made = new_ones(desk)[0]
    assert (made.state, made.live_addr, made.landlord_name, made.landlord_phone) == (
        "ACTIVE", "宝山社区3号楼2单元401室", "赵房东", "13600002222",
    )  # fmt: skip
    assert (made.dwelling, made.arrive_date, made.inflow_reason) == ("02", "2026-01-05", "01")
    old = desk.replica.read.get(KIND, before)
    assert old is not None and (old.state, old.replaced_by) == ("REPLACED", made.id)
    assert all(line.blank for line in page.lines) and focused() is page.shared["live_addr"].focusProxy()


def test_who_left_and_came_back_has_arrived_anew(
    window: MainWindow, qtbot: QtBot, desk: Desk, fingers: Fingers
) -> None:
    before = settle_in(desk, "欧阳晓燕", "2026-02-01")
    stay = desk.replica.read.get(KIND, before)
    assert stay is not None
    ended = [Draft.of(stay, leave_date="2026-06-30", leave_reason="1")]
    desk.replica.door.step(KIND, before, "注销", drafts=ended, stated_date="2026-06-30")
    fingers.press(Qt.Key.Key_K, CTRL)
    page = begin(window, qtbot, fingers, "oyxy")
    assert page.shared["inflow_reason"].value() == "01"
    assert page.shared["dwelling"].value() is None and page.shared["arrive_date"].value() is None
    assert not page._way.isVisible()


@pytest.mark.parametrize(
    "words", ["oyxy", id_number("15020619991231001")[-4:], "6789", "12-3-502"], ids=["initials", "id", "phone", "door"]
)
def test_who_comes_back_is_found_and_opened(
    window: MainWindow, qtbot: QtBot, desk: Desk, fingers: Fingers, words: str
) -> None:
    before = settle_in(desk, "欧阳晓燕", "2026-02-01")
    stay = desk.replica.read.get(KIND, before)
    assert stay is not None
    ended = [Draft.of(stay, leave_date="2026-06-30", leave_reason="1")]
    desk.replica.door.step(KIND, before, "注销", drafts=ended, stated_date="2026-06-30")
    fingers.press(Qt.Key.Key_K, CTRL)
    fingers.type(words)
    qtbot.waitUntil(lambda: idle(window) and bool(window.toolbar.search.hits))
    fingers.press(RETURN)
    page = window.page
    assert isinstance(page, RecordPage)
    assert (page.kind.name, page.record) in [("person", desk.people["欧阳晓燕"]), (KIND, before)]
    assert fingers.keys == len(words) + 2


def test_a_family_of_four_new_to_town_types_nothing_twice(
    window: MainWindow, qtbot: QtBot, desk: Desk, fingers: Fingers
) -> None:
    page = window.new(KIND, {})
    assert isinstance(page, SheetPage)
    shared = (
        "宝山社区1号楼1单元101室",
        "租赁房屋",
        "2026.10.1",
        "务工",
        "四川省广安市邻水县8号",
        "刘德",
        "13900001111",
        "本人",
    )
    for words in shared:
        fingers.fact(words)
        fingers.press(RETURN)
    people = (
        ("张建国", FATHER, "汉族", "13847250011", "本人"), ("乌云其其格", MOTHER, "蒙古", "", "配偶"),
        ("张小白", SON, "", "", "子"), ("张小红", DAUGHTER, "", "", "女"),
    )  # fmt: skip
    for number, facts in enumerate(people):
        assert focused() is page.lines[number].cells["person.name"] and focused().text() == ""  # type: ignore[attr-defined]
        for words in facts:
            fingers.fact(words) if words else None
            fingers.press(RETURN)
    fingers.press(RETURN, CTRL)
    qtbot.waitUntil(lambda: idle(window) and len(new_ones(desk)) == 4 and not page.unsaved())
    facts = [words for words in fingers.facts if words != "本人"]  # who declares, and who he is in his family
    assert len(set(facts)) == len(facts)
    rows = sorted(new_ones(desk), key=lambda row: row.id)
    assert {
        (r.state, r.live_addr, r.dwelling, r.arrive_date, r.inflow_reason, r.landlord_name, r.landlord_phone)
        for r in rows
    } == {("ACTIVE", shared[0], "02", "2026-10-01", "01", "刘德", "13900001111")}
    assert [r.with_reg for r in rows] == [None, rows[0].id, rows[0].id, rows[0].id]
    assert len({r.kin for r in rows}) == 4
    held = [desk.replica.read.get("person", str(row.person)) for row in rows]
    assert {(p.live_addr, p.hukou_addr) for p in held if p is not None} == {(shared[0], "四川省广安市邻水县8号")}
    assert [p.birth_date for p in held if p is not None] == ["1988-03-15", "1990-07-22", "2012-05-09", "2015-11-20"]
    told = {p.name: (p.phone, p.get("phone_owner"), p.ethnic) for p in held if p is not None}
    assert told == {
        "张建国": ("13847250011", None, "01"), "乌云其其格": ("13847250011", "2", "02"),
        "张小白": ("13847250011", "2", "02"), "张小红": ("13847250011", "2", "02"),
    }  # fmt: skip


def test_a_readers_line_and_a_pasted_one_fill_the_sheet(
    window: MainWindow, qtbot: QtBot, desk: Desk, fingers: Fingers
) -> None:
    known = desk.replica.read.get("person", desk.people["王公平"])
    assert known is not None
    page = window.new(KIND, {})
    assert isinstance(page, SheetPage)
    fingers.type(f"张建国|男|汉|19880315|四川省广安市邻水县8号|{FATHER}|邻水县公安局|20200101|20400101")
    fingers.press(RETURN)  # typed by the device while the caret stood in the address, where it stays
    first = page.lines[0].cells
    assert page.shared["live_addr"].value() is None
    assert [first[f"person.{n}"].text() for n in ("name", "id_no", "sex", "birth_date", "ethnic")] == [
        "张建国", FATHER, "男", "1988-03-15", "汉族",
    ]  # fmt: skip
    assert focused() is page.shared["live_addr"].focusProxy()
    assert first["person.name"].property("tone") == "proposed"
    QGuiApplication.clipboard().setText(
        f"乌云其其格 女 {MOTHER} 138 4725 0012\n王公平 {known.id_no} 13999998888 老客户"
    )
    page.focus_line(1, "person.name")
    fingers.press(Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: idle(window) and page.lines[2].known is not None)
    assert page.lines[1].cells["person.phone"].text() == "13847250012"
    assert page.lines[2].known is not None and page.lines[2].known.id == known.id
    assert page.lines[2].cells["person.phone"].text() == "13999998888"
    assert any("老客户" in note for note in page.lines[2].notes)
    assert focused() is page.lines[1].cells["person.ethnic"]
    assert page.lines[0].linked()["hukou_addr"] == "四川省广安市邻水县8号"
    type_into(page.lines[2].cells["person.phone"], "0")
    assert page.lines[2].cells["person.phone"].property("tone") != "proposed"


def test_a_line_of_a_chat_finds_in_the_search_box_whom_it_names(
    window: MainWindow, qtbot: QtBot, desk: Desk, fingers: Fingers
) -> None:
    known = desk.replica.read.get("person", desk.people["王公平"])
    assert known is not None
    window.toolbar.search.summon()
    type_into(focused(), f"王公平 男 {known.id_no} 13999998888")
    fingers.press(RETURN)  # before anything is found
    qtbot.waitUntil(lambda: isinstance(window.page, RecordPage) and window.page.record == known.id)
