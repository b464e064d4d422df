"""A community's workbook in the window: looked at, put right, taken in in part, taken back whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.intake.plan import Standing
from baiyun_desktop.ui.import_page import ImportPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import Desk, focused, idle, press

LEDGER = Path(__file__).parent.parent / "data" / "ledgers" / "宝山社区_流动人口台账.xlsx"
SMALL = """序号,姓名,身份证号,电话,现居住地,奇怪的列
1,张三,150206198803150028,13812345678,宝山社区1号楼1单元101室,甲
2,李四,150206198803150020,13900000000,宝山社区1号楼1单元102室,乙
3,王五,,13700000000,宝山社区1号楼1单元103室,丙
"""


@pytest.fixture
def page(window: MainWindow) -> ImportPage:
    made = window.go("import")
    assert isinstance(made, ImportPage)
    return made


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "小台账.csv"
    path.write_text(SMALL, "utf-8-sig")
    return path


def read(page: ImportPage, window: MainWindow, qtbot: QtBot, path: Path) -> None:
    page.read_file(path)
    qtbot.waitUntil(lambda: idle(window) and page.preview.isVisible())


def test_rows_and_findings_are_shown_before_anything_is_written(
    page: ImportPage, window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    people = desk.replica.read.list("person", limit=1).total
    read(page, window, qtbot, LEDGER)
    assert page.preview.model.rowCount() == 266
    assert desk.replica.read.list("person", limit=1).total == people
    which = next(b for b in page.preview.findChildren(QComboBox) if b.accessibleName() == "显示")
    which.setCurrentIndex(which.findData("wrong"))
    rows = [page.preview.model.row(n) for n in range(page.preview.model.rowCount())]
    assert rows
    assert all(row.worst is not None and row.worst.value == "有误" for row in rows)


def test_a_row_is_left_out_by_the_space_bar_and_the_rest_is_taken_in(
    page: ImportPage, window: MainWindow, qtbot: QtBot, desk: Desk, small: Path
) -> None:
    read(page, window, qtbot, small)
    assert focused() is page.preview.table
    press(focused(), Qt.Key.Key_Down)
    press(focused(), Qt.Key.Key_Space)
    assert page.preview.go.text() == "导入 2 行"
    page.preview.go.click()
    qtbot.waitUntil(lambda: page.report is not None and idle(window))
    assert page.report is not None and page.report.imported == 2
    assert len(desk.replica.search.find("张三").hits) > 0
    assert desk.replica.search.find("李四").hits == []
    found = desk.replica.search.find("王五").hits
    person = desk.replica.read.get("person", next(hit.id for hit in found if hit.kind == "person"))
    assert person is not None and person.get("id_no") is None


def test_a_wrong_guess_is_put_right_and_remembered(
    page: ImportPage, window: MainWindow, qtbot: QtBot, desk: Desk, small: Path
) -> None:
    read(page, window, qtbot, small)
    box = page.preview.columns.boxes[5]
    assert box.currentData() is None
    box.setCurrentIndex(box.findData("work_unit"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: idle(window) and page.preview.isVisible())
    assert page.preview.columns.boxes[5].currentData() == "work_unit"
    page.preview.go.click()
    qtbot.waitUntil(lambda: page.report is not None and idle(window))
    found = desk.replica.search.find("张三").hits
    person = desk.replica.read.get("person", next(hit.id for hit in found if hit.kind == "person"))
    assert person is not None and person.work_unit == "甲"
    read(page, window, qtbot, small)
    assert page.preview.columns.boxes[5].currentData() == "work_unit"
    assert page.plan is not None
    assert {row.standing for row in page.plan.rows} == {Standing.KNOWN}


def test_the_whole_import_is_taken_back(
    page: ImportPage, window: MainWindow, qtbot: QtBot, desk: Desk, small: Path
) -> None:
    before = desk.replica.read.list("person", limit=1).total
    read(page, window, qtbot, small)
    page.preview.go.click()
    qtbot.waitUntil(lambda: page.report is not None and idle(window))
    next(b for b in page.done.findChildren(QPushButton) if b.text() == "撤销整批导入").click()
    qtbot.waitUntil(lambda: window.status.message.startswith("已撤销"))
    assert desk.replica.read.list("person", limit=1).total == before
    assert desk.replica.search.find("张三").hits == []


def test_an_import_is_taken_back_after_its_page_was_left(
    page: ImportPage, window: MainWindow, qtbot: QtBot, desk: Desk, small: Path
) -> None:
    """The next morning, in a window that knows nothing of it; and what it took up has its numbers."""
    before = desk.replica.read.list("person", limit=1).total
    read(page, window, qtbot, small)
    page.preview.go.click()
    qtbot.waitUntil(lambda: page.report is not None and idle(window))
    stays = [s for s in desk.replica.read.list("residence_reg").rows if s.source == "3"]
    numbers = [s.get("biz_no") for s in stays if s.state == "ACTIVE"]
    assert numbers and all(number and "宝山居登字第" in number for number in numbers)
    later = ImportPage(window.shell)
    qtbot.addWidget(later)
    later.resize(900, 600)
    later.show()
    later.entered()
    qtbot.waitUntil(lambda: later.earlier.isVisible())
    button = next(b for b in later.earlier.findChildren(QPushButton) if b.text() == "撤销整批导入")
    button.click()
    box = later.earlier.box
    assert box is not None and "3 条" in box.text()
    next(b for b in box.buttons() if b.text() == "撤销整批导入").click()
    qtbot.waitUntil(lambda: window.status.message.startswith("已撤销") and idle(window))
    assert desk.replica.read.list("person", limit=1).total == before
    later._begin_again()
    qtbot.waitUntil(lambda: any(x.text() == "已撤销" for x in later.earlier.findChildren(QLabel) if x.isVisible()))


def test_a_file_that_is_no_list_is_refused_in_words(
    page: ImportPage, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "通知.csv"
    path.write_text("各社区:\n请于本周五前上报。\n", "utf-8")
    page.read_file(path)
    qtbot.waitUntil(lambda: "通知.csv" in window.status.message)
    assert any("把社区的台账拖到这里" in label.text() and label.isVisible() for label in page.findChildren(QLabel))
