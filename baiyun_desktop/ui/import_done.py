"""After an import: what became of the rows, the findings to send back, and a way to take the whole of it back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from baiyun_desktop.intake.commit import ImportReport
from baiyun_desktop.intake.undo import UndoReport
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, frame, row, scrolled, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

KEPT_MAX = 30


class ImportDone(QWidget):
    """Figures first, then what to do next."""

    undo_wanted = Signal()
    again_wanted = Signal()
    earlier_wanted = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._report: ImportReport | None = None
        self._path: Path | None = None
        inside = QWidget()
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(PAGE_PX, 18, PAGE_PX, 18)
        self._lines.setSpacing(14)
        self.setLayout(column(scrolled(inside), gap=0))
        self._again = button("", self.again_wanted.emit)

    def show_report(self, report: ImportReport, path: Path | None) -> None:
        """What an import did."""
        self._report, self._path = report, path
        clear(self._lines)
        head = say("import.cancelled" if report.cancelled else "import.done", n=report.imported)
        figures = say("import.result", drafts=report.drafts, skipped=report.skipped, seconds=f"{report.seconds:.1f}")
        box = column(text(head, "title"), text(figures, "muted"), gap=6, margins=(20, 16, 20, 16))
        if report.findings:
            box.addWidget(text(say("import.findings", n=len(report.findings)), tone="warn", wrap=True))
        if report.unnumbered:
            box.addWidget(text(say("import.unnumbered_now", n=report.unnumbered), tone="warn", wrap=True))
        actions = row(gap=10)
        self._again = button(say("import.again"), self.again_wanted.emit, look="primary", picture="import")
        actions.addWidget(self._again)
        if report.findings:
            actions.addWidget(button(say("import.keep_findings"), self.keep_findings, picture="export"))
        if report.imported:
            actions.addWidget(
                button(say("import.undo"), self.undo_wanted.emit, picture="undo", tip=say("import.undo_help"))
            )
        actions.addStretch(1)
        actions.addWidget(button(say("import.earlier"), self.earlier_wanted.emit, look="flat"))
        box.addLayout(actions)
        self._lines.addWidget(frame(box, card=True))
        self._lines.addStretch(1)
        self.setFocusProxy(self._again)

    def keep_findings(self) -> None:
        """Save the workbook with the reasons, to send back to the office."""
        assert self._report is not None
        stem = self._path.stem if self._path is not None else "import"
        suggested = str(
            (self._path.parent if self._path is not None else Path()) / say("import.findings_name", stem=stem)
        )
        path, _ = QFileDialog.getSaveFileName(self, say("import.keep_findings"), suggested, "Excel (*.xlsx)")
        if path:
            report, target = self._report, Path(path)
            self._shell.work.ask(
                self,
                lambda job: target.write_bytes(report.workbook()),
                lambda _: self._shell.tell(say("import.kept", name=target.name), "good"),
            )

    def show_undone(self, report: UndoReport) -> None:
        """What an undo did, and what stays because somebody worked on it."""
        clear(self._lines)
        box = column(text(say("import.undone", n=report.voided), "title"), gap=6, margins=(20, 16, 20, 16))
        if report.kept:
            box.addWidget(text(say("import.undo_kept", n=len(report.kept)), tone="warn", wrap=True))
        for kept in report.kept[:KEPT_MAX]:
            opener = button(kept.title, partial(self._shell.open, kept.kind, kept.id), look="link")
            box.addLayout(row(opener, text(kept.why, "help"), None, gap=12))
        self._again = button(say("import.again"), self.again_wanted.emit, look="primary", picture="import")
        box.addLayout(row(self._again, None, button(say("import.earlier"), self.earlier_wanted.emit, look="flat")))
        self._lines.addWidget(frame(box, card=True))
        self._lines.addStretch(1)
        self.setFocusProxy(self._again)
