"""F1: the page of the guide that belongs to what is open; the guide is read from its files when it is first asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from baiyun_desktop.ui.guide.book import book
from baiyun_desktop.ui.guide.keys import keys_text
from baiyun_desktop.ui.guide.window import GuideWindow
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import language


def topics(page: Page, place: str) -> list[str]:
    """What a page is about, the closest first: its sheet, its place, the kind of record that it shows."""
    if isinstance(page, SheetPage):
        return [page.spec.name, page.spec.kind]
    if isinstance(page, ListPage):
        return [page.spec.name, page.spec.kind]
    if isinstance(page, RecordPage):
        return [page.kind.name]
    return [place]


class Help:
    """One per main window."""

    def __init__(self, shell: Shell, window: QWidget) -> None:
        self._shell, self._parent = shell, window
        self.window: GuideWindow | None = None
        self._language = ""

    def show(self, page: Page, place: str) -> GuideWindow:
        """Open the guide where it says how that page is used; in another language it is made anew."""
        if self.window is None or self._language != language():
            if self.window is not None:
                self.window.close()
                self.window.deleteLater()
            self.window = GuideWindow(self._shell, book(keys_text()), self._parent)
            self._language = language()
        self.window.turn(self.window.book.about(topics(page, place)).name)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.window.reader.setFocus()
        return self.window
