"""The gallery's eyes see what is wrong, and nothing is wrong with the pages that a clerk has before him all day."""

from __future__ import annotations

from contextlib import suppress

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui import theme
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import Desk, idle
from tests.ui.gallery.checks import faults, without_sight_of_focus

SMALL, OFFICE = (910, 485), (1366, 728)
"""An office's screen without its task bar at 150 % and at 100 %."""


def made(qtbot: QtBot) -> QWidget:
    root = QWidget()
    qtbot.addWidget(root)
    root.resize(300, 200)
    return root


def label(root: QWidget, words: str, at: QRect, style: str = "") -> QLabel:
    one = QLabel(words, root)
    one.setStyleSheet(style)
    one.setGeometry(at)
    return one


@pytest.mark.parametrize(
    ("words", "at", "style", "said"),
    [
        ("一二三四五六七八", QRect(10, 10, 40, 30), "", "cut"),
        ("一二三", QRect(10, 10, 200, 6), "", "lower than its letters"),
        ("一二三", QRect(200, 10, 200, 30), "", "outside"),
        ("一二三", QRect(10, 10, 200, 30), "color: #c0c4c8", "contrast"),
        ("一二三", QRect(10, 10, 200, 30), "", ""),
    ],
)
def test_what_is_wrong_is_seen(qtbot: QtBot, words: str, at: QRect, style: str, said: str) -> None:
    root = made(qtbot)
    label(root, words, at, style)
    root.show()
    found = faults(root)
    assert len(found) == bool(said) and all(said in one for one in found), found


def test_controls_without_a_name_or_a_sight_of_the_caret_and_windows_too_large_are_seen(qtbot: QtBot) -> None:
    root = made(qtbot)
    QLineEdit(root).setGeometry(10, 10, 100, 30)
    blind = QPushButton("按", root)
    blind.setGeometry(10, 60, 100, 30)
    blind.setStyleSheet("QPushButton, QPushButton:focus { border: 1px solid black; outline: none; background: white }")
    with qtbot.waitActive(root):
        root.show()
        root.activateWindow()
    assert [one for one in faults(root) if "no name" in one]
    assert len(without_sight_of_focus(root)) == 1
    assert faults(root, QRect(0, 0, 200, 100))[0].endswith("300x200 on 200x100")


def look(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> dict[str, list[str]]:
    """What is wrong with the page once it has come to rest: a line that wraps takes its height a turn after its words."""
    qtbot.waitUntil(lambda: idle(window))
    QApplication.processEvents()
    with suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not faults(window, QRect(0, 0, *size)), timeout=2_000)
    return {f"{window.page.title} {size}": found for found in [faults(window, QRect(0, 0, *size))] if found}


def test_nothing_is_wrong_with_the_days_pages(
    window: MainWindow, qtbot: QtBot, desk: Desk, clothes: QApplication
) -> None:
    told: dict[str, list[str]] = {}
    for size, dress in ((SMALL, "light"), (OFFICE, "contrast_dark")):
        window.resize(*size)
        theme.apply_theme(clothes, dress)
        for place in ("worklist", "people"):
            window.go(place)
            told |= look(window, qtbot, size)
        window.open("person", desk.people["王公平"])
        told |= look(window, qtbot, size)
        window.new("residence_reg", {})
        told |= look(window, qtbot, size)
    assert told == {}
    window.resize(683, 364)  # at 200 %
    page = window.open("person", desk.people["王公平"])
    assert isinstance(page, RecordPage)
    told |= look(window, qtbot, (683, 364))
    assert told == {} and not page.related.isVisible()
    turn = next(one for one in page.findChildren(QPushButton) if one.text() == "相关内容")
    turn.click()
    assert page.related.isVisible() and turn.text() == "回到表单"
    window.resize(*OFFICE)
    window.open("person", desk.people["王公平"])
    qtbot.waitUntil(lambda: idle(window))
    assert without_sight_of_focus(window.page) == []
