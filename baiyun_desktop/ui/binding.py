"""A key bound to a part of a page. Given together with a slot, Qt's own constructor forgets the context it is told."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def bind(widget: QWidget, keys: str, what: Callable[[], object], *, within: bool = False) -> QShortcut:
    """Calls `what` while the widget is on screen, or only while the caret is `within` it.

    A key held down says it once: nobody decides one thing after the other by resting a finger.
    """
    made = QShortcut(QKeySequence(keys), widget)
    if within:
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.setAutoRepeat(False)
    made.activated.connect(lambda: what())
    return made
