"""One line of a sheet: a record and those it leads to, found again while one types, or new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.mask import Shown, masked
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.ui.fills import filled_by, finding_of
from baiyun_desktop.ui.listing import info_at
from baiyun_desktop.ui.parts import badge, button, retone
from baiyun_desktop.ui.sheet_cell import Cell, cell_for
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.suggest import Choice, Suggest
from baiyun_desktop.ui.words import language, say
from baiyun_desktop.ui.work import Job, Latest

FOUND_MAX = 8
TYPED_MIN = 2


class SheetLine(QObject):
    """Its cells stand in the sheet's grid; `known` is the linked record where it is one that is held already."""

    edited = Signal()
    left = Signal(str)
    """Enter in the cell of that path."""
    removed = Signal()

    def __init__(self, shell: Shell, spec: SheetSpec, number: int, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self.spec, self.number = shell, spec, number
        self.known: Snapshot | None = None
        self.ids: tuple[str, str] | None = None
        """Of the record and the one it leads to, allotted once: saving this line again makes nobody twice."""
        self._implied: dict[str, Any] = {}
        self._latest = Latest(shell.work, self, typed=True)
        program = shell.desk.program
        self.cells: dict[str, Cell] = {}
        self._suggests: dict[str, Suggest] = {}
        for path in spec.each:
            info = info_at(program, spec.kind, path)
            name = say("sheet.cell", field=info.label_in(language()), n=number)
            cell = self.cells[path] = cell_for(program, info, path, name)
            cell.textEdited.connect(lambda typed, cell=cell: self._typed(cell, typed))
            cell.went_on.connect(lambda path=path: self.left.emit(path))
            if info.search is not None:
                self._find_known(cell)
        self.mark = badge("")
        self.remove = button("", self.removed.emit, look="flat", picture="close", name=say("sheet.remove", n=number))
        self.remove.setFixedWidth(30)
        self._review()

    @property
    def through(self) -> str:
        """The reference through which the line's other record is reached, such as "person"."""
        return next((path.partition(".")[0] for path in self.spec.each if "." in path), "")

    @property
    def blank(self) -> bool:
        """Whether nothing was typed here."""
        return not any(cell.text().strip() for cell in self.cells.values())

    @property
    def standing(self) -> tuple[object, ...]:
        """What stands here, to tell whether it was touched since."""
        return (self.known.id if self.known is not None else "", *(cell.text() for cell in self.cells.values()))

    @property
    def composing(self) -> bool:
        """Whether an input method is in the middle of a word here."""
        return any(cell.composing for cell in self.cells.values())

    @property
    def odd(self) -> list[str]:
        """Names of the cells whose text is no value of their kind; such a line is not written."""
        return [cell.info.label_in(language()) for cell in self.cells.values() if not cell.isReadOnly() and cell.odd]

    @property
    def offers(self) -> bool:
        """Whether people on file are offered now."""
        return any(suggest.isVisible() for suggest in self._suggests.values())

    def _find_known(self, cell: Cell) -> None:
        suggest = self._suggests[cell.path] = Suggest(cell, say("sheet.known_people"), 620)
        suggest.chosen.connect(lambda choice: self.take(choice.data))
        cell.textEdited.connect(lambda typed: self._look(cell, suggest, typed))

    def _look(self, cell: Cell, suggest: Suggest, typed: str) -> None:
        if self.known is not None or len(typed.strip()) < TYPED_MIN or cell.composing:
            suggest.offer([])
            return
        search, kind = (
            self._shell.desk.replica.search,
            info_at(self._shell.desk.program, self.spec.kind, self.through).ref,
        )

        def question(job: Job) -> list[Choice]:
            hits = [hit for hit in search.find(typed, limit=FOUND_MAX * 3).hits if hit.kind == kind]
            return [Choice(hit.title, hit.subtitle, say("sheet.on_file"), hit.id) for hit in hits[:FOUND_MAX]]

        self._latest.ask(question, lambda found: self._offer(cell, suggest, typed, found))

    def _offer(self, cell: Cell, suggest: Suggest, typed: str, found: list[Choice]) -> None:
        if cell.hasFocus() and cell.text() == typed:
            suggest.offer(found, say("sheet.known_hint") if found else "", first=False)

    def take(self, record: str) -> None:
        """This line is about a record that is held already: its facts are shown, its number stays masked."""
        kind = info_at(self._shell.desk.program, self.spec.kind, self.through).ref or ""
        snapshot = self._shell.desk.replica.read.get(kind, record)
        if snapshot is None:
            return
        self.known = snapshot
        for path, cell in self.cells.items():
            if "." not in path:
                continue
            value = snapshot.get(path.partition(".")[2])
            hide = cell.info.mask is not None and cell.info.mask.value in ("id", "phone") and value
            cell.show_value(masked(cell.info.mask, value, shown=Shown.DETAIL) if hide and cell.info.mask else value)
            cell.setReadOnly(bool(hide))
        self._review()
        self.edited.emit()
        self.left.emit(next(iter(self.cells)))

    def _typed(self, cell: Cell, typed: str) -> None:
        name = cell.path.partition(".")[2]
        if name:
            self._imply(name, cell)
        self._review()
        self.edited.emit()

    def _imply(self, name: str, cell: Cell) -> None:
        """What the machine can work out from this value is never asked."""
        said = filled_by(name, cell.value())
        if said is None:
            return
        self._implied = {key: value for key, value in said.items() if f"{self.through}.{key}" not in self.cells}
        for path, other in self.cells.items():
            key = path.partition(".")[2]
            if other is not cell and key in said and (other.machine or not other.text().strip()):
                other.show_value(said[key], machine=True)
            elif other is not cell and other.machine and key not in said:
                other.show_value(None)

    def _review(self) -> None:
        for path, cell in self.cells.items():
            note = "" if cell.isReadOnly() else finding_of(path.partition(".")[2], cell.text())
            cell.set_tone("bad" if cell.odd else "warn" if note else "")
            cell.setToolTip(note or (say("sheet.odd") if cell.odd else ""))
        self.mark.setText(say("sheet.on_file") if self.known is not None else "" if self.blank else say("sheet.new"))
        retone(self.mark, "badge", "good" if self.known is not None else "plain")
        self.mark.setVisible(not self.blank)

    @property
    def notes(self) -> list[str]:
        """What is odd in this line, a sentence each."""
        return [
            f"{say('sheet.line', n=self.number)} {cell.toolTip()}" for cell in self.cells.values() if cell.toolTip()
        ]

    def own(self) -> dict[str, Any]:
        """Values of the sheet's own kind."""
        return {path: cell.value() for path, cell in self.cells.items() if "." not in path and cell.value() is not None}

    def linked(self) -> Mapping[str, Any]:
        """Values of the record that the line leads to, with what was worked out; without those only shown masked."""
        typed = {
            path.partition(".")[2]: cell.value()
            for path, cell in self.cells.items()
            if "." in path and not cell.isReadOnly() and cell.value() is not None
        }
        return {**(self._implied if self.known is None else {}), **typed}
