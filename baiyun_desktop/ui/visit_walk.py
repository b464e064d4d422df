"""The walk at the doors: who lives here, what waits for them, and one key for what was found."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QTableWidgetItem, QWidget

from baiyun_desktop.kernel.visit import Outcome, VisitSpec
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.paper_register import plain_table
from baiyun_desktop.ui.parts import PAGE_PX, Elided, button, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.visit_words import Row, carried, found_words, rows_of
from baiyun_desktop.ui.words import say, told
from baiyun_desktop.ui.work import Job, Latest

COLUMNS = ("visit.column_door", "visit.column_person", "visit.column_waits", "visit.column_found")
WIDTHS_PX = (300, 110, 250)
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
"""Not to be edited: Qt would hand the letters to an input method."""
KEEP_MS = 500
KEY = "{}"
"""The figure of an outcome, as its declaration has it."""
Answer = tuple[VisitSpec, str, list[Row]]


class WalkPane(QWidget):
    """Up and down walk, a figure says what was found and goes on, N or Enter writes a note, O opens the record."""

    left = Signal()
    look = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.bundle = ""
        self.rows: list[Row] = []
        self.outcomes: list[QPushButton] = []
        self._spec: VisitSpec | None = None
        self._latest = Latest(shell.work, self, typed=True)
        self._title, self._count = Elided("", "title"), text("", "muted")
        back = button(say("visit.leave"), self.left.emit, look="flat", picture="back")
        changes = button(say("visit.look"), lambda: self.look.emit(self.bundle))
        band = frame(row(back, self._title, 6, self._count, None, changes, margins=(PAGE_PX, 9, PAGE_PX, 9)), band=True)
        heads = [say(name) for name in COLUMNS]
        self.table = plain_table(say("visit.stops"), heads, WIDTHS_PX)
        self.table.currentCellChanged.connect(self._moved)
        self.table.installEventFilter(self)
        self._who, self._more = Elided("", "heading"), Elided("", "muted")
        self._waits = text("", tone="warn", wrap=True)
        self.note = Edit(say("visit.note"))
        self.note.setPlaceholderText(say("visit.note_hint"))
        self.note.textEdited.connect(self._typed)
        self.note.went_on.connect(self._note_done)
        self.note.committed.connect(self._note_done)
        self.note.editingFinished.connect(self.keep_note)
        self._timer = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._timer.timeout.connect(self._keep)
        self._typing: tuple[str, str] | None = None
        """The stop that is typed about, and what; None once it is in its record."""
        self.unkept = False
        """Whether the last keys are not in the bundle yet."""
        self._buttons = row(gap=8)
        open_it = button(say("visit.open"), self._open, look="flat")
        card = column(
            row(self._who, self._more, None, open_it), self._waits, self.note, self._buttons, gap=7,
            margins=(PAGE_PX, 10, PAGE_PX, 12),
        )  # fmt: skip
        layout = column(band, self.table, frame(card, foot=True), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.table)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def show_bundle(self, bundle: str) -> None:
        """Another bundle, or the same from the office again."""
        if bundle != self.bundle:
            self.rows = []
            self.table.setRowCount(0)
        self.bundle = bundle
        self.reload()

    def reload(self) -> None:
        """Ask again; a bundle that has locked meanwhile is shown no more."""
        desk, bundle = self.shell.desk, self.bundle

        def question(_: Job) -> Answer:
            held = desk.visits.open(bundle)
            spec = desk.visits.spec(held)
            return spec, f"{held.plan.title} · {held.plan.day}", rows_of(desk, held, spec)

        self._latest.ask(question, self._show).on_error = self._locked

    def _locked(self, error: Exception) -> None:
        self.rows = []
        self.table.setRowCount(0)
        self.note.clear()
        self.shell.tell(str(error), "warn")
        self.left.emit()

    def _show(self, answer: Answer) -> None:
        spec, title, rows = answer
        if spec is not self._spec:
            self._offer(spec)
        at = max(self.table.currentRow(), 0)
        before = self.rows if self.table.rowCount() == len(rows) else []
        self.rows = rows
        self._title.setText(title)
        self._title.setToolTip(title)
        met = sum(1 for one in rows if one.done.key)
        doors = sum(1 for one in rows if one.door)
        self._count.setText(say("visit.counted", doors=doors, people=len(rows), met=met))
        self.table.setRowCount(len(rows))
        for number, one in enumerate(rows):
            if number < len(before) and before[number] == one:
                continue  # one key changes one line of some hundred
            for place, words in enumerate((one.door, one.name, one.waits, found_words(spec, one.done))):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                item.setFlags(_FLAGS)
                self.table.setItem(number, place, item)
        if rows:
            self.table.setCurrentCell(min(at, len(rows) - 1), 0)
        self._show_stop()

    def _offer(self, spec: VisitSpec) -> None:
        self._spec = spec
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.outcomes = [
            button(
                f"{KEY.format(o.key)}  {told(o.title, o.en)}",
                partial(self.note_down, o),
                look="primary" if n == 0 else "",
            )
            for n, o in enumerate(spec.outcomes)
        ]
        for made in self.outcomes:
            self._buttons.addWidget(made)
        self._buttons.addWidget(Elided(say("visit.keys"), "help"))
        self._buttons.addStretch(1)

    @property
    def stop(self) -> Row | None:
        """The marked one."""
        at = self.table.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def _moved(self, now: int, _column: int, before: int, _before: int) -> None:
        if now != before:
            self.keep_note()
            self._show_stop()

    def _show_stop(self) -> None:
        stop = self.stop
        self._who.setText(f"{stop.whole}  {stop.label}" if stop is not None else "")
        self._who.setToolTip(self._who.text())
        self._more.setText(stop.more if stop is not None else "")
        self._waits.setText(stop.waits if stop is not None else "")
        self._waits.setVisible(bool(stop is not None and stop.waits))
        if not self.note.hasFocus() and self._typing is None:
            self.note.setText(stop.note if stop is not None else "")

    # --- keys -------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and self._pressed(cast(QKeyEvent, event)):
            return True
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held or event.isAutoRepeat():
            return False
        outcome = self._spec.outcome(event.text()) if self._spec is not None and event.text() else None
        if outcome is not None:
            self.note_down(outcome)
        elif event.key() in (Qt.Key.Key_N, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.note.setFocus()
            self.note.end(False)
        elif event.key() == Qt.Key.Key_O:
            self._open()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            return False
        return True

    def note_down(self, outcome: Outcome) -> None:
        """What was found at the marked stop: written down, and on to the next one."""
        stop = self.stop
        if stop is None or self._spec is None:
            return
        self.keep_note()
        if outcome.new:
            self._somebody_new(stop)
            return
        desk, bundle, record, day = self.shell.desk, self.bundle, stop.record, today()
        job = self.shell.work.ask(
            self, lambda _: desk.visits.find(bundle, record, outcome, day), partial(self._found, stop), typed=True
        )
        job.on_error = self._failed
        after = self.table.currentRow() + 1
        if after < len(self.rows):
            self.table.setCurrentCell(after, 0)
        self.table.setFocus()

    def _found(self, stop: Row, refused: str) -> None:
        if refused:
            self.shell.tell(say("visit.refused", name=stop.whole, why=refused), "warn")
        self.reload()

    def _failed(self, error: Exception) -> None:
        self.shell.tell(str(error), "bad")
        self.reload()

    def _somebody_new(self, stop: Row) -> None:
        spec = self._spec
        assert spec is not None
        held = self.shell.desk.replica.read.get(spec.kind, stop.record)
        self.shell.new(spec.kind, carried(spec, held.values if held is not None else {}))

    def _open(self) -> None:
        if self.stop is not None and self._spec is not None:
            self.keep_note()
            self.shell.open(self._spec.kind, self.stop.record)

    # --- notes ------------------------------------------------------------------------------------------------------

    def _typed(self, words: str) -> None:
        if self.stop is not None:
            self._typing, self.unkept = (self.stop.record, words), True
            if not self._timer.isActive():
                self._timer.start()

    def _keep(self) -> None:
        """Half a second after a key: a power cut takes no typing."""
        self._timer.stop()
        if self._typing is None or not self.unkept:
            return
        record, words = self._typing
        self.unkept = False
        desk, bundle = self.shell.desk, self.bundle
        job = self.shell.work.ask(self, lambda _: desk.visits.type(bundle, record, words), lambda _: None, typed=True)
        job.on_error = self._failed

    def keep_note(self) -> None:
        """The note is left: it goes into its record."""
        if self._typing is None:
            return
        self._keep()
        (record, _), self._typing = self._typing, None
        desk, bundle, day = self.shell.desk, self.bundle, today()
        job = self.shell.work.ask(
            self, lambda _: desk.visits.find(bundle, record, None, day), lambda _: self.reload(), typed=True
        )
        job.on_error = self._failed

    def _note_done(self) -> None:
        self.table.setFocus()
