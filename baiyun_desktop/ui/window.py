"""The desk's window: places at the left, one page in the middle, search on top, the state of the line below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from baiyun_desktop.replica.accounts_post import POST
from baiyun_desktop.replica.changes import ANY, Changes
from baiyun_desktop.ui import theme, words
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.guide.help import Help
from baiyun_desktop.ui.lock import Gate
from baiyun_desktop.ui.navigation import Navigation
from baiyun_desktop.ui.papers import give_press
from baiyun_desktop.ui.places import home, places_of
from baiyun_desktop.ui.precedence import acted
from baiyun_desktop.ui.reading import Reading
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.spares import Spares
from baiyun_desktop.ui.status_line import StatusLine
from baiyun_desktop.ui.sync_badge import sync_words
from baiyun_desktop.ui.toolbar import Toolbar
from baiyun_desktop.ui.trouble_support import Support
from baiyun_desktop.ui.words import say

SIZE_PX = (1240, 780)
STATUS_EVERY_MS = 5_000
TRAIL_MAX = 12
"""Pages kept to go back to; each holds its own widgets."""


class MainWindow(QMainWindow):
    """Holds the pages and changes between them; what is on a page is the page's own matter."""

    def __init__(self, desk: DeskContext) -> None:
        super().__init__()
        self.setWindowTitle(" · ".join(part for part in (say("shell.title"), desk.identity.post) if part))
        self.setMinimumSize(900, 560)
        self.resize(*SIZE_PX)
        give_press(desk.replica)
        self.shell = Shell(desk, self, self)
        self.support = Support(self.shell, self._put_back, self._take_away, self)
        self.shell.work.trouble.connect(self.support.hear)
        self.shell.changed.connect(self._changed)
        self._duties = desk.replica.duties
        self._places = {place.key: place for place in places_of(desk)}
        self._discarding = False
        self._timer = QTimer(self, interval=STATUS_EVERY_MS)
        self._timer.timeout.connect(self.refresh_status)
        self.help = Help(self.shell, self)
        self._shortcuts()
        self.gate: Gate | None = None
        self._build()
        self.reading = Reading(self.shell, lambda: self.page, lambda: self.toolbar.search, self._locked, self)
        if desk.accounts is not None:
            self.gate = Gate(self, self.shell, desk.accounts, lambda: sum(page.unsaved() for page in self._trail))
            self.gate.entered.connect(lambda _: self._entered())
        QTimer.singleShot(0, self._timer.start)

    def _build(self) -> None:
        self._kept: dict[str, Page] = {}
        self._trail: list[Page] = []
        self.stack = QStackedWidget()
        self._spares = Spares(self.shell, self.stack)
        self.toolbar = Toolbar(self.shell)
        self.toolbar.back.connect(self.back)
        self.toolbar.theme_wanted.connect(lambda name: self.dress(theme_name=name))
        self.toolbar.language_wanted.connect(lambda name: self.dress(language=name))
        self.toolbar.help_wanted.connect(self.show_guide)
        officer = self.toolbar.officer
        for wanted in (officer.lock_wanted, officer.switch_wanted):
            wanted.connect(self.lock)
        officer.password_wanted.connect(lambda: self.gate and self.gate.change_password())
        self.navigation = Navigation(list(self._places.values()))
        self.navigation.wanted.connect(self.go)
        self.status = StatusLine()
        self.status.round_wanted.connect(self.shell.desk.courier.round_now)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.navigation)
        middle.addWidget(self.stack, 1)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar)
        layout.addWidget(self.support.new_bands())
        layout.addLayout(middle, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(centre)
        self.go(home(self._places))
        self.refresh_status()

    def _shortcuts(self) -> None:
        def bind(keys: str, what: Callable[[], object]) -> None:
            QShortcut(QKeySequence(keys), self, what)

        bind("Ctrl+K", lambda: self.toolbar.search.summon())
        bind("Alt+Left", self.back)
        bind("F6", self._other_pane)
        bind("Ctrl+L", self.lock)
        bind("F1", self.show_guide)
        for number in range(1, 10):
            bind(f"Alt+{number}", partial(self._go_to, number))

    def _go_to(self, number: int) -> None:
        """The place of that number, as they stand now: with another role there are others."""
        keys = [*self._places]
        if number <= len(keys):
            self.go(keys[number - 1])

    def show_guide(self) -> None:
        """How what is open is used."""
        place = next((key for key, page in self._kept.items() if page is self.page), "")
        self.help.show(self.page, place)

    def lock(self) -> None:
        """Cover everything until an officer logs in, whoever it is."""
        if self.gate is not None:
            self.gate.lock()

    def _locked(self) -> bool:
        return self.gate is not None and self.gate.locked

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.gate is not None:
            self.gate.shown()

    def _other_pane(self) -> None:
        self.page.entered() if self.navigation.hasFocus() else self.navigation.setFocus()

    @property
    def page(self) -> Page:
        """What is on screen now."""
        return _page(self.stack.currentWidget())

    def go(self, place: str) -> Page:
        """Show a place of the navigation."""
        acted()
        page = self._kept.get(place)
        if page is None:
            page = self._kept[place] = _page(self._places[place].build(self.shell))
            self.stack.addWidget(page)
        kind = self._places[place].kind
        if kind and self._screen_for(kind) is None:
            self._spares.expect(kind)
        self.navigation.mark(place)
        return self._show(page)

    def _screen_for(self, kind: str) -> Callable[[Shell, str], QWidget] | None:
        return next((s.open[kind] for s in self.shell.desk.screens if kind in s.open), None)

    def open(self, kind: str, record: str) -> Page:
        """Show one record, by the module's own page where it brings one."""
        acted()
        for page in self._trail:
            if isinstance(page, RecordPage) and (page.kind.name, page.record) == (kind, record):
                return self._show(page)
        screen = self._screen_for(kind)
        return self._add(_page(screen(self.shell, record)) if screen is not None else self._spares.page(kind, record))

    def new(self, kind: str, values: Mapping[str, Any]) -> Page:
        """Show an empty form."""
        acted()
        for screens in self.shell.desk.screens:
            if kind in screens.new:
                return self._add(_page(screens.new[kind](self.shell, values)))
        for sheet in self.shell.desk.program.sheets.values():
            if sheet.kind == kind:
                return self._add(SheetPage(self.shell, sheet, values))
        return self._add(RecordPage(self.shell, kind, None, values))

    def retype(self, kind: str, record: str, values: Mapping[str, Any]) -> Page:
        """Show a record's general form with values typed into it and not saved; a new one under that id."""
        held = self.shell.desk.replica.read.get(kind, record) is not None
        page = self.open(kind, record) if held else None
        if not isinstance(page, RecordPage):
            page = RecordPage(self.shell, kind, record if held else None, values, new_id=record)
            self._add(page)
        if held:
            page.retype(values)
        return page

    def _add(self, page: Page) -> Page:
        self.stack.addWidget(page)
        return self._show(page)

    def _show(self, page: Page) -> Page:
        if page in self._trail:
            self._trail.remove(page)
        self._trail.append(page)
        self.stack.setCurrentWidget(page)
        self.support.keeper.touch(page)
        self.status.count("")
        page.entered()
        self._forget_old()
        return page

    def _put_back(self, page: Page) -> None:
        """A page that was open before a crash."""
        self._show(page) if self.stack.indexOf(page) >= 0 else self._add(page)

    def _take_away(self, page: Page) -> None:
        """A page whose typing was discarded on purpose."""
        if page is self.page:
            self._show(self._trail[-2]) if len(self._trail) > 1 else self.go(home(self._places))
        self._drop(page)

    def _forget_old(self) -> None:
        """Records looked at long ago go; one with unsaved typing stays."""
        passing = [p for p in self._trail if p not in self._kept.values() and not p.unsaved()]
        for page in passing[: max(0, len(self._trail) - TRAIL_MAX)]:
            self._drop(page)

    def _drop(self, page: Page) -> None:
        self._trail.remove(page)
        self.stack.removeWidget(page)
        if not self._spares.keep(page):
            page.deleteLater()

    def back(self) -> None:
        """Show what was shown before; a record with nothing unsaved is let go."""
        if len(self._trail) < 2:
            return
        left, before = self._trail[-1], self._trail[-2]
        if left not in self._kept.values() and not left.unsaved():
            self._drop(left)
        else:
            self._trail.remove(left)
            self._trail.insert(0, left)
        for key, page in self._kept.items():
            if page is before:
                self.navigation.mark(key)
        self._show(before)

    def tell(self, text: str, tone: str) -> None:
        """One line at the bottom."""
        self.status.tell(text, tone)

    def _changed(self, changes: Changes) -> None:
        self.refresh_status()
        if changes.kinds & {POST, ANY}:
            self._look_at_duties()

    def _entered(self) -> None:
        self._look_at_duties()
        self.toolbar.refresh()

    def _look_at_duties(self) -> None:
        """The post may have become an administrator's, or one no more: then the window shows other places."""
        duties = self.shell.desk.replica.duties
        hidden = self._locked()
        if duties == self._duties or hidden or any(page.unsaved() for page in self._trail):
            return
        self._duties = duties
        self._places = {place.key: place for place in places_of(self.shell.desk)}
        self._build()

    def refresh_status(self) -> None:
        """Ask how the line is and what waits."""
        desk = self.shell.desk
        status = desk.replica.work_status()
        self.status.show_sync(sync_words(status, desk.courier.problem, desk.now_ms()))
        self.support.look(status)
        self.navigation.count_at("contests", status.contests + status.doubts)
        self.navigation.count_at("tray", status.tray)
        self.navigation.count_at("prints", desk.replica.printing.count())
        self.toolbar.refresh()

    def dress(self, *, theme_name: str = "", language: str = "") -> None:
        """Change colours or language. For another language all pages are made anew, so nothing may be left unsaved."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if theme_name:
            theme.apply_theme(app, theme_name)
            self.toolbar.refresh()
        if not language:
            return
        if any(page.unsaved() for page in self._trail):
            self.tell(say("shell.save_first"), "warn")
            return
        words.set_language(language)
        self._build()

    def discard(self) -> None:
        """Let go of whatever is typed and not saved: a story or a test ends here."""
        self._discarding = True

    def closeEvent(self, event: QCloseEvent) -> None:
        unsaved = [page for page in self._trail if page.unsaved()]
        if unsaved and not self._discarding and not self._leave_anyway(unsaved):
            event.ignore()
            return
        self._timer.stop()
        if self.gate is not None:
            self.gate.close()
        self._spares.stop()
        self.support.stop(unsaved)
        self.shell.close()
        event.accept()

    def _leave_anyway(self, unsaved: list[Page]) -> bool:
        self._show(unsaved[0])
        box = QMessageBox(self)
        box.setWindowTitle(say("shell.title"))
        box.setText(say("shell.unsaved", n=len(unsaved)))
        leave = box.addButton(say("shell.leave"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(say("shell.stay"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setWindowModality(Qt.WindowModality.WindowModal)
        box.exec()
        return box.clickedButton() is leave


def _page(widget: QWidget | None) -> Page:
    """What a module's screen made must be one of the window's pages."""
    assert isinstance(widget, Page)
    return widget
