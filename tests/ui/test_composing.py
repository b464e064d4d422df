"""An input method's unfinished word is never cut off: not by Enter or Escape, a suggestion, news, a save or the autosave."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, compose, focused, idle, press, type_into
from tests.ui.test_form import opened

KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up)


def shows(widget: QWidget) -> object:
    """What tells that the unfinished word is there: a line edit keeps it to itself, but draws the caret behind it."""
    if isinstance(widget, QPlainTextEdit):
        return widget.textCursor().block().layout().preeditAreaText()
    assert isinstance(widget, QLineEdit)
    return widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).x(), widget.text()


def composed(widget: QWidget, word: str) -> object:
    """Begins a word; what tells that it is there."""
    nothing = shows(widget)
    compose(widget, word)
    assert shows(widget) != nothing
    return shows(widget)


def commit(widget: QWidget, words: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(widget, event)


def hammer(widget: QWidget) -> None:
    """All keys that end or choose, with and without Ctrl."""
    for key in KEYS:
        press(widget, key)
    press(widget, Qt.Key.Key_Return, CTRL)


@pytest.mark.parametrize("name", ["former_name", "id_no", "birth_date", "edu", "work_unit"])
def test_no_key_leaves_a_field_of_a_form_or_saves_it(window: MainWindow, qtbot: QtBot, desk: Desk, name: str) -> None:
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    page.body.focus(name)
    edit = focused()
    before = composed(edit, "xing")
    hammer(edit)
    assert focused() is edit and shows(edit) == before
    assert page.record is None and idle(window) and not page._saving
    window.support.keeper.keep_now()
    assert shows(edit) == before
    commit(edit, "行")
    assert page.body.rows[name].field.focusProxy().text() == "行"  # type: ignore[union-attr]


def test_the_search_box_and_its_list(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    search = window.toolbar.search
    search.summon()
    type_into(search, "wg")
    qtbot.waitUntil(lambda: idle(window) and search.suggest.isVisible())
    page = window.page
    before = composed(search, "ping")
    hammer(search)
    assert shows(search) == before
    assert window.page is page and focused() is search and search.text() == "wg"
    assert search.suggest.isVisible()
    commit(search, "p")
    assert search.text() == "wgp"


def test_cells_of_a_sheet(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    page.focus_line(1, "person.name")
    cell = focused()
    type_into(cell, "赵")
    before = composed(cell, "tie")
    hammer(cell)
    assert focused() is cell and shows(cell) == before
    assert not page._saving and idle(window) and not page._done
    window.support.keeper.keep_now()
    commit(cell, "铁")
    assert page.lines[1].cells["person.name"].text() == "赵铁"


def test_a_line_that_was_saved_meanwhile_stays_while_a_word_is_unfinished(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    page.focus_line(0, "person.name")
    type_into(focused(), "赵铁柱")
    page.save(step=False)
    cell = page.lines[0].cells["person.name"]
    before = composed(cell, "zhu")
    qtbot.waitUntil(lambda: idle(window) and not page._saving)
    assert shows(cell) == before
    assert page.lines[0].cells["person.name"] is cell
    commit(cell, "子")
    assert cell.text() == "赵铁柱子"


def test_long_text(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = next(
        RecordPage(window.shell, kind.name, None)
        for kind in window.shell.desk.program.kinds.values()
        if any(f.long and not f.derived for f in kind.fields)
    )
    window._add(page)
    name = next(n for n, r in page.body.rows.items() if isinstance(r.field.focusProxy(), QPlainTextEdit))
    page.body.focus(name)
    edit = focused()
    compose(edit, "jie")
    hammer(edit)
    assert shows(edit) == "jie" and focused() is edit and not page._saving and page.record is None
    commit(edit, "街")
    assert page.body.rows[name].field.value() == "街"


def test_news_wait_for_the_end_of_the_first_word(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    record = desk.people["王公平"]
    page = opened(window, qtbot, "person", record)
    page.body.focus("work_unit")
    edit = focused()
    before = composed(edit, "bai")
    seen = desk.replica.read.get("person", record)
    assert seen is not None
    desk.replica.door.save([Draft.of(seen, former_name="别处改的")])
    page.refresh()
    assert edit.composing and shows(edit) == before  # type: ignore[attr-defined]
    commit(edit, "白")
    assert page.body.rows["work_unit"].field.value() == "白"
    assert page.draft().base == seen.base
