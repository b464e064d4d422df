"""The pages of a paper as pictures, the first at once and the others as they are ready."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from baiyun_desktop.documents import preview
from baiyun_desktop.ui.parts import clear, column, scrolled, text
from baiyun_desktop.ui.printers import image_of
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest, Work

SCREEN_DPI = 84
BESIDE_PX = 48
"""Margins and the bar that scrolls down."""
SMALLEST = 0.6
"""A wider page is drawn smaller, so that its last column is in sight, down to this; below nobody reads it any more."""


class PaperPages(QWidget):
    """Drawn in a thread; whoever looks at the first page does not wait for the sixtieth."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._latest = Latest(work, self)
        self._pages = QVBoxLayout()
        self._pages.setSpacing(14)
        inside = QWidget()
        inside.setLayout(column(self._pages, None, margins=(16, 16, 16, 16)))
        self.area = scrolled(inside)
        self.setLayout(column(self.area, gap=0))
        self.shown = 0
        self.say_instead(say("paper.setting"))

    def say_instead(self, words: str) -> None:
        """Words where pages will stand."""
        clear(self._pages)
        self.shown = 0
        self._pages.addWidget(text(words, "muted", wrap=True), 0, Qt.AlignmentFlag.AlignHCenter)

    def show_pdf(self, pdf: bytes) -> None:
        """Show another paper."""
        self._ask(pdf, 0, preview.page_count(pdf))

    def _ask(self, pdf: bytes, number: int, count: int) -> None:
        dpi = SCREEN_DPI * self.devicePixelRatioF()
        room = (self.area.viewport().width() - BESIDE_PX) * self.devicePixelRatioF()

        def draw(job: Job) -> preview.Page:
            page = preview.pages(pdf, dpi=dpi, only=range(number, number + 1))[0]
            if page.width <= room or room < page.width * SMALLEST:
                return page
            return preview.pages(pdf, dpi=dpi * room / page.width, only=range(number, number + 1))[0]

        def put(page: preview.Page) -> None:
            if not number:
                clear(self._pages)
            self._pages.addWidget(self._sheet(number + 1, page), 0, Qt.AlignmentFlag.AlignHCenter)
            self.shown = number + 1
            if self.shown < count:
                self._ask(pdf, self.shown, count)

        self._latest.ask(draw, put)

    def _sheet(self, number: int, page: preview.Page) -> QLabel:
        label = QLabel()
        label.setAccessibleName(say("paper.page", n=number))
        pixmap = QPixmap.fromImage(image_of(page))
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        label.setPixmap(pixmap)
        label.setProperty("sheet", True)
        return label
