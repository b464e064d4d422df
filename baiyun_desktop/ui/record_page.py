"""One record on one page: its form, its legal next steps, and beside it what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.kernel.procedure import LATE
from baiyun_desktop.kernel.step import Reason, Step
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.errors import StepRefused
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.due_read import dues_of
from baiyun_desktop.ui.fills import filled_by
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.form_hearing import FormHearing
from baiyun_desktop.ui.form_hints import FormHints
from baiyun_desktop.ui.joined_strip import JoinedStrip
from baiyun_desktop.ui.paper_buttons import PaperButtons
from baiyun_desktop.ui.parts import PAGE_PX, button, column, frame, row, scrolled, text
from baiyun_desktop.ui.record_head import RecordHead
from baiyun_desktop.ui.related import Related
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.steps_bar import verb_of
from baiyun_desktop.ui.titles import full_title
from baiyun_desktop.ui.words import language, say


class RecordPage(Page):
    """`record` is None until a new one is saved for the first time."""

    def __init__(
        self, shell: Shell, kind: str, record: str | None, values: Mapping[str, Any] | None = None, *, new_id: str = ""
    ) -> None:
        super().__init__(shell)
        self.kind = shell.desk.program.kind(kind)
        self.record = record
        self._new_id = new_id
        self._given = dict(values or {})
        self._seen: Snapshot | None = None
        self._edited: set[str] = set()
        self._implied: dict[str, Any] = {}
        """What the machine worked out for fields that nobody types into."""
        self._saving = False
        self._sent: dict[str, tuple[bool, Any]] = {}
        """What stood in the form when the save under way began."""
        self.body = FormBody(shell, self.kind)
        self.head = RecordHead(shell, self.kind, lambda name: self.body.values().get(name), self._advice)
        self.papers = PaperButtons(shell, kind)
        self.related = Related(shell, self.kind)
        self.joined = JoinedStrip(shell, kind)
        self.hints = FormHints(shell, self.kind)
        self._hearing = FormHearing(shell, self.kind, self.body, self.hints, self._edit)
        self._build()
        self._connect()
        self._load()

    def _build(self) -> None:
        strip = text(say("form.changed_elsewhere"), tone="warn", wrap=True)
        self._strip = frame(row(strip, margins=(12, 6, 12, 6)), strip="warn")
        inside = QWidget()
        inside.setLayout(column(self._strip, self.joined, self.hints, self.body, margins=(PAGE_PX, 16, 10, 16)))
        self._area = scrolled(inside)
        middle = row(self._area, self.related, gap=0)
        middle.setStretch(0, 1)
        self._missing = button("", self._jump_to_missing, look="link")
        self._state = text("", "muted")
        self.save_button = button(say("form.save"), self.save, look="primary", tip=say("form.save_help"))
        self._undo = button(say("form.undo"), self._load, look="flat")
        lines = row(self._missing, self._state, None, self.papers, self._undo, self.save_button)
        lines.setContentsMargins(PAGE_PX, 8, PAGE_PX, 8)
        layout = column(self.head, middle, frame(lines, foot=True), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        self.body.edited.connect(self._edit)
        self.body.committed.connect(self.save)
        self._hearing.listen(self.take_words)
        self.head.jump.connect(self.body.focus)
        self.head.taken.connect(self._take)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def turn_to(self, record: str) -> None:
        """Show another record of this kind in the same widgets: filling them takes a third of making them."""
        self.record, self._stale = record, False
        self.head.drop()
        self.related.forget()
        self.joined.forget()
        self._area.verticalScrollBar().setValue(0)
        self._load()

    @property
    def spare(self) -> bool:
        """Whether nothing here is under way, so that the page may turn to another record."""
        return self.record is not None and not self._edited and not self._saving

    def concerned(self, changes: Changes) -> bool:
        return self.record is not None

    def refresh(self) -> None:
        """Show what is new, but never under the hands of someone typing."""
        assert self.record is not None
        now = self.shell.desk.replica.read.get(self.kind.name, self.record)
        same = now is not None and self._seen is not None and dict(now.values) == dict(self._seen.values)
        if not self._edited and not same and not self._saving and not self.body.composing:
            self._load()
            return
        self._strip.setVisible(bool(self._edited) and not same and not self._saving)
        if same and not self._edited:
            self._seen = now
        self._show_head()
        self._show_steps()
        self.related.show_for(self.record)
        self.joined.show_for(self.record)

    def entered(self) -> None:
        self.body.focus_first() if self.record is None else self.body.focus(next(iter(self.body._reachable()), ""))

    def take_words(self, words: str, *, walk: bool = True) -> bool:
        return self.record is None and not self._saving and self._hearing.take(words)

    def begin(self, verb: str) -> None:
        possible = self.shell.desk.replica.read.steps(self.kind.name, self.record or "")
        for step, reason in possible:
            if step.verb == verb and (reason is None or {*step.ask, *step.sets}.issuperset(reason.fields)):
                self.head.ask(step)

    def unsaved(self) -> bool:
        return bool(self._edited)

    def _load(self) -> None:
        read = self.shell.desk.replica.read
        self._seen = read.get(self.kind.name, self.record) if self.record is not None else None
        values = self._seen.values if self._seen is not None else self._given
        self._edited, self._implied = (set() if self._seen is not None else set(self._given)), {}
        self.body.record = self.record or ""
        self.body.show_values(values)
        self._show_around()

    def _show_around(self) -> None:
        """All but the form itself."""
        self._strip.hide()
        self._show_head()
        self._show_steps()
        self._show_foot()
        if self.record is not None:
            self.related.show_for(self.record)
            self.joined.show_for(self.record)

    def _show_head(self) -> None:
        kind = self.kind.title if language() == "zh" else self.kind.en
        seen = self._seen
        desk = self.shell.desk
        self.title = (
            full_title(desk.program, desk.replica, seen, Shown.DETAIL)
            if seen is not None
            else say("form.new", kind=kind)
        )
        self.head.show_title(self.title, self._marks())

    def _marks(self) -> list[tuple[str, str]]:
        kind = self.kind.title if language() == "zh" else self.kind.en
        marks = [(kind, "plain")]
        if self._seen is not None and self._seen.pending:
            marks.append((say("form.pending"), "warn"))
        if self._seen is not None and self._seen.voided:
            marks.append((say("form.voided"), "bad"))
        contested = self._contested()
        self.body.mark_contested(contested)
        if contested:
            marks.append((say("form.contests", n=len(contested)), "bad"))
        return marks

    def _contested(self) -> set[str]:
        if self.record is None:
            return set()
        contests = self.shell.desk.replica.read.contests(self.record)
        return {name for contest in contests for name in contest.fields}

    def _show_steps(self) -> None:
        procedure = self.shell.desk.program.procedure(self.kind.name)
        if procedure is None or self.record is None or self._seen is None:
            self.head.show_steps("", [])
            self.head.show_dues([])
            return
        self.head.show_dues(dues_of(self.shell.desk, self.record) if procedure.deadlines else [])
        possible = self.shell.desk.replica.read.steps(self.kind.name, self.record)
        folded = next((f.name for f in self.kind.fields if f.derived == "movements"), None)
        state = procedure.label(self._seen.get(folded)) if folded is not None else ""
        expected = self.shell.desk.replica.read.expected(self.kind.name, self.record, today())
        if expected is not None:
            state = say("steps.expected", state=state, next=expected.to.value)
        self.head.show_steps(state, possible)

    def _advice(self, step: Step) -> Sequence[Reason]:
        read = self.shell.desk.replica.read
        return read.advice(self.kind.name, self.record or "", step.verb, stated_date=today())

    def _show_foot(self) -> None:
        missing = self.body.missing()
        self._missing.setText(say("form.missing", n=len(missing)))
        names = "、".join(self.body.rows[name].field.name for name in missing)
        self._missing.setAccessibleName(say("form.missing_name", n=len(missing), names=names))
        self._missing.setToolTip(names)
        self._missing.setVisible(bool(missing))
        self._undo.setVisible(bool(self._edited) and self._seen is not None)
        self._state.setText(say("form.edited", n=len(self._edited)) if self._edited else "")
        self.save_button.setEnabled(not self._saving)
        self.papers.show_for(self.record or "", self.title, saved=not self._edited)
        self.shell.typed.emit(self)

    def _jump_to_missing(self) -> None:
        missing = self.body.missing()
        if missing:
            self.body.focus(missing[0])

    def _edit(self, name: str) -> None:
        self._note_edit(name)
        for other, value in (filled_by(name, self.body.rows[name].field.value()) or {}).items():
            if other in self.body.rows and self.body.rows[other].field.value() != value:
                self.body.rows[other].field.show_value(value)
                self._implied[other] = value
                self._note_edit(other)
        if self.record is None:
            self.hints.look({**self._implied, **self.body.values()})
        self._show_foot()

    def _note_edit(self, name: str) -> None:
        before = self._seen.values.get(name) if self._seen is not None else None
        field = self.body.rows[name].field
        same = field.value() == before and not field.odd
        (self._edited.discard if same else self._edited.add)(name)

    def retype(self, values: Mapping[str, Any]) -> None:
        """Type these values into the form; nothing is saved. What the machine fills in comes along."""
        for name in [name for name in values if name in self.body.rows]:
            line = self.body.rows[name]
            line.field.show_value(values[name])
            line.review()
            if line.field.focusProxy() is None:
                self._implied[name] = values[name]
            self._note_edit(name)
        self._show_foot()

    def draft(self) -> Draft:
        """What a save would write now: without fields whose text cannot be read, so that none erases a stored value."""
        odd = set(self.body.odd())
        values = {n: v for n, v in {**self._implied, **self.body.values()}.items() if n not in odd}
        if self._seen is not None:
            return Draft.of(self._seen, **{name: values[name] for name in self._edited if name in values})
        record = self.record or self._new_id or self.shell.desk.replica.ids.new()
        return Draft.create(self.kind.name, record, **{**self._given, **values})

    def save(self) -> None:
        """Never fails for what is or is not filled in."""
        if self._saving or (self._seen is not None and not self._edited):
            return
        self.body.settle()
        draft, door = self.draft(), self.shell.desk.replica.door
        if not draft:
            self._tell_done("")
            return
        self._begin()
        job = self.shell.work.ask(self, lambda job: door.save([draft]), lambda changes: self._saved(draft))
        job.on_error = self._not_saved

    def _begin(self) -> None:
        self._saving, self._sent = True, self.body.standing()
        self._show_foot()

    def _saved(self, draft: Draft) -> None:
        self.record = draft.id
        self._go_on_from_here()
        self._tell_done(say("form.saved"))

    def _go_on_from_here(self) -> None:
        """What is stored is the new base; what was typed since the save began, or cannot be read, stays an edit."""
        assert self.record is not None
        self.hints.drop()
        self._saving = False
        kept = {
            name
            for name, stands in self.body.standing().items()
            if stands[0] or stands != self._sent.get(name) or self.body.rows[name].field.composing
        }
        self._seen = self.shell.desk.replica.read.get(self.kind.name, self.record)
        self._edited, self._implied = set(), {n: v for n, v in self._implied.items() if n in kept}
        self.body.record = self.record
        self.body.show_values(self._seen.values if self._seen is not None else {}, keep=kept)
        for name in kept:
            self._note_edit(name)
        self._show_around()

    def _tell_done(self, words: str) -> None:
        """Says what was done and names what was left out of it."""
        names = "、".join(self.body.rows[name].field.name for name in self.body.odd())
        left = say("form.odd_left", names=names) if names else ""
        self.shell.tell(" ".join(part for part in (words, left) if part), "bad" if left else "good")

    def _not_saved(self, error: Exception) -> None:
        self._saving = False
        self._show_foot()
        self.shell.tell(say("form.not_saved", why=str(error)), "bad")
        self.shell.hindered.emit(error, self.save)

    def _take(self, step: Step, day: str, reason: str, own: dict[str, Any], late: str) -> None:
        if self._saving:
            return
        assert self._seen is not None and self.record is not None
        self.body.settle()
        draft = Draft.of(self._seen, **{**self.draft().values, **own})
        kind, record, door = self.kind.name, self.record, self.shell.desk.replica.door
        self._begin()

        def question(job: object) -> object:
            drafts = [draft] if draft else []
            return door.step(
                kind, record, step.verb, drafts=drafts, stated_date=day, reason=reason, late_reason=late
            )  # fmt: skip

        job = self.shell.work.ask(self, question, lambda changes: self._stepped(step))
        again = partial(self._take, step, day, reason, own, late)
        job.on_error = lambda error: self._not_stepped(step, error, again)

    def _stepped(self, step: Step) -> None:
        self.head.drop()
        self._go_on_from_here()
        self._tell_done(say("steps.taken", verb=verb_of(step)))

    def _not_stepped(self, step: Step, error: Exception, again: Callable[[], None]) -> None:
        """The step's sheet stays with all that was typed into it; what was lacking is marked."""
        self._saving = False
        self._show_foot()
        self.shell.tell(say("steps.refused", verb=verb_of(step), why=str(error)), "bad")
        self.shell.hindered.emit(error, again)
        lacking = error.fields if isinstance(error, StepRefused) else ()
        if LATE in lacking and self.head.sheet is not None:  # what was read when the sheet opened is older
            self.head.sheet.why_late.ask(str(error))
            self.head.sheet.why_late.answered()
            return
        own = self.head.sheet.body if self.head.sheet is not None else None
        for body in (own, self.body):
            here = body.mark_wanted(lacking) if body is not None else []
            if here and body is not None:
                body.focus(here[0])
                return
