"""A mediation case at the window, by keys: search, onward, form, steps, paper, lamps, ledger come from declarations alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.documents.paper import Typesetter
from baiyun_desktop.documents.preview import text_of
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.ui import days
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.papers import file_ledger
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.worklist_page import WorklistPage
from sync.enrolment import NumberBlock
from tests.mediation import MODULE
from tests.new_desk import new_desk
from tests.replica.desk import ManualClock, SeededIds
from tests.timed.calendars import years
from tests.ui.desk import AREA, CTRL, Courier, focused, idle, press, type_into

PROGRAM = Program((REGISTRY, *MODULES, MODULE))
KIND = "med_case"
WHO = DeskIdentity(
    replica="d" * 32, post="宝山社区·调解", officer="张敏", areas=(AREA,),
    blocks=(NumberBlock("mediation", "宝山", 2026, 1, 9),),
)  # fmt: skip


class _Then(datetime):
    """Monday, 21 September 2026, or a later day that a test sets."""

    at = (2026, 9, 21)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _Then:
        return cls(*cls.at, 9, 0, tzinfo=tz)


@pytest.fixture
def replica(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replica]:
    monkeypatch.setattr(days, "datetime", _Then)
    monkeypatch.setattr(_Then, "at", (2026, 9, 21))
    days.set_ahead(0)
    monkeypatch.setattr(days, "set_ahead", lambda ms: None)
    clock = ManualClock()
    made = new_desk(tmp_path / "desk.baiyun", PROGRAM, WHO, clock, SeededIds(clock))
    made.door.save([Draft.create(c.collection, c.id, **c.fields) for c in years(2026, 2026)])
    made.papers.press = Typesetter()
    yield made
    made.close()


def editor(page: RecordPage, name: str) -> QWidget | None:
    return page.body.rows[name].field.focusProxy()


def go_to(page: RecordPage, name: str) -> None:
    """Tab until the caret stands in a field."""
    for _ in range(200):
        if focused() is editor(page, name):
            return
        press(focused(), Qt.Key.Key_Tab)
    raise AssertionError(f"the Tab key never comes to {name}")


def walk_to(name: str) -> None:
    """Tab until the caret stands on a button of that name."""
    for _ in range(300):
        if focused().accessibleName() == name or getattr(focused(), "text", str)() == name:
            return
        press(focused(), Qt.Key.Key_Tab)
    raise AssertionError(f"the Tab key never comes to {name}")


def take(page: RecordPage, qtbot: QtBot, verb: str) -> None:
    """The step's button, then its sheet."""
    walk_to(verb)
    press(focused(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.head.sheet is not None and page.head.sheet.isVisible())


def on_top(window: MainWindow) -> RecordPage:
    page = window.page
    assert isinstance(page, RecordPage)
    return page


def words_of(page: QWidget) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(label.window())]


def found(window: MainWindow, qtbot: QtBot, typed: str) -> RecordPage:
    """Ctrl+K, the words, Enter."""
    press(window, Qt.Key.Key_K, CTRL)
    type_into(focused(), typed)
    qtbot.waitUntil(lambda: idle(window) and bool(window.toolbar.search.hits))
    press(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window))
    return on_top(window)


def test_a_case_is_played_from_the_person_to_the_agreement_by_keys(replica: Replica, qtbot: QtBot) -> None:
    people = {name: replica.ids.new() for name in ("王公平", "欧阳晓燕")}
    replica.door.save([Draft.create("person", key, name=name, phone="13812345678") for name, key in people.items()])
    desk = DeskContext(replica, PROGRAM, Courier(), replica.identity)
    window = MainWindow(desk)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: idle(window))

    person = found(window, qtbot, "wgp")
    qtbot.waitUntil(lambda: "申请调解" in [b.text() for b in person.findChildren(QPushButton) if b.isVisible()])
    walk_to("申请调解")
    press(focused(), Qt.Key.Key_Space)
    page = on_top(window)
    assert page.kind.name == KIND
    qtbot.waitUntil(lambda: idle(window))
    go_to(page, "respondent")
    type_into(focused(), "oyxy")
    qtbot.waitUntil(lambda: idle(window) and page.body.rows["respondent"].field._suggest.isVisible())  # type: ignore[attr-defined]
    press(focused(), Qt.Key.Key_Return)
    for name, words in (("dtype", "邻里"), ("facts", "楼上漏水三次")):
        go_to(page, name)
        type_into(focused(), words)
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.record is not None and not page.unsaved() and idle(window))
    case = page.record or ""
    take(page, qtbot, "受理")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and page.head.sheet is None)

    row = replica.read.get(KIND, case)
    assert row is not None
    assert (row.applicant, row.respondent, row.dtype) == (people["王公平"], people["欧阳晓燕"], "02")
    assert (row.state, row.accept_date, row.due_on) == ("MEDIATING", "2026-09-21", "2026-10-21")
    assert row.biz_no == "(2026)白矿宝山人调字第00001号"
    (paper,) = replica.papers.issued(case)
    printed = text_of(replica.papers.set_again(paper).pdf)
    for words in ("人民调解受理登记表", "调解王公平、欧阳晓燕之间的纠纷", "楼上漏水三次", str(row.biz_no)):
        assert words in "".join(printed.split()), words
    qtbot.waitUntil(lambda: "● 在期" in words_of(page.head))

    _Then.at = (2026, 10, 23)
    worklist = window.go("worklist")
    assert isinstance(worklist, WorklistPage)
    qtbot.waitUntil(lambda: idle(window) and "已逾期" in words_of(worklist))
    assert any("调解期限 已超期2个工作日：自2026-09-21起1个月，10-21到期" in words for words in words_of(worklist))
    listed = window.go("med_cases")
    assert isinstance(listed, ListPage)
    qtbot.waitUntil(lambda: idle(window) and listed.table.rows.rowCount() == 1)
    line = listed.table.rows.line(0)
    assert line is not None
    assert line.cells[:4] == ("王*平", "欧**燕", "邻里", "调解中")
    assert listed.table.rows.data(listed.table.rows.index(0, 4)) == "▲ 超期 2026-10-21"

    page = found(window, qtbot, "漏水三次")
    assert (page.kind.name, page.record) == (KIND, case)
    qtbot.waitUntil(lambda: "▲ 超期" in words_of(page.head))
    take(page, qtbot, "达成协议")
    sheet = page.head.sheet
    assert sheet is not None
    qtbot.waitUntil(sheet.why_late.isVisible)
    sheet.setFocus()
    for _ in range(20):
        if "协议内容" in focused().accessibleName():
            break
        press(focused(), Qt.Key.Key_Tab)
    type_into(focused(), "下周修好")
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: sheet.why_late.isAncestorOf(focused()))
    assert page.head.sheet is sheet  # it is late: the caret stands where the reason goes
    type_into(focused(), "3")
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and page.head.sheet is None)
    done = replica.read.get(KIND, case)
    assert done is not None
    assert (done.state, done.agreement, done.agreed_on, done.due_on) == ("AGREED", "下周修好", "2026-10-23", None)
    assert [m.late_reason for m in replica.read.movements(case)] == [None, "3"]

    spec = PROGRAM.lists["med_register"]
    workbook = load_workbook(io.BytesIO(file_ledger(desk, spec, PROGRAM.ledgers["mediation_ledger"])))
    assert workbook.active is not None
    cells = [str(cell.value) for line in workbook.active.iter_rows() for cell in line if cell.value is not None]
    assert {"案号", row.biz_no, "王*平", "138****5678", "楼上漏水三次", "达成协议"} <= set(cells)
    window.close()
