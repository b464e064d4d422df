"""The window as a whole: names on every control, keys for every place, nothing typed is lost by a change of dress."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui.attention_words import AttentionLine
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.worklist_page import WorklistPage
from tests.ui.desk import CTRL, Desk, focused, idle, press, type_into

ALT = Qt.KeyboardModifier.AltModifier
PLACES = [
    "worklist",
    "residence_active",
    "residence_drafts",
    "residence_to_check",
    "residence_ended",
    "residence_replaced",
    "permits_waiting",
    "permits_due",
    "permits_open",
    "permits_held",
    "people",
    "houses",
    "contests",
    "import",
    "tray",
]
KEYED = PLACES[:9]
"""What Alt and a digit lead to."""


def pages(window: MainWindow, desk: Desk) -> Iterator[str]:
    for place in PLACES:
        window.go(place)
        yield place
    for kind, record in (("person", desk.people["王公平"]), ("residence_reg", desk.registrations["王公平"])):
        window.open(kind, record)
        yield kind
    for kind in ("residence_reg", "house", "household"):
        window.new(kind, {})
        yield f"new {kind}"


def test_a_record_stays_open_however_many_places_were_looked_at(window: MainWindow, desk: Desk) -> None:
    for place in PLACES:
        window.go(place)
    page = window.open("person", desk.people["王公平"])
    assert window.page is page
    window.back()
    assert window.page is window.go(PLACES[-1])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_control_that_takes_the_focus_has_a_name(
    window: MainWindow, qtbot: QtBot, desk: Desk, language: str
) -> None:
    window.dress(language=language)
    for where in pages(window, desk):
        qtbot.waitUntil(lambda: idle(window))
        nameless = [w for w in window.findChildren(QWidget) if _takes_focus(w) and not _name(w)]
        assert nameless == [], where


def _takes_focus(widget: QWidget) -> bool:
    return widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None


def _name(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return str(found.text(QAccessible.Text.Name)) if found is not None else widget.accessibleName()


class Shown(QObject):
    """Remembers each top-level widget that appears, however shortly."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(repr(watched))
        return False


def test_no_other_window_flashes_up_while_pages_are_made(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    shown, app = Shown(), QApplication.instance()
    assert app is not None
    app.installEventFilter(shown)
    for _ in pages(window, desk):
        qtbot.waitUntil(lambda: idle(window))
    app.removeEventFilter(shown)
    assert shown.seen == []
    assert window.isActiveWindow()


def test_a_day_starts_on_the_worklist(window: MainWindow, qtbot: QtBot) -> None:
    assert isinstance(window.page, WorklistPage)
    texts = [label.text() for label in window.page.findChildren(QLabel)]
    assert "登记草稿待办完" in texts
    assert "3" in texts
    assert focused().accessibleName() == "全家登记"
    press(focused(), Qt.Key.Key_Space)
    assert isinstance(window.page, SheetPage)


def test_the_worklist_follows_what_is_done(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    for name, record in desk.registrations.items():
        assert name
        desk.replica.door.step("residence_reg", record, "登记", stated_date="2026-10-01")
    qtbot.waitUntil(lambda: any(b.text() == "居住登记 3" for b in window.page.findChildren(QPushButton)))
    texts = [label.text() for label in window.page.findChildren(QLabel) if label.isVisible()]
    assert "登记草稿待办完" not in texts
    noughts = [b.text() for b in window.page.findChildren(QPushButton) if b.text().endswith(" 0")]
    assert noughts == []


def test_each_place_is_whole_in_the_navigation_once_somebody_went_there(window: MainWindow, qtbot: QtBot) -> None:
    navigation = window.navigation
    window.resize(910, 485)
    qtbot.waitUntil(lambda: navigation.height() < 485)
    font = QFont(navigation.font())
    font.setWeight(QFont.Weight.DemiBold)
    for place in window._places:
        navigation.mark(place)
        rect = navigation.visualItemRect(navigation.currentItem())
        assert navigation.viewport().rect().contains(rect), place
        assert rect.width() - 54 >= QFontMetrics(font).horizontalAdvance(navigation.currentItem().text()), place


def test_a_lamp_is_whole_however_long_the_rest_of_its_line_is(window: MainWindow, qtbot: QtBot) -> None:
    page, line = window.page, QWidget()
    assert isinstance(page, WorklistPage)
    qtbot.addWidget(line)
    line.setLayout(page._line(AttentionLine("某某" * 40, "期限" * 40, lamp="▲ Overdue", tone="bad")))
    line.resize(420, 40)
    line.show()
    (lamp,) = [label for label in line.findChildren(QLabel) if label.text() == "▲ Overdue"]
    assert line.width() == 420 and lamp.width() >= lamp.sizeHint().width()


@pytest.mark.parametrize(("number", "place"), list(enumerate(KEYED, start=1)))
def test_each_place_has_a_key(window: MainWindow, qtbot: QtBot, number: int, place: str) -> None:
    press(focused(), Qt.Key(Qt.Key.Key_0 + number), ALT)
    assert window.page is window.go(place)
    qtbot.waitUntil(lambda: idle(window))


def test_the_tab_key_reaches_search_places_and_page_and_the_focus_is_seen(window: MainWindow, qtbot: QtBot) -> None:
    window.go("people")
    qtbot.waitUntil(lambda: idle(window))
    seen: list[QWidget] = []
    for _ in range(40):
        press(focused(), Qt.Key.Key_Tab)
        if focused() in seen:
            break
        seen.append(focused())
    assert window.toolbar.search in seen
    assert window.navigation in seen
    assert window.go("people").table in seen  # type: ignore[attr-defined]


def test_colours_change_under_what_is_being_typed(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.open("person", desk.people["王公平"])
    assert isinstance(page, RecordPage)
    page.body.focus("work_unit")
    type_into(focused(), "还没保存")
    light = window.grab().toImage().pixelColor(4, 300)
    window.dress(theme_name="dark")
    QApplication.processEvents()
    assert window.page is page
    assert page.body.rows["work_unit"].field.value() == "还没保存"
    assert window.grab().toImage().pixelColor(4, 300).lightness() < 60 < light.lightness()


def test_another_language_waits_until_all_is_saved(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.open("person", desk.people["王公平"])
    assert isinstance(page, RecordPage)
    page.body.focus("work_unit")
    type_into(focused(), "还没保存")
    window.dress(language="en")
    assert window.page is page
    assert window.status.message == "有未保存的内容，请先保存再切换"
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not page.unsaved() and idle(window))
    window.dress(language="en")
    assert window.navigation.item(0).text() == "Worklist"
    registration = window.open("residence_reg", desk.registrations["王公平"])
    assert isinstance(registration, RecordPage) and registration.body.rows["state"].field.text() == "Draft"


def test_closing_asks_about_what_is_not_saved(
    window: MainWindow, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.open("person", desk.people["王公平"])
    assert isinstance(page, RecordPage)
    page.body.focus("work_unit")
    type_into(focused(), "还没保存")
    window.go("people")
    asked: list[str] = []

    def stay(box: QMessageBox) -> int:
        asked.append(box.text())
        monkeypatch.setattr(box, "clickedButton", lambda: box.defaultButton())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", stay)
    window.close()
    assert window.isVisible()
    assert asked == ["有 1 处内容还没有保存。离开后这些内容会丢失。"]
    assert window.page is page


def test_a_record_left_unsaved_is_still_there_when_one_comes_back(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.open("person", desk.people["王公平"])
    assert isinstance(page, RecordPage)
    page.body.focus("work_unit")
    type_into(focused(), "还没保存")
    press(focused(), Qt.Key.Key_Left, ALT)
    assert window.page is not page
    assert window.open("person", desk.people["王公平"]) is page


def test_the_line_switch_and_the_state_of_the_line(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    switch = next(b for b in window.toolbar.findChildren(QPushButton) if b.text() == "线路已接通")
    switch.click()
    assert not desk.line.on
    assert switch.text() == "线路已断开"
    assert window.status.sync_text.startswith("3 条待上传")
    sync = next(b for b in window.status.findChildren(QPushButton) if "待上传" in b.text())
    sync.click()
    assert desk.courier.asked == 1
    desk.courier.problem = "连不上区服务器"
    window.refresh_status()
    assert window.status.sync_text.endswith("连不上区服务器")


def test_a_bug_is_told_and_does_not_stop_the_window(
    window: MainWindow, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("磁盘已满")

    monkeypatch.setattr(desk.replica.door, "save", broken)
    page = window.open("person", desk.people["王公平"])
    assert isinstance(page, RecordPage)
    page.body.focus("work_unit")
    type_into(focused(), "甲")
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: window.status.message == "没有保存：磁盘已满")
    assert page.unsaved()
