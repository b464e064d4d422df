"""What a new form is told beside what stands in it: words that found no field, and who looks like being on file already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from baiyun_desktop.kernel.merging import Unique
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.parts import button, clear, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import own_title
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Latest

HITS_MAX = 12
SHOWN_MAX = 3
MARGINS = (12, 6, 12, 6)


class FormHints(QWidget):
    """Above a new form. Whether two are one is asked of the kind's own rule, the same by which the district judges."""

    def __init__(self, shell: Shell, kind: RecordInfo) -> None:
        super().__init__()
        self._shell, self._kind = shell, kind
        self._latest = Latest(shell.work, self, typed=True)
        self.left: tuple[str, ...] = ()
        """Words of a pasted line that found no place."""
        self.alike: Sequence[Snapshot] = ()
        self._rules = [rule for rule in kind.spec.uniques if rule.links]
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.hide()

    def keep(self, words: Sequence[str]) -> None:
        """Show words that found no field."""
        self.left = tuple(dict.fromkeys([*self.left, *words]))
        self._show()

    def drop(self) -> None:
        """The form is a record's now, which the attention lists look after."""
        self._latest.drop()
        self.left, self.alike = (), ()
        self._show()

    def look(self, values: Mapping[str, Any]) -> None:
        """Ask who on file is alike to what stands in the form."""
        if not self._rules or not any(True for rule in self._rules for _ in rule.keys(values)):
            self._latest.drop()
            self._alike([])
            return
        replica, kind, rules = self._shell.desk.replica, self._kind, self._rules
        typed = dict(values)
        self._latest.ask(lambda job: alike_to(replica, kind, rules, typed), self._alike)

    def _alike(self, found: Sequence[Snapshot]) -> None:
        if [one.id for one in found] != [one.id for one in self.alike]:
            self.alike = found
            self._show()

    def _show(self) -> None:
        clear(self._lines)
        if self.left:
            said = text(say("sheet.left_over", words=" ".join(self.left)), tone="warn", wrap=True, select=True)
            self._lines.addWidget(frame(row(said, margins=MARGINS), strip="warn"))
        program = self._shell.desk.program
        for one in self.alike:
            title = own_title(program, one)
            words = say("form.alike", title=title, subtitle=self._kind.subtitle_of(one.values))
            opener = button(
                say("worklist.open"),
                partial(self._shell.open, one.kind, one.id),
                name=f"{say('worklist.open')} {title}",
            )
            self._lines.addWidget(
                frame(row(text(words, tone="warn", wrap=True), None, opener, margins=MARGINS), strip="warn")
            )
        self.setVisible(bool(self.left or self.alike))


def alike_to(replica: Replica, kind: RecordInfo, rules: Sequence[Unique], values: Mapping[str, Any]) -> list[Snapshot]:
    """Those on file that a rule says may be this one, found by what the search box would find them by; for a thread."""
    asked = [str(values[f.name]) for f in kind.fields if f.search is not None and not f.derived and values.get(f.name)]
    ids = [
        hit.id for words in asked for hit in replica.search.find(words, limit=HITS_MAX).hits if hit.kind == kind.name
    ]
    held = replica.read.many(kind.name, list(dict.fromkeys(ids)))
    standing = [one for one in held.values() if not one.voided]
    return [one for one in standing if any(rule.judge(values, one.values) for rule in rules)][:SHOWN_MAX]
