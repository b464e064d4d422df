"""The list behind a figure: exactly the rows that it counts, in its columns, found, sorted and copied as in any list."""

from __future__ import annotations

from collections.abc import Sequence

from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.replica.filters import Where
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.table_model import Line


class FigureRows(ListPage):
    """Nothing is made here; what is part of another record is shown with that."""

    def __init__(self, shell: Shell, spec: ListSpec, within: Sequence[Where]) -> None:
        super().__init__(shell, spec, within)

    def _open(self, line: Line) -> None:
        parent = self.kind.parent
        held = self.shell.desk.replica.read.get(line.kind, line.record) if parent is not None and parent[1] else None
        if held is not None and parent is not None and held.get(parent[0]):
            self.shell.open(parent[1], str(held.get(parent[0])))
            return
        super()._open(line)
