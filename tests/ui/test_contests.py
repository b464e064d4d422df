"""Two desks that said different things see both, one beside the other, and one of them decides by a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.contest_card import ContestCard
from baiyun_desktop.ui.contests_page import ContestsPage
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.doubt_card import DoubtCard
from baiyun_desktop.ui.window import MainWindow
from sync.district.engine import open_engine
from tests.end2end.offices import BAOSHAN, DISTRICT, PROGRAM, Office, Offices
from tests.ui.desk import CTRL, Courier, focused, id_number, idle, press, type_into

NUMBER = id_number("15020619880315002")


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(open_engine(f"sqlite:///{tmp_path / 'district.db'}"), tmp_path)
    yield made
    made.close()


@pytest.fixture
def pair(offices: Offices) -> tuple[Office, Office]:
    return offices.open("宝山甲", BAOSHAN), offices.open("宝山乙", BAOSHAN)


def shown(office: Office, qtbot: QtBot, **more: Any) -> MainWindow:
    context = DeskContext(office.replica, PROGRAM, Courier(), office.replica.identity, **more)
    window = MainWindow(context)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.addWidget(window, before_close_func=lambda w: w.discard())
    qtbot.waitUntil(lambda: idle(window))
    return window


def write(office: Office, person: str, **values: str) -> None:
    seen = office.replica.read.get("person", person)
    assert seen is not None
    office.replica.door.save([Draft.of(seen, **values)])


def disagree(offices: Offices, pair: tuple[Office, Office]) -> str:
    one, other = pair
    person = one.replica.ids.new()
    one.replica.door.save([Draft.create("person", person, name="王公平", phone="13800000000", area=BAOSHAN)])
    offices.settle(2)
    write(one, person, phone="13811111111")
    write(other, person, phone="13922222222")
    offices.settle(2)
    return person


def card_of(window: MainWindow, qtbot: QtBot) -> ContestCard | DoubtCard:
    page = window.go("contests")
    assert isinstance(page, ContestsPage)
    qtbot.waitUntil(lambda: page.card is not None)
    assert page.card is not None
    return page.card


def texts(card: ContestCard | DoubtCard) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel)]


def test_both_sides_stand_beside_each_other_with_who_when_and_where(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    disagree(offices, pair)
    window = shown(pair[0], qtbot)
    said = texts(card_of(window, qtbot))
    assert {"138****1111", "139****2222", "王公平"} <= set(said)
    assert "宝山甲 (本机)" in said
    assert "宝山乙" in said
    waiting = window.navigation.findItems("待裁决", Qt.MatchFlag.MatchExactly)[0]
    assert waiting.data(Qt.ItemDataRole.AccessibleTextRole) == "待裁决, 1"


def test_a_key_decides_and_every_desk_shows_it(offices: Offices, pair: tuple[Office, Office], qtbot: QtBot) -> None:
    person = disagree(offices, pair)
    window = shown(pair[1], qtbot)
    card = card_of(window, qtbot)
    side = next(
        n for n, s in enumerate(pair[1].replica.read.contests(person)[0].sides) if s.value == {"phone": "13922222222"}
    )
    assert isinstance(card, ContestCard)
    press(focused(), Qt.Key(Qt.Key.Key_1 + side), CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    for office in pair:
        now = office.replica.read.get("person", person)
        assert now is not None and now.phone == "13922222222"
        assert office.replica.read.contests() == []
    qtbot.waitUntil(lambda: any("没有待裁决的事" in label.text() for label in window.page.findChildren(QLabel)))


def test_a_third_value_can_be_given(offices: Offices, pair: tuple[Office, Office], qtbot: QtBot) -> None:
    person = disagree(offices, pair)
    window = shown(pair[0], qtbot)
    card = card_of(window, qtbot)
    next(b for b in card.findChildren(QPushButton) if b.text() == "另填一个值…").click()
    press(focused(), Qt.Key.Key_A, CTRL)
    editor = focused()
    if editor.property("readOnly"):
        card.reveal()
        assert card.dialog is not None
        press(card.dialog.edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not editor.property("readOnly"))
        editor.setFocus()
        press(editor, Qt.Key.Key_A, CTRL)
    type_into(editor, "13733333333")
    press(editor, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    now = pair[1].replica.read.get("person", person)
    assert now is not None and now.phone == "13733333333"


def test_the_form_marks_what_is_contested(offices: Offices, pair: tuple[Office, Office], qtbot: QtBot) -> None:
    person = disagree(offices, pair)
    window = shown(pair[0], qtbot)
    page = window.open("person", person)
    assert page.body.rows["phone"].help.text() == "另有一个不同的值，待裁决"  # type: ignore[attr-defined]
    assert "1 项待裁决" in [label.text() for label in page.findChildren(QLabel)]


def test_perhaps_one_person_is_asked_with_what_tells_them_apart(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    street = offices.open("区", DISTRICT)
    for office, name, phone in ((pair[0], "王公平", "13811111111"), (pair[1], "王公萍", "13922222222")):
        record = office.replica.ids.new()
        facts = {"name": name, "id_no": NUMBER, "birth_date": "1988-03-15", "sex": "2", "phone": phone, "area": BAOSHAN}
        office.replica.door.save([Draft.create("person", record, **facts)])
    offices.settle(3)
    window = shown(street, qtbot)
    card = card_of(window, qtbot)
    assert isinstance(card, DoubtCard)
    said = texts(card)
    assert {"王公平", "王公萍", "1502**********0028", "138****1111", "139****2222", "1988-03-15"} <= set(said)
    press(focused(), Qt.Key.Key_1, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    assert all(doubt.grade != "ask" for doubt in street.replica.read.doubts())
