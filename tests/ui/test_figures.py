"""The page of figures by keys: a number opens its rows, back leads back, and the table leaves as it is shown."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.figures import Tell
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.figure_lines import FigureTable, Question, worked_out
from baiyun_desktop.ui.figure_rows import FigureRows
from baiyun_desktop.ui.figures_page import FiguresPage
from baiyun_desktop.ui.periods import PERIODS, period
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.documents.reading import one_line
from tests.modules.migrants.made_up_year import FIRST, LAST, Year
from tests.ui.desk import Desk, focused, idle, press

ALT = Qt.KeyboardModifier.AltModifier


def shown(window: MainWindow, qtbot: QtBot, desk: Desk) -> FiguresPage:
    """The page on a made-up quarter."""
    Year(desk.replica).fill()
    page = window.go("figures")
    assert isinstance(page, FiguresPage)
    page.period.setCurrentIndex(len(PERIODS))
    for edit, day in ((page.first, FIRST), (page.last, LAST)):
        edit.setText(day.isoformat())
        press(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and page.table.rowCount() > 4)
    page.entered()
    qtbot.waitUntil(page.table.hasFocus)
    return page


def test_a_number_opens_the_rows_that_it_counts(window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    page = shown(window, qtbot, desk)
    assert page.table.words(0, 0) == "合计"
    assert page.table.item(1, 1).textAlignment() & int(Qt.AlignmentFlag.AlignRight)
    press(page.table, Qt.Key.Key_Down)
    registered = int(page.table.words(1, 1))
    press(page.table, Qt.Key.Key_Return)
    rows = window.page
    assert isinstance(rows, FigureRows)
    qtbot.waitUntil(lambda: idle(window) and rows.table.rows.rowCount() == registered)
    press(focused(), Qt.Key.Key_Left, ALT)
    assert window.page is page

    for _ in range(7):
        press(page.table, Qt.Key.Key_Right)
    assert "持证人数÷在册人数" in page.meaning.text()
    press(page.table, Qt.Key.Key_Return)  # it follows from others, and says so
    assert window.page is page and "÷" in window.status.message
    assert [bar.shown for bar in page.bars.bars] and page.table.words(1, 0) in page.bars.accessibleDescription()

    QTest.keySequence(page.table, QKeySequence(QKeySequence.StandardKey.Copy))
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0][:3] == ["来源省", "登记（件）", "注销（件）"] and lines[2][1] == str(registered)
    page.export_to(tmp_path / "figures.xlsx")
    qtbot.waitUntil(lambda: (tmp_path / "figures.xlsx").exists() and idle(window))
    sheet = load_workbook(tmp_path / "figures.xlsx").active
    assert sheet is not None and "2026-04-01 至 2026-06-30" in str(sheet["A1"].value)
    assert [cell.value for cell in sheet[6]][:2] == [lines[2][0], registered]


def test_a_year_of_an_endorsement_opens_the_permit_it_belongs_to(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = shown(window, qtbot, desk)
    page.matter.setCurrentIndex(2)
    qtbot.waitUntil(lambda: idle(window) and page.table.columnCount() == 6)
    page.table.setCurrentCell(0, 1)
    press(page.table, Qt.Key.Key_Return)
    rows = window.page
    assert isinstance(rows, FigureRows)
    qtbot.waitUntil(lambda: idle(window) and rows.table.rows.rowCount() > 0 and rows.table.rows.line(0) is not None)
    rows.table.start()
    press(rows.table, Qt.Key.Key_Return)
    assert isinstance(window.page, RecordPage) and window.page.kind.name == "residence_permit"


def test_it_says_of_when_it_is_keeps_what_it_had_and_can_be_stopped(
    window: MainWindow, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(window, qtbot, desk)
    asking, before = page.asking, page.table.words(0, 1)
    assert asking.said.text().endswith("算出")
    go_on, seen = threading.Event(), threading.Event()

    def slowly(job_desk: DeskContext, question: Question, tell: Tell) -> FigureTable:
        while not go_on.wait(0.01):
            tell(2, 6)
            seen.set()
        return worked_out(job_desk, question, tell)

    monkeypatch.setattr("baiyun_desktop.ui.figure_asking.worked_out", slowly)
    page.refresh()
    qtbot.waitUntil(lambda: asking.stop_button.isVisible() and seen.is_set())
    assert page.table.words(0, 1) == before  # the same question: its last answer stays meanwhile
    press(asking.stop_button, Qt.Key.Key_Return)
    assert asking.said.text().startswith("已停止 · ") and asking.said.text().endswith("算出")
    qtbot.waitUntil(lambda: idle(window))
    page.group.setCurrentIndex(2)
    qtbot.waitUntil(lambda: asking.stop_button.isVisible())
    assert page.table.rowCount() == 0  # nothing that answers another question
    page.group.setCurrentIndex(1)
    assert page.table.words(0, 1) == before  # kept from before, at once
    desk.add("新来的", "15020619880315002", "13812345678")
    page.refresh()
    go_on.set()
    qtbot.waitUntil(lambda: idle(window) and not asking.stop_button.isVisible())
    assert page.table.words(0, 1) == before and asking.said.text().endswith("算出")


def test_it_goes_on_paper_with_who_and_when_and_what_each_figure_means(
    window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    page = shown(window, qtbot, desk)
    page.keep_at(tmp_path / "figures.pdf")
    qtbot.waitUntil(lambda: (tmp_path / "figures.pdf").exists() and idle(window))
    flat = one_line((tmp_path / "figures.pdf").read_bytes())
    for said in (
        "登记与持证统计",
        "2026-04-01至2026-06-30",
        "填报人",
        "居住证持有率：持证人数÷在册人数",
        "内蒙古",
        "第1页共1页",
    ):
        assert said in flat, said


def test_a_bar_opens_what_its_number_opens(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = shown(window, qtbot, desk)
    bar = page.bars.bars[1]
    spot = page.bars.rect().topLeft() + QPoint(200, round(page.bars.sizeHint().height() / len(page.bars.bars) * 1.4))
    QTest.mouseClick(page.bars, Qt.MouseButton.LeftButton, pos=spot)
    rows = window.page
    assert isinstance(rows, FigureRows) and bar.label in rows.title
    qtbot.waitUntil(lambda: idle(window) and rows.table.rows.rowCount() == round(bar.value))


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("figures.this_month", date(2026, 1, 1), date(2026, 1, 31)),
        ("figures.last_month", date(2025, 12, 1), date(2025, 12, 31)),
        ("figures.this_quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("figures.last_quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("figures.this_year", date(2026, 1, 1), date(2026, 12, 31)),
        ("figures.last_year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_periods_are_whole_and_cross_the_turn_of_the_year(key: str, first: date, last: date) -> None:
    assert period(key, date(2026, 1, 31)) == (first, last)
