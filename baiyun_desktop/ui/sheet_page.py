"""A whole family, or a dormitory, on one sheet: what they share stands once, what differs a line each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from baiyun_desktop.intake.pasted import Pasted, read_people
from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.hearing import hearing_of, person_of
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, frame, page_band, row, scrolled, text
from baiyun_desktop.ui.sheet_done import left_strip, summary
from baiyun_desktop.ui.sheet_flow import after, records_about, wanted
from baiyun_desktop.ui.sheet_grid import SheetGrid
from baiyun_desktop.ui.sheet_line import SheetLine
from baiyun_desktop.ui.sheet_save import LineDraft, LineResult, SheetDraft, save_sheet
from baiyun_desktop.ui.sheet_shared import SharedFields
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.steps_bar import verb_of
from baiyun_desktop.ui.words import say, told

LINES_AT_FIRST = 3


class SheetPage(Page):
    """Made from a `SheetSpec`; Enter goes to what is still to be asked, Ctrl+Enter saves and clears for the next."""

    def __init__(self, shell: Shell, spec: SheetSpec, values: Mapping[str, Any]) -> None:
        super().__init__(shell)
        self.spec = spec
        self.title = told(spec.title, spec.en)
        self.lines: list[SheetLine] = []
        self._saving = False
        self._touched = False
        self._first = ""
        self._asked: set[str] = set()
        """What the step has asked for since the sheet was begun: a rule that is content with one field names them all."""
        self._done: list[LineResult] = []
        self._build()
        self._start(values)

    def _build(self) -> None:
        self._common = SharedFields(self.shell, self.spec, self.take_words)
        self._common.edited.connect(self._edited)
        self._common.went_on.connect(self._after_shared)
        self._common.committed.connect(self.save)
        self.shared = self._common.fields
        band = page_band(self.title, text(say("sheet.explain"), "muted"), None)
        self._grid = SheetGrid(self.shell.desk.program, self.spec)
        self._notes = text("", "help", tone="warn", wrap=True)
        self._way = QCheckBox()
        self._way.hide()
        add = button(say("sheet.add"), self.add_line, look="link", picture="plus")
        card = frame(
            column(
                row(text(say("sheet.people"), "section"), None, text(say("sheet.keys"), "help")),
                self._grid,
                row(add, 8, self._notes, None),
                self._way,
                gap=8,
                margins=(16, 12, 16, 10),
            ),
            card=True,
        )
        self._results = QVBoxLayout()
        inside = QWidget()
        inside.setLayout(column(self._results, self._common, card, None, gap=12, margins=(PAGE_PX, 16, PAGE_PX, 16)))
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

    def _start(self, values: Mapping[str, Any], keep: Collection[str] = ()) -> None:
        self._common.start(values, keep)
        while self.lines:
            self._take_out(self.lines[-1])
        for _ in range(LINES_AT_FIRST):
            self.add_line()
        self._touched = False
        self._asked = set()
        self._way.setChecked(True)
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
        self._grid.place(line, len(self.lines))
        for cell in line.cells.values():
            cell.committed.connect(self.save)
            cell.moved.connect(lambda by, line=line, path=cell.path: self._walk(line, path, by))
            cell.repeat.connect(lambda line=line, path=cell.path: self._repeat(line, path))
            cell.takes_paste = self.take_words
        line.edited.connect(self._edited)
        line.left.connect(lambda path, line=line: self._after_cell(line, path))
        line.removed.connect(lambda line=line: self._remove(line))
        line.taken.connect(lambda line=line: self._taken(line))
        return line

    def _taken(self, line: SheetLine) -> None:
        """Somebody on file: what was said of the first one the last time need not be said again."""
        if line is self.lines[0] and line.known is not None:
            self._common.carry(records_about(self.shell.desk.replica, self.spec, line.known.id))
            self._show_foot()
        if any(cell.hasFocus() for cell in line.cells.values()):
            self._after(line, next(iter(line.cells)))

    def read(self, words: str) -> list[Pasted]:
        """The people that words stand for, where they are more than one value."""
        program, own = self.shell.desk.program, [p for p in (*self.spec.shared, *self.spec.each) if "." not in p]
        return read_people(words, hearing_of(program, self.spec.kind, own)) if person_of(program, self.spec) else []

    def take_words(self, words: str, *, walk: bool = True) -> bool:
        people = self.read(words)
        if not people or self._saving:
            return False
        here = next((line for line in self.lines if any(cell.hasFocus() for cell in line.cells.values())), None)
        filled = [self._fill(read, here) for read in people]
        if walk and here is not None:
            self._after(filled[0], next(iter(filled[0].cells)))
        self._show_foot()
        return True

    def _fill(self, read: Pasted, here: SheetLine | None) -> SheetLine:
        """Into the line about that very person, else where the caret stands, else into the next empty line."""
        empty = [line for line in self.lines if line.blank and not line.composing]
        about = [line for line in self.lines if line.is_about(read)]
        line = next(iter([*about, *(line for line in empty if line is here), *empty]), None) or self.add_line()
        self._common.fill(read)
        line.fill(read)
        return line

    def _take_out(self, line: SheetLine) -> None:
        at = self.lines.index(line) + 1
        self.lines.remove(line)
        self._grid.take_out(line, at)

    def _remove(self, line: SheetLine) -> None:
        """The lines after it move up: what they hold is put into the line above."""
        after = self.lines[self.lines.index(line) + 1 :]
        self._take_out(line)
        for moved in after:
            self._grid.renumber(moved, moved.number - 1)
        if not self.lines:
            self.add_line()
        self._edited()

    def _after_shared(self, path: str) -> None:
        """Enter; after it a whole line about somebody is his and not this field's, wherever the caret was."""
        words = self.shared[path].value()
        if not (isinstance(words, str) and self.read(words)):
            self._go_on(path)
            return
        self.shared[path].show_value(None)
        self.take_words(words)

    def _after_cell(self, line: SheetLine, path: str) -> None:
        words = line.cells[path].text()
        if line.cells[path].isReadOnly() or not self.read(words):
            self._after(line, path)
            return
        line.cells[path].show_value(None)
        self.take_words(words)

    def _wanted(self) -> list[str]:
        """What all share and is still to be asked."""
        known = self.lines[0].known
        other = {**(known.values if known is not None else {}), **self.lines[0].linked()}
        own = {path: field.value() for path, field in self.shared.items() if "." not in path}
        self._asked |= wanted(self.shell.desk.program, self.spec, {**own, **self.lines[0].own()}, other)
        told = {path for path in self._asked if "." in path and other.get(path.partition(".")[2]) not in (None, "", [])}
        return [path for path in self.shared if path in self._asked - told and not self._common.filled(path)]

    def _go_on(self, path: str | None) -> None:
        """To the next field that is still to be asked, then to the first line that lacks something, then to the button."""
        following = [p for p in after(self.shared, path) if p in self._wanted()]
        cells = [line.lacking() for line in self.lines if not line.blank]
        target: QWidget | None = self.shared[following[0]] if following else None
        if target is None and not cells:
            target = next(iter(self.lines[0].cells.values()))
        target = target or next((cell for cell in cells if cell is not None), self.save_button)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _after(self, line: SheetLine, path: str) -> None:
        """Enter in a cell: the next empty one; from an empty last line to the save button."""
        if line.blank and path == next(iter(line.cells)) and any(not other.blank for other in self.lines):
            self.save_button.setFocus(Qt.FocusReason.TabFocusReason)
            return
        if line.cells[path].placeholderText() and not line.cells[path].text():
            self._repeat(line, path)
        empty = [p for p in after(line.cells, path) if not line.cells[p].text().strip()]
        if empty:
            line.cells[empty[0]].setFocus(Qt.FocusReason.TabFocusReason)
            return
        number = self.lines.index(line) + 1
        below = self.lines[number] if number < len(self.lines) else self.add_line()
        next(iter(below.cells.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def _walk(self, line: SheetLine, path: str, by: int) -> None:
        at = self.lines.index(line) + by
        if 0 <= at < len(self.lines):
            self.lines[at].cells[path].setFocus()

    def _repeat(self, line: SheetLine, path: str) -> None:
        """As above."""
        at = self.lines.index(line)
        if at > 0:
            line.repeat(path, self.lines[at - 1])

    def _show_repeats(self) -> None:
        """An empty cell shows what Enter would take from the line above."""
        for above, line in pairwise(self.lines):
            for path in self.spec.repeats:
                offered = above.cells[path].text() if not line.blank else ""
                line.cells[path].setPlaceholderText(say("sheet.as_above", value=offered) if offered else "")

    def _show_way(self) -> None:
        titles = [self.shell.desk.program.title(r.kind, r.values, today()) for line in self.lines for r in line.earlier]
        verb = self.spec.gives_way.verb if self.spec.gives_way is not None else ""
        self._way.setText(say("sheet.gives_way", verb=verb, titles="、".join(titles)))
        self._way.setVisible(bool(titles))

    def _edited(self) -> None:
        self._touched = True
        if self.lines and not self.lines[-1].blank:
            self.add_line()
        self._show_foot()

    def _show_foot(self) -> None:
        people = sum(not line.blank for line in self.lines)
        self._state.setText(say("sheet.people_count", n=people) if people else "")
        shared = [self._common.note] if self._common.note else []
        shared += [say("sheet.proposed")] if any(line.proposes for line in self.lines) else []
        self._notes.setText("\n".join([*shared, *(note for line in self.lines for note in line.notes)]))
        self._show_repeats()
        self._show_way()
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
        self._go_on(None)

    def draft(self) -> SheetDraft:
        """What stands on the sheet, as plain values that a thread may have."""
        shared = {path: field.value() for path, field in self.shared.items() if field.value() is not None}
        return SheetDraft(self.spec, shared, [self._line_draft(line) for line in self._writable()], self._first)

    def _line_draft(self, line: SheetLine) -> LineDraft:
        new_id = self.shell.desk.replica.ids.new
        line.ids = line.ids or (new_id(), new_id())
        earlier = tuple(record.id for record in line.earlier) if self._way.isChecked() else ()
        return LineDraft(*line.ids, line.known, line.own(), dict(line.linked()), earlier)

    def _writable(self) -> list[SheetLine]:
        return [line for line in self.lines if not line.blank and not line.odd]

    def _save_by_key(self) -> None:
        """Enter while an input method composes ends a word, whatever is held with it."""
        if not any(line.composing for line in self.lines) and not self._common.composing:
            self.save()

    def save(self, *, step: bool = True) -> None:
        """Saves each line as an act of its own, takes the step where it can be taken, and clears for the next."""
        if self._saving or all(line.blank for line in self.lines) or self._shared_is_odd():
            return
        draft = self.draft()
        asked = [(line, line.standing) for line in self._writable()]
        shared = self._common.standing()
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
        odd = self._common.settle()
        if odd:
            self.shell.tell(say("form.odd_left", names="、".join(field.name for field in odd)), "bad")
            odd[0].setFocus(Qt.FocusReason.TabFocusReason)
        return bool(odd)

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
        over: list[str] = []
        """Words for which there was no field: whoever saved is told once more which they were."""
        for (line, stood), result in zip(asked, results, strict=True):
            if not result.record:
                left.append(result)
            elif line in self.lines and line.standing == stood and not line.composing:
                over += line.rest
                self._remove(line)
        clear(self._results)
        if self._done:
            self._results.addWidget(summary(self.shell, self.spec.kind, self._done))
        left += [self._odd_result(line) for line in self.lines if line.odd]
        if left:
            self._show_left(left)
            return
        said = [say("sheet.saved", n=len(written)), say("sheet.left_over", words=" ".join(over)) if over else ""]
        self.shell.tell(" ".join(part for part in said if part), "warn" if over else "good")
        if all(line.blank for line in self.lines):
            self._first, self._done = "", []
            now = self._common.standing()
            self._start({}, keep=[p for p, f in self.shared.items() if now[p] != shared[p] or f.composing])
            self.entered()
        self._show_foot()

    def _odd_result(self, line: SheetLine) -> LineResult:
        where = say("sheet.line", n=line.number)
        return LineResult("", hindrance=say("form.odd_left", names=f"{where} {'、'.join(line.odd)}"))

    def _show_left(self, left: list[LineResult]) -> None:
        why = "、".join(dict.fromkeys(result.hindrance for result in left))
        self.shell.tell(say("sheet.kept", n=len(left), why=why), "bad")
        self._results.addWidget(left_strip(say("sheet.kept", n=len(left), why=why)))
        self._show_foot()
        lacking = [name for result in left for name in result.fields]
        field = next((self.shared[name] for name in lacking if name in self.shared), None)
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def _not_saved(self, error: Exception, *, step: bool) -> None:
        self._saving = False
        self._show_foot()
        self.shell.tell(say("form.not_saved", why=str(error)), "bad")
        self.shell.hindered.emit(error, partial(self.save, step=step))
