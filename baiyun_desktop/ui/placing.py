"""Where a window stands: where it was left, on a screen that is there today, never larger than that screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

from baiyun_desktop.ui import looks

GRIP_PX = (120, 24)
"""As much of a window's upper edge must be on a screen that somebody can take hold of it."""
TITLE_PX = 32
"""What the system puts round a window is known only once it is shown."""


def fitted(wanted: QRect, screens: Sequence[QRect]) -> QRect:
    """The rectangle on the screen that has most of it, cut and moved to lie there whole.

    `screens` are what programs may use of each, the main one first. A window that was left on a screen that has gone,
    or nearly outside, comes to the middle of the main one.
    """
    edge = QRect(wanted.left(), wanted.top(), wanted.width(), max(GRIP_PX[1], TITLE_PX))
    held = [screen for screen in screens if _grip(edge.intersected(screen))]
    home = max(held, key=lambda screen: _area(wanted.intersected(screen))) if held else screens[0]
    width, height = min(wanted.width(), home.width()), min(wanted.height(), home.height() - TITLE_PX)
    if not held:
        return QRect(home.left() + (home.width() - width) // 2, home.top() + (home.height() - height + TITLE_PX) // 2,
                     width, height)  # fmt: skip
    left = max(home.left(), min(wanted.left(), home.right() + 1 - width))
    top = max(home.top() + TITLE_PX, min(wanted.top(), home.bottom() + 1 - height))
    return QRect(left, top, width, height)


def _middle(size: QSize, screen: QRect) -> QRect:
    """Where a window that was never here stands first."""
    return fitted(QRect(QPoint(screen.right() + 1, 0), size), [screen])


def _grip(part: QRect) -> bool:
    return part.width() >= GRIP_PX[0] and part.height() >= GRIP_PX[1] // 2


def _area(part: QRect) -> int:
    return max(0, part.width()) * max(0, part.height())


def screens() -> list[QRect]:
    """What programs may use of each screen, the main one first."""
    main = QGuiApplication.primaryScreen()
    return [one.availableGeometry() for one in sorted(QGuiApplication.screens(), key=lambda one: one is not main)]


def sized(window: QWidget, wanted: tuple[int, int]) -> None:
    """As large as that, or as its screen lets it be."""
    room = window.screen().availableGeometry()
    window.resize(min(wanted[0], room.width() - 1), min(wanted[1], room.height() - TITLE_PX))


def tall_enough(window: QWidget) -> None:
    """As tall as its words need at its width: Qt asks a dialog's wrapped lines for their height at another one."""
    layout = window.layout()
    if layout is None:
        return
    layout.activate()
    width = max(window.width(), layout.minimumSize().width())
    sized(window, (width, max(layout.totalHeightForWidth(width), layout.minimumSize().height())))


class Placed(QObject):
    """One window's place, known by a name of its own."""

    def __init__(self, window: QMainWindow, name: str) -> None:
        super().__init__(window)
        self._window, self._key = window, f"window/{name.replace('/', ' ')}"
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._gone)

    def restore(self) -> None:
        """Before the window is shown."""
        left, full = self._read()
        here = screens()
        self._window.setGeometry(fitted(left, here) if left is not None else _middle(self._window.size(), here[0]))
        if full:
            self._window.showMaximized()

    def _gone(self, _screen: object) -> None:
        QTimer.singleShot(0, self, self._back)  # the system may move it by itself first

    def _back(self) -> None:
        if not self._window.isMaximized():
            self._window.setGeometry(fitted(self._window.geometry(), screens()))

    def keep(self) -> None:
        """As it stands now; of one that fills its screen, where it would go back to."""
        at = self._window.normalGeometry() if self._window.isMaximized() else self._window.geometry()
        full = int(self._window.isMaximized())
        looks.current().put(self._key, f"{at.x()} {at.y()} {at.width()} {at.height()} {full}")

    def _read(self) -> tuple[QRect | None, bool]:
        words = looks.current().get(self._key).split()
        if len(words) != 5 or not all(word.lstrip("-").isdigit() for word in words):
            return None, False
        x, y, width, height, full = map(int, words)
        return QRect(x, y, width, height), bool(full)
