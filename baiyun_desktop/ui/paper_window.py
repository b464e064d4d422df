"""A paper before it goes to the printer: what it will look like, and the ways to print, keep or close it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QVBoxLayout, QWidget

from baiyun_desktop.documents import preview
from baiyun_desktop.ui.parts import button, column, row, scrolled, text
from baiyun_desktop.ui.words import say

SCREEN_DPI = 84
PRINT_DPI = 300


class PaperWindow(QDialog):
    """Shows all pages of one PDF."""

    def __init__(self, title: str, pdf: bytes, missing: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.pdf, self._name = pdf, title
        self.setWindowTitle(title)
        self.resize(820, 860)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pages = QVBoxLayout()
        pages.setSpacing(14)
        for number, page in enumerate(preview.pages(pdf, dpi=SCREEN_DPI * self.devicePixelRatioF()), start=1):
            pages.addWidget(self._page(number, page), 0, Qt.AlignmentFlag.AlignHCenter)
        inside = QWidget()
        inside.setLayout(column(pages, None, margins=(16, 16, 16, 16)))
        warn = text(say("paper.missing", chars=" ".join(missing)) if missing else "", tone="warn", wrap=True)
        buttons = row(warn, None, button(say("paper.save"), self.keep, picture="save"),
                      button(say("paper.print"), self.print, look="primary", picture="print"))  # fmt: skip
        layout = column(scrolled(inside), buttons, gap=0)
        layout.setStretch(0, 1)
        buttons.setContentsMargins(14, 10, 14, 10)
        self.setLayout(layout)

    def _page(self, number: int, page: preview.Page) -> QLabel:
        label = QLabel()
        label.setAccessibleName(say("paper.page", n=number))
        pixmap = QPixmap.fromImage(_image(page))
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        label.setPixmap(pixmap)
        label.setProperty("sheet", True)
        return label

    def keep(self) -> None:
        """Save the PDF where the officer says."""
        path, _ = QFileDialog.getSaveFileName(self, say("paper.save"), f"{self._name}.pdf", "PDF (*.pdf)")
        if path:
            Path(path).write_bytes(self.pdf)

    def print(self) -> None:
        """Send it to a printer that the officer chooses."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setResolution(PRINT_DPI)
        if QPrintDialog(printer, self).exec():
            print_pdf(self.pdf, printer)


def print_pdf(pdf: bytes, printer: QPrinter) -> None:
    """Each page of the PDF on a page of the printer."""
    painter = QPainter(printer)
    for number, page in enumerate(preview.pages(pdf, dpi=PRINT_DPI)):
        if number:
            printer.newPage()
        target = painter.viewport()
        image = _image(page).scaled(
            target.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(0, 0, image)
    painter.end()


def _image(page: preview.Page) -> QImage:
    return QImage(page.rgb, page.width, page.height, 3 * page.width, QImage.Format.Format_RGB888).copy()
