"""Line icons drawn in the colours of the theme, from SVG files that say `currentColor`."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from baiyun_desktop.kernel.resource import resource

_SCALES = (1.0, 1.25, 1.5, 2.0)


def icon(name: str, colour: str, size: int = 18) -> QIcon:
    """The icon of that name in a colour such as "#24689a"."""
    return _icon(name, colour, size)


@cache
def _icon(name: str, colour: str, size: int) -> QIcon:
    drawn = QIcon()
    renderer = QSvgRenderer(QByteArray(_svg(name, colour).encode()))
    for scale in _SCALES:
        pixmap = QPixmap(round(size * scale), round(size * scale))
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        drawn.addPixmap(pixmap)
    return drawn


def forget() -> None:
    """Drop the drawn icons: the colours have changed."""
    _icon.cache_clear()


def _svg(name: str, colour: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
