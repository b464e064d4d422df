"""Papers in the window, by keys: looked at before anything is numbered, printed, kept without a printer, void."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.documents.preview import page_count, text_of
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.print_queue import Choice
from baiyun_desktop.ui import printers
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.paper_queue import PrintQueuePage
from baiyun_desktop.ui.paper_register import PaperRegister
from baiyun_desktop.ui.paper_window import PaperWindow
from baiyun_desktop.ui.printer_choice import PrinterChoice
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import LONG_NAME, PROGRAM, Desk, idle, press, type_into
from tests.ui.test_form import opened

KIND = "residence_reg"


class Office:
    """Printers that keep what they were sent; one may be out of paper."""

    def __init__(self, *names: str) -> None:
        self.printers, self.sent, self.jammed = list(names), list[tuple[bytes, Choice]](), False

    def names(self) -> list[str]:
        return self.printers

    def trays(self, printer: str) -> list[str]:
        return ["auto", "lower"]

    def send(self, pdf: bytes, title: str, choice: Choice) -> None:
        if self.jammed:
            raise printers.PrintTrouble("打印机缺纸")
        self.sent.append((pdf, choice))


@pytest.fixture
def office() -> Iterator[Office]:
    before = printers.current()
    made = Office("窗口打印机", "办公室")
    printers.use(made)
    yield made
    printers.use(before)


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return item.text() if item is not None else ""


def papers_page(window: MainWindow, qtbot: QtBot, desk: Desk, name: str = "王公平") -> RecordPage:
    desk.replica.door.step(KIND, desk.registrations[name], "登记", stated_date="2026-10-01")
    return opened(window, qtbot, KIND, desk.registrations[name])


def shown(qtbot: QtBot, page: RecordPage, button: int) -> PaperWindow:
    buttons = [b for b in page.papers.findChildren(QPushButton) if b is not page.papers.register_button]
    buttons[button].click()
    paper = page.papers.window_shown
    assert paper is not None
    qtbot.waitUntil(lambda: paper.pages.shown > 0)
    return paper


def printed(qtbot: QtBot, window: MainWindow, paper: PaperWindow) -> None:
    press(paper, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not paper._busy and idle(window))


def test_a_look_opens_at_once_and_numbers_nothing(window: MainWindow, qtbot: QtBot, desk: Desk, office: Office) -> None:
    page = opened(window, qtbot, KIND, desk.registrations["王公平"])
    page.papers.print(PROGRAM.papers["residence_receipt"])
    assert page.papers.window_shown is not None and page.papers.window_shown.pages.shown == 0  # it waits for nothing
    page.papers.window_shown.close()
    paper = shown(qtbot, page, 1)
    assert "预览" in text_of(paper.pdf) and "王公平" in text_of(paper.pdf)
    assert desk.replica.papers.issued(desk.registrations["王公平"]) == []
    paper.close()


def test_what_a_step_wrote_is_printed_from_its_record_and_counted(
    window: MainWindow, qtbot: QtBot, desk: Desk, office: Office
) -> None:
    page = papers_page(window, qtbot, desk)
    paper = shown(qtbot, page, 0)
    assert paper.shown is not None and paper.shown.issued is not None and "预览" not in text_of(paper.pdf)
    paper.choice.tray.setCurrentIndex(1)
    paper.choice.copies.setValue(2)
    assert paper.print_button.text() == "打印"
    printed(qtbot, window, paper)
    ((pdf, choice),) = office.sent
    assert choice == Choice("窗口打印机", "lower", 2) and "王公平" in text_of(pdf)
    (issued,) = desk.replica.papers.issued(desk.registrations["王公平"])
    assert (issued.copies, issued.reprints) == (2, 0)
    assert paper.print_button.text() == "补打" and "已打印 2 份" in paper.note.text()
    paper.close()
    again = PrinterChoice()
    again.show_choice(desk.replica.printing.choice("residence_form"))
    assert again.choice == Choice("窗口打印机", "lower", 2)


def test_a_jammed_printer_loses_nothing_and_the_queue_prints_it_later(
    window: MainWindow, qtbot: QtBot, desk: Desk, office: Office
) -> None:
    page = papers_page(window, qtbot, desk, LONG_NAME)
    office.jammed = True
    paper = shown(qtbot, page, 1)
    printed(qtbot, window, paper)
    assert office.sent == [] and "缺纸" in " ".join(label.text() for label in window.status.findChildren(QLabel))
    paper.close()
    office.jammed = False
    queue = window.go("prints")
    assert isinstance(queue, PrintQueuePage)
    qtbot.waitUntil(lambda: len(queue.waiting) == 1)
    assert cell(queue.table, 0, 0) == "居住登记回执"
    queue.print_button.click()
    qtbot.waitUntil(lambda: len(office.sent) == 1 and idle(window) and not queue.waiting)
    (receipt,) = [
        p for p in desk.replica.papers.issued(desk.registrations[LONG_NAME]) if p.template.endswith("receipt")
    ]
    assert receipt.copies == 1


def test_without_a_printer_papers_wait_and_are_exported(
    window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    before = printers.current()
    printers.use(Office())
    page = papers_page(window, qtbot, desk)
    for button, why in ((0, "写有完整号码，请打印"), (1, "")):
        paper = shown(qtbot, page, button)
        assert paper.print_button.text() == "放入待打印"
        assert paper.keep_button.isEnabled() is not bool(why) and why in paper.keep_button.toolTip()
        words = [label.text() for label in paper.findChildren(QLabel) if label.isVisible()]
        assert not why or paper.keep_button.toolTip() in words
        printed(qtbot, window, paper)
        paper.close()
    queue = window.go("prints")
    assert isinstance(queue, PrintQueuePage)
    qtbot.waitUntil(lambda: len(queue.waiting) == 2)
    queue.print_button.click()
    assert len(queue.waiting) == 2
    out = tmp_path / "out"
    out.mkdir()
    queue.export_to(out)
    qtbot.waitUntil(lambda: idle(window) and len(queue.waiting) == 1)
    assert "已导出 1 份，另有 1 份没有：本岗位的职责只能把遮盖号码的文书存成文件" in window.status.message
    (file,) = out.iterdir()
    assert file.name.startswith("居住登记回执 王*平") or file.name.startswith("居住登记回执 王公平")
    assert "王公平" in text_of(file.read_bytes())
    copies = {p.title: p.copies for p in desk.replica.papers.issued(desk.registrations["王公平"])}
    assert copies["居住登记回执"] == 1 and copies["居住登记表"] == 0
    printers.use(before)


def test_the_window_says_where_the_record_has_moved_on(
    window: MainWindow, qtbot: QtBot, desk: Desk, office: Office
) -> None:
    page = papers_page(window, qtbot, desk)
    printed(qtbot, window, first := shown(qtbot, page, 0))
    first.close()
    person = desk.replica.read.get("person", desk.people["王公平"])
    assert person is not None
    desk.replica.door.save([Draft.of(person, phone="13700001111")])
    paper = shown(qtbot, page, 0)
    assert "已出具过一份" in paper.note.text() and "13700001111" in text_of(paper.pdf)
    paper.original.click()
    qtbot.waitUntil(lambda: "主档已变更：联系电话" in paper.note.text())
    assert "13812345678" in text_of(paper.pdf) and "预览" not in text_of(paper.pdf)
    paper.close()


def test_a_paper_is_declared_void_with_its_reason_and_stays_listed(
    window: MainWindow, qtbot: QtBot, desk: Desk, office: Office
) -> None:
    page = papers_page(window, qtbot, desk)
    qtbot.waitUntil(page.papers.register_button.isVisible)
    assert page.papers.register_button.text() == "已出文书 1"
    page.papers.register_button.click()
    register = page.papers.register_shown
    assert isinstance(register, PaperRegister)
    qtbot.waitUntil(lambda: register.table.rowCount() == 1)
    assert [cell(register.table, 0, n) for n in (0, 1, 3, 5)] == [
        "(2026)白矿宝山居登字第00001号", "居住登记表", "张敏", "未打印",
    ]  # fmt: skip
    register.void_button.click()
    press(register.reason, Qt.Key.Key_Return)
    assert not desk.replica.papers.issued(desk.registrations["王公平"])[0].void
    type_into(register.reason, "姓名写错")
    press(register.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell(register.table, 0, 5) == "已作废：姓名写错")
    assert not register.void_button.isEnabled()
    register.look()
    paper = register.window_shown
    assert paper is not None
    qtbot.waitUntil(lambda: paper.pages.shown > 0)
    assert "作废" in text_of(paper.pdf) and not paper.print_button.isEnabled()
    paper.close()
    register.close()


def test_several_are_printed_in_one_go_and_what_failed_is_named(
    window: MainWindow, qtbot: QtBot, desk: Desk, office: Office
) -> None:
    for name in ("王公平", "欧阳晓燕", LONG_NAME):
        desk.replica.door.step(KIND, desk.registrations[name], "登记", stated_date="2026-10-01")
    page = window.go(next(s.name for s in desk.context().program.lists.values() if s.kind == KIND))
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: idle(window) and page.table.rows.rowCount() == 3)
    page.table.selectAll()
    page.print_marked()
    qtbot.waitUntil(lambda: page.batch_shown is not None)
    batch = page.batch_shown
    assert batch is not None
    desk.replica.door.void(KIND, desk.registrations["欧阳晓燕"], "重复")
    batch.papers.setCurrentIndex(batch.papers.findData("residence_receipt"))
    batch.start_button.click()
    qtbot.waitUntil(lambda: not batch._busy and idle(window))
    assert len(office.sent) == 2
    words = " ".join(label.text() for label in batch.findChildren(QLabel))
    assert "已出具 2 份" in words and "欧**燕" in words and "作废" in words
    batch.close()
    queue = window.go("prints")
    assert isinstance(queue, PrintQueuePage)
    qtbot.waitUntil(lambda: idle(window))
    assert "还缺 1 份" in " ".join(label.text() for label in queue.findChildren(QLabel))


def test_a_real_printer_object_gets_every_page_whole(tmp_path: Path, desk: Desk, window: MainWindow) -> None:
    desk.replica.door.step(KIND, desk.registrations["王公平"], "登记", stated_date="2026-10-01")
    (paper,) = desk.replica.papers.issued(desk.registrations["王公平"])
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    pdf = desk.replica.papers.set_again(paper).pdf
    printers.send_to(printer, pdf, "居住登记表", 1)
    assert page_count((tmp_path / "out.pdf").read_bytes()) == page_count(pdf)
    with pytest.raises(printers.PrintTrouble, match="找不到打印机"):
        printers.SystemPrinters().send(pdf, "居住登记表", Choice("没有这台"))
