"""Where backups go, whether they can be opened again, and who keeps the key of this PC's data: one page, plain words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.replica.backup import Backup
from baiyun_desktop.replica.errors import ReplicaError
from baiyun_desktop.replica.lifeboats import Outcome
from baiyun_desktop.replica.safety import Safety, Standing
from baiyun_desktop.replica.setting_up import TROUBLE as OF_THE_LINE
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.diagnostic import DiagnosticPart
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.errand import Errand
from baiyun_desktop.ui.file_lost import outcome_lines
from baiyun_desktop.ui.parts import button, column, frame, page_band, retone, row, rule, scrolled, text
from baiyun_desktop.ui.password import form, secret
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job

TROUBLE = (ReplicaError, KeyTrouble, OSError)
COPIES_SHOWN = 7
CARD_PX = 760
_MB = 10**6


class SafetyPage(Page):
    """Four cards: the copies, the key, what a file that was here before had not sent, and what an administrator asks for."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        assert shell.desk.safety is not None
        self.safety: Safety = shell.desk.safety
        self.title = say("place.safety")
        self._job: Job | None = None
        self._errand: Errand | None = None
        self.state, self.last, self.tested, self.disk = (text("", wrap=True) for _ in range(4))
        self.copies = text("", wrap=True)
        self.message = text("", wrap=True)
        inside = QWidget()
        self.diagnostic = DiagnosticPart(shell)
        parts = self._backups(), self._keys(), self._boats(), _card(self.diagnostic)
        cards = column(*parts, None, gap=14, margins=(20, 16, 20, 16))
        inside.setLayout(cards)
        layout = column(page_band(self.title), scrolled(inside), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.refresh()

    def concerned(self, changes: object) -> bool:
        return False

    def entered(self) -> None:
        self.refresh()
        self.folder.setFocus()

    # --- what it looks like -----------------------------------------------------------------------------------------

    def _backups(self) -> QWidget:
        self.folder = Edit(say("safety.folder"))
        self.folder.setPlaceholderText(say("safety.folder_help"))
        self.folder.went_on.connect(self.choose)
        self.browse = button(say("safety.browse"), self._browse)
        self.take = button(say("safety.take"), self.choose)
        self.now = button(say("safety.now"), self.back_up, look="primary")
        self.test = button(say("safety.test"), self.try_it, tip=say("safety.test_help"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(say("safety.busy"))
        self.stop = button(say("progress.stop"), self._cancel)
        self._busy = QWidget()
        self._busy.setLayout(row(self.bar, self.stop))
        self._busy.hide()
        where = row(self.folder, self.browse, self.take)
        where.setStretch(0, 1)
        facts = form(("safety.last", self.last), ("safety.tested", self.tested), ("safety.copies", self.copies))
        return _card(
            text(say("safety.backups"), "section"), self.state, where, self.disk, facts,
            row(self.now, self.test, None), self._busy, self.message,
            text(say("safety.backups_help"), "help", wrap=True),
        )  # fmt: skip

    def _keys(self) -> QWidget:
        self.keeper, self.district = text("", wrap=True), text("", wrap=True)
        self.old, self.new, self.again = secret("safety.old"), secret("safety.new"), secret("first.again")
        self.change = button(say("safety.change"), self.change_passphrase)
        self.key_message = text("", wrap=True)
        self._fields = QWidget()
        fields = form(("safety.old", self.old), ("safety.new", self.new), ("first.again", self.again))
        help_ = text(say("safety.change_help"), "help", wrap=True)
        self._fields.setLayout(column(rule(), fields, row(self.change, None), help_, gap=10))
        for edit, then in ((self.old, self.new.setFocus), (self.new, self.again.setFocus)):
            edit.returnPressed.connect(then)
        self.again.returnPressed.connect(self.change_passphrase)
        return _card(text(say("safety.key"), "section"), self.keeper, self.district, self._fields, self.key_message)

    def _boats(self) -> QWidget:
        self.send = button(say("boat.send"), self.send_lifeboats, tip=say("boat.again"))
        self.boat_message = text("", wrap=True)
        help_ = text(say("boat.help"), "help", wrap=True)
        return _card(text(say("boat.title"), "section"), help_, row(self.send, None), self.boat_message)

    # --- how it stands ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask again; in a thread, since a share that is gone lets one wait."""
        self.shell.work.ask(self, lambda _: self.safety.standing(), self._show).on_error = self._failed

    def _show(self, found: Standing) -> None:
        plan = found.plan
        if not self.folder.hasFocus() or not self.folder.isModified():
            self.folder.setText(plan.folder)
        good = bool(plan.folder) and not found.words
        self.state.setText(found.words or say("safety.good", hour=plan.hour, keep=plan.keep))
        retone(self.state, "tone", "good" if good else "warn")
        self.last.setText(instant_text(plan.done_at) if plan.done_at else say("safety.never"))
        self.tested.setText(instant_text(plan.tested_at) if plan.tested_at else say("safety.never"))
        lines = [
            f"{instant_text(one.info.made_at)}　{one.info.size / _MB:.1f} MB" for one in found.copies[:COPIES_SHOWN]
        ]
        self.copies.setText("\n".join(lines) or say("safety.none"))
        self.disk.setText(say("safety.same_disk"))
        self.disk.setVisible(found.same_disk)
        retone(self.disk, "tone", "warn")
        for one in (self.now, self.test):
            one.setEnabled(bool(plan.folder))
        self.keeper.setText(say("safety.by_passphrase" if found.by_passphrase else "safety.by_system"))
        self.district.setText(say("safety.at_district" if found.at_district else "safety.not_at_district"))
        retone(self.district, "tone", "" if found.at_district else "warn")
        self._fields.setVisible(found.by_passphrase)

    # --- what it does -----------------------------------------------------------------------------------------------

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, say("safety.browse"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)
            self.choose()

    def choose(self) -> None:
        """Take the folder that is typed, with a first backup as the proof that it does."""
        typed = Path(self.folder.text().strip())
        if not self.folder.text().strip():
            self._say(say("safety.type_folder"), "bad")
            return
        self._ask(say("safety.making"), lambda job: self.safety.choose(typed, lambda: job.cancelled), self._made)

    def back_up(self) -> None:
        """One more, now."""
        self._ask(say("safety.making"), lambda job: self.safety.back_up(lambda: job.cancelled), self._made)

    def _made(self, made: Backup) -> None:
        self.folder.setModified(False)
        self._say(say("safety.made", folder=made.folder), "good")
        self.refresh()

    def try_it(self) -> None:
        """Open the newest as a restore would."""
        self._ask(say("safety.testing"), lambda _: self.safety.test(), self._tested)

    def _tested(self, found: tuple[Backup, int]) -> None:
        backup, people = found
        self._say(say("safety.opened", at=instant_text(backup.info.made_at), n=people), "good")
        self.refresh()

    def send_lifeboats(self) -> None:
        """Waits for the line, so it is an errand that nobody need wait for."""
        self.send.setEnabled(False)
        self._tell_boat(say("boat.sending"), "")
        self._errand = Errand(self.safety.send_lifeboats, self._boats_sent, self._boats_failed).start()

    def _boats_sent(self, outcome: Outcome) -> None:
        self.send.setEnabled(True)
        self._tell_boat("\n".join(outcome_lines(outcome)), "warn" if outcome.bad else "good")

    def _boats_failed(self, error: Exception) -> None:
        self.send.setEnabled(True)
        if not isinstance(error, OF_THE_LINE):
            self.shell.work.trouble.emit(error)
        self._tell_boat(str(error), "bad")

    def _tell_boat(self, words: str, tone: str) -> None:
        self.boat_message.setText(words)
        retone(self.boat_message, "tone", tone)

    def change_passphrase(self) -> None:
        """Another passphrase from now on; slow on purpose, so in a thread."""
        typed = self.old.text(), self.new.text(), self.again.text()
        self.change.setEnabled(False)
        job = self.shell.work.ask(self, lambda _: self.safety.change_passphrase(*typed), lambda _: self._changed())
        job.on_error = self._not_changed

    def _changed(self) -> None:
        self.change.setEnabled(True)
        for edit in (self.old, self.new, self.again):
            edit.clear()
        self._tell_key(say("safety.changed"), "good")

    def _not_changed(self, error: Exception) -> None:
        self.change.setEnabled(True)
        if not isinstance(error, TROUBLE):
            self.shell.work.trouble.emit(error)
        self._tell_key(str(error), "bad")
        self.old.setFocus()
        self.old.selectAll()

    def _tell_key(self, words: str, tone: str) -> None:
        self.key_message.setText(words)
        retone(self.key_message, "tone", tone)

    # --- while it takes long ----------------------------------------------------------------------------------------

    def _ask(self, words: str, question: Callable[[Job], Any], then: Callable[[Any], None]) -> None:
        if self._job is not None:
            return
        self._say(words, "")
        self._show_busy(True)
        self._job = self.shell.work.ask(self, question, lambda answer: self._over(lambda: then(answer)))
        self._job.on_error = lambda error: self._over(lambda: self._failed(error))

    def _over(self, then: Callable[[], None]) -> None:
        self._job = None
        self._show_busy(False)
        then()

    def _show_busy(self, busy: bool) -> None:
        self._busy.setVisible(busy)
        for one in (self.now, self.test, self.take, self.browse):
            one.setEnabled(not busy)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._over(lambda: self._say(say("safety.stopped"), "warn"))
            self.refresh()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, TROUBLE):
            self.shell.work.trouble.emit(error)
        self._say(str(error), "bad")
        self.folder.setFocus()

    def _say(self, words: str, tone: str) -> None:
        self.message.setText(words)
        retone(self.message, "tone", tone)


def _card(*things: Any) -> QWidget:
    made = frame(column(*things, gap=10, margins=(16, 14, 16, 14)), card=True)
    made.setMaximumWidth(CARD_PX)
    return made
