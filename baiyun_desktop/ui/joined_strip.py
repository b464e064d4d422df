"""Says on a person's page with whom they were joined, and lets an officer part them again, knowing what was made since."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError
from baiyun_desktop.replica.joined import Edited, Joined
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.keeping import bring_into_view, can_be_pressed
from baiyun_desktop.ui.labels import fields_label, kind_title
from baiyun_desktop.ui.parts import button, clear, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import area_name, full_title, own_title
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest

LINES_MAX = 8


class JoinedStrip(QWidget):
    """A line for each link; nothing where there is none. Asked for in a thread after the form stands."""

    def __init__(self, shell: Shell, kind: str) -> None:
        super().__init__()
        self._shell, self._kind = shell, kind
        self._latest = Latest(shell.work, self)
        self._record = ""
        self._shown: Sequence[Joined] = ()
        self._asking = ""
        """The link whose parting is being asked about: news must not take the question away."""
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.hide()
        bind(self, "Esc", self._drop, within=True)

    def forget(self) -> None:
        """Show nothing: what stood here belongs to another record."""
        self._latest.drop()
        self._shown, self._record, self._asking = (), "", ""
        clear(self._lines)
        self.hide()

    def show_for(self, record: str) -> None:
        """Ask with whom the record was joined."""
        self._record = record
        read, kind = self._shell.desk.replica.read, self._kind

        def question(job: Job) -> list[Joined]:
            return list(read.joined(kind, record))

        self._latest.ask(question, self._show)

    def _show(self, found: Sequence[Joined]) -> None:
        same = [(j.link, len(j.edits), len(j.made)) for j in found] == [
            (j.link, len(j.edits), len(j.made)) for j in self._shown
        ]
        self._shown = found
        if not same or not found:
            self._fill()

    def _fill(self) -> None:
        clear(self._lines)
        for one in self._shown:
            self._lines.addWidget(self._question(one) if one.link == self._asking else self._line(one))
        self.setVisible(bool(self._shown))

    def _line(self, one: Joined) -> QWidget:
        words = text(say("joined.with", other=self._other(one), how=self._how(one)), wrap=True)
        line = row(words, gap=8, margins=(12, 6, 8, 6))
        line.setStretch(0, 1)
        if one.other is not None:
            line.addWidget(
                button(
                    say("joined.open"), lambda: self._shell.open(self._kind, one.other_id), look="flat",
                    name=say("joined.open_name", other=self._other(one)),
                )
            )  # fmt: skip
        line.addWidget(button(say("joined.undo"), lambda: self._ask(one.link), name=say("joined.undo")))
        return frame(line, strip="accent")

    def _other(self, one: Joined) -> str:
        if one.other is None:
            return say("field.unseen_kind", kind=kind_title(self._shell.desk.program, self._kind))
        title = full_title(self._shell.desk.program, self._shell.desk.replica, one.other)
        area = self._shell.desk.program.kind(self._kind).area
        place = area_name(self._shell.desk.replica, one.other.get(area)) if area else ""
        return f"{title}（{place}）" if place else title

    def _how(self, one: Joined) -> str:
        if one.how != "decided":
            return say("joined.certain")
        return say("joined.decided", who=one.officer, when=instant_text(one.at))

    # --- parting ------------------------------------------------------------------------------------------------

    def _ask(self, link: str) -> None:
        self._asking = link
        self._fill()
        go = next((b for b in self.findChildren(QPushButton) if b.property("primary") and can_be_pressed(b)), None)
        if go is not None:
            go.setFocus(Qt.FocusReason.TabFocusReason)
            bring_into_view(go)

    def _drop(self) -> None:
        if self._asking:
            self._asking = ""
            self._fill()
            first = next((b for b in self.findChildren(QPushButton) if can_be_pressed(b)), None)
            if first is not None:
                first.setFocus()

    def _question(self, one: Joined) -> QWidget:
        box = column(gap=4, margins=(14, 10, 14, 12))
        box.addWidget(text(say("joined.ask", other=self._other(one)), "heading", wrap=True))
        box.addWidget(text(say("joined.effect"), wrap=True))
        since = [self._made(on, made) for on, made in one.made] + [self._edit(one, edit) for edit in one.edits]
        box.addWidget(text(say("joined.since", n=len(since)) if since else say("joined.nothing_since"), wrap=True))
        for words in since[:LINES_MAX]:
            box.addWidget(text(words, "help", wrap=True))
        if len(since) > LINES_MAX:
            box.addWidget(text(say("list.more", n=len(since) - LINES_MAX), "help"))
        go = button(say("joined.go"), lambda: self._undo(one.link), look="primary")
        box.addLayout(row(go, button(say("joined.stay"), self._drop), None))
        return frame(box, strip="warn")

    def _whose(self, record: str) -> str:
        return say("joined.this") if record == self._record else say("joined.that")

    def _made(self, on: str, made: Snapshot) -> str:
        program = self._shell.desk.program
        what = f"{kind_title(program, made.kind)} {own_title(program, made)}"
        return say("joined.made", what=what, whose=self._whose(on))

    def _edit(self, one: Joined, edit: Edited) -> str:
        names = fields_label(self._shell.desk.program, self._kind, edit.fields) or edit.verb
        head = " · ".join(part for part in (instant_text(edit.at), edit.officer) if part)
        return say("joined.edited", head=head, what=names, whose=self._whose(edit.record))

    def _undo(self, link: str) -> None:
        door = self._shell.desk.replica.door
        self._asking = ""
        job = self._shell.work.ask(self, lambda job: door.undo_link(link), lambda _: self._undone())
        job.on_error = self._not_undone

    def _undone(self) -> None:
        self._shell.tell(say("joined.undone"), "good")
        self.show_for(self._record)

    def _not_undone(self, error: Exception) -> None:
        why = str(error) if isinstance(error, DoorRefusal | ReplicaError) else say("contest.trouble")
        self._shell.tell(say("contest.not_done", why=why), "bad")
        self._fill()
