"""The pages of the first run, each with what it asks, what it does with it, and where that leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QLabel, QLayout, QPushButton, QRadioButton, QWidget

from baiyun_desktop.replica.errors import ReplicaError
from baiyun_desktop.replica.first_run import Step, area_names
from baiyun_desktop.replica.reaching import Reached, check_code
from baiyun_desktop.replica.setting_up import SettingUp
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import column, frame, retone, text
from baiyun_desktop.ui.password import form
from baiyun_desktop.ui.words import say

KEEP_MS = 300
"""After the last key, what was typed is written down."""
DESK_CHARS = 8


class Host(Protocol):
    """What a page may ask of the window it stands in."""

    setup: SettingUp
    next: QPushButton

    def turn(self, step: Step) -> None:
        """Show another step."""

    def tell(self, words: str, tone: str = ...) -> None:
        """One or two lines under the page."""

    def busy(
        self,
        words: str,
        question: Callable[[], Any],
        then: Callable[[Any], None],
        *,
        cancelled: Callable[[], None] | None = ...,
        failed: Callable[[Exception], None] | None = ...,
        so_far: Callable[[], str] | None = ...,
    ) -> None:
        """Ask in a thread while the page waits."""

    def done_here(self, go_to: str = ...) -> None:
        """All steps are done."""


class StepPage(QWidget):
    """One step: `go` is what Return does, `enter` puts the caret where typing starts."""

    back: Step | None = None
    """Where “before” leads; None where what was done cannot be undone from here."""

    def __init__(self, run: Host) -> None:
        super().__init__()
        self.run, self.setup = run, run.setup

    @property
    def next_words(self) -> str:
        return say("setup.next")

    def enter(self) -> None: ...

    def go(self) -> None: ...

    def moved_on(self) -> bool:
        """Whether Return only took the caret to the next line of this page."""
        return False

    def keep(self) -> None:
        """Write down what was typed, but for secrets."""

    def lay_out(self, *things: QWidget | QLayout | int | None) -> None:
        self.setLayout(column(*things, None, gap=12))


class AddressPage(StepPage):
    """Where the district is."""

    def __init__(self, run: Host) -> None:
        super().__init__(run)
        self.address = Edit(say("setup.address"))
        self.address.setText(self.setup.state.address)
        self.address.went_on.connect(lambda: self.run.next.click())
        self.address.setPlaceholderText("192.168.1.10:8443")
        self._later = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._later.timeout.connect(self.keep)
        self.address.textEdited.connect(lambda _: self._later.start())
        self.lay_out(
            text(say("setup.address_say"), wrap=True),
            form(("setup.address", self.address)),
            text(say("setup.address_help"), "help", wrap=True),
        )

    def enter(self) -> None:
        self.address.setFocus()

    def keep(self) -> None:
        self._later.stop()
        if self.setup.replica is None:
            self.setup.note(address=self.address.text().strip())

    def go(self) -> None:
        typed = self.address.text()
        self.run.busy(say("setup.reaching"), lambda: self.setup.reach(typed), lambda _: self.run.turn(Step.CODE))


class CodePage(StepPage):
    """The one-time code, and two fingerprints to be compared: the code's, and the server's that answered."""

    back = Step.ADDRESS

    def __init__(self, run: Host) -> None:
        super().__init__(run)
        self.said = text("", wrap=True)
        self.theirs, self.ours, self.verdict = _groups(), _groups(), text("", wrap=True)
        self.code = Edit(say("setup.code"))
        self.code.went_on.connect(lambda: self.run.next.click())
        self.code.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
        self.code.textChanged.connect(lambda _: self._compare())
        prints = form(("setup.theirs", self.theirs), ("setup.ours", self.ours))
        self.lay_out(
            self.said,
            form(("setup.code", self.code)),
            frame(column(prints, self.verdict, text(say("setup.compare"), "help", wrap=True), margins=(14, 10, 14, 10)),
                  card=True),
        )  # fmt: skip

    def enter(self) -> None:
        sent = self.setup.state.sent
        self.said.setText(say("setup.code_again", end=sent) if sent else say("setup.code_say"))
        self.code.setFocus()
        if self.setup.reached is None:
            typed = self.setup.state.address
            self.run.busy(say("setup.reaching"), lambda: self.setup.reach(typed), self._reached,
                          cancelled=lambda: self.run.turn(Step.ADDRESS),
                          failed=lambda _: self.run.turn(Step.ADDRESS))  # fmt: skip
        else:
            self._reached(self.setup.reached)

    def _reached(self, found: Reached) -> None:
        self.theirs.setText(found.words)
        self._compare()
        self.code.setFocus()

    def _compare(self) -> None:
        """At each key: the code's own fingerprint as soon as it is whole, under the server's."""
        reached = self.setup.reached
        words, tone, ours = "", "", ""
        if reached is not None and len(self.code.text().strip()) >= len(self.code.placeholderText()) - 6:
            try:
                check_code(self.code.text(), reached)
                words, tone, ours = say("setup.same"), "good", reached.words
            except ReplicaError as error:
                words, tone = str(error), "bad"
        self.ours.setText(ours or "—")
        self.verdict.setText(words)
        retone(self.verdict, "tone", tone)

    def go(self) -> None:
        if self.setup.reached is None:
            self.enter()
            return
        typed = self.code.text()
        try:
            check_code(typed, self.setup.reached)
        except ReplicaError as error:
            self.run.tell(str(error) if self.verdict.text() != str(error) else "")  # once is enough
            self.code.setFocus()
            self.code.selectAll()
            return
        self.run.busy(say("setup.enrolling"), lambda: self.setup.enrol(typed), self._enrolled)

    def _enrolled(self, _: object) -> None:
        self.code.clear()
        self.run.turn(Step.POST)


class PostPage(StepPage):
    """What this PC was made, to be read by whoever sits there."""

    def __init__(self, run: Host) -> None:
        super().__init__(run)
        self.post, self.areas, self.officer, self.number = (_fact() for _ in range(4))
        self.post.setProperty("rank", "big")
        self.further = QCheckBox(say("setup.further"))
        self.further.toggled.connect(lambda on: self.setup.note(further=on))
        facts = form(
            ("setup.post", self.post), ("setup.areas", self.areas), ("setup.officer", self.officer),
            ("setup.number", self.number),
        )  # fmt: skip
        self.lay_out(
            text(say("setup.post_say"), wrap=True),
            frame(column(facts, margins=(14, 10, 14, 10)), card=True),
            self.further,
            text(say("setup.post_help"), "help", wrap=True),
        )

    def enter(self) -> None:
        me = self.setup.identity
        assert me is not None
        self.post.setText(me.post)
        self.areas.setText("、".join(area_names(me.places)))
        self.officer.setText(me.officer or "—")
        self.number.setText(me.replica[-DESK_CHARS:])
        self.further.setChecked(self.setup.state.further)
        self.run.next.setFocus()

    def go(self) -> None:
        if self.setup.replica is not None:
            self.setup.note(step=Step.KEY)
        self.run.turn(Step.KEY)


class ImportPage(StepPage):
    """Old ledgers, now or another day."""

    def __init__(self, run: Host) -> None:
        super().__init__(run)
        self.now, self.later = QRadioButton(say("setup.import_now")), QRadioButton(say("setup.import_later"))
        self.later.setChecked(True)
        self.lay_out(
            text(say("setup.import_say"), wrap=True), self.now, self.later,
            text(say("setup.import_help"), "help", wrap=True),
        )  # fmt: skip

    @property
    def next_words(self) -> str:
        return say("setup.open")

    def enter(self) -> None:
        (self.now if self.now.isChecked() else self.later).setFocus()

    def go(self) -> None:
        self.run.done_here("import" if self.now.isChecked() else "")


def _groups() -> QLabel:
    """Four groups to be compared by eye."""
    made = text("—", "heading", select=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _fact() -> QLabel:
    return text("", wrap=True, select=True)
