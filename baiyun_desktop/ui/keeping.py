"""Keeps a clerk's place on a page that is filled anew: how far it was scrolled, and which button had the caret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget

BELOW_PX = 14
"""Room below what is brought into view, so that it does not look cut off."""


@contextmanager
def kept_place(area: QScrollArea, otherwise: QWidget | None = None) -> Iterator[None]:
    """Inside, what the area shows is made anew. A button is known again by its accessible name.

    Where it is gone, `otherwise` gets the caret, so that the keyboard is never without a place.
    """
    inside, bar = area.widget(), area.verticalScrollBar()
    focus = QApplication.focusWidget()
    had = focus if focus is not None and inside.isAncestorOf(focus) else None
    name, at = had.accessibleName() if had is not None else "", bar.value()
    if had is not None and otherwise is not None and had is not otherwise:
        otherwise.setFocus()
    yield
    area.setUpdatesEnabled(False)  # what was added is laid out a moment later; nobody should see the top meanwhile

    def back() -> None:
        _lay_out(inside)
        if had is not None and had is not otherwise and QApplication.focusWidget() in (otherwise, None):
            named = (b for b in inside.findChildren(QAbstractButton) if b.accessibleName() == name)
            again = next((b for b in named if can_be_pressed(b)), None)
            if again is not None:
                again.setFocus()
        bar.setValue(at)
        area.setUpdatesEnabled(True)

    QTimer.singleShot(0, area, back)


def bring_into_view(widget: QWidget) -> None:
    """Scrolls to what has just been put on a page, once it has its place there."""

    def scroll() -> None:
        at = widget.parentWidget()
        while at is not None and not isinstance(at, QScrollArea):
            at = at.parentWidget()
        if at is not None:
            _lay_out(at.widget())
            at.ensureWidgetVisible(widget, 0, BELOW_PX)

    # what was added is shown at the first turn of the event loop, and asks for its room at the second
    QTimer.singleShot(0, widget, lambda: QTimer.singleShot(0, widget, scroll))


def _lay_out(inside: QWidget) -> None:
    """Gives everything on a scrolled page its room now."""
    layout = inside.layout()
    if layout is not None:
        layout.activate()
    QApplication.sendPostedEvents(inside, QEvent.Type.LayoutRequest.value)


def can_be_pressed(button: QWidget) -> bool:
    """Whether it is there to be pressed; what has just been put on a page is not on screen yet, and counts."""
    hidden = button.isHidden() and button.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
    return button.isEnabled() and not hidden
