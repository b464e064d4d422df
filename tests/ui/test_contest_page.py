"""Everything a clerk can do about contests is done with keys: one office for all, other values, leaving it, being late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.contest_card import ContestCard
from baiyun_desktop.ui.contests_page import ContestsPage
from baiyun_desktop.ui.window import MainWindow
from sync.district.engine import open_engine
from tests.end2end.offices import BAOSHAN, Office, Offices
from tests.ui.desk import CTRL, focused, id_number, idle, press, type_into
from tests.ui.test_contests import shown


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(open_engine(f"sqlite:///{tmp_path / 'district.db'}"), tmp_path)
    yield made
    made.close()


@pytest.fixture
def pair(offices: Offices) -> tuple[Office, Office]:
    return offices.open("宝山甲", BAOSHAN), offices.open("宝山乙", BAOSHAN)


def put(office: Office, kind: str, **values: Any) -> str:
    record = office.replica.ids.new()
    office.replica.door.save([Draft.create(kind, record, area=BAOSHAN, **values)])
    return record


def edit(office: Office, record: str, **values: Any) -> None:
    seen = office.replica.read.get("person", record)
    assert seen is not None
    office.replica.door.save([Draft.of(seen, **values)])


def apart(offices: Offices, pair: tuple[Office, Office], name: str, *values: dict[str, Any]) -> str:
    """A person of whom the offices said different things without seeing each other."""
    record = put(pair[0], "person", name=name, phone="13800000000", live_addr="宝山社区1号楼")
    offices.settle(2)
    for office, said in zip(pair, values, strict=False):
        edit(office, record, **said)
    offices.settle(3)
    return record


def page_of(window: MainWindow, qtbot: QtBot) -> ContestsPage:
    page = window.go("contests")
    assert isinstance(page, ContestsPage)
    qtbot.waitUntil(lambda: idle(window) and page.card is not None and page.card.isVisible())
    qtbot.waitUntil(page.list.hasFocus)
    return page


def card(page: ContestsPage) -> ContestCard:
    assert isinstance(page.card, ContestCard)
    return page.card


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def tab_to(page: QWidget, start: str) -> QPushButton:
    """Presses Tab until a button of that name has the caret."""
    seen: list[str] = []
    for _ in range(60):
        QApplication.processEvents()  # what was just put on the page comes on screen, as between two keys of a person
        if isinstance(focused(), QPushButton) and focused().accessibleName().startswith(start):
            found = focused()
            assert isinstance(found, QPushButton) and page.isAncestorOf(found)
            return found
        press(focused(), Qt.Key.Key_Tab)
        seen.append(focused().accessibleName())
    raise AssertionError(f"no key leads to {start}: {seen}")


def test_a_group_is_decided_as_one_in_words(offices: Offices, pair: tuple[Office, Office], qtbot: QtBot) -> None:
    house = put(pair[0], "house", full_text="宝山社区12号楼3单元502室")
    person = apart(
        offices, pair, "王公平",
        {"house": house, "live_addr": "宝山社区12号楼3单元502室"}, {"live_addr": "宝山社区7号楼1单元301室"},
    )  # fmt: skip
    window = shown(pair[1], qtbot)
    page = page_of(window, qtbot)
    said = texts(card(page))
    assert said.count("宝山社区12号楼3单元502室") == 2  # the house by its title, and the address
    assert not any(house in words for words in said)
    assert {"现住房屋", "现住地址", "现住房屋、现住地址", "目前显示"} <= set(said)
    assert any("宝山甲（宝山甲）、宝山乙（宝山乙）各填了各的" in words for words in said)
    press(focused(), Qt.Key.Key_2, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    for office in pair:
        row = office.replica.read.get("person", person)
        assert row is not None and (row.house, row.live_addr) == (None, "宝山社区7号楼1单元301室")


def test_one_office_is_taken_for_all_of_a_record_after_one_question(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    first = apart(offices, pair, "王公平", {"phone": "13811111111", "work_unit": "甲厂", "remark": "一"},
                  {"phone": "13822222222", "work_unit": "乙厂", "remark": "二"})  # fmt: skip
    second = apart(offices, pair, "李娜", {"phone": "13833333333"}, {"phone": "13844444444"})
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    page.choose(pair[0].replica.read.contests(first)[0].id)
    tab_to(page, "王公平：3 项都用 宝山乙 的")
    press(focused(), Qt.Key.Key_Return)
    assert focused().accessibleName() == "确认，裁决这 3 项"
    assert any("王*平 · 服务处所：乙厂" in words for words in texts(page))
    press(focused(), Qt.Key.Key_Escape)
    assert focused().accessibleName() == "王公平：3 项都用 宝山乙 的"
    assert len(pair[0].replica.read.contests()) == 4
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message == "已裁决 3 项")
    offices.settle(2)
    for office in pair:
        row = office.replica.read.get("person", first)
        assert row is not None and (row.phone, row.work_unit, row.remark) == ("13822222222", "乙厂", "二")
        assert [contest.record for contest in office.replica.read.contests()] == [second]


def test_one_office_is_taken_for_the_whole_list_but_never_for_a_void(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    first = apart(offices, pair, "王公平", {"phone": "13811111111"}, {"phone": "13822222222"})
    second = apart(offices, pair, "李娜", {"phone": "13833333333"}, {"phone": "13844444444"})
    gone = put(pair[0], "person", name="陈旧册", phone="13700000000")
    offices.settle(2)
    pair[1].replica.door.void("person", gone, "重复建档")
    edit(pair[0], gone, phone="13766667777")
    offices.settle(3)
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    tab_to(page, "整个列表：2 项都用 宝山乙 的")
    press(focused(), Qt.Key.Key_Space)
    assert any("另有 1 项" in words for words in texts(page))
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message == "已裁决 2 项")
    offices.settle(2)
    row, other = (pair[1].replica.read.get("person", record) for record in (first, second))
    assert row is not None and other is not None
    assert (row.phone, other.phone) == ("13822222222", "13844444444")
    (left,) = pair[1].replica.read.contests()
    assert left.whole


def test_void_against_an_edit_is_explained_and_has_its_own_answers(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    gone = put(pair[0], "person", name="陈旧册", phone="13700000000")
    offices.settle(2)
    pair[1].replica.door.void("person", gone, "重复建档")
    edit(pair[0], gone, phone="13766667777")
    offices.settle(3)
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    said = texts(card(page))
    assert any(
        words.startswith("宝山乙（宝山乙）把这条记录作废了；宝山甲（宝山甲）没有看到，又作了修改。") for words in said
    )
    assert "手机 → 137****7777" in said
    assert not any("voided" in words for words in said)
    assert card(page).other is None
    void = next(b for b in card(page).buttons if b.text().startswith("作废这条记录"))
    press(focused(), Qt.Key.Key_1 + card(page).buttons.index(void), CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    for office in pair:
        row = office.replica.read.get("person", gone)
        assert row is not None and row.voided


def test_another_value_is_checked_and_fills_in_what_follows_from_it(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    numbers = [id_number(first) for first in ("15020619880315004", "15020619880515003", "15020619900101002")]
    person = apart(
        offices, pair, "王公平",
        {"id_no": numbers[0], "birth_date": "1988-03-15", "sex": "2"},
        {"id_no": numbers[1], "birth_date": "1988-05-15", "sex": "1"},
    )  # fmt: skip
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    press(page.list, Qt.Key.Key_0, CTRL)
    other = card(page).other
    assert other is not None and other._body is not None
    born = other._body.rows["birth_date"].field.focusProxy()
    born.setFocus()
    press(born, Qt.Key.Key_A, CTRL)
    type_into(born, "nonsense")
    press(born, Qt.Key.Key_Return, CTRL)
    assert window.status.message == "认不出，还没有裁决：出生日期"
    number = other._body.rows["id_no"].field.focusProxy()
    card(page).reveal()
    press(card(page).dialog.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: number.text() == numbers[0])
    assert numbers[1] in texts(card(page))
    number.setFocus()
    press(number, Qt.Key.Key_A, CTRL)
    type_into(number, numbers[2])
    press(number, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    row = pair[1].replica.read.get("person", person)
    assert row is not None
    assert (row.id_no, row.birth_date, row.sex) == (numbers[2], "1990-01-01", "2")


def test_leaving_it_writes_nothing_and_what_was_begun_is_there_on_coming_back(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    apart(offices, pair, "王公平", {"work_unit": "甲厂"}, {"work_unit": "乙厂"})
    apart(offices, pair, "李娜", {"work_unit": "丙厂"}, {"work_unit": "丁厂"})
    acts = pair[0].replica.status().unsent
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    press(page.list, Qt.Key.Key_0, CTRL)
    press(focused(), Qt.Key.Key_A, CTRL)
    type_into(focused(), "第三厂")
    press(focused(), Qt.Key.Key_Down, CTRL)
    assert "李娜" in texts(card(page)) and page.list.hasFocus()
    press(page.list, Qt.Key.Key_Up)
    other = card(page).other
    assert other is not None and other.typed == {"work_unit": "第三厂"}
    assert page.list.hasFocus()
    tab_to(page, "用填写的值")
    press(focused(), Qt.Key.Key_Escape)
    assert other.typed is None
    assert pair[0].replica.status().unsent == acts
    assert len(pair[0].replica.read.contests()) == 2


def test_what_is_decided_elsewhere_is_said_and_moves_nothing(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    person = apart(offices, pair, "王公平", {"phone": "13811111111"}, {"phone": "13822222222"})
    apart(offices, pair, "李娜", {"phone": "13833333333"}, {"phone": "13844444444"})
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    looked_at = card(page)
    (contest,) = pair[1].replica.read.contests(person)
    pair[1].replica.door.decide(contest.id, 1)
    offices.settle(2)
    qtbot.waitUntil(lambda: any("刚由宝山乙于" in words for words in texts(page)))
    said = next(words for words in texts(page) if "刚由宝山乙于" in words)
    assert "裁决为“138****2222”，不用再办" in said
    assert page.card is looked_at and page.list.currentRow() == 0 and page.list.count() == 2
    press(page.list, Qt.Key.Key_1, CTRL)
    assert window.status.message == "" and pair[0].replica.status().unsent == 0
    press(page.list, Qt.Key.Key_Down, CTRL)
    qtbot.waitUntil(lambda: idle(window) and page.list.count() == 1 and "李娜" in texts(card(page)))


def test_a_side_that_moves_while_it_is_looked_at_is_not_decided_unseen(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    person = apart(offices, pair, "王公平", {"phone": "13811111111"}, {"phone": "13822222222"})
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    edit(pair[1], person, phone="13855555555")
    offices.settle(2)
    qtbot.waitUntil(lambda: any("这一项刚有更新" in words for words in texts(page)))
    press(page.list, Qt.Key.Key_2, CTRL)
    assert pair[0].replica.status().unsent == 0
    tab_to(page, "看最新的")
    press(focused(), Qt.Key.Key_Return)
    assert "138****5555" in texts(card(page))
    press(focused(), Qt.Key.Key_2, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    row = pair[1].replica.read.get("person", person)
    assert row is not None and row.phone == "13855555555" and not pair[1].replica.read.contests()


def test_a_decision_that_was_opened_again_says_why(offices: Offices, pair: tuple[Office, Office], qtbot: QtBot) -> None:
    person = apart(offices, pair, "王公平", {"phone": "13811111111"}, {"phone": "13822222222"})
    for number, office in enumerate(pair):
        (contest,) = office.replica.read.contests(person)
        office.replica.door.decide(contest.id, number)
    offices.settle(3)
    said = {}
    for office in pair:
        window = shown(office, qtbot)
        said[office.replica.officer] = texts(card(page_of(window, qtbot)))
    assert any("原已由宝山甲于" in w and "裁决为“138****1111”" in w for w in said["宝山甲"]), said["宝山甲"]
    assert any("又裁决成别的" in w or "各自裁决过，结果不同" in w for w in said["宝山乙"]), said["宝山乙"]
    assert all(words.count("裁决选定") == 2 for words in said.values())


def test_after_a_decision_the_next_one_is_shown_where_the_clerk_was(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    for n in range(4):
        apart(offices, pair, f"人{n}", {"phone": f"1381111000{n}"}, {"phone": f"1382222000{n}"})
    window = shown(pair[0], qtbot)
    page = page_of(window, qtbot)
    press(page.list, Qt.Key.Key_Down)
    press(page.list, Qt.Key.Key_Return)
    assert focused() is card(page).buttons[0]
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and page.list.count() == 3)
    assert page.list.currentRow() == 1 and "人2" in texts(card(page)) and page.list.hasFocus()
