"""Pages cost little and show nothing that is not theirs: widgets used again, hidden pages at rest, no stray windows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.mask import Mask, masked
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.fields.line import GuardedField
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.places import places_of
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import Desk, focused, idle, press, type_into

ALT = Qt.KeyboardModifier.AltModifier


def opened(window: MainWindow, qtbot: QtBot, desk: Desk, name: str) -> RecordPage:
    page = window.open("person", desk.people[name])
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window))
    return page


def beside(page: RecordPage) -> list[str]:
    return [label.text() for label in page.related.findChildren(QLabel) if not label.isHidden()]


def test_the_next_record_takes_the_widgets_of_the_last_and_nothing_else(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    first = opened(window, qtbot, desk, "王公平")
    number = first.body.rows["id_no"].field
    assert isinstance(number, GuardedField)
    number.uncover()
    qtbot.waitUntil(lambda: bool(beside(first)))
    press(window, Qt.Key.Key_Left, ALT)
    assert window.page is not first
    second = window.open("person", desk.people["欧阳晓燕"])
    assert second is first
    assert beside(first) == []
    assert first.title == "欧阳晓燕"
    assert first.body.rows["name"].field.value() == "欧阳晓燕"
    seen = desk.replica.read.get("person", desk.people["欧阳晓燕"])
    assert seen is not None
    assert number.edit.text() == masked(Mask.ID, seen.id_no)
    assert number.value() == seen.id_no
    number.edit.undo()
    assert number.value() == seen.id_no
    qtbot.waitUntil(lambda: idle(window))
    qtbot.waitUntil(lambda: any("居住登记" in words for words in beside(first)))


def test_a_page_with_unsaved_typing_is_never_turned_to_another_record(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    first = opened(window, qtbot, desk, "王公平")
    first.body.focus("work_unit")
    type_into(focused(), "abc")
    press(window, Qt.Key.Key_Left, ALT)
    second = opened(window, qtbot, desk, "欧阳晓燕")
    assert second is not first
    assert first.unsaved()
    assert window.open("person", desk.people["王公平"]) is first


def test_a_hidden_page_rests_and_looks_again_when_it_is_seen(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.go("people")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: idle(window) and page.table.rows.rowCount() == 3)
    window.go("worklist")
    news: list[object] = []
    window.shell.changed.connect(news.append)
    desk.replica.door.save([Draft.create("person", desk.replica.ids.new(), name="张三")])
    qtbot.waitUntil(lambda: bool(news) and idle(window))
    assert page.table.rows.rowCount() == 3
    window.go("people")
    qtbot.waitUntil(lambda: idle(window) and page.table.rows.rowCount() == 4)


class Windows(QObject):
    """Hears of every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_no_place_form_or_search_flashes_a_window_of_its_own(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    heard = Windows()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(heard)
    try:
        for place in [place.key for place in places_of(desk.context())]:
            window.go(place)
            qtbot.waitUntil(lambda: idle(window))
        opened(window, qtbot, desk, "王公平")
        window.new("person", {})
        window.new("residence_reg", {})
        press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        type_into(window.toolbar.search, "wgp")
        qtbot.waitUntil(lambda: bool(window.toolbar.search.hits))
    finally:
        app.removeEventFilter(heard)
    assert heard.shown == []


def test_a_list_that_is_looked_at_has_a_page_ready_for_its_rows(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.go("people")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: len(window.findChildren(RecordPage)) == 1)
    (ready,) = window.findChildren(RecordPage)
    assert not ready.isVisible()
    press(page.table, Qt.Key.Key_Return)
    assert window.page is ready
    assert ready.record in desk.people.values()
    assert not ready.unsaved()
