"""The printers of this PC, so that a paper is sent from a thread and a test needs no paper."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from baiyun_desktop.documents import preview
from baiyun_desktop.replica.print_queue import Choice
from baiyun_desktop.ui.words import say

PRINT_DPI = 300
TRAYS = {
    QPrinter.PaperSource.Auto: "auto",
    QPrinter.PaperSource.Upper: "upper",
    QPrinter.PaperSource.Middle: "middle",
    QPrinter.PaperSource.Lower: "lower",
    QPrinter.PaperSource.Manual: "manual",
    QPrinter.PaperSource.Cassette: "cassette",
    QPrinter.PaperSource.LargeCapacity: "large",
}
"""The trays that a driver may offer, by the name under which a choice is kept."""


class PrintTrouble(Exception):
    """The printer did not take a paper; the words say which."""


class Printers(Protocol):
    """What can print."""

    def names(self) -> list[str]:
        """The printers, the system's own choice first; empty where there is none."""
        ...

    def trays(self, printer: str) -> list[str]:
        """The trays that a printer offers."""
        ...

    def send(self, pdf: bytes, title: str, choice: Choice) -> None:
        """Prints all pages. May take seconds; for a thread. Raises PrintTrouble."""
        ...


class SystemPrinters:
    """Those that the system knows, through Qt."""

    def names(self) -> list[str]:
        names = list(QPrinterInfo.availablePrinterNames())
        first = QPrinterInfo.defaultPrinterName()
        return sorted(names, key=lambda name: name != first)

    def trays(self, printer: str) -> list[str]:
        info = QPrinterInfo.printerInfo(printer)
        told = getattr(QPrinter(info), "supportedPaperSources", None)  # only Windows' drivers say
        sources = told() if told is not None and not info.isNull() else []
        return list(dict.fromkeys(TRAYS[source] for source in sources if source in TRAYS)) or ["auto"]

    def send(self, pdf: bytes, title: str, choice: Choice) -> None:
        info = QPrinterInfo.printerInfo(choice.printer)
        if info.isNull():
            raise PrintTrouble(say("paper.no_such_printer", name=choice.printer))
        printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        source = next((s for s, name in TRAYS.items() if name == choice.tray), None)
        if source is not None:
            printer.setPaperSource(source)
        send_to(printer, pdf, title, choice.copies)


def send_to(printer: QPrinter, pdf: bytes, title: str, copies: int) -> None:
    """Each page of the PDF on a page of the printer, as often as wanted. Raises PrintTrouble."""
    printer.setDocName(title)
    printer.setResolution(PRINT_DPI)
    printer.setFullPage(True)
    rounds = 1
    if printer.supportsMultipleCopies():
        printer.setCopyCount(copies)
    else:
        rounds = copies
    painter = QPainter()
    if not painter.begin(printer):
        raise PrintTrouble(say("paper.printer_refused", name=printer.printerName()))
    try:
        _paint(printer, painter, pdf, rounds)
    finally:
        painter.end()
    if printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        raise PrintTrouble(say("paper.printer_refused", name=printer.printerName()))


def _paint(printer: QPrinter, painter: QPainter, pdf: bytes, rounds: int) -> None:
    """Page by page: one at 300 dpi takes 26 MB."""
    first, count = True, preview.page_count(pdf)
    for number in [*range(count)] * rounds:
        if not first and not printer.newPage():
            raise PrintTrouble(say("paper.printer_refused", name=printer.printerName()))
        first = False
        (page,) = preview.pages(pdf, dpi=PRINT_DPI, only=range(number, number + 1))
        target = painter.viewport()
        fitted = image_of(page).scaled(
            target.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(0, 0, fitted)


def image_of(page: preview.Page) -> QImage:
    """A page as Qt has pictures."""
    return QImage(page.rgb, page.width, page.height, 3 * page.width, QImage.Format.Format_RGB888).copy()


class _Current:
    """One per process, like the machine's printers."""

    printers: Printers = SystemPrinters()


def current() -> Printers:
    """The printers in use."""
    return _Current.printers


def use(printers: Printers) -> None:
    """From now on print with these."""
    _Current.printers = printers
