"""Forms come from declarations: everything by keyboard, saving never fails, steps say what stands in their way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.fields.line import GuardedField
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, compose, focused, id_number, idle, press, type_into


def opened(window: MainWindow, qtbot: QtBot, kind: str, record: str) -> RecordPage:
    page = window.open(kind, record)
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window))
    return page


def fill(page: RecordPage, name: str, words: str) -> None:
    page.body.focus(name)
    press(focused(), Qt.Key.Key_A, CTRL)
    press(focused(), Qt.Key.Key_Delete)
    type_into(focused(), words)


def test_what_is_typed_is_saved_by_keyboard(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    fill(page, "work_unit", "白云铁矿")
    assert page.unsaved()
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not page.unsaved())
    saved = desk.replica.read.get("person", desk.people["王公平"])
    assert saved is not None and saved.work_unit == "白云铁矿"
    assert window.status.message == "已保存"


def test_enter_goes_on_but_not_while_composing(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    page.body.focus("former_name")
    name = focused()
    compose(name, "wang")
    press(name, Qt.Key.Key_Return)
    assert focused() is name
    compose(name, "")
    press(name, Qt.Key.Key_Return)
    assert focused() is page.body.rows["name_native"].field.focusProxy()


def test_an_amount_that_is_none_stays_in_the_form_and_is_never_stored(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    house = desk.replica.ids.new()
    desk.replica.door.save([Draft.create("house", house, full_text="15号楼", floor_area="80")])
    page = opened(window, qtbot, "house", house)
    fill(page, "floor_area", "12a")
    fill(page, "owner_name", "张三")
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "面积" in window.status.message and idle(window))
    saved = desk.replica.read.get("house", house)
    assert saved is not None and (saved.floor_area, saved.owner_name) == ("80", "张三")
    field = page.body.rows["floor_area"].field
    assert page.unsaved() and field.text() == "" and field.edit.text() == "12a"  # type: ignore[attr-defined]
    noted = field.note()
    assert noted is not None and "12a" in noted.text
    fill(page, "floor_area", "１，２３５.50")
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not page.unsaved())
    saved = desk.replica.read.get("house", house)
    assert saved is not None and saved.floor_area == "1235.50"


def test_an_empty_record_is_saved_and_says_what_is_missing(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.record is not None and idle(window))
    assert desk.replica.read.get("person", page.record or "") is not None
    missing = page.body.missing()
    assert "name" in missing
    link = next(b for b in page.findChildren(QPushButton) if b.text() == f"还差 {len(missing)} 项")
    for name, words in zip(missing[:2], ("王公平", "汉族"), strict=True):
        for _ in range(200):
            if focused() is link:
                break
            press(focused(), Qt.Key.Key_Backtab)
        press(focused(), Qt.Key.Key_Return)
        assert focused() is page.body.rows[name].field.focusProxy()
        type_into(focused(), words)
    left = page.body.missing()
    assert link.text() == f"还差 {len(left)} 项" and len(left) == len(missing) - 2


def test_birth_and_sex_come_from_the_number(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    page.body.focus("id_no")
    type_into(focused(), id_number("15020619880315003").lower())
    assert page.body.rows["birth_date"].field.value() == "1988-03-15"
    assert page.body.rows["sex"].field.text() == "男"
    page.save()
    qtbot.waitUntil(lambda: page.record is not None)
    saved = desk.replica.read.get("person", page.record or "")
    assert saved is not None
    assert (saved.birth_date, saved.sex, saved.id_type) == ("1988-03-15", "1", "111")


def test_a_number_stays_masked_until_it_is_asked_for(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    field = page.body.rows["id_no"].field
    editor = field.focusProxy()
    number = id_number("15020619880315002")
    assert editor.text() == "1502**********0028"  # type: ignore[union-attr]
    type_into(editor, "9")
    assert field.value() == number
    next(b for b in field.findChildren(QPushButton) if b.text() == "显示").click()
    assert isinstance(field, GuardedField) and field.dialog is not None
    press(field.dialog.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor.text() == number)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("2026.1.5", "2026-01-05"), ("20260105", "2026-01-05"), ("26-1-5", "2026-01-05"), ("不知道", None)],
)
def test_days_are_read_as_offices_write_them(
    window: MainWindow, qtbot: QtBot, desk: Desk, typed: str, stored: str | None
) -> None:
    page = opened(window, qtbot, "residence_reg", desk.registrations["王公平"])
    fill(page, "plan_until", typed)
    row = page.body.rows["plan_until"]
    assert row.field.value() == stored
    assert (row.help.text() == f"“{typed}”不是日期") is (stored is None)


@pytest.mark.parametrize("typed", ["租赁", "02", "zl"])
def test_a_code_is_found_by_words_number_and_initials(window: MainWindow, qtbot: QtBot, desk: Desk, typed: str) -> None:
    page = opened(window, qtbot, "residence_reg", desk.registrations["王公平"])
    fill(page, "dwelling", typed)
    press(focused(), Qt.Key.Key_Return)
    assert page.body.rows["dwelling"].field.value() == "02"
    assert page.body.rows["dwelling"].field.text() == "租赁房屋"


def test_a_reference_is_found_and_kept_until_let_go(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.new("household", {})
    assert isinstance(page, RecordPage)
    field = page.body.rows["head"].field
    page.body.focus("head")
    type_into(focused(), "wgp")
    qtbot.waitUntil(lambda: idle(window) and field._suggest.isVisible())  # type: ignore[attr-defined]
    press(focused(), Qt.Key.Key_Return)
    assert field.value() == desk.people["王公平"]
    page.body.focus("head")
    type_into(focused(), "x")
    assert field.value() == desk.people["王公平"]


def test_a_possible_step_is_taken_and_an_impossible_one_says_why(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "residence_reg", desk.registrations["王公平"])
    steps = {b.text(): b.isEnabled() for b in page.head.steps.findChildren(QPushButton)}
    assert steps == {"登记": True}
    next(b for b in page.head.steps.findChildren(QPushButton) if b.text() == "登记").click()
    assert page.head.sheet is not None
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and window.status.message == "已办理“登记”")
    now = desk.replica.read.get("residence_reg", desk.registrations["王公平"])
    assert now is not None and now.state == "ACTIVE" and "字第" in now.biz_no
    rented = desk.add("李雷", "15020619880315011", "13800000000", dwelling="02")
    assert rented
    page = opened(window, qtbot, "residence_reg", desk.registrations["李雷"])
    register = next(b for b in page.head.steps.findChildren(QPushButton) if b.text() == "登记")
    assert not register.isEnabled()
    reason = next(b for b in page.head.steps.findChildren(QPushButton) if b is not register)
    assert "房主" in reason.text()
    reason.click()
    assert focused() is page.body.rows["landlord_name"].field.focusProxy()


def test_a_step_asks_for_what_only_it_needs(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.registrations["欧阳晓燕"]
    desk.replica.door.step("residence_reg", record, "登记", stated_date="2026-10-01")
    page = opened(window, qtbot, "residence_reg", record)
    end = next(b for b in page.head.steps.findChildren(QPushButton) if b.text() == "注销")
    end.click()
    sheet = page.head.sheet
    assert sheet is not None
    reason = sheet.body.rows["leave_reason"].field  # type: ignore[union-attr]
    reason.focusProxy().setFocus()
    type_into(focused(), "离开")
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and window.status.message == "已办理“注销”")
    now = desk.replica.read.get("residence_reg", record)
    assert now is not None and now.state == "ENDED" and now.leave_reason


def test_news_never_overwrites_what_is_being_typed(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.people["王公平"]
    page = opened(window, qtbot, "person", record)
    fill(page, "work_unit", "我正在输入")
    seen = desk.replica.read.get("person", record)
    assert seen is not None
    desk.replica.door.save([Draft.of(seen, work_unit="别处改的", edu="30")])
    strip = "这条记录刚在别处有更新"
    qtbot.waitUntil(lambda: any(strip in w.text() and w.isVisible() for w in page.findChildren(QLabel)))
    assert page.body.rows["work_unit"].field.value() == "我正在输入"
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not page.unsaved())
    qtbot.waitUntil(lambda: idle(window))
    now = desk.replica.read.get("person", record)
    assert now is not None and (now.work_unit, now.edu) == ("我正在输入", "30")


def test_news_of_an_open_form_is_shown_at_once(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.people["王公平"]
    page = opened(window, qtbot, "person", record)
    seen = desk.replica.read.get("person", record)
    assert seen is not None
    desk.replica.door.save([Draft.of(seen, work_unit="新单位")])
    qtbot.waitUntil(lambda: page.body.rows["work_unit"].field.value() == "新单位")


def test_what_belongs_to_a_person_stands_beside_the_form(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    qtbot.waitUntil(
        lambda: any(b.accessibleName().startswith("宝山社区15号楼") for b in page.related.findChildren(QPushButton))
    )
    link = next(b for b in page.related.findChildren(QPushButton) if b.accessibleName().startswith("宝山社区15号楼"))
    link.click()
    assert isinstance(window.page, RecordPage)
    assert window.page.record == desk.registrations["王公平"]


def test_papers_are_made_from_what_is_saved(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    import io

    from pypdf import PdfReader

    record = desk.registrations["王公平"]
    desk.replica.door.step("residence_reg", record, "登记", stated_date="2026-10-01")
    page = opened(window, qtbot, "residence_reg", record)
    names = [b.text() for b in page.papers.findChildren(QPushButton)]
    assert names[:2] == ["居住登记表", "居住登记回执"]
    page.papers.findChildren(QPushButton)[0].click()
    shown = page.papers.window_shown
    assert shown is not None
    qtbot.waitUntil(lambda: bool(shown.pdf))
    words = "".join(p.extract_text() for p in PdfReader(io.BytesIO(shown.pdf)).pages)
    assert "王公平" in words
    shown.close()


@pytest.mark.parametrize("width", [900, 1000, 1240])
def test_nothing_is_cut_in_a_narrow_window(window: MainWindow, qtbot: QtBot, desk: Desk, width: int) -> None:
    window.resize(width, 640)
    page = opened(window, qtbot, "person", desk.people["王公平"])
    room = page.body.parentWidget().parentWidget().width()
    qtbot.waitUntil(lambda: idle(window) and page.body.parentWidget().width() <= room)
    for row in page.body.rows.values():
        if row.field.isVisible():
            assert row.field.mapTo(page.body, row.field.rect().topRight()).x() < page.body.width(), row.field.name
