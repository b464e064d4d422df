"""Doubts are answered with keys, each answer saying what it will do; a joining is undone knowing what was made since."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.contests_page import ContestsPage
from baiyun_desktop.ui.doubt_card import DoubtCard
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from sync.district.engine import open_engine
from tests.end2end.offices import BAOSHAN, DISTRICT, XIANGYUN, Office, Offices
from tests.ui.desk import CTRL, focused, id_number, idle, press
from tests.ui.test_contest_page import tab_to, texts
from tests.ui.test_contests import shown

NUMBER = id_number("15020619910202001")
FACTS = {"name": "赵丽", "id_no": NUMBER, "birth_date": "1991-02-02", "sex": "2"}


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(open_engine(f"sqlite:///{tmp_path / 'district.db'}"), tmp_path)
    yield made
    made.close()


@pytest.fixture
def pair(offices: Offices) -> tuple[Office, Office]:
    return offices.open("宝山", BAOSHAN), offices.open("祥云", XIANGYUN)


def put(office: Office, kind: str, **values: Any) -> str:
    record = office.replica.ids.new()
    office.replica.door.save([Draft.create(kind, record, **values)])
    return record


def registered(offices: Offices, pair: tuple[Office, Office], **differing: tuple[str, str]) -> list[str]:
    """One person, registered in both communities."""
    people = []
    for n, (office, area) in enumerate(zip(pair, (BAOSHAN, XIANGYUN), strict=True)):
        own = {name: values[n] for name, values in differing.items()}
        people.append(put(office, "person", area=area, **{**FACTS, **own}))
        put(office, "residence_reg", area=area, person=people[-1], live_addr=f"{n + 1}号楼", reg_date="2026-01-06")
    offices.settle(4)
    return people


def doubt(window: MainWindow, qtbot: QtBot, grade: str) -> tuple[ContestsPage, DoubtCard]:
    page = window.go("contests")
    assert isinstance(page, ContestsPage)
    qtbot.waitUntil(lambda: idle(window) and page.list.hasFocus())
    (item,) = [d for d in window.shell.desk.replica.read.doubts() if d.grade == grade]
    page.choose(item.id)
    qtbot.waitUntil(lambda: isinstance(page.card, DoubtCard) and page.card.isVisible())
    assert isinstance(page.card, DoubtCard)
    return page, page.card


def test_two_registrations_say_what_is_told_and_are_kept_after_a_check(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    registered(offices, pair, phone=("13811119999", "13811119999"))
    window = shown(pair[0], qtbot)
    page, card = doubt(window, qtbot, "both")
    said = texts(card)
    assert "双重登记：这 2 条居住登记不能同时有效。核对清楚之前都保留，统计只算一条。" in said
    assert {"宝山社区居委会", "祥云社区居委会", "在别处登记", "（别处的，不告知本岗位）"} <= set(said)
    assert [b.text() for b in card.buttons] == ["去办第 1 条   Ctrl+1", "核对过，都保留   Ctrl+2"] or [
        b.text() for b in card.buttons
    ] == ["去办第 2 条   Ctrl+1", "核对过，都保留   Ctrl+2"]
    press(page.list, Qt.Key.Key_1, CTRL)
    assert isinstance(window.page, RecordPage) and window.page.kind.name == "residence_reg"
    page, card = doubt(window, qtbot, "both")
    press(page.list, Qt.Key.Key_2, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(3)
    for office in pair:
        assert [d for d in office.replica.read.doubts() if d.grade == "both"] == []
        assert office.replica.read.tray() == []


def test_facts_that_differ_are_taken_from_one_record_in_both_offices(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    people = registered(offices, pair, phone=("13811119999", "13922229999"), ethnic=("01", "02"))
    window = shown(pair[0], qtbot)
    page, card = doubt(window, qtbot, "facts")
    right = card._doubt.ids.index(people[0])
    said = texts(card)
    effect = next(words for words in said if words.startswith("另一份的") and "138****9999" in words)
    assert "手机 改成 138****9999" in effect and "民族 改成 汉族" in effect and effect.endswith("原来的值留在历史里。")
    press(page.list, Qt.Key.Key_1 + right, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    qtbot.waitUntil(lambda: any("现在已经一致" in words for words in texts(page)))
    offices.settle(3)
    for office in pair:
        row = office.replica.read.get("person", people[1])
        assert row is not None and (row.phone, row.ethnic) == ("13811119999", "01")
        assert [d for d in office.replica.read.doubts() if d.grade == "facts"] == []
        assert office.replica.read.tray() == []


def test_one_fact_may_be_right_here_and_another_there(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    people = registered(offices, pair, phone=("13811119999", "13922229999"), ethnic=("01", "02"))
    window = shown(pair[0], qtbot)
    page, card = doubt(window, qtbot, "facts")
    tab_to(page, f"民族以第 {card._doubt.ids.index(people[1]) + 1} 条为准")
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(3)
    rows = [pair[1].replica.read.get("person", record) for record in people]
    assert [row.ethnic for row in rows if row is not None] == ["02", "02"]
    assert [row.phone for row in rows if row is not None] == ["13811119999", "13922229999"]
    assert [d.grade for d in pair[0].replica.read.doubts() if d.grade == "facts"] == ["facts"]


def test_whether_two_are_one_is_answered_by_the_post_above_and_told_to_who_looks(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    above, other = offices.open("区里", DISTRICT), offices.open("区里乙", DISTRICT)
    for office, area, name in zip(pair, (BAOSHAN, XIANGYUN), ("王公平", "王公萍"), strict=True):
        put(office, "person", area=area, **{**FACTS, "name": name})
    offices.settle(3)
    window = shown(above, qtbot)
    page, card = doubt(window, qtbot, "ask")
    said = texts(card)
    assert "两份档案连在一起，各自的内容、编号和历史都不改动；以后可以在档案页撤销。" in said
    assert "1502**********0" + NUMBER[-3:] in said or "1502**********" + NUMBER[-4:] in said
    tab_to(page, "显示完整号码")
    press(focused(), Qt.Key.Key_Return)
    assert card.dialog is not None and NUMBER not in texts(card)
    press(card.dialog.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: NUMBER in texts(card))
    (asked,) = other.replica.read.doubts()
    other.replica.door.decide_doubt(asked.id, "different")
    offices.settle(2)
    qtbot.waitUntil(lambda: any("刚由区里乙于" in w and "定为“不是同一人”" in w for w in texts(page)))
    assert page.card is card
    press(page.list, Qt.Key.Key_1, CTRL)
    assert above.replica.status().unsent == 0


def test_two_side_by_side_are_joined_by_a_key_and_parted_by_keys(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    above = offices.open("区里", DISTRICT)
    names = ("王公平", "王公萍")
    people = [
        put(office, "person", area=area, **{**FACTS, "name": name})
        for office, area, name in zip(pair, (BAOSHAN, XIANGYUN), names, strict=True)
    ]
    offices.settle(3)
    window = shown(above, qtbot)
    page, card = doubt(window, qtbot, "ask")
    assert set(names) <= set(texts(card)) and NUMBER not in texts(card)
    tab_to(page, "是同一人")
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(3)
    assert [joined.other_id for joined in pair[0].replica.read.joined("person", people[0])] == [people[1]]
    opened = window.open("person", people[0])
    assert isinstance(opened, RecordPage)
    qtbot.waitUntil(lambda: idle(window) and any("已合并为同一人" in words for words in texts(opened)))
    tab_to(opened, "不是同一人，撤销合并")
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message == "已撤销合并，两份档案各自独立")
    offices.settle(3)
    for office, record in zip(pair, people, strict=True):
        assert office.replica.read.joined("person", record) == []
        row = office.replica.read.get("person", record)
        assert row is not None and row.name == names[people.index(record)]


def test_a_joining_is_undone_on_the_persons_page_knowing_what_was_made_since(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    people = registered(offices, pair, phone=("13811119999", "13811119999"))
    (joined,) = pair[0].replica.read.joined("person", people[0])
    assert joined.other_id == people[1]
    row = pair[0].replica.read.get("person", people[0])
    assert row is not None
    pair[0].replica.door.save([Draft.of(row, work_unit="矿区医院")])
    put(pair[0], "person_identity", person=people[0], id_type="414", id_no="E12345678")
    offices.settle(2)
    window = shown(pair[0], qtbot)
    page = window.open("person", people[0])
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window) and any("与“赵*（祥云社区居委会）”已合并为同一人" in w for w in texts(page)))
    tab_to(page, "不是同一人，撤销合并")
    press(focused(), Qt.Key.Key_Return)
    said = texts(page.joined)
    assert any(words.startswith("证件 ") and words.endswith("→ 归这一份") for words in said)
    assert any("合并之后做过 2 件事" in words for words in said)
    assert any("改了 服务处所 → 归这一份" in words for words in said)
    press(focused(), Qt.Key.Key_Escape)
    assert pair[0].replica.status().unsent == 0
    press(focused(), Qt.Key.Key_Tab)
    tab_to(page, "不是同一人，撤销合并")
    press(focused(), Qt.Key.Key_Return)
    assert focused().accessibleName() == "确认撤销合并"
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message == "已撤销合并，两份档案各自独立")
    offices.settle(3)
    for office, record in zip(pair, people, strict=True):
        assert office.replica.read.joined("person", record) == []
        assert office.replica.read.tray() == []
    qtbot.waitUntil(lambda: idle(window) and page.joined.isHidden())


def test_a_date_that_cannot_be_is_put_in_plain_words_and_answered(
    offices: Offices, pair: tuple[Office, Office], qtbot: QtBot
) -> None:
    office = pair[0]
    person, stay = office.replica.ids.new(), office.replica.ids.new()
    facts = {"birth_date": "1990-01-01", "sex": "1", "ethnic": "02", "hukou_addr": "内蒙古", "phone": "13811112222"}
    home = {"live_addr": "宝山社区9号楼", "dwelling": "01", "arrive_date": "2026-01-05", "inflow_reason": "01"}
    number = id_number("15020619900101001")
    office.replica.door.save(
        [
            Draft.create("person", person, area=BAOSHAN, name="孟和", id_no=number, **facts),
            Draft.create("residence_reg", stay, person=person, area=BAOSHAN, **home),
        ]
    )
    offices.settle(2)
    office.replica.door.step("residence_reg", stay, "登记", stated_date="2026-02-01")
    offices.settle(3)
    window = shown(office, qtbot)
    page, card = doubt(window, qtbot, "date")
    said = texts(card)
    assert any(words.startswith("登记 · 孟和 · ") for words in said)
    assert any(words.startswith("“日期”填的是 2026-02-01，而按上传的先后，只可能是 ") for words in said)
    assert not any(stay in words or "residence_reg" in words for words in said)
    (asked,) = office.replica.read.doubts()
    with pytest.raises(ValueError, match="stands"):
        office.replica.door.decide_doubt(asked.id, "same")
    press(page.list, Qt.Key.Key_1, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "已裁决")
    offices.settle(2)
    assert office.replica.read.doubts() == [] and office.replica.read.tray() == []
