"""Back in the office: what the walk wrote and what others wrote meanwhile, side by side, stop by stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.visit import VisitSpec
from baiyun_desktop.replica.visit_changes import Met, since
from baiyun_desktop.ui.keeping import kept_place
from baiyun_desktop.ui.parts import PAGE_PX, badge, button, clear, column, empty, frame, page_band, row, scrolled, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.shown import breakable
from baiyun_desktop.ui.steps_bar import verb_of
from baiyun_desktop.ui.visit_words import found_words, name_of, side_words
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest

Lines = Sequence[tuple[str, str]]
CONTESTS = "contests"


@dataclass(frozen=True, slots=True)
class Card:
    """One stop in words."""

    record: str
    name: str
    door: str
    found: str
    here: Lines
    there: Lines
    asked: bool
    gone: bool
    onward: str
    """The step that may follow from what was found, where it can still be taken."""
    onward_words: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the pane shows."""

    title: str
    kind: str
    cards: Sequence[Card]
    new: Sequence[tuple[str, str, str]]
    waiting: int
    untouched: int


class BackPane(QWidget):
    """A card a stop, the walk at the left and the district at the right."""

    left = Signal()
    walk = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.bundle = ""
        self.cards: list[QPushButton] = []
        self._shown: Answer | None = None
        self._latest = Latest(shell.work, self)
        self._title = text("", "muted")
        back = button(say("visit.leave"), self.left.emit, look="flat", picture="back")
        walk = button(say("visit.walk"), lambda: self.walk.emit(self.bundle))
        self.finish_button = button(say("visit.finish"), self.finish, look="primary")
        band = page_band(say("visit.look"), self._title, None, back, walk, self.finish_button)
        self._state = text("", wrap=True)
        self._inside = QWidget()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(10)
        self._inside.setLayout(column(self._state, self._cards, None, gap=10, margins=(PAGE_PX, 14, PAGE_PX, 16)))
        self._area = scrolled(self._inside)
        layout = column(band, self._area, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.finish_button)

    def show_bundle(self, bundle: str) -> None:
        """What has changed since this one was prepared."""
        self.bundle, self._shown = bundle, None
        self.reload()

    def reload(self) -> None:
        """Ask again: a round with the district may have brought more."""
        bundle = self.bundle

        def question(_: Job) -> Answer:
            return _answer(self.shell, bundle)

        self._latest.ask(question, self._show).on_error = self._locked

    def _locked(self, error: Exception) -> None:
        clear(self._cards)
        self._shown = None
        self.shell.tell(str(error), "warn")
        self.left.emit()

    def _show(self, answer: Answer) -> None:
        if answer == self._shown:
            return
        self._shown = answer
        self._title.setText(answer.title)
        words = [say("visit.waiting", n=answer.waiting) if answer.waiting else say("visit.all_answered")]
        words += [say("visit.untouched", n=answer.untouched)] if answer.untouched else []
        self._state.setText("\n".join(words))
        with kept_place(self._area, self.finish_button):
            clear(self._cards)
            self.cards.clear()
            for kind, record, label in answer.new:
                open_it = button(say("worklist.open"), partial(self.shell.open, kind, record), look="flat",
                                 name=f"{say('worklist.open')} {label}")  # fmt: skip
                line = row(badge(say("visit.newly"), "accent"), text(label), None, open_it, margins=(16, 8, 10, 8))
                self._cards.addWidget(frame(line, card=True))
            for card in answer.cards:
                self._cards.addWidget(self._card(answer.kind, card))
            if not answer.cards and not answer.new:
                self._cards.addWidget(empty(say("visit.none")))

    def _card(self, kind: str, card: Card) -> QWidget:
        head = row(text(card.name, "heading"), text(card.door, "muted"), text(card.found, tone="good"), None, gap=10)
        if card.asked:
            head.addWidget(badge(say("visit.asked"), "warn"))
            self._add(head, say("visit.decide"), card.name, partial(self.shell.go, CONTESTS))
        if card.onward:
            self._add(head, card.onward_words, card.name, partial(self._onward, kind, card))
        if not card.gone:
            self._add(head, say("worklist.open"), card.name, partial(self.shell.open, kind, card.record))
        sides = QGridLayout()
        sides.setHorizontalSpacing(24)
        for at, (title, lines) in enumerate((("visit.here", card.here), ("visit.there", card.there))):
            sides.addWidget(text(say(title), "section"), 0, at)
            sides.addLayout(_side(lines), 1, at)
            sides.setColumnStretch(at, 1)
        return frame(column(head, sides, gap=6, margins=(16, 10, 10, 12)), card=True)

    def _add(self, head: QHBoxLayout, words: str, name: str, what: Callable[[], object]) -> None:
        made = button(words, what, look="flat", name=f"{words} {name}")
        self.cards.append(made)
        head.addWidget(made)

    def _onward(self, kind: str, card: Card) -> None:
        self.shell.open(kind, card.record).begin(card.onward)

    def finish(self) -> None:
        """The walk is over: it is neither shown nor locks this PC any more."""
        desk, bundle = self.shell.desk, self.bundle

        def over(_: object) -> None:
            self.shell.tell(say("visit.finished"), "good")
            self.left.emit()

        job = self.shell.work.ask(self, lambda _: desk.visits.finish(bundle), over)
        job.on_error = lambda error: self.shell.tell(str(error), "bad")


def _side(lines: Lines) -> QVBoxLayout:
    """What one side wrote, the earliest first."""
    made = column(gap=3)
    for who, what in lines:
        made.addWidget(text(breakable(what), wrap=True))
        if who:
            made.addWidget(text(who, "help"))
    if not lines:
        made.addWidget(text(say("visit.nothing_here"), "muted"))
    made.addStretch(1)
    return made


def _answer(shell: Shell, bundle: str) -> Answer:
    """In a thread: what has changed, in words."""
    desk = shell.desk
    held = desk.visits.open(bundle)
    spec, found = desk.visits.spec(held), since(desk.replica, desk.visits, bundle)
    ref = desk.program.kind(spec.kind).field(spec.person).ref or ""
    stops = [one.stop for one in found.met] + [stop for _, stop in found.new]
    people = desk.replica.read.many(ref, [stop.person for stop in stops if stop.person])

    notes = desk.replica.read.many(spec.note.kind, [one.done.note for one in found.met if one.done.note])

    def here(met: Met) -> Lines:
        """The note stands as its words: that it was made and filled in says no more than the finding."""
        note = notes.get(met.done.note)
        words = met.done.typed or str(note.get(spec.note.text, "") if note is not None else "")
        others = side_words(desk, [change for change in met.here if change.record != met.done.note])
        own = say("visit.said", words=words) if words else say("visit.note_alone") if note is not None else ""
        return [*([("", own)] if own else []), *others]

    cards = [
        Card(
            met.stop.record, name_of(desk, people.get(met.stop.person)), met.door, found_words(spec, met.done),
            here(met), side_words(desk, met.there), met.asked, met.gone, *_onward_of(shell, spec, met),
        )
        for met in found.met
    ]  # fmt: skip
    new = [(spec.kind, stop.record, f"{name_of(desk, people.get(stop.person))} · {door}") for door, stop in found.new]
    title = f"{held.plan.title} · {held.plan.day}"
    return Answer(title, spec.kind, cards, new, found.waiting, found.untouched)


def _onward_of(shell: Shell, spec: VisitSpec, met: Met) -> tuple[str, str]:
    """The verb of the step that may follow, and what its button says; nothing where the record has moved on since."""
    outcome = spec.outcome(met.done.key)
    if outcome is None or not outcome.onward or met.gone:
        return "", ""
    steps = shell.desk.replica.read.steps(spec.kind, met.stop.record)
    step = next((step for step, _ in steps if step.verb == outcome.onward), None)
    return (step.verb, say("visit.onward", verb=verb_of(step))) if step is not None else ("", "")
