"""A card reader's line, by keys or by its socket, ends where somebody belongs and never in the field that had the caret."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.reader_socket import CALLERS_MAX, LINE_BYTES_MAX, ReaderSocket
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, focused, id_number, idle, press, type_into

NUMBER = id_number("15263019880315001")
LINE = f"张建国|男|汉|19880315|四川省广安市邻水县8号|{NUMBER}|邻水县公安局|20200101|20400101"
LATIN = f"ZHANG JIAN|1|01|19880315||{NUMBER}||20200101|20400101"
"""A device without an input method may send such a one."""


@pytest.fixture
def ticks(window: MainWindow) -> list[float]:
    """The reader's own clock: five milliseconds a character however slow this machine is; an entry makes it wait."""
    waits, now = [0.0], [0.0]

    def now_ms() -> float:
        now[0] += 5 + (waits.pop() if len(waits) > 1 else 0)
        return now[0]

    window.reading.keys.now_ms = now_ms
    return waits


def device(line: str, *, enters: int = 1) -> None:
    """The keys as they come: where the caret is when each is pressed."""
    if line.isascii():
        for c in line:
            QTest.keyClick(focused(), c)
    else:
        type_into(focused(), line)
    for _ in range(enters):
        press(focused(), Qt.Key.Key_Return)


def words_in(widget: QWidget) -> str:
    return widget.toPlainText() if isinstance(widget, QPlainTextEdit) else widget.text()  # type: ignore[attr-defined]


def test_it_fills_the_sheet_and_leaves_the_field_under_the_caret_as_it_was(
    window: MainWindow, desk: Desk, ticks: list[float], qtbot: QtBot
) -> None:
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    for path in ("live_addr", "landlord_name"):
        page.shared[path].setFocus()
        caret = focused()
        type_into(caret, "宝山")
        ticks.append(1_000)
        device(LINE if path == "live_addr" else LATIN, enters=2)
        assert focused() is caret and words_in(caret) == "宝山"
    assert [line.cells["person.name"].text() for line in page.lines[:2]] == ["张建国", ""]  # one card, laid down twice
    page.focus_line(1, "person.phone")
    device(LATIN.replace(NUMBER, id_number("15263019900722020")))
    assert page.lines[1].cells["person.name"].text() == "ZHANG JIAN"
    assert page.lines[1].cells["person.phone"].text() == ""
    qtbot.waitUntil(lambda: idle(window))


def test_from_any_other_field_it_finds_whom_it_names(
    window: MainWindow, desk: Desk, ticks: list[float], qtbot: QtBot
) -> None:
    known = desk.replica.read.get("person", desk.people["王公平"])
    assert known is not None
    line = LATIN.replace(NUMBER, str(known.id_no))
    page = window.open("person", desk.people["欧阳晓燕"])
    assert isinstance(page, RecordPage)
    page.body.focus("work_unit")
    type_into(focused(), "矿区医院")
    ticks.append(1_000)
    device(line)
    qtbot.waitUntil(lambda: isinstance(window.page, RecordPage) and window.page.record == known.id)
    assert page.body.rows["work_unit"].field.value() == "矿区医院" and page.unsaved()
    window.back()
    assert window.page is page
    page.body.focus("remark")
    long = focused()
    assert isinstance(long, QPlainTextEdit)
    type_into(long, "两行")
    ticks.append(1_000)
    device(line)
    qtbot.waitUntil(lambda: idle(window) and window.page is not page)
    assert long.toPlainText() == "两行"


def test_where_nothing_is_typed_no_key_of_it_does_anything_and_a_new_one_gets_a_sheet(
    window: MainWindow, desk: Desk, ticks: list[float], qtbot: QtBot
) -> None:
    page = window.go("residence_active")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: idle(window))
    page.table.setFocus()
    device(LATIN)
    qtbot.waitUntil(lambda: isinstance(window.page, SheetPage))
    made = window.page
    assert isinstance(made, SheetPage)
    assert made.lines[0].cells["person.id_no"].text() == NUMBER
    assert window.toolbar.search.text() == ""


def test_hands_are_no_reader_and_what_a_reader_garbles_stands_in_no_field(
    window: MainWindow, desk: Desk, ticks: list[float], qtbot: QtBot
) -> None:
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    page.body.focus("former_name")
    edit = focused()
    for c in "a|b|c|d|e":
        ticks.append(1_000)
        QTest.keyClick(edit, c)
    press(edit, Qt.Key.Key_Return)
    assert words_in(edit) == "a|b|c|d|e" and focused() is not edit
    page.body.focus("former_name")
    ticks.append(1_000)
    device("?|?|?|?|?")
    assert words_in(edit) == "a|b|c|d|e"
    assert window.toolbar.search.text() == "?|?|?|?|?" and "没有认出来" in window.status.message
    page.body.focus("work_unit")
    ticks.append(1_000)
    device(LINE)
    assert page.body.rows["id_no"].field.value() == NUMBER and page.body.rows["work_unit"].field.value() is None
    assert page.body.rows["name"].help.text() == "读卡或粘贴填入的，请核对"


@pytest.fixture
def ears(window: MainWindow, tmp_path: Path) -> Iterator[ReaderSocket]:
    made = ReaderSocket(window.reading.hear, str(tmp_path / "reader"))
    assert made.listen()
    yield made
    made.close()


@pytest.fixture
def call(ears: ReaderSocket, qtbot: QtBot) -> Iterator[Callable[[bytes], str]]:
    """Says a line as another program would, and gives the answer."""
    callers: list[QLocalSocket] = []

    def said(line: bytes) -> str:
        caller = QLocalSocket()
        callers.append(caller)
        caller.connectToServer(ears.name)
        assert caller.waitForConnected(5_000)
        caller.write(line)
        caller.flush()
        qtbot.waitUntil(caller.canReadLine)
        answer = bytes(caller.readLine().data()).decode()
        caller.disconnectFromServer()
        return answer.strip()

    yield said
    for caller in callers:
        caller.abort()


def test_a_program_hands_lines_in_and_the_caret_stays(
    window: MainWindow, desk: Desk, call: Callable[[bytes], str], ears: ReaderSocket, qtbot: QtBot
) -> None:
    if os.name != "nt":
        assert Path(ears.name).stat().st_mode & 0o077 == 0
    second = ReaderSocket(window.reading.hear, ears.name)
    assert not second.listen()
    known = desk.replica.read.get("person", desk.people["王公平"])
    assert known is not None
    assert call(LINE.encode() + b"\r\n") == "OK waiting"
    assert "按 Ctrl+K 接着办" in window.status.message and not window.toolbar.search.hasFocus()
    press(focused(), Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(lambda: idle(window) and bool(window.toolbar.search.hits))
    assert call(LINE.encode() + b"\n").startswith("LATER")  # somebody is at the search box
    press(focused(), Qt.Key.Key_Return)
    page = window.page
    assert isinstance(page, SheetPage) and page.lines[0].cells["person.name"].text() == "张建国"
    caret = focused()
    type_into(caret, "宝山")
    line = f"王公平|男|汉|19880315||{known.id_no}|||"
    assert call(line.encode("gb18030") + b"\n") == "OK"
    qtbot.waitUntil(lambda: idle(window) and page.lines[1].known is not None)
    assert focused() is caret and isinstance(caret, QLineEdit) and caret.text() == "宝山"


def test_what_is_no_line_is_answered_in_words(call: Callable[[bytes], str], window: MainWindow) -> None:
    before = window.page
    assert call("张三|男\n".encode()).startswith("ERROR not understood: name|sex")
    assert call(b"\xff\xfe\xfa|||||\n").startswith("ERROR not understood")
    assert call(b"x" * (LINE_BYTES_MAX + 10)) == f"ERROR a line has at most {LINE_BYTES_MAX} bytes"
    assert window.page is before and window.toolbar.search.text() == ""


def test_more_programs_than_a_counter_has_are_told_to_wait(ears: ReaderSocket, qtbot: QtBot) -> None:
    callers = [QLocalSocket() for _ in range(CALLERS_MAX + 1)]
    for caller in callers:
        caller.connectToServer(ears.name)
        assert caller.waitForConnected(5_000)
        qtbot.wait(1)
    qtbot.waitUntil(callers[-1].canReadLine)
    assert bytes(callers[-1].readLine().data()).startswith(b"LATER at most")
    for caller in callers:
        caller.abort()
