"""Copies the marked rows of a list, also those that were never scrolled into sight, and notes that they left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from baiyun_desktop.kernel.approval import ROWS_FREE_MAX
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.ui.clipboard import put_table
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.table_model import Fetch, Line
from baiyun_desktop.ui.table_view import TableView
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job


def rows_at(fetch: Fetch, job: Job, rows: Sequence[int]) -> list[Line]:
    """In a thread: the lines at these rows, in their order; one that is gone since is left out.

    Run by run: the first and the last of fifty thousand rows are two questions, not all that stands between them.
    """
    found: list[Line] = []
    for _, run in groupby(enumerate(rows), lambda at: at[1] - at[0]):
        job.check()
        wanted = [row for _, row in run]
        found += fetch(job, wanted[0], len(wanted)).lines
    return found


class ListCopy:
    """More rows than one officer may take out by himself are not copied either: they go the way of an export."""

    def __init__(self, shell: Shell, table: TableView, spec: Callable[[], ListSpec]) -> None:
        self._shell, self._table, self._spec = shell, table, spec
        table.copier = self.copy

    def copy(self, heads: bool) -> None:
        """To the clipboard at once where all rows are held, else as soon as they have come."""
        rows, model = self._table.marked, self._table.rows
        if len(rows) > ROWS_FREE_MAX:
            self._shell.tell(say("list.copy_too_many", n=ROWS_FREE_MAX), "warn")
            return
        held = [line for row in rows if (line := model.held(row)) is not None]
        if len(held) == len(rows):
            self._put(held, heads)
        elif (fetch := model.fetch) is not None:
            self._shell.work.ask(model, lambda job: rows_at(fetch, job, rows), lambda lines: self._put(lines, heads))

    def _put(self, lines: list[Line], heads: bool) -> None:
        titles = [column.title for column in self._table.rows.columns] if heads else None
        put_table(titles, [line.cells for line in lines])
        self._shell.tell(say("list.copied", n=len(lines)), "good")
        if len(lines) > 1:
            self._note(len(lines))

    def _note(self, rows: int) -> None:
        """One row is what anybody reads off a screen; a table of them has left the program."""
        spec, audit = self._spec(), self._shell.desk.audit
        said = (say("list.copied_note"), say("export.rows", n=rows), say("export.masked"))
        self._shell.work.ask(
            self._table, lambda job: audit.note(Doing.EXPORT, kind=spec.kind, record=spec.name, fields=said), _nothing
        )


def _nothing(_: object) -> None:
    """An entry that is written says nothing to the screen."""
