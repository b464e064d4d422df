"""A window on a real replica, dressed as it is for clerks; any warning of Qt's fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui import colours, opening, theme, words
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import LONG_NAME, Desk, idle, make_desk


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Waits longer than its own habit: the machine may be shared."""
    qtbot.waitUntil = partial(qtbot.waitUntil, timeout=30_000)  # type: ignore[method-assign]
    return qtbot


@pytest.fixture(scope="session")
def clothes(qapp: QApplication) -> QApplication:
    """The application, dressed once: each time it is, Qt loads our fonts again and lays out all text anew."""
    return opening.application()


@pytest.fixture(autouse=True)
def dressed(qtbot: QtBot, clothes: QApplication) -> Iterator[None]:
    """Fonts and light colours, Chinese; whatever a test changes is put back."""
    yield
    words.set_language("zh")
    if colours.current() is not colours.LIGHT:
        theme.apply_theme(clothes, "light")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(tmp_path)
    made.add("王公平", "15020619880315002", "13812345678")
    made.add("欧阳晓燕", "15020619991231001", "13900006789", "宝山社区12号楼3单元502室")
    made.add(LONG_NAME, "15262519670101003", "13500001111")
    yield made
    made.replica.close()


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(desk.context())
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    qtbot.waitUntil(lambda: idle(made))
    yield made
    made.discard()
    made.close()
    made.deleteLater()
