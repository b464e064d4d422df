"""The step at which somebody first sits down: the desk fetches its rows, and the officer chooses a password of his own."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from baiyun_desktop.replica.accounts import Member
from baiyun_desktop.replica.first_run import Step, received_bytes
from baiyun_desktop.ui.first_run_pages import Host, StepPage
from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.password import form, secret
from baiyun_desktop.ui.words import say

_MB = 10**6


class OfficerPage(StepPage):
    """Fetch, then prove, then choose; a post without officers goes past it, and so does a PC whose line fails."""

    def __init__(self, run: Host) -> None:
        super().__init__(run)
        self._fetched = False
        self.said = text("", wrap=True)
        self.officer, self.password = QComboBox(), secret("setup.first_password")
        self.officer.setAccessibleName(say("log_in.officer"))
        self.new, self.again = secret("password.new"), secret("password.again")
        self._proving, self._choosing = QWidget(), QWidget()
        self._proving.setLayout(column(form(("log_in.officer", self.officer), ("setup.first_password", self.password))))
        fields = form(("password.new", self.new), ("password.again", self.again))
        self._choosing.setLayout(column(fields, text(say("password.rule"), "help", wrap=True)))
        self.once_more = button(say("setup.fetch_again"), self.fetch)
        self.lay_out(self.said, row(self.once_more, None), self._proving, self._choosing,
                     text(say("setup.officer_help"), "help", wrap=True))  # fmt: skip
        self._show(None)

    def _show(self, page: QWidget | None, *, again: bool = False) -> None:
        for one in (self._proving, self._choosing):
            one.setVisible(one is page)
        self.once_more.setVisible(again)

    def enter(self) -> None:
        if not self._fetched:
            self.fetch()
        elif self._choosing.isVisibleTo(self):
            self._type_into(self.new)
        elif self._proving.isVisibleTo(self):
            self._type_into(self.password)
        else:
            self.run.next.setFocus()

    @staticmethod
    def _type_into(edit: QLineEdit) -> None:
        """What was wrong is replaced by what is typed next: nobody sees the characters."""
        edit.setFocus()
        edit.selectAll()

    def fetch(self) -> None:
        """The first round; whoever does not want to wait is let in, and it goes on behind the window."""
        self._fetched = True
        self.said.setText(say("setup.fetching_say"))
        replica = self.setup.replica
        assert replica is not None
        self.run.busy(
            say("setup.fetching"), self.setup.first_round, self._came,
            cancelled=lambda: self._came(say("setup.fetch_stopped")),
            failed=lambda error: self._came(str(error)),
            so_far=lambda: say("setup.so_far", mb=f"{received_bytes(replica) / _MB:.1f}"),
        )  # fmt: skip

    def _came(self, trouble: str) -> None:
        accounts = self.setup.accounts
        assert accounts is not None
        members = accounts.members() if accounts.required else []
        self.officer.clear()
        for member in members:
            self.officer.addItem(f"{member.name}（{member.login}）", member.id)
        if members:
            self.said.setText(say("setup.officer_say"))
            self._show(self._proving)
            self.password.setFocus()
        elif trouble:
            self.said.setText(say("setup.not_fetched", why=trouble))
            self._show(None, again=True)
            self.run.next.setFocus()
        else:
            self._past()

    def _past(self) -> None:
        """Nobody has to log in here."""
        self._on()
        self.run.tell(say("setup.no_officers"), "")

    def _on(self) -> None:
        self.setup.note(step=Step.IMPORT)
        self.run.turn(Step.IMPORT)

    def moved_on(self) -> bool:
        if self.new.hasFocus():
            self.again.setFocus()
            return True
        return False

    def go(self) -> None:
        accounts, record = self.setup.accounts, str(self.officer.currentData() or "")
        assert accounts is not None
        if self._choosing.isVisibleTo(self):
            typed = self.new.text(), self.again.text()
            self.run.busy(say("setup.saving"), lambda: accounts.choose(record, *typed), lambda _: self._in())
        elif self._proving.isVisibleTo(self):
            password = self.password.text()
            self.run.busy(say("setup.checking"), lambda: accounts.log_in(record, password), self._proved)
        else:
            self._on()

    def _proved(self, member: Member) -> None:
        if not member.must_change:
            self._in()
            return
        self.said.setText(say("log_in.first"))
        self._show(self._choosing)
        self.new.setFocus()

    def _in(self) -> None:
        for edit in (self.password, self.new, self.again):
            edit.clear()
        self._on()
