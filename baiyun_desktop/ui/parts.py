"""The small pieces every screen is put together from, so that a heading or a badge looks the same everywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from baiyun_desktop.ui.icons import icon

PAGE_PX = 20
"""Margin round a page."""
GAP_PX = 8


def text(words: str = "", rank: str = "", *, tone: str = "", wrap: bool = False, select: bool = False) -> QLabel:
    """A line of text; `rank` is title, heading, section, help, muted, big."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if rank:
        label.setProperty("rank", rank)
    if tone:
        label.setProperty("tone", tone)
    label.setWordWrap(wrap)
    if select:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class Elided(QLabel):
    """One line that gives way: what does not fit is cut with an ellipsis and told whole in the tip."""

    def __init__(self, words: str, rank: str = "") -> None:
        super().__init__(words)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("rank", rank)
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(40)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def badge(words: str, tone: str = "plain") -> QLabel:
    """A small coloured mark; `tone` is plain, accent, good, warn, bad."""
    label = text(words)
    label.setProperty("badge", tone)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return label


def retone(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet looks at."""
    if (widget.property(name) or "") != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Pressed(QPushButton):
    """Return presses it as Space does: clerks who work by keyboard reach for Return."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


def button(
    words: str,
    pressed: Callable[[], object] | None = None,
    *,
    look: str = "",
    picture: str = "",
    tip: str = "",
    name: str = "",
) -> QPushButton:
    """A push button; `look` is primary, flat or link; `name` is what a screen reader says where that differs."""
    made = Pressed(words)
    made.setAccessibleName(name or words)
    made.setAutoDefault(False)
    if look:
        made.setProperty(look, True)
    if picture:
        made.setIcon(icon(picture, "accent_text" if look == "primary" else "muted"))
        made.setIconSize(QSize(16, 16))
    if tip:
        made.setToolTip(tip)
        made.setAccessibleDescription(tip)
    if pressed is not None:
        made.clicked.connect(lambda: pressed())
    return made


def row(
    *things: QWidget | QLayout | int | None, gap: int = GAP_PX, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Side by side; None is a stretch, a number a space in pixels."""
    box = QHBoxLayout()
    box.setSpacing(gap)
    box.setContentsMargins(*margins)
    _fill(box, things)
    return box


def column(
    *things: QWidget | QLayout | int | None, gap: int = GAP_PX, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """One below the other; None is a stretch, a number a space in pixels."""
    box = QVBoxLayout()
    box.setSpacing(gap)
    box.setContentsMargins(*margins)
    _fill(box, things)
    return box


def _fill(box: QHBoxLayout | QVBoxLayout, things: tuple[QWidget | QLayout | int | None, ...]) -> None:
    for thing in things:
        if thing is None:
            box.addStretch(1)
        elif isinstance(thing, int):
            box.addSpacing(thing)
        elif isinstance(thing, QWidget):
            box.addWidget(thing)
        else:
            box.addLayout(thing)


def frame(layout: QLayout, **properties: object) -> QFrame:
    """A frame dressed by properties: card=True, band=True, foot=True, strip="warn"."""
    made = QFrame()
    for name, value in properties.items():
        made.setProperty(name, value)
    made.setLayout(layout)
    return made


def rule() -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("rule", True)
    return made


class Followed(QScrollArea):
    """Scrolls to wherever the caret goes, also where Enter and not Tab took it there."""

    def __init__(self) -> None:
        super().__init__()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Not when the window comes back to the front: it should look as it was left."""
        if before is not None and now is not None and self.isVisible() and self.widget().isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, GAP_PX)


def scrolled(inside: QWidget) -> QScrollArea:
    """A page that is longer than the window, and in the narrowest of windows wider: nothing on it is out of reach."""
    area = Followed()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside.setProperty("page", True)
    area.setWidget(inside)
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        for thing in (item.widget(), item.layout()):
            if isinstance(thing, QWidget):
                thing.hide()
                thing.deleteLater()
            elif isinstance(thing, QLayout):
                clear(thing)


def page_band(title: str, *things: QWidget | QLayout | int | None) -> QFrame:
    """The strip on top of a page: its title, and what the page puts beside it."""
    return frame(row(text(title, "title"), 6, *things, margins=(PAGE_PX, 11, PAGE_PX, 11)), band=True)


def empty(words: str, action: QPushButton | None = None) -> QWidget:
    """What an empty pane says: what it is, in one sentence, and the next action."""
    label = text(words, "muted", wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made = QWidget()
    things: list[QWidget | QLayout | int | None] = [None, label]
    if action is not None:
        things.append(row(None, action, None))
        made.setFocusProxy(action)
    made.setLayout(column(*things, None, gap=14, margins=(40, 40, 40, 40)))
    return made
