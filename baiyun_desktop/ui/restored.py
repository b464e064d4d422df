"""After a crash: says how many forms were not saved, has each open as it was typed, and discards only when told to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication, QFrame, QMenu, QMessageBox

from baiyun_desktop.replica.unsaved import KeptForm
from baiyun_desktop.ui.parts import Elided, button, row, text
from baiyun_desktop.ui.restored_form import page_from, put_caret, words_in
from baiyun_desktop.ui.restored_keeper import TypingKeeper
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say

log = logging.getLogger(__name__)


class RestoredBand(QFrame):
    """`show_page` puts a page on screen, `drop_page` takes one away without asking; both are the window's."""

    def __init__(
        self, shell: Shell, keeper: TypingKeeper, show_page: Callable[[Page], object], drop_page: Callable[[Page], None]
    ) -> None:
        super().__init__()
        self._shell, self._keeper = shell, keeper
        self._show_page, self._drop_page = show_page, drop_page
        self._open: dict[str, tuple[KeptForm, Page | None]] = {}
        self.setProperty("strip", "warn")
        self._words = text()
        self._titles = Elided("", "muted")
        self.goto = button(say("restored.goto"), lambda: self._choose(self._go, self.goto), look="flat")
        self.discard = button(say("restored.discard"), lambda: self._choose(self._discard, self.discard), look="flat")
        self._later = button(say("restored.seen"), self.hide, look="flat", tip=say("restored.seen_help"))
        line = row(self._words, 6, self._titles, None, self.goto, self.discard, self._later, margins=(14, 4, 10, 4))
        self.setLayout(line)
        self.hide()
        keeper.gone.connect(self._gone)

    def look(self) -> None:
        """Ask what the last start left behind; it opens when the answer is there."""
        unsaved = self._shell.desk.replica.unsaved
        self._shell.work.ask(self, lambda job: unsaved.all(), self.open_all)

    def open_all(self, forms: list[KeptForm]) -> None:
        """Each as it was typed; the one typed into last in front, with the caret where it was."""
        for form in forms:
            page = self._opened(form)
            if page is not None and not page.unsaved():
                page.deleteLater()
                self._keeper.forget(form.id)  # its save had reached the disk
                continue
            self._open[form.id] = (form, page)
            if page is not None:
                page.kept_as = form.id
                self._show_page(page)
                put_caret(page, form.body)
        self._say()

    def _opened(self, form: KeptForm) -> Page | None:
        try:
            return page_from(self._shell, form.body)
        except Exception:
            # A form of another version must not keep the window from opening; what it holds stays and can be copied.
            log.exception("a kept form could not be shown")
            return None

    @property
    def words(self) -> str:
        """What the band says."""
        return self._words.text()

    @property
    def count(self) -> int:
        return len(self._open)

    def _say(self) -> None:
        self._words.setText(say("restored.count", n=len(self._open)))
        titles = "、".join(self._title(form) for form in self._open)
        self._titles.setText(titles)
        self._titles.setToolTip(titles)
        self.setVisible(bool(self._open))

    def _title(self, form: str) -> str:
        kept, page = self._open[form]
        title = str(kept.body.get("title") or "")
        return title if page is not None else say("restored.gone", title=title)

    def _gone(self, form: str) -> None:
        if self._open.pop(form, None) is not None:
            self._say()

    def _choose(self, what: Callable[[str], None], at: QFrame | object) -> None:
        """One form is meant, or a menu asks which."""
        if len(self._open) == 1:
            what(next(iter(self._open)))
            return
        menu = QMenu(self)
        for form in self._open:
            menu.addAction(self._title(form)).triggered.connect(partial(what, form))
        menu.exec(self.mapToGlobal(self.rect().bottomRight() if at is self.discard else self.rect().center()))

    def _go(self, form: str, *_: object) -> None:
        kept, page = self._open[form]
        if page is not None:
            self._show_page(page)
            put_caret(page, kept.body)
            return
        QApplication.clipboard().setText(words_in(kept.body))
        self._shell.tell(say("restored.copied"), "warn")

    def _discard(self, form: str, *_: object) -> None:
        """Only after one more question: nothing brings it back."""
        kept, page = self._open[form]
        if not self.sure(self._title(form)):
            return
        if page is None:
            self._keeper.forget(kept.id)
        else:
            self._keeper.let_go(page)
            self._drop_page(page)

    def sure(self, title: str) -> bool:
        """Whether the officer means it."""
        box = QMessageBox(QMessageBox.Icon.Question, say("shell.title"), say("restored.sure", title=title), parent=self)
        away = box.addButton(say("restored.discard"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(say("form.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is away
