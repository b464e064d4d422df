"""The one search box: people, houses, registrations by characters, pinyin, initials, tails and doors."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit

from baiyun_desktop.intake.pasted import number_in, read_people
from baiyun_desktop.kernel.onward import ITSELF
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.hearing import about_people, hearing_of
from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.suggest import Choice, Suggest
from baiyun_desktop.ui.words import language, say
from baiyun_desktop.ui.work import Job, Latest

SHOWN_MAX = 30
"""Lines put into the list; the count below says how many there are."""
NEW = ""
"""In place of an id: a record that is not there yet."""


class SearchBox(Edit):
    """Ctrl+K from anywhere; Enter opens the marked line, Ctrl+Enter begins what usually comes next with it.

    Either counts also where it comes before the answer, as a card reader's does, if there is one answer only.
    A line about somebody, pasted here, finds him by his number, and may be filled into the sheet of a new matter.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(say("search.name"))
        self._shell = shell
        self.setPlaceholderText(say("search.placeholder"))
        self.setMinimumWidth(440)
        self.setMaximumWidth(560)
        self.setClearButtonEnabled(True)
        glass = QAction(icon("search", "muted"), "", self)
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.suggest = Suggest(self, say("search.hits"), 620)
        self.suggest.chosen.connect(self._open)
        self._latest = Latest(shell.work, self, typed=True)
        self._laid = ""
        """What was put here while nobody looked, and is not asked for yet."""
        self.textChanged.connect(self._typed)
        self._early: Callable[[Choice], None] | None = None
        """What was asked for before the answer was there."""
        self.went_on.connect(lambda: self._at_once(self._open))
        self.committed.connect(lambda: self._at_once(self._begin))

    def install(self, window: object) -> None:
        """Let Ctrl+K reach this box from anywhere in the window."""
        QShortcut(QKeySequence("Ctrl+K"), window, self.summon)  # type: ignore[call-overload]

    def summon(self) -> None:
        """The caret comes here, with what stood here marked so that typing replaces it."""
        self.setFocus()
        self.selectAll()
        laid, self._laid = self._laid, ""
        if laid and laid == self.text():
            self._typed(laid)

    def lay(self, words: str, *, over: bool = False) -> bool:
        """Put words here for when somebody comes, without taking the caret; whether there was room, or need of none."""
        if not over and (self.hasFocus() or (self.text() and self.text() != self._laid)):
            return False
        self.blockSignals(True)
        self.setText(words)
        self.blockSignals(False)
        self._laid = words
        return True

    def take(self, words: str) -> None:
        """As if these words had been typed here, with Enter."""
        self.setFocus()
        self._laid = ""
        self.clear()  # the same card may be laid down again: what stood here is asked for anew
        self.setText(words)
        self._at_once(self._open)

    @property
    def hits(self) -> list[Choice]:
        """What is offered now."""
        return list(self.suggest.choices)

    def _typed(self, typed: str) -> None:
        self._early = None
        if not typed.strip():
            self._latest.drop()
            self.suggest.offer([])
            return
        search, new = self._shell.desk.replica.search, self._new_ones(typed)

        def question(job: Job) -> tuple[list[Choice], str]:
            found = search.find(number_in(typed) or typed, limit=SHOWN_MAX)
            lines = [Choice(h.title, h.subtitle, self._kind(h.kind), (h.kind, h.id)) for h in found.hits]
            foot = self._foot(typed, len(lines), found.total, found.more)
            return [*lines, *new], say("search.not_on_file") if new and not lines else foot

        self._latest.ask(question, lambda answer: self._offer(typed, *answer))

    def _new_ones(self, typed: str) -> list[Choice]:
        """The sheets into which a whole line about somebody may be filled."""
        program = self._shell.desk.program
        offered = []
        for spec in about_people(program):
            people = read_people(typed, hearing_of(program, spec.kind, spec.shared))
            names = "、".join(str(read.facts.get("name", "")) for read in people)
            title = spec.title if language() == "zh" else spec.en
            if people:
                offered.append(Choice(say("search.fill", sheet=title), names, title, (spec.kind, NEW)))
        return offered

    def _kind(self, name: str) -> str:
        kind = self._shell.desk.program.kinds.get(name)
        return name if kind is None else kind.title if language() == "zh" else kind.en

    def _foot(self, typed: str, shown: int, total: int, more: bool) -> str:
        if not total:
            return say("search.none", typed=typed)
        if shown < total or more:
            return say("search.some", shown=shown, total=f"{total}+" if more else total)
        return say("search.all", total=total)

    def _offer(self, typed: str, lines: list[Choice], foot: str) -> None:
        if self.text() == typed:
            self.suggest.offer(lines, foot)
            early, self._early = self._early, None
            if early is not None and lines and sum(choice.data[1] != NEW for choice in lines) <= 1:
                self.suggest.hide()
                early(lines[0])

    def _at_once(self, then: Callable[[Choice], None]) -> None:
        marked = self.suggest.marked
        if marked is not None:
            self.suggest.hide()
            then(marked)
        elif not self.suggest.isVisible():
            self._early = then

    def _begin(self, choice: Choice) -> None:
        """A new record of the kind that is declared to come first after this one, with what is known filled in."""
        kind, record = choice.data
        onward = next((o for o in self._shell.desk.program.onward if o.frm == kind), None)
        held = self._shell.desk.replica.read.get(kind, record) if onward is not None else None
        if onward is None or held is None:
            self._open(choice)
            return
        words = self._taken()
        page = self._shell.new(onward.to, onward.values({**held.values, ITSELF: record}))
        if page.take_words(words):
            page.entered()  # what was just filled in need not be asked

    def _open(self, choice: Choice) -> None:
        """A line about somebody that his page has no place for is kept here: it may say what is not on file."""
        kind, record = choice.data
        words = self._taken()
        page = self._shell.new(kind) if record == NEW else self._shell.open(kind, record)
        if number_in(words) and not page.take_words(words):
            self.lay(words)
        elif record == NEW:
            page.entered()  # what was just filled in need not be asked

    def _taken(self) -> str:
        """What stood here, which goes."""
        words = self.text()
        self.clear()
        return words
