"""One box finds people by name, sound, initials and tails, from anywhere and without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.mask import Mask, masked
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, LONG_NAME, Desk, compose, focused, idle, press, type_into


def summon(window: MainWindow) -> None:
    press(focused(), Qt.Key.Key_K, CTRL)
    assert focused() is window.toolbar.search


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王公", "王公平"),
        ("wgp", "王公平"),
        ("wanggp", "王公平"),
        ("0028", "王公平"),
        ("6789", "欧阳晓燕"),
        ("oyxy", "欧阳晓燕"),
    ],
)
def test_enter_opens_who_was_found(window: MainWindow, qtbot: QtBot, desk: Desk, typed: str, name: str) -> None:
    summon(window)
    type_into(window.toolbar.search, typed)
    qtbot.waitUntil(lambda: masked(Mask.NAME, name) in [hit.title for hit in window.toolbar.search.hits])
    press(window.toolbar.search, Qt.Key.Key_Return)
    assert isinstance(window.page, RecordPage)
    assert window.page.record == desk.people[name]
    assert window.toolbar.search.text() == ""


def test_a_door_finds_who_lives_behind_it(window: MainWindow, qtbot: QtBot) -> None:
    summon(window)
    type_into(window.toolbar.search, "12-3-502")
    qtbot.waitUntil(lambda: bool(window.toolbar.search.hits))
    kinds = {hit.data[0] for hit in window.toolbar.search.hits}
    assert kinds == {"person", "residence_reg"}


def test_nothing_found_is_said_in_words_and_escape_closes(window: MainWindow, qtbot: QtBot) -> None:
    summon(window)
    type_into(window.toolbar.search, "zzzz")
    suggest = window.toolbar.search.suggest
    qtbot.waitUntil(lambda: suggest.isVisible())
    assert suggest.foot.startswith("没有找到“zzzz”")
    press(window.toolbar.search, Qt.Key.Key_Escape)
    assert not suggest.isVisible()


def test_arrows_choose_and_a_long_name_is_found(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    desk.add("王公安", "15020619900101001", "13700000001")
    summon(window)
    type_into(window.toolbar.search, "wg")
    qtbot.waitUntil(lambda: len(window.toolbar.search.hits) == 2)
    press(window.toolbar.search, Qt.Key.Key_Down)
    second = window.toolbar.search.hits[1].data[1]
    press(window.toolbar.search, Qt.Key.Key_Return)
    assert isinstance(window.page, RecordPage)
    assert window.page.record == second
    summon(window)
    type_into(window.toolbar.search, "特木尔")
    qtbot.waitUntil(lambda: [hit.title for hit in window.toolbar.search.hits] == [masked(Mask.NAME, LONG_NAME)])


def test_enter_opens_nothing_while_an_input_method_composes(window: MainWindow, qtbot: QtBot) -> None:
    before = window.page
    summon(window)
    type_into(window.toolbar.search, "wgp")
    qtbot.waitUntil(lambda: bool(window.toolbar.search.hits))
    compose(window.toolbar.search, "wang")
    press(window.toolbar.search, Qt.Key.Key_Return)
    assert window.page is before
    compose(window.toolbar.search, "")
    press(window.toolbar.search, Qt.Key.Key_Return)
    assert window.page is not before
    qtbot.waitUntil(lambda: idle(window))
