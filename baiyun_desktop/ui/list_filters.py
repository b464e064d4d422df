"""The conditions that a list is narrowed by, in words above it, and the menu of those that were given a name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from baiyun_desktop.replica.kept_lists import NAME_CHARS_MAX, SAVED_MAX, TooMany
from baiyun_desktop.replica.narrowing import Narrow
from baiyun_desktop.ui.list_look import NARROWS_MAX, ListLook
from baiyun_desktop.ui.name_dialog import NameDialog
from baiyun_desktop.ui.narrow_dialog import NarrowDialog
from baiyun_desktop.ui.narrow_words import narrow_words
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

CHIP_CHARS_MAX = 22


class ListFilters(QWidget):
    """A strip that is there only while the list is narrowed; `opener` stands in the band and opens the menu."""

    def __init__(self, shell: Shell, look: ListLook) -> None:
        super().__init__()
        self._shell, self._look = shell, look
        self.dialog: NarrowDialog | None = None
        self.naming: NameDialog | None = None
        self.called = ""
        """The name of the saved filter that is in use, while nobody has changed it."""
        self.opener = button(say("narrow.menu"), self.open_menu, tip=say("narrow.menu_help"))
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        self._strip: QFrame = frame(row(self._chips, None, margins=(PAGE_PX, 5, PAGE_PX, 5)), band=True)
        self.setLayout(column(self._strip, gap=0))
        self.hide()

    # --- the menu -----------------------------------------------------------------------------------------------

    def menu(self) -> QMenu:
        """The saved filters, and what can be done with them; read when it is opened."""
        made, lists, name = QMenu(self), self._shell.desk.replica.lists, self._look.declared.name
        saved = lists.saved(name)
        for called, look in saved.items():
            made.addAction(called, partial(self._use, called, look))
        if saved:
            made.addSeparator()
        made.addAction(say("narrow.add"), self.add)
        if self._look.narrows:
            made.addAction(say("narrow.save"), self.save)
            made.addAction(say("narrow.clear"), partial(self._narrow, ()))
        if saved:
            gone = made.addMenu(say("narrow.remove"))
            for called in saved:
                gone.addAction(called, partial(self._remove, called))
        return made

    def open_menu(self) -> None:
        """Below its button."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.opener.mapToGlobal(QPoint(0, self.opener.height())))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def add(self) -> None:
        """Ask for one more condition."""
        if len(self._look.narrows) >= NARROWS_MAX:
            self._shell.tell(say("narrow.enough", n=NARROWS_MAX), "warn")
            return
        self.dialog = NarrowDialog(self._shell, self._look.declared, self._look.fields, self)
        self.dialog.wanted.connect(lambda narrow: self._narrow((*self._look.narrows, narrow)))
        self.dialog.open()

    def save(self) -> None:
        """Give what the list is narrowed by a name."""
        self.naming = NameDialog(say("narrow.save"), say("narrow.name"), self.called, NAME_CHARS_MAX, self)
        self.naming.named.connect(self._save)
        self.naming.open()

    def _save(self, called: str) -> None:
        lists, name, look = self._shell.desk.replica.lists, self._look.declared.name, self._look.named
        job = self._shell.work.ask(self, lambda job: lists.save(name, called, look), lambda _: self._saved(called))
        job.on_error = self._not_saved

    def _saved(self, called: str) -> None:
        self.called = called
        self.show_narrows()
        self._shell.tell(say("narrow.saved", name=called), "good")

    def _not_saved(self, error: Exception) -> None:
        why = say("narrow.too_many", n=SAVED_MAX) if isinstance(error, TooMany) else str(error)
        self._shell.tell(say("narrow.not_saved", why=why), "bad")

    def _use(self, called: str, look: object) -> None:
        self.called = called
        self._look.use(look)  # type: ignore[arg-type]
        self.show_narrows()

    def _remove(self, called: str) -> None:
        lists, name = self._shell.desk.replica.lists, self._look.declared.name
        self._shell.work.ask(
            self, lambda job: lists.remove(name, called),
            lambda _: self._shell.tell(say("narrow.removed", name=called), "good"),
        )  # fmt: skip
        if self.called == called:
            self.called = ""
            self.show_narrows()

    def words(self, typed: str) -> str:
        """All that the list is narrowed by, as a printed page says it."""
        kind, program, fields = self._look.declared.kind, self._shell.desk.program, self._look.fields
        told = [narrow_words(program, kind, one.field, fields[one.field], one) for one in self._look.narrows]
        return "；".join([*told, *([say("narrow.typed", typed=typed)] if typed else [])])

    def show_only(self, narrows: Sequence[Narrow]) -> None:
        """By these alone, under no name."""
        self.called = ""
        self._narrow(tuple(narrows))

    # --- the strip ------------------------------------------------------------------------------------------------

    def _narrow(self, narrows: tuple[Narrow, ...]) -> None:
        self.called = "" if not narrows else self.called
        self._look.narrow(narrows)
        self.show_narrows()

    def show_narrows(self) -> None:
        """Each condition as a button that takes it away again."""
        clear(self._chips)
        narrows = self._look.narrows
        self.setVisible(bool(narrows))
        if not narrows:
            return
        self._chips.addWidget(text(self.called or say("narrow.only"), "muted"))
        for at, narrow in enumerate(narrows):
            self._chips.addWidget(self._chip(at, narrow))
        self._chips.addWidget(button(say("narrow.add_short"), self.add, look="flat"))
        self._chips.addWidget(button(say("narrow.save_short"), self.save, look="flat"))
        self._chips.addWidget(button(say("narrow.clear"), partial(self._narrow, ()), look="flat"))

    def _chip(self, at: int, narrow: Narrow) -> QPushButton:
        info = self._look.fields[narrow.field]
        words = narrow_words(self._shell.desk.program, self._look.declared.kind, narrow.field, info, narrow)
        short = words if len(words) <= CHIP_CHARS_MAX else f"{words[: CHIP_CHARS_MAX - 1]}…"
        without = tuple(one for number, one in enumerate(self._look.narrows) if number != at)
        return button(
            f"{short}  ×", partial(self._narrow, without), tip=say("narrow.take_away", words=words), name=words
        )
