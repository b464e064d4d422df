"""How the desk looks, in the toolbar: its colours, high contrast among them, and the size of its letters."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from baiyun_desktop.ui import looks
from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.words import say

WIDTH_PX = 34


class LookButton(QPushButton):
    """Pressed, it says what there is to choose, and what is chosen."""

    theme_wanted = Signal(str)
    zoom_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("look")
        self.setProperty("flat", True)
        self.setIconSize(QSize(16, 16))
        self.setFixedWidth(WIDTH_PX)
        self.setToolTip(say("look.help"))
        self.setAccessibleName(say("look.name"))
        self.setAccessibleDescription(say("look.help"))
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.refresh()

    def _fill(self) -> None:
        """Anew each time: another window may have changed the colours."""
        menu = self.menu()
        menu.clear()
        for name in looks.THEMES:
            action = menu.addAction(say(f"look.{name}"), lambda name=name: self.theme_wanted.emit(name))
            action.setCheckable(True)
            action.setChecked(name == current().name)
        menu.addSeparator()
        for zoom in looks.ZOOMS:
            action = menu.addAction(say("look.zoom", zoom=zoom), lambda zoom=zoom: self.zoom_wanted.emit(zoom))
            action.setCheckable(True)
            action.setChecked(zoom == looks.current().zoom)

    def refresh(self) -> None:
        """Shows what is in use."""
        self.setIcon(icon("sun" if current().name in ("light", "contrast_light") else "moon", "muted"))
