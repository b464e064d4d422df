"""The small pieces behave as hands expect."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui.parts import button
from tests.ui.desk import CTRL, press


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_is_pressed_by_key(qtbot: QtBot, key: Qt.Key) -> None:
    pressed: list[int] = []
    made = button("保存", lambda: pressed.append(1))
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    press(made, key)
    assert pressed == [1]
    press(made, Qt.Key.Key_Return, CTRL)
    assert pressed == [1]
