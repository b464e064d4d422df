"""The tray shows all that was typed, masked, with every way on: a draft, a copy, aside and back, the district."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.returned import TrayItem, item_of
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.tray_page import TrayPage
from baiyun_desktop.ui.tray_words import retyped
from baiyun_desktop.ui.window import MainWindow
from sync.district.engine import open_engine
from tests.end2end.offices import BAOSHAN, XIANGYUN, Office, Offices
from tests.ui.desk import CTRL, Desk, focused, id_number, idle, press
from tests.ui.test_contests import shown

FACTS = {
    "name": "外区人",
    "id_no": id_number("15020619991231001"),
    "phone": "13811110000",
    "birth_date": "1999-12-31",
    "sex": "1",
    "ethnic": "01",
    "live_addr": "祥云社区3号楼",
    "hukou_addr": "甘肃",
    "work_unit": "店",
    "former_name": "旧名",
    "remark": "打字十分钟",
}


def test_all_is_shown_masked_and_put_aside(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), **FACTS)])
    with desk.replica.store.transaction(Priority.CLERK) as txn:
        txn.conn.exec_driver_sql(
            "UPDATE sync_journal SET outcome = 'refused' WHERE number = (SELECT max(number) FROM sync_journal)"
        )
    window.go("tray")
    qtbot.waitUntil(lambda: idle(window))
    shown = " ".join(label.text() for label in window.page.findChildren(QLabel))
    assert "旧名" in shown and "打字十分钟" in shown
    assert FACTS["id_no"] not in shown and FACTS["phone"] not in shown
    next(b for b in window.page.findChildren(QPushButton) if b.text() == "移出…").click()
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and not desk.replica.read.tray())
    assert desk.replica.status().tray == 0
    qtbot.waitUntil(lambda: any("退回箱是空的" in w.text() for w in window.page.findChildren(QLabel)))


def outcome_of_last(desk: Desk, outcome: str, reason: str = "", body: bytes | None = None) -> None:
    """As if the district had answered the last act so."""
    with desk.replica.store.transaction(Priority.CLERK) as txn:
        last = "WHERE number = (SELECT max(number) FROM sync_journal)"
        sql = f"UPDATE sync_journal SET outcome = ?, reason = ?, body = coalesce(?, body) {last}"
        txn.conn.exec_driver_sql(sql, (outcome, reason, body))


def tray(window: MainWindow, qtbot: QtBot) -> TrayPage:
    page = window.go("tray")
    assert isinstance(page, TrayPage)
    qtbot.waitUntil(lambda: idle(window) and bool(page.cards) and page.cards[0].isAncestorOf(focused()))
    return page


def words(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def press_button(page: QWidget, name: str) -> None:
    """Presses Tab until that button has the caret, then Return."""
    seen: list[str] = []
    while len(seen) < 60:
        QApplication.processEvents()
        if focused().accessibleName().startswith(name):
            press(focused(), Qt.Key.Key_Return)
            return
        press(focused(), Qt.Key.Key_Tab)
        seen.append(focused().accessibleName())
    raise AssertionError(f"no key leads to {name}: {seen}")


def test_a_refused_edit_becomes_a_draft_on_todays_record(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    person = desk.people["王公平"]
    seen = desk.replica.read.get("person", person)
    assert seen is not None
    desk.replica.door.save([Draft.of(seen, work_unit="第三厂", remark="夜班")])
    outcome_of_last(desk, "refused", "这条记录已不在本岗位的范围内")
    with desk.replica.store.transaction(Priority.CLERK) as txn:
        txn.conn.exec_driver_sql("UPDATE person SET work_unit = NULL, remark = '白天在家' WHERE id = ?", (person,))
    page = tray(window, qtbot)
    said = words(page)
    assert "保存 · 人员 王*平" in said and "这条记录已不在本岗位的范围内" in said
    assert "第三厂 · 现在：（空）" in said and "夜班 · 现在：白天在家" in said
    press_button(page, "转为草稿")
    form = window.page
    assert isinstance(form, RecordPage) and form.unsaved() and form.record == person
    assert form.body.rows["work_unit"].field.value() == "第三厂"
    assert form.body.rows["remark"].field.value() == "夜班"
    press(form, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and not form.unsaved())
    now = desk.replica.read.get("person", person)
    assert now is not None and (now.work_unit, now.remark) == ("第三厂", "夜班")


def test_a_refused_new_record_becomes_a_draft_that_is_not_saved_yet(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    made = desk.replica.ids.new()
    desk.replica.door.save([Draft.create("person", made, **FACTS)])
    outcome_of_last(desk, "refused", "所依据的记录没有被接受，一并退回")
    with desk.replica.store.transaction(Priority.CLERK) as txn:
        txn.conn.exec_driver_sql("DELETE FROM person WHERE id = ?", (made,))
    page = tray(window, qtbot)
    press_button(page, "转为草稿")
    form = window.page
    assert isinstance(form, RecordPage) and form.record is None and form.unsaved()
    assert desk.replica.read.get("person", made) is None
    press(form, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and form.record == made)
    now = desk.replica.read.get("person", made)
    assert now is not None and {name: now.get(name) for name in FACTS} == FACTS


def test_what_is_copied_says_all_and_masks_what_the_screen_masks(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), **FACTS)])
    outcome_of_last(desk, "refused", "不行")
    page = tray(window, qtbot)
    press_button(page, "复制文字")
    copied = QApplication.clipboard().text()
    assert "不行" in copied and "备注：打字十分钟" in copied and "民族：汉族" in copied and "所属社区/网格" in copied
    assert FACTS["id_no"] not in copied and FACTS["phone"] not in copied


def test_what_was_put_aside_is_found_again_and_taken_back(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), **FACTS)])
    outcome_of_last(desk, "refused", "不行")
    page = tray(window, qtbot)
    press_button(page, "移出…")
    press(focused(), Qt.Key.Key_Escape)
    assert len(desk.replica.read.tray()) == 1 and focused().accessibleName().startswith("移出…")
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and not page.cards and "退回箱是空的" in words(page))
    press_button(page, "已移出的 1 条")
    qtbot.waitUntil(lambda: idle(window) and len(page.cards) == 1)
    assert "打字十分钟" in words(page)
    press_button(page, "放回退回箱")
    qtbot.waitUntil(lambda: idle(window) and len(desk.replica.read.tray()) == 1)


def test_a_held_act_says_what_it_waits_for(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    desk.replica.door.save(
        [Draft.create("house", desk.replica.ids.new(), full_text="20号楼", address=desk.replica.ids.new())]
    )
    outcome_of_last(desk, "held", "所依据的记录还没有传到区里，到后自动办理")
    page = tray(window, qtbot)
    said = words(page)
    assert "标准地址还没有传到区里" in said and "不用重做" in said and "标准地址（不在本岗位范围）" in said
    assert not [b for b in page.findChildren(QPushButton) if b.text() in ("移出…", "转为草稿") and not b.isHidden()]


def test_an_overtaken_step_gives_its_fields_back_but_not_its_number(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    registration = desk.registrations["王公平"]
    person = desk.replica.read.get("person", desk.people["王公平"])
    seen = desk.replica.read.get("residence_reg", registration)
    assert seen is not None and person is not None
    desk.replica.door.save([Draft.of(person, ethnic="01", hukou_addr="内蒙古包头市")])
    desk.replica.door.step(
        "residence_reg", registration, "登记", stated_date="2026-02-01", drafts=[Draft.of(seen, job="电焊工")]
    )
    outcome_of_last(desk, "overtaken", "记录已是“有效”，不能再办理“登记”")
    page = tray(window, qtbot)
    item = page.cards[0].item
    (change,) = [c for c in item.changes if c.kind == "residence_reg"]
    assert "biz_no" in change.fields
    assert retyped(window.shell.desk, item, change) == {"job": "电焊工"}
    assert words(page).count("居住登记 王*平 · ") == 2  # the head, and one block for the step and its fields


def test_what_the_district_alone_keeps_is_read_online(qtbot: QtBot, desk: Desk) -> None:
    desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), **FACTS)])
    (item,) = _kept_items(desk)
    outcome_of_last(desk, "refused", "本岗位的权限已收回", body=b"")
    asked: list[int] = []

    def rescued(number: int) -> TrayItem:
        asked.append(number)
        return item

    window = MainWindow(replace(desk.context(), rescued=rescued))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.addWidget(window, before_close_func=lambda w: w.discard())
    page = tray(window, qtbot)
    assert "内容由区里保管" in words(page) and "打字十分钟" not in words(page)
    press_button(page, "联网查看")
    qtbot.waitUntil(lambda: idle(window) and "打字十分钟" in words(page))
    assert asked == [item.number]
    assert desk.replica.read.tray()[0].away


def _kept_items(desk: Desk) -> list[TrayItem]:
    """The last act as the district would give it back."""
    outcome_of_last(desk, "refused", "本岗位的权限已收回")
    return list(desk.replica.read.tray())


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(open_engine(f"sqlite:///{tmp_path / 'district.db'}"), tmp_path)
    yield made
    made.close()


def left_behind(offices: Offices) -> tuple[Office, Office, str]:
    """A desk took a step while its area was taken away, by which a step is judged; another desk holds that area."""
    gone, there = offices.open("宝山甲", BAOSHAN), offices.open("宝山乙", BAOSHAN)
    person, made = gone.replica.ids.new(), gone.replica.ids.new()
    facts = {"name": "孟和", "birth_date": "1990-01-01", "sex": "1", "ethnic": "02", "hukou_addr": "内蒙古"}
    stay = {"live_addr": "宝山社区9号楼", "dwelling": "01", "arrive_date": "2026-01-05", "inflow_reason": "01"}
    drafts = [
        Draft.create("person", person, area=BAOSHAN, id_no=id_number("15020619900101001"), phone="13811112222", **facts)
    ]
    gone.replica.door.save([*drafts, Draft.create("residence_reg", made, person=person, area=BAOSHAN, **stay)])
    offices.settle(2)
    seen = gone.replica.read.get("residence_reg", made)
    assert seen is not None
    gone.replica.door.step(
        "residence_reg", made, "登记", stated_date="2026-02-01", drafts=[Draft.of(seen, job="电焊工")]
    )
    offices.district.grant(gone.replica.identity.replica, [XIANGYUN])
    offices.settle(3)
    return gone, there, made


def test_work_that_came_too_late_is_taken_over_by_who_holds_its_records(offices: Offices, qtbot: QtBot) -> None:
    _, there, made = left_behind(offices)
    window = shown(there, qtbot)
    page = tray(window, qtbot)
    said = words(page)
    assert "待采用" in said and "宝山甲 · 宝山甲" in said and "电焊工" in said
    press_button(page, "转为草稿")
    form = window.page
    assert isinstance(form, RecordPage) and form.unsaved()
    press(form, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and not form.unsaved())
    page = tray(window, qtbot)
    press_button(page, "已采用，了结…")
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.message == "已了结")
    qtbot.waitUntil(lambda: idle(window) and not page.cards)
    offices.settle(2)
    row = there.replica.read.get("residence_reg", made)
    assert row is not None and row.job == "电焊工" and row.biz_no is None and not row.pending
    assert there.replica.read.tray() == []


def test_the_desk_that_typed_it_keeps_the_number_and_reads_it_from_the_district(offices: Offices, qtbot: QtBot) -> None:
    gone, _, _ = left_behind(offices)
    (item,) = gone.replica.read.tray()
    assert (item.outcome, item.away, item.changes) == ("rescued", True, ())
    window = shown(gone, qtbot, rescued=lambda number: item_of(gone.courier.rescued(number), "rescued", ""))
    page = tray(window, qtbot)
    assert "已转交" in words(page) and "电焊工" not in words(page)
    press_button(page, "联网查看")
    qtbot.waitUntil(lambda: idle(window) and "电焊工" in words(page))
