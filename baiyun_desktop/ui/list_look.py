"""How an officer looks at a list just now: its columns, its order, what it is narrowed by; columns and order are remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.replica.filters import Where
from baiyun_desktop.replica.narrowing import Look, Narrow, Width, where_of
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.listing import info_at
from baiyun_desktop.ui.shell import Shell

SORTS_MAX = 4
"""Columns that a list is sorted by at once: nobody sees what a fifth does."""
NARROWS_MAX = 6
KEEP_MS = 400
"""After the last change: a column that is dragged wider changes a hundred times."""
UP, DOWN = "▲", "▼"


class ListLook(QObject):
    """One per list page. What is narrowed ends with the page: rows that are missing next morning would look lost."""

    asked = Signal()
    """Other rows, or the same in another order."""
    worn = Signal()
    """Other columns, or in another order."""

    def __init__(self, shell: Shell, declared: ListSpec, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self.declared = shell, declared
        program = shell.desk.program
        self.fields = fields_of(program, declared)
        """What there is to show and to narrow by: path to field."""
        left = shell.desk.replica.lists.left(declared.name)
        self.narrows: tuple[Narrow, ...] = ()
        self._widths: dict[str, int] = {}
        self.spec, self.sort = declared, tuple(declared.sort)
        self._take(left)
        self._pause = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._pause.timeout.connect(self._keep)

    def _take(self, look: Look) -> None:
        columns = tuple(column for column in look.columns if column.key in self.fields)
        self._widths = {column.key: column.px for column in columns if column.px}
        self.spec = replace(self.declared, columns=tuple(c.key for c in columns) or self.declared.columns)
        self.sort = tuple(k for k in look.sort if self._sortable(k.removeprefix("-"))) or tuple(self.declared.sort)

    # --- columns ------------------------------------------------------------------------------------------------

    def width(self, key: str) -> int:
        """The width in pixels that somebody gave a column; 0 where nobody did."""
        return self._widths.get(key, 0)

    def set_width(self, key: str, px: int) -> None:
        """Somebody drew a column wider or narrower."""
        self._widths[key] = px
        self._pause.start()

    def wear(self, columns: Sequence[str]) -> None:
        """Show these columns in this order; those of the declaration where there are none."""
        chosen = tuple(key for key in dict.fromkeys(columns) if key in self.fields) or self.declared.columns
        if chosen != self.spec.columns:
            self.spec = replace(self.declared, columns=chosen)
            self.worn.emit()
            self._pause.start()

    def restore(self) -> None:
        """All as it was declared."""
        self._widths = {}
        self.spec, self.sort = self.declared, tuple(self.declared.sort)
        self.worn.emit()
        self._pause.start()

    # --- order --------------------------------------------------------------------------------------------------

    def sort_by(self, key: str, *, further: bool = False) -> bool:
        """By that column, once more the other way round; `further` after those it is sorted by. Whether it can be."""
        if not self._sortable(key):
            return False
        held = {self.shown_key(one): one for one in self.sort}
        if not further:
            down = f"-{key}"
            self.sort = (down,) if list(held) == [key] and not self.sort[0].startswith("-") else (key,)
        elif key not in held:
            self.sort = (*self.sort[: SORTS_MAX - 1], key)
        elif not held[key].startswith("-"):
            self.sort = tuple(f"-{key}" if one == held[key] else one for one in self.sort)
        else:
            self.sort = tuple(one for one in self.sort if one != held[key]) or tuple(self.declared.sort)
        self._reordered()
        return True

    def set_sort(self, sort: Iterable[str]) -> None:
        """In this order."""
        self.sort = tuple(sort)[:SORTS_MAX] or tuple(self.declared.sort)
        self._reordered()

    def _reordered(self) -> None:
        self._pause.start()
        self.asked.emit()

    def marks(self) -> dict[str, str]:
        """What the head of a column says of the order, with its rank where there are several."""
        many = len(self.sort) > 1
        return {
            self.shown_key(key): f"{DOWN if key.startswith('-') else UP}{rank if many else ''}"
            for rank, key in enumerate(self.sort, 1)
        }

    def order(self) -> tuple[str, ...]:
        """The order as the replica is asked for it: names by their sounds, where the kind knows them."""
        return tuple(("-" if key.startswith("-") else "") + self._by_sound(key.removeprefix("-")) for key in self.sort)

    def shown_key(self, key: str) -> str:
        """The column that a sort is about: names are sorted by how they sound."""
        bare = key.removeprefix("-")
        written = bare.removesuffix("_py")
        return written if bare not in self.fields and written in self.fields else bare

    def _by_sound(self, key: str) -> str:
        program, kind = self._shell.desk.program, self.declared.kind
        return f"{key}_py" if _is_there(program, kind, f"{key}_py") else key

    def _sortable(self, key: str) -> bool:
        """A column that shows another record's title has no order of its own; a name in it has."""
        info = self.fields.get(self.shown_key(key))
        return info is not None and info.ref is None

    # --- what it is narrowed by -----------------------------------------------------------------------------------

    def where(self) -> list[Where]:
        """The filter that it is narrowed by today."""
        return where_of(self.narrows, self.fields, today())

    def narrow(self, narrows: Iterable[Narrow]) -> None:
        """Narrowed by these alone, as far as there still are such fields."""
        self.narrows = tuple(one for one in narrows if one.field in self.fields)[:NARROWS_MAX]
        self.asked.emit()

    def use(self, saved: Look) -> None:
        """A filter that was given a name, with the order it was saved in."""
        self.sort = tuple(k for k in saved.sort if self._sortable(k.removeprefix("-"))) or self.sort
        self._pause.start()
        self.narrow(saved.narrows)

    @property
    def named(self) -> Look:
        """What a saved filter keeps."""
        return Look(self.narrows, self.sort)

    def _keep(self) -> None:
        shown = tuple(Width(key, self._widths.get(key, 0)) for key in self.spec.columns)
        sort = self.sort if self.sort != tuple(self.declared.sort) else ()
        untouched = self.spec.columns == self.declared.columns and not self._widths
        look = Look(sort=sort, columns=() if untouched else shown)
        lists, name = self._shell.desk.replica.lists, self.declared.name
        self._shell.work.ask(self, lambda job: lists.leave(name, look), lambda _: None)


def fields_of(program: Program, spec: ListSpec) -> dict[str, FieldInfo]:
    """The columns that a list may have: its own first, then its kind's, then what tells about those it refers to."""
    kind = program.kind(spec.kind)
    found = {path: info_at(program, spec.kind, path) for path in spec.columns}
    found |= {info.name: info for info in _tellable(kind) if info.name not in found}
    for name in dict.fromkeys(path.partition(".")[0] for path in spec.columns if "." in path):
        other = program.kind(kind.field(name).ref or "")
        for info in _tellable(other):
            if info.ref is None and (info.listed or info.codes is not None):
                found.setdefault(f"{name}.{info.name}", info)
    return found


def _tellable(kind: RecordInfo) -> list[FieldInfo]:
    """Without what only the machine reads: codes of areas, sounds of names, the parent that a child stands under."""
    hidden = {kind.area, kind.parent[0] if kind.parent else None}
    return [
        info
        for info in kind.fields
        if info.name not in hidden and info.mask is not Mask.HIDDEN and (info.derived != "values" or info.listed)
    ]


def _is_there(program: Program, kind: str, path: str) -> bool:
    try:
        info_at(program, kind, path)
    except KeyError:
        return False
    return True
