"""Shows one page of the guide: larger lines than a list has, the program's own words marked, links that turn pages."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRegularExpression, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser

from baiyun_desktop.ui import colours
from baiyun_desktop.ui.colours import Colours
from baiyun_desktop.ui.guide.book import GuidePage
from baiyun_desktop.ui.words import say

TEXT_PX = 15
LINE_PERCENT = 150
TITLE_PX, HEAD_PX, HEAD_GAP_PX = 21, 16, 16
_PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""What stands in a line's text for a picture."""
_NAMED = QRegularExpression("「[^」]+」")


class Reader(QTextBrowser):
    """`turned` says the name of the page that a link leads to."""

    turned = Signal(str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.setAccessibleName(say("guide.page"))
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setSearchPaths([str(folder)])
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(28)
        self._page: GuidePage | None = None
        self.anchorClicked.connect(self._turn)

    def show_page(self, page: GuidePage) -> None:
        """From its first line."""
        self._page = page
        dress(self.document(), page.text, colours.current())
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def _turn(self, url: QUrl) -> None:
        self.turned.emit(url.fileName().removesuffix(".md"))

    def changeEvent(self, event: QEvent) -> None:
        """Other colours: the marks are drawn in them."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._page is not None:
            at = self.verticalScrollBar().value()
            dress(self.document(), self._page.text, colours.current())
            self.verticalScrollBar().setValue(at)


def dress(document: QTextDocument, text: str, ink: Colours) -> None:
    """Set a page's Markdown in our measure and colours."""
    font = QFont(document.defaultFont())
    font.setPixelSize(TEXT_PX)
    document.setDefaultFont(font)
    document.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    _space(document, ink)
    _mark_words(document, ink)


def _space(document: QTextDocument, ink: Colours) -> None:
    """Lines apart, headings in their size, tables with hairlines."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        level = block.blockFormat().headingLevel()
        in_table, is_picture = cursor.currentTable() is not None, _PICTURE in block.text()
        shape = QTextBlockFormat()
        percent = 100 if in_table or is_picture else LINE_PERCENT
        shape.setLineHeight(percent, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        shape.setTopMargin(0 if in_table or level == 1 else HEAD_GAP_PX if level else 3)
        shape.setBottomMargin(0 if in_table else 4)
        cursor.mergeBlockFormat(shape)
        if level:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.setCharFormat(_head(cursor.charFormat(), level, ink))
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _rule(frame, ink)


def _head(shape: QTextCharFormat, level: int, ink: Colours) -> QTextCharFormat:
    """Markdown's own sizes would shout, and stand before any that is merged in."""
    shape.clearProperty(QTextFormat.Property.FontSizeAdjustment)
    shape.setProperty(QTextFormat.Property.FontPixelSize, TITLE_PX if level == 1 else HEAD_PX)
    shape.setFontWeight(QFont.Weight.Bold)
    shape.setForeground(QColor(ink.text if level == 1 else ink.accent))
    return shape


def _rule(table: QTextTable, ink: Colours) -> None:
    shape = table.format()
    shape.setBorder(1)
    shape.setBorderCollapse(True)
    shape.setBorderBrush(QColor(ink.line))
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setCellPadding(5)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    if table.columns() == 2:
        share = QTextLength.Type.PercentageLength
        shape.setColumnWidthConstraints([QTextLength(share, 34), QTextLength(share, 66)])
    table.setFormat(shape)


def _mark_words(document: QTextDocument, ink: Colours) -> None:
    """What stands on the screen in these very words, so that the eye finds it there."""
    shape = _ink(ink.accent)
    shape.setFontWeight(QFont.Weight.DemiBold)
    found = document.find(_NAMED)
    while not found.isNull():
        found.mergeCharFormat(shape)
        found = document.find(_NAMED, found)


def _ink(colour: str) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setForeground(QColor(colour))
    return shape
