"""A whole family, or a dormitory, on one sheet: what they share stands once, what differs a line each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.ui.fields.base import Field
from baiyun_desktop.ui.fields.choose import field_for
from baiyun_desktop.ui.listing import info_at
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, frame, page_band, row, scrolled, text
from baiyun_desktop.ui.reflow import Pairs
from baiyun_desktop.ui.sheet_line import SheetLine
from baiyun_desktop.ui.sheet_save import LineDraft, LineResult, SheetDraft, save_sheet
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.steps_bar import verb_of
from baiyun_desktop.ui.words import language, say, told

LINES_AT_FIRST = 3
SHARED_COLUMNS = 3
WIDTHS = {"name": 5, "id_no": 6, "birth_date": 3, "phone": 4, "kin": 3}
"""Share of the width by field; 2 for the others."""
NARROW = 2
LEAST_PX = {"name": 56, "id_no": 142, "birth_date": 82, "phone": 90}
"""What a name of four letters, a number, a day and a telephone need to be read whole; the others `LEAST_OTHER_PX`."""
LEAST_OTHER_PX = 42


class SheetPage(Page):
    """Made from a `SheetSpec`; Enter goes on, Ctrl+Enter saves and clears for the next."""

    def __init__(self, shell: Shell, spec: SheetSpec, values: Mapping[str, Any]) -> None:
        super().__init__(shell)
        self.spec = spec
        self.title = told(spec.title, spec.en)
        self.shared: dict[str, Field] = {}
        self.lines: list[SheetLine] = []
        self._saving = False
        self._touched = False
        self._first = ""
        self._done: list[LineResult] = []
        self._build()
        self._start(values)

    def _build(self) -> None:
        band = page_band(self.title, text(say("sheet.explain"), "muted"), None)
        self._sheet = QFrame()
        self._sheet.setObjectName("sheet")
        self._grid = QGridLayout(self._sheet)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._head()
        self._notes = text("", "help", tone="warn", wrap=True)
        add = button(say("sheet.add"), self.add_line, look="link", picture="plus")
        card = frame(
            column(
                row(text(say("sheet.people"), "section"), None, text(say("sheet.keys"), "help")),
                self._sheet,
                row(add, 8, self._notes, None),
                gap=8,
                margins=(16, 12, 16, 10),
            ),
            card=True,
        )
        self._results = QVBoxLayout()
        inside = QWidget()
        inside.setLayout(
            column(self._results, self._shared_card(), card, None, gap=12, margins=(PAGE_PX, 16, PAGE_PX, 16))
        )
        self._state = text("", "muted")
        self._draft = button(say("sheet.draft"), lambda: self.save(step=False), tip=say("sheet.draft_help"))
        self.save_button = button(self._verb(), self.save, look="primary", tip=say("sheet.save_help"))
        foot = frame(row(self._state, None, self._draft, self.save_button, margins=(PAGE_PX, 8, PAGE_PX, 8)), foot=True)
        layout = column(band, scrolled(inside), foot, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        QShortcut(
            QKeySequence("Ctrl+Return"), self, self._save_by_key, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _verb(self) -> str:
        procedure = self.shell.desk.program.procedure(self.spec.kind)
        step = next((s for s in procedure.steps if s.verb == self.spec.step), None) if procedure is not None else None
        return verb_of(step) if step is not None else say("form.save")

    def _shared_card(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.addWidget(text(say("sheet.shared"), "section"), 0, 0, 1, 2 * SHARED_COLUMNS)
        for at, path in enumerate(self.spec.shared):
            info = info_at(self.shell.desk.program, self.spec.kind, path)
            field = self.shared[path] = field_for(replace(info, long=False), self.shell, self.spec.kind)
            field.edited.connect(self._edited)
            field.went_on.connect(lambda path=path: self._after_shared(path))
            field.committed.connect(self.save)
            label = QLabel(info.label_in(language()))
            label.setProperty("rank", "muted")
            label.setBuddy(field)
            label.setMinimumWidth(84)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line, side = at // SHARED_COLUMNS + 1, at % SHARED_COLUMNS * 2
            grid.addWidget(label, line, side)
            grid.addWidget(field, line, side + 1)
        for side in range(SHARED_COLUMNS):
            grid.setColumnStretch(side * 2 + 1, 1)
        return Pairs(grid, SHARED_COLUMNS)

    def _head(self) -> None:
        self._grid.setColumnMinimumWidth(0, 22)
        self._grid.setColumnMinimumWidth(len(self.spec.each) + 1, 56)
        for at, path in enumerate(self.spec.each, start=1):
            label = QLabel(info_at(self.shell.desk.program, self.spec.kind, path).label_in(language()))
            label.setProperty("head", True)
            label.setWordWrap(True)
            self._grid.addWidget(label, 0, at)
            self._grid.setColumnMinimumWidth(at, LEAST_PX.get(path.rpartition(".")[2], LEAST_OTHER_PX))
            self._grid.setColumnStretch(at, WIDTHS.get(path.rpartition(".")[2], NARROW))

    def _start(self, values: Mapping[str, Any], keep: Collection[str] = ()) -> None:
        for path, field in self.shared.items():
            if path not in keep:
                field.show_value(values.get(path))
        while self.lines:
            self._take_out(self.lines[-1])
        for _ in range(LINES_AT_FIRST):
            self.add_line()
        self._touched = False
        if self.through_value(values):
            self.lines[0].take(str(self.through_value(values)))
        self._show_foot()

    def through_value(self, values: Mapping[str, Any]) -> Any:
        """The known record that the first line is about, where the sheet was opened from it."""
        return values.get(self.lines[0].through)

    def add_line(self) -> SheetLine:
        """One more empty line at the end."""
        line = SheetLine(self.shell, self.spec, len(self.lines) + 1, self)
        self.lines.append(line)
        at = len(self.lines)
        count = text(str(at), "help")
        count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._grid.addWidget(count, at, 0)
        for number, cell in enumerate(line.cells.values(), start=1):
            self._grid.addWidget(cell, at, number)
            cell.committed.connect(self.save)
            cell.moved.connect(lambda by, line=line, path=cell.path: self._walk(line, path, by))
            cell.repeat.connect(lambda line=line, path=cell.path: self._repeat(line, path))
        self._grid.addWidget(line.mark, at, len(line.cells) + 1)
        self._grid.addWidget(line.remove, at, len(line.cells) + 2)
        line.edited.connect(self._edited)
        line.left.connect(lambda path, line=line: self._after(line, path))
        line.removed.connect(lambda line=line: self._remove(line))
        return line

    def _take_out(self, line: SheetLine) -> None:
        at = self.lines.index(line) + 1
        self.lines.remove(line)
        for number in range(len(line.cells) + 3):
            item = self._grid.itemAtPosition(at, number)
            if item is not None and item.widget() is not None:
                widget = item.widget()
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        line.deleteLater()

    def _remove(self, line: SheetLine) -> None:
        """The lines after it move up: what they hold is put into the line above."""
        after = self.lines[self.lines.index(line) + 1 :]
        self._take_out(line)
        for moved in after:
            self._renumber(moved, moved.number - 1)
        if not self.lines:
            self.add_line()
        self._edited()

    def _renumber(self, line: SheetLine, number: int) -> None:
        for at in range(len(line.cells) + 3):
            item = self._grid.itemAtPosition(line.number, at)
            if item is not None and item.widget() is not None:
                widget = item.widget()
                self._grid.removeWidget(widget)
                self._grid.addWidget(widget, number, at)
                if at == 0 and isinstance(widget, QLabel):
                    widget.setText(str(number))
        line.number = number

    def _after_shared(self, path: str) -> None:
        paths = list(self.shared)
        at = paths.index(path) + 1
        (self.shared[paths[at]] if at < len(paths) else next(iter(self.lines[0].cells.values()))).setFocus()

    def _after(self, line: SheetLine, path: str) -> None:
        """Enter in a cell: the next one that can be typed in; from an empty last line to the save button."""
        if line.blank and path == next(iter(line.cells)) and any(not other.blank for other in self.lines):
            self.save_button.setFocus(Qt.FocusReason.TabFocusReason)
            return
        cells = [cell for cell in line.cells.values() if cell.path == path or not cell.isReadOnly()]
        at = next(n for n, cell in enumerate(cells) if cell.path == path) + 1
        if at < len(cells):
            cells[at].setFocus(Qt.FocusReason.TabFocusReason)
            cells[at].selectAll()
            return
        number = self.lines.index(line) + 1
        following = self.lines[number] if number < len(self.lines) else self.add_line()
        next(iter(following.cells.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def _walk(self, line: SheetLine, path: str, by: int) -> None:
        at = self.lines.index(line) + by
        if 0 <= at < len(self.lines):
            self.lines[at].cells[path].setFocus()

    def _repeat(self, line: SheetLine, path: str) -> None:
        """As above."""
        at = self.lines.index(line)
        if at > 0:
            above = self.lines[at - 1].cells[path]
            line.cells[path].setText(above.text())
            line.cells[path].textEdited.emit(above.text())

    def _edited(self) -> None:
        self._touched = True
        if self.lines and not self.lines[-1].blank:
            self.add_line()
        self._show_foot()

    def _show_foot(self) -> None:
        people = sum(not line.blank for line in self.lines)
        self._state.setText(say("sheet.people_count", n=people) if people else "")
        self._notes.setText("\n".join(note for line in self.lines for note in line.notes))
        for pressed in (self.save_button, self._draft):
            pressed.setEnabled(bool(people) and not self._saving)
        self.shell.typed.emit(self)

    def focus_line(self, number: int, path: str) -> None:
        """Put the caret into a cell; lines count from 0."""
        self.lines[number].cells[path].setFocus(Qt.FocusReason.TabFocusReason)

    def unsaved(self) -> bool:
        return self._touched and (
            any(not line.blank for line in self.lines) or any(f.value() for f in self.shared.values())
        )

    def entered(self) -> None:
        next(iter(self.shared.values())).setFocus()

    def draft(self) -> SheetDraft:
        """What stands on the sheet, as plain values that a thread may have."""
        shared = {path: field.value() for path, field in self.shared.items() if field.value() is not None}
        return SheetDraft(self.spec, shared, [self._line_draft(line) for line in self._writable()], self._first)

    def _line_draft(self, line: SheetLine) -> LineDraft:
        new_id = self.shell.desk.replica.ids.new
        line.ids = line.ids or (new_id(), new_id())
        return LineDraft(*line.ids, line.known, line.own(), dict(line.linked()))

    def _writable(self) -> list[SheetLine]:
        return [line for line in self.lines if not line.blank and not line.odd]

    def _save_by_key(self) -> None:
        """Enter while an input method composes ends a word, whatever is held with it."""
        if not any(line.composing for line in self.lines) and not any(e.composing for e in self.shared.values()):
            self.save()

    def save(self, *, step: bool = True) -> None:
        """Saves each line as an act of its own, takes the step where it can be taken, and clears for the next."""
        if self._saving or all(line.blank for line in self.lines) or self._shared_is_odd():
            return
        draft = self.draft()
        asked = [(line, line.standing) for line in self._writable()]
        shared = self._shared_standing()
        if not asked:
            self._saved([], [], shared)
            return
        self._saving = True
        self._show_foot()
        desk = self.shell.desk
        job = self.shell.work.ask(
            self,
            lambda job: save_sheet(desk.replica, desk.program, draft, step=step),
            lambda results: self._saved(asked, results, shared),
        )
        job.on_error = lambda error: self._not_saved(error, step=step)

    def _shared_is_odd(self) -> bool:
        """What all lines share and cannot be read would be missing from every one: it is named, nothing is written."""
        for field in self.shared.values():
            field.settle()
        odd = [field for field in self.shared.values() if field.odd]
        if odd:
            self.shell.tell(say("form.odd_left", names="、".join(field.name for field in odd)), "bad")
            odd[0].setFocus(Qt.FocusReason.TabFocusReason)
        return bool(odd)

    def _shared_standing(self) -> dict[str, tuple[bool, Any]]:
        return {path: (field.odd, field.value()) for path, field in self.shared.items()}

    def _saved(
        self,
        asked: list[tuple[SheetLine, tuple[object, ...]]],
        results: list[LineResult],
        shared: dict[str, tuple[bool, Any]],
    ) -> None:
        """Lines that are written leave the sheet, unless touched since; what is left says why and waits."""
        self._saving = False
        written = [result for result in results if result.record]
        self._done = list({result.record: result for result in [*self._done, *written]}.values())
        self._first = self._first or next((result.record for result in written), "")
        left: list[LineResult] = []
        for (line, stood), result in zip(asked, results, strict=True):
            if not result.record:
                left.append(result)
            elif line in self.lines and line.standing == stood and not line.composing:
                self._remove(line)
        clear(self._results)
        if self._done:
            self._results.addWidget(self._summary())
        left += [self._odd_result(line) for line in self.lines if line.odd]
        if left:
            self._show_left(left)
            return
        self.shell.tell(say("sheet.saved", n=len(written)), "good")
        if all(line.blank for line in self.lines):
            self._first, self._done = "", []
            now = self._shared_standing()
            self._start({}, keep=[p for p, f in self.shared.items() if now[p] != shared[p] or f.composing])
            self.entered()
        self._show_foot()

    def _odd_result(self, line: SheetLine) -> LineResult:
        where = say("sheet.line", n=line.number)
        return LineResult("", hindrance=say("form.odd_left", names=f"{where} {'、'.join(line.odd)}"))

    def _show_left(self, left: list[LineResult]) -> None:
        why = "、".join(dict.fromkeys(result.hindrance for result in left))
        self.shell.tell(say("sheet.kept", n=len(left), why=why), "bad")
        self._results.addWidget(
            frame(
                row(text(say("sheet.kept", n=len(left), why=why), tone="warn", wrap=True), margins=(14, 8, 14, 8)),
                strip="warn",
            )
        )
        self._show_foot()
        lacking = [name for result in left for name in result.fields]
        field = next((self.shared[name] for name in lacking if name in self.shared), None)
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def _summary(self) -> QWidget:
        box = column(text(say("sheet.last"), "heading"), gap=2, margins=(16, 10, 12, 10))
        for result in self._done:
            words = result.number or say("form.saved")
            opener = button(say("worklist.open"), partial(self.shell.open, self.spec.kind, result.record), look="flat",
                            name=f"{say('worklist.open')} {result.title}")  # fmt: skip
            box.addLayout(row(text(result.title), text(words, "help"), None, opener, gap=10))
        return frame(box, strip="accent")

    def _not_saved(self, error: Exception, *, step: bool) -> None:
        self._saving = False
        self._show_foot()
        self.shell.tell(say("form.not_saved", why=str(error)), "bad")
        self.shell.hindered.emit(error, partial(self.save, step=step))
