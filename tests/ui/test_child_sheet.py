"""What belongs to a record is added and mended beside its form, by the keys alone, and no half-typed line is dropped by one key."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.child_sheet import ChildSheet
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, focused, idle, press, type_into

SHIFT = Qt.KeyboardModifier.ShiftModifier


def type_at(sheet: ChildSheet, name: str, words: str) -> None:
    sheet.body.focus(name)
    type_into(focused(), words)


def names(desk: Desk, item: str) -> list[str | None]:
    return [row.get("name") for row in desk.replica.read.children("service_material", item)]


def entries(page: RecordPage) -> dict[str, QPushButton]:
    return {b.accessibleName(): b for b in page.related.findChildren(QPushButton) if not b.isHidden()}


def test_the_papers_that_an_item_takes_are_typed_one_after_the_other(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    item = desk.replica.ids.new()
    desk.replica.door.save([Draft.create("service_item", item, area="*", code="z9", name="随迁子女入学登记")])
    page = window.open("service_item", item)
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window) and "加一条所需材料" in entries(page))
    page.body.focus_first()
    press(focused(), Qt.Key.Key_N, CTRL | SHIFT)
    sheet = page.related.sheet
    assert sheet is not None and window.page is page
    qtbot.waitUntil(sheet.isActiveWindow)
    for number, name in enumerate(("户口簿", "居住证"), 1):
        type_at(sheet, "name", name)
        press(focused(), Qt.Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda number=number: sheet.added == number and idle(window))
        assert sheet.body.values()["name"] is None, "the next one stands empty"
    assert names(desk, item) == ["户口簿", "居住证"]
    press(sheet, Qt.Key.Key_S, CTRL)
    assert "还没有填什么" in sheet.said.text() and len(names(desk, item)) == 2

    type_at(sheet, "name", "半句")
    press(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible() and "没有保存" in sheet.said.text()
    type_into(focused(), "话")  # he goes on typing: the warning counts no more
    press(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    press(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shiboken6.isValid(sheet) or not sheet.isVisible())
    assert len(names(desk, item)) == 2

    qtbot.waitUntil(lambda: "户口簿" in entries(page))
    press(entries(page)["户口簿"], Qt.Key.Key_Return)
    sheet = page.related.sheet
    assert sheet is not None and window.page is page and sheet.body.values()["name"] == "户口簿"
    qtbot.waitUntil(sheet.isActiveWindow)
    type_at(sheet, "copies", "2")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: desk.replica.read.children("service_material", item)[0].get("copies") == 2)
    assert names(desk, item) == ["户口簿", "居住证"]


def test_what_only_a_step_makes_is_not_offered_and_other_records_open_as_before(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    permit = desk.replica.ids.new()
    desk.replica.door.save([Draft.create("residence_permit", permit, person=desk.people["王公平"])])
    page = window.open("residence_permit", permit)
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window))
    assert not [name for name in entries(page) if name.startswith("加一条")]
    page.related.add()
    assert "没有要一条一条加的内容" in window.status.message

    page = window.open("person", desk.people["王公平"])
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window) and "加一条证件" in entries(page))
    registration = next(button for name, button in entries(page).items() if name.startswith("宝山社区15号楼"))
    press(registration, Qt.Key.Key_Return)
    assert window.page is not page and isinstance(window.page, RecordPage)
