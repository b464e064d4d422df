"""Looks a person up whom this post does not hold: online, by a whole number, for a reason, with a minimal answer."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.lookup import BY_ID, BY_PHONE, LookedUp
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import PAGE_PX, button, column, frame, page_band, retone, row, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job

MOBILE_CHARS = 11
PERSON = "person"


def kind_of_number(typed: str) -> str:
    """By what to look: eleven digits are a telephone, anything else an ID number."""
    bare = "".join(typed.split()).replace("-", "")
    return BY_PHONE if len(bare) == MOBILE_CHARS and bare.isdigit() else BY_ID


class LookupPage(Page):
    """Number, reason, Enter. The record then comes by itself, in part."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.lookup")
        self._found = LookedUp(found=0)
        self.number, self.reason = Edit(say("lookup.number")), Edit(say("lookup.reason"))
        self.number.setPlaceholderText(say("lookup.number"))
        self.reason.setPlaceholderText(say("lookup.reason"))
        self.number.went_on.connect(self.reason.setFocus)
        self.reason.went_on.connect(self.look)
        for edit in (self.number, self.reason):
            edit.setMaximumWidth(420)
            edit.committed.connect(self.look)
        self.go: QPushButton = button(say("lookup.go"), self.look, look="primary", picture="search")
        self.said = text("", wrap=True)
        self.open_button = button(say("lookup.open"), self._open)
        self.open_button.hide()
        card = frame(
            column(text(say("lookup.number"), "muted"), self.number, text(say("lookup.reason"), "muted"), self.reason,
                   row(self.go, None), text(say("lookup.noted"), "help", wrap=True), gap=6, margins=(16, 14, 16, 14)),
            card=True,
        )  # fmt: skip
        answer = column(self.said, row(self.open_button, None), gap=8)
        inside = column(card, answer, None, gap=12, margins=(PAGE_PX, 16, PAGE_PX, 16))
        self.setLayout(column(page_band(self.title, text(say("lookup.help"), "muted"), None), inside, gap=0))

    def entered(self) -> None:
        self.number.setFocus()
        self.number.selectAll()

    def look(self) -> None:
        """Ask the district, which notes who asks for whom before it answers."""
        desk, typed, reason = self.shell.desk, self.number.text().strip(), self.reason.text().strip()
        ask = desk.look_up
        if ask is None or not typed or not reason:
            self._say(say("lookup.both_needed"), "warn")
            return
        by = kind_of_number(typed)
        self.go.setEnabled(False)
        self._say(say("lookup.asking"))

        def question(_: Job) -> LookedUp:
            return ask(by, typed, reason)

        job = self.shell.work.ask(self, question, self._answered)
        job.on_error = self._failed

    def _answered(self, found: LookedUp) -> None:
        self.go.setEnabled(True)
        self._found = found
        if not found.found:
            self._say(say("lookup.nobody"))
        else:
            many = say("lookup.many", n=found.found) if found.found > 1 else ""
            self._say(say("lookup.found", name=found.name, centre=found.centre or "–") + many, "good")
            self.shell.desk.courier.round_now()
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        self._say(str(error), "bad")

    def _say(self, words: str, tone: str = "") -> None:
        self.said.setText(words)
        retone(self.said, "tone", tone)

    def concerned(self, changes: Changes) -> bool:
        return PERSON in changes.kinds

    def refresh(self) -> None:
        """Whether the person has come by now."""
        person = self._found.person
        self.open_button.setVisible(bool(person) and self.shell.desk.replica.read.get(PERSON, person) is not None)

    def _open(self) -> None:
        self.shell.open(PERSON, self._found.person)
