"""Fusion with our own palette and style sheet, so that the desk looks the same on every system, whatever its colours."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.ui.colours import Colours, use

ROW_PX = 22
"""Height of a table row: about thirty rows in view on an office screen."""


def apply_theme(app: QApplication, name: str) -> None:
    """Dress the application in one of `colours.BY_NAME`; windows already open follow."""
    chosen = use(name)
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(chosen))
    app.setStyleSheet(_style_sheet(chosen))


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, c.window),
        (role.WindowText, c.text),
        (role.Base, c.panel),
        (role.AlternateBase, c.stripe),
        (role.Text, c.text),
        (role.Button, c.panel),
        (role.ButtonText, c.text),
        (role.BrightText, c.bad),
        (role.Highlight, c.accent_soft),
        (role.HighlightedText, c.text),
        (role.ToolTipBase, c.panel),
        (role.ToolTipText, c.text),
        (role.PlaceholderText, c.muted),
        (role.Link, c.accent),
        (role.Accent, c.accent),
        (role.Light, c.panel),
        (role.Midlight, c.line),
        (role.Mid, c.frame),
        (role.Dark, c.frame),
        (role.Shadow, c.line),
    ):
        palette.setColor(which, QColor(value))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(c.faint))
    return palette


def _style_sheet(c: Colours) -> str:
    tokens = {**c.tokens(), "pictures": resource("styles", c.name).as_posix()}
    text = resource("styles", "desk.qss").read_text("utf-8")
    return re.sub(r"@([a-z_]+)", lambda m: tokens[m.group(1)], text)
