"""F1 opens the page of what is on screen, beside it; pages turn by link, key and search, and go onto paper with real text."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.print_queue import Choice
from baiyun_desktop.ui import printers, theme
from baiyun_desktop.ui.guide.window import GuideWindow
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.words import say
from tests.ui.desk import CTRL, Desk, idle, press, type_into

ALT = Qt.KeyboardModifier.AltModifier


def shown(window: MainWindow) -> GuideWindow:
    found = window.help.window
    assert found is not None
    return found


class Paper:
    """A printer that keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, str]] = []

    def names(self) -> list[str]:
        return ["窗口打印机"]

    def trays(self, printer: str) -> list[str]:
        return ["auto"]

    def send(self, pdf: bytes, title: str, choice: Choice) -> None:
        self.sent.append((pdf, title))


def test_f1_opens_what_belongs_to_the_page(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    assert window.help.window is None, "nothing is read before somebody asks"
    press(window, Qt.Key.Key_F1)
    guide = shown(window)
    assert (guide.page.name, guide.isVisible()) == ("day", True)
    for place, name in (
        ("tray", "tray"),
        ("contests", "contest"),
        ("permits_due", "permit"),
        ("ledger_legal", "export"),
    ):
        window.go(place)
        window.show_guide()
        assert guide.page.name == name
    window.new("residence_reg", {})
    window.show_guide()
    assert guide.page.name == "family"
    window.open("residence_reg", desk.registrations["王公平"])
    qtbot.waitUntil(lambda: idle(window))
    window.toolbar.help_wanted.emit()
    assert guide.page.name == "changes"
    assert guide is shown(window)


def test_pages_turn_by_link_key_contents_and_search(window: MainWindow, qtbot: QtBot) -> None:
    window.show_guide()
    guide = shown(window)
    qtbot.waitUntil(guide.isActiveWindow)
    assert not guide.before.isVisible()
    press(guide, Qt.Key.Key_PageDown, CTRL)
    assert guide.page.name == "find"
    assert guide.before.text() == guide.book.pages[0].title
    guide.reader.anchorClicked.emit(QUrl("numbers.md"))
    assert guide.page.name == "numbers"
    assert "跨范围查询" in guide.reader.toPlainText()
    press(guide, Qt.Key.Key_Left, ALT)
    press(guide, Qt.Key.Key_PageUp, CTRL)
    assert guide.page.name == "day"
    press(guide.contents, Qt.Key.Key_Down)
    assert guide.page.name == "find"
    guide.turn("day")
    press(guide, Qt.Key.Key_F, CTRL)
    assert guide.search.hasFocus()
    type_into(guide.search, "wjmm")
    qtbot.waitUntil(lambda: guide.contents.first() == "login")
    press(guide.search, Qt.Key.Key_Return)
    assert guide.page.name == "login"
    guide.search.setText("没有这样的话")
    qtbot.waitUntil(lambda: guide.contents.item(0).text() == say("guide.none"))
    guide.search.clear()
    assert guide.contents.first() == "day"
    assert guide.contents.currentItem().text() == guide.page.title
    assert [w for w in guide.findChildren(QWidget) if w.isVisible() and not named(w)] == []
    press(guide, Qt.Key.Key_Escape)
    assert not guide.isVisible()


def named(widget: QWidget) -> bool:
    taking = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
    return not taking or bool(widget.accessibleName())


def test_a_page_goes_onto_paper_and_follows_colours_and_language(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clothes: QApplication
) -> None:
    paper = Paper()
    monkeypatch.setattr(printers._Current, "printers", paper)
    window.show_guide()
    guide = shown(window)
    guide.turn("keys")
    guide.print()
    qtbot.waitUntil(lambda: guide.told.text() == say("paper.sent", name="窗口打印机"))
    ((pdf, title),) = paper.sent
    assert title == "键盘操作一览"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    for words in ("键盘操作一览", "Ctrl+K", "保存并登记下一户", "关上说明"):
        assert words in text
    guide.save_at(tmp_path / "none" / "keys.pdf")
    qtbot.waitUntil(lambda: guide.told.text().startswith("没有印成"))
    guide.turn("family")
    guide.save_at(tmp_path / "family.pdf")
    qtbot.waitUntil(lambda: guide.told.text() == say("paper.kept", name="family.pdf"))
    assert "一张表登完" in pypdf.PdfReader(tmp_path / "family.pdf").pages[0].extract_text()
    before = guide.reader.document().toHtml()
    theme.apply_theme(clothes, "dark")
    assert guide.reader.document().toHtml() != before
    assert guide.reader.toPlainText().startswith("登记一家人")
    window.dress(language="en")
    window.show_guide()
    assert shown(window) is not guide
    assert shown(window).windowTitle() == "Guide"
    shown(window).turn("keys")
    assert shown(window).reader.toPlainText().startswith("All keys")
