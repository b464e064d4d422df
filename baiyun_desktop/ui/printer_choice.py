"""Which printer, tray and how many copies: one line that remembers a paper's last answer on this PC."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from baiyun_desktop.replica.print_queue import Choice
from baiyun_desktop.ui import printers
from baiyun_desktop.ui.parts import row, text
from baiyun_desktop.ui.words import say

COPIES_MAX = 50


class PrinterChoice(QWidget):
    """The first entry is no printer: the paper waits in the queue."""

    def __init__(self, *, copies: bool = True) -> None:
        super().__init__()
        self.printer, self.tray, self.copies = QComboBox(), QComboBox(), QSpinBox()
        self.printer.setAccessibleName(say("paper.printer"))
        self.printer.setMinimumWidth(190)
        self.printer.currentTextChanged.connect(self.printer.setToolTip)
        self.tray.setAccessibleName(say("paper.tray"))
        self.copies.setAccessibleName(say("paper.copies"))
        self.copies.setRange(1, COPIES_MAX)
        self.copies.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # typed, or by the arrow keys
        self.copies.setFixedWidth(52)
        self.copies.setVisible(copies)
        label = text(say("paper.copies"), "muted")
        label.setVisible(copies)
        for name in printers.current().names():
            self.printer.addItem(name, name)
        self.printer.addItem(say("paper.no_printer"), "")
        self.printer.currentIndexChanged.connect(lambda _: self._offer_trays())
        self.setLayout(row(self.printer, self.tray, label, self.copies))
        self._offer_trays()

    def _offer_trays(self, wanted: str = "") -> None:
        name = str(self.printer.currentData() or "")
        kept = wanted or str(self.tray.currentData() or "")
        self.tray.clear()
        for tray in printers.current().trays(name) if name else ():
            self.tray.addItem(say(f"paper.tray_{tray}"), tray)
        self.tray.setCurrentIndex(max(0, self.tray.findData(kept)))
        self.tray.setVisible(bool(name))

    def show_choice(self, choice: Choice) -> None:
        """What was chosen last; a printer that is gone gives way to the system's own."""
        at = self.printer.findData(choice.printer) if choice.printer else -1
        if at >= 0:
            self.printer.setCurrentIndex(at)
        self._offer_trays(choice.tray)
        self.copies.setValue(choice.copies)

    @property
    def choice(self) -> Choice:
        """What stands there now."""
        return Choice(str(self.printer.currentData() or ""), str(self.tray.currentData() or ""), self.copies.value())
