"""The guide's own window: it stands beside the work it explains and never covers what somebody is typing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from baiyun_desktop.replica.print_queue import Choice
from baiyun_desktop.ui import printers
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.guide.book import Book, GuidePage, folder
from baiyun_desktop.ui.guide.contents import Contents
from baiyun_desktop.ui.guide.finding import Found, Index
from baiyun_desktop.ui.guide.on_paper import pdf_of
from baiyun_desktop.ui.guide.reader import Reader
from baiyun_desktop.ui.parts import button, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language, say
from baiyun_desktop.ui.work import Job, Latest

SIZE_PX = (1024, 740)
CONTENTS_PX = 264


class GuideWindow(QWidget):
    """Contents and search at the left, one page at the right, the pages beside it below."""

    def __init__(self, shell: Shell, book: Book, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self._shell, self.book = shell, book
        self._index: Index | None = None
        self._latest = Latest(shell.work, self, typed=True)
        self._trail: list[str] = []
        self.setWindowTitle(say("guide.title"))
        self.setProperty("page", True)
        self.resize(*SIZE_PX)
        self._build()
        self.contents.show_pages(book.pages)

    def _build(self) -> None:
        self.search = Edit(say("guide.search"))
        self.search.setPlaceholderText(say("guide.search_hint"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.search.went_on.connect(self._take_first)
        self.contents = Contents()
        self.contents.turned.connect(self.turn)
        self.reader = Reader(folder())
        self.reader.turned.connect(self.turn)
        left = column(self.search, self.contents, margins=(12, 12, 0, 12))
        if language() != "zh":
            left.addWidget(text(say("guide.chinese_only"), "help", wrap=True))
        side = QWidget()
        side.setFixedWidth(CONTENTS_PX)
        side.setLayout(left)
        self.before = button("", lambda: self._beside(-1), look="flat", picture="back")
        self.after = button("", lambda: self._beside(1), look="flat", picture="forward")
        self.print_button = button(say("guide.print"), self.print, picture="print")
        self.save_button = button(say("paper.save"), self.save, look="flat", picture="save")
        self.told = text("", "help")
        foot = row(self.before, self.after, None, self.told, self.save_button, self.print_button)
        foot.setContentsMargins(12, 8, 12, 8)
        middle = row(side, self.reader, gap=0)
        middle.setStretch(1, 1)
        layout = column(middle, frame(foot, foot=True), gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        bind(self, "Ctrl+F", self._summon)
        bind(self, "Ctrl+P", self.print)
        bind(self, "Alt+Left", self.back)
        bind(self, "Ctrl+PgUp", lambda: self._beside(-1))
        bind(self, "Ctrl+PgDown", lambda: self._beside(1))
        bind(self, "Esc", self.close)

    @property
    def page(self) -> GuidePage:
        """What is open."""
        found = self.book.page(self._trail[-1])
        assert found is not None
        return found

    def turn(self, name: str) -> None:
        """Open a page."""
        page = self.book.page(name)
        if page is None or self._trail[-1:] == [name]:
            return
        self._trail.append(name)
        self._show(page)

    def back(self) -> None:
        """The page that was open before."""
        if len(self._trail) > 1:
            self._trail.pop()
            self._show(self.page)

    def _show(self, page: GuidePage) -> None:
        self.reader.show_page(page)
        self.contents.mark(page.name)
        self.told.setText("")
        for by, pressed, word in ((-1, self.before, "guide.before"), (1, self.after, "guide.after")):
            other = self.book.beside(page.name, by)
            pressed.setVisible(other is not None)
            pressed.setText(other.title if other is not None else "")
            pressed.setAccessibleName(say(word, title=other.title) if other is not None else "")

    def _beside(self, by: int) -> None:
        other = self.book.beside(self.page.name, by)
        if other is not None:
            self.turn(other.name)

    # --- looking for a page -------------------------------------------------------------------------------------

    def _summon(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _find(self, typed: str) -> None:
        if not typed.strip():
            self._latest.drop()
            self.contents.show_pages(self.book.pages)
            self.contents.mark(self.page.name)
            return
        pages, index = self.book.pages, self._index

        def question(job: Job) -> tuple[Index, list[Found]]:
            made = index or Index(pages)
            return made, made.find(typed)

        self._latest.ask(question, self._offer)

    def _offer(self, answer: tuple[Index, list[Found]]) -> None:
        self._index, found = answer
        self.contents.show_found(found)

    def _take_first(self) -> None:
        if self.contents.first():
            self.turn(self.contents.first())
            self.contents.setFocus()

    # --- on paper -----------------------------------------------------------------------------------------------

    def print(self) -> None:
        """On the system's own printer; where there is none it can be saved."""
        names, page = printers.current().names(), self.page
        if not names:
            self.told.setText(say("guide.no_printer"))
            return

        def question(job: Job) -> str:
            printers.current().send(pdf_of(page), page.title, Choice(names[0], "", 1))
            return say("paper.sent", name=names[0])

        self._on_paper(question)

    def save(self) -> None:
        """As a PDF, where the officer says."""
        path, _ = QFileDialog.getSaveFileName(self, say("paper.save"), f"{self.page.title}.pdf", "PDF (*.pdf)")
        if path:
            self.save_at(Path(path))

    def save_at(self, path: Path) -> None:
        """The same, at that path."""
        page = self.page

        def question(job: Job) -> str:
            path.write_bytes(pdf_of(page))
            return say("paper.kept", name=path.name)

        self._on_paper(question)

    def _on_paper(self, question: Callable[[Job], str]) -> None:
        """In a thread; what came of it is said at the foot."""
        self.told.setText(say("paper.setting"))
        job = self._shell.work.ask(self, question, self.told.setText)
        job.on_error = lambda error: self.told.setText(say("paper.failed", why=str(error)))
