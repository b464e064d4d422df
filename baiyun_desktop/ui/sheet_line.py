"""One line of a sheet: a record and those it leads to, found again while one types, or new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from baiyun_desktop.intake.pasted import Pasted
from baiyun_desktop.kernel.field import Asked
from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.mask import Shown, masked
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.ui.fills import ID_NUMBER, filled_by, finding_of
from baiyun_desktop.ui.hearing import found_by_number
from baiyun_desktop.ui.listing import info_at
from baiyun_desktop.ui.parts import badge, button, retone
from baiyun_desktop.ui.sheet_cell import Cell, cell_for
from baiyun_desktop.ui.sheet_flow import giving_way, through_of
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
    taken = Signal()
    """This line is now about a record that is held already."""

    def __init__(self, shell: Shell, spec: SheetSpec, number: int, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self.spec, self.number = shell, spec, number
        self.known: Snapshot | None = None
        self.ids: tuple[str, str] | None = None
        """Of the record and the one it leads to, allotted once: saving this line again makes nobody twice."""
        self._implied: dict[str, Any] = {}
        self._given: dict[str, Any] = {}
        """Facts that came with a pasted line and have no cell of their own."""
        self.rest: tuple[str, ...] = ()
        """Words of a pasted line that found no place: they are shown until the line is saved."""
        self._also: dict[str, Mapping[str, object]] = {}
        """By cell that repeats the line above: what is then true besides."""
        self.earlier: list[Snapshot] = []
        """Records about the known one that would give way to this line's."""
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
        return through_of(self.spec)

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

    def lacking(self) -> Cell | None:
        """The first cell that is asked for by the declarations and still empty."""
        asked = (Asked.FIRST, Asked.STEP)
        return next((c for c in self.cells.values() if c.info.asked in asked and not c.text().strip()), None)

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
        self.recall()
        for path, cell in self.cells.items():
            if "." not in path:
                continue
            value = snapshot.get(path.partition(".")[2])
            hide = cell.info.mask is not None and cell.info.mask.value in ("id", "phone") and value
            cell.show_value(masked(cell.info.mask, value, shown=Shown.DETAIL) if hide and cell.info.mask else value)
            cell.setReadOnly(bool(hide))
        self._review()
        self.edited.emit()
        self.taken.emit()

    def recall(self) -> None:
        """Look up what would give way to a new record about the known one."""
        known = self.known.id if self.known is not None else ""
        self.earlier = giving_way(self._shell.desk.replica, self.spec, known) if known else []

    # --- what comes at once -------------------------------------------------------------------------------------

    def fill(self, read: Pasted) -> None:
        """Put what was read where it belongs; somebody on file under that very number is recognised.

        What an officer typed stays; a value that is not as on file stands as it was read, and saving writes it.
        """
        own = {path.partition(".")[2]: cell for path, cell in self.cells.items() if "." in path}
        left = [*self.rest, *read.rest]
        for name, value in read.facts.items():
            if name not in own:
                self._given[name] = value
            elif not self._propose(name, own[name], value):
                info = own[name].info
                codes = self._shell.desk.program.codes(info.codes) if info.codes is not None else None
                left.append(codes.label(value, language()) if codes is not None else str(value))
        self.rest = tuple(dict.fromkeys(left))
        for name, cell in own.items():
            self._imply(name, cell)
        self._review()
        self.edited.emit()
        if read.facts.get(ID_NUMBER) and self.known is None:
            self._recognise(read)

    def _propose(self, name: str, cell: Cell, value: Any) -> bool:
        """Whether it stands there now: a masked number gives way to another one, what was typed or read before does not."""
        on_file = self.known.get(name) if self.known is not None else None
        if value in (on_file, cell.value()):
            return True
        if not (cell.isReadOnly() or cell.machine or cell.value() in (None, on_file)):
            return False
        cell.setReadOnly(False)
        cell.propose(value)
        return True

    def is_about(self, read: Pasted) -> bool:
        """Whether this line is about whom was read: a card may be laid down twice."""
        cell, number = self.cells.get(f"{self.through}.{ID_NUMBER}"), read.facts.get(ID_NUMBER)
        on_file = self.known.get(ID_NUMBER) if self.known is not None else None
        return number is not None and number in (on_file, cell.value() if cell is not None else None)

    def _recognise(self, read: Pasted) -> None:
        replica, number = self._shell.desk.replica, read.facts[ID_NUMBER]
        kind = info_at(self._shell.desk.program, self.spec.kind, self.through).ref or ""
        self._latest.ask(
            lambda job: found_by_number(replica, kind, number), lambda found: self._recognised(read, found)
        )

    def _recognised(self, read: Pasted, found: list[str]) -> None:
        if len(found) == 1 and self.known is None and self.is_about(read):
            self.take(found[0])
            self.fill(read)

    def repeat(self, path: str, above: SheetLine) -> None:
        """As above; a number that is only shown masked there stays masked here."""
        source, cell = above.cells[path], self.cells[path]
        if cell.isReadOnly():
            return
        if source.isReadOnly():
            on_file = above.known.get(path.partition(".")[2]) if above.known is not None else None
            cell.hold(source.held if source.held is not None else on_file, source.text())
        else:
            cell.setText(source.text())
        self._typed(cell, cell.text())
        self._also[path] = self.spec.repeats.get(path, {})

    def _typed(self, cell: Cell, typed: str) -> None:
        self._also.pop(cell.path, None)
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
            cell.set_tone("bad" if cell.odd else "warn" if note else "proposed" if cell.proposed else "")
            cell.setToolTip(note or (say("sheet.odd") if cell.odd else ""))
        self.mark.setText(say("sheet.on_file") if self.known is not None else "" if self.blank else say("sheet.new"))
        retone(self.mark, "badge", "good" if self.known is not None else "plain")
        self.mark.setVisible(not self.blank)

    @property
    def proposes(self) -> bool:
        """Whether something here was read and not typed."""
        return any(cell.proposed for cell in self.cells.values())

    @property
    def notes(self) -> list[str]:
        """What is odd in this line, and what of it stands in no cell, a sentence each."""
        words = [cell.toolTip() for cell in self.cells.values() if cell.toolTip()]
        program = self._shell.desk.program
        for name, value in self._given.items():
            label = info_at(program, self.spec.kind, f"{self.through}.{name}").label_in(language())
            words.append(f"{label}：{value}")
        words += [say("sheet.left_over", words=" ".join(self.rest))] if self.rest else []
        return [f"{say('sheet.line', n=self.number)} {said}" for said in words]

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
        held = {path.partition(".")[2]: cell.held for path, cell in self.cells.items() if cell.held is not None}
        also = {name: value for more in self._also.values() for name, value in more.items()}
        return {**(self._implied if self.known is None else {}), **self._given, **typed, **held, **also}
