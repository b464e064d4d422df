"""Time limits at the window: a lamp that is a word, how its day was reckoned, and why a late step is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import Replica
from baiyun_desktop.ui import days
from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.worklist_page import WorklistPage
from tests.replica.desk import ManualClock, SeededIds, make_desk
from tests.timed import MODULE
from tests.timed.calendars import years
from tests.ui.desk import CTRL, Courier, focused, idle, press, type_into

PROGRAM = Program((REGISTRY, MODULE))
KIND = "application"
APPLIED = {"漏水": "2026-09-01", "停车": "2026-09-17", "噪音": "2026-09-18", "树木": "2026-12-30"}


class _Then(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _Then:
        """Monday, 21 September 2026; the weekend before it had one day worked."""
        return cls(2026, 9, 21, 9, 0, tzinfo=tz)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Replica, dict[str, str]]]:
    """A desk with an application that is overdue, one due today, one near, one that reaches into an unknown year."""
    monkeypatch.setattr(days, "datetime", _Then)
    days.set_ahead(0)
    monkeypatch.setattr(days, "set_ahead", lambda ms: None)  # the desk's clock stands before any release of the program
    clock = ManualClock()
    with make_desk(tmp_path / "desk.db", clock, SeededIds(clock), PROGRAM) as made:
        made.door.save([Draft.create(c.collection, c.id, **c.fields) for c in years(2026, 2026)])
        ids = {title: made.ids.new() for title in APPLIED}
        made.door.save([Draft.create(KIND, ids[t], title=t, applied_on=day) for t, day in APPLIED.items()])
        yield made, ids


def words_of(page: object) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(label.window())]  # type: ignore[attr-defined]


def test_what_is_late_is_seen_and_the_next_step_says_why(desk: tuple[Replica, dict[str, str]], qtbot: QtBot) -> None:
    replica, ids = desk
    window = MainWindow(DeskContext(replica, PROGRAM, Courier(), replica.identity))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: idle(window))
    worklist = window.page
    assert isinstance(worklist, WorklistPage)
    qtbot.waitUntil(lambda: "已逾期" in words_of(worklist))
    said = words_of(worklist)
    assert [said.index(w) for w in ("已逾期", "今天到期", "近期到期")] == sorted(
        said.index(w) for w in ("已逾期", "今天到期", "近期到期")
    )
    assert "受理审查 已超期12个工作日，应挂牌督办：自2026-09-01起3个工作日，09-04到期" in said
    assert "受理审查 今天到期：自2026-09-17起3个工作日，09-21到期" in said
    assert any(words.startswith("2027年的放假安排还没有录入") for words in said)

    assert said.count("▲ 超期") == 1 and said.count("◆ 临期") == 2, "each line has its lamp"
    for_all = [b for b in worklist.findChildren(QPushButton) if b.text() == "全部" and b.isVisibleTo(worklist)]
    press(for_all[0], Qt.Key.Key_Return)
    listed = window.page
    assert isinstance(listed, ListPage)
    qtbot.waitUntil(lambda: idle(window) and listed.table.rows.rowCount() == 1)
    assert listed.filters.isVisible(), "it says by what it is narrowed"
    window.back()
    press(for_all[1], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and listed.table.rows.rowCount() == 1)
    listed.show_only(())
    qtbot.waitUntil(lambda: idle(window) and listed.table.rows.rowCount() == 4)
    model = listed.table.rows
    cells = [model.data(model.index(n, 2)) for n in range(4)]
    assert cells == ["▲ 超期 2026-09-04", "◆ 临期 2026-09-21", "◆ 临期 2026-09-22", "● 在期 2027-01-04"]
    at = model.index(0, 2)
    assert model.data(at, Qt.ItemDataRole.ForegroundRole).name() == current().bad
    assert "《调解工作规则》第7条" in model.data(at, Qt.ItemDataRole.ToolTipRole)

    press(listed.table, Qt.Key.Key_Return)
    page = window.page
    assert isinstance(page, RecordPage)
    qtbot.waitUntil(lambda: idle(window))
    assert page.record == ids["漏水"]
    assert "▲ 超期" in words_of(page.head)
    assert "待受理审查 · 时间已到，区里将转为“久未审查”" in words_of(page.head)
    page.head.ask(PROGRAM.procedures[KIND].steps[0])
    sheet = page.head.sheet
    assert sheet is not None
    qtbot.waitUntil(sheet.why_late.isVisible)
    sheet.setFocus()
    press(focused(), Qt.Key.Key_Return, CTRL)
    assert page.head.sheet is sheet  # nothing was taken: the caret is where the reason goes
    type_into(focused(), "3")
    press(focused(), Qt.Key.Key_Return)
    press(focused(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: idle(window) and page.head.sheet is None)
    (moved,) = replica.read.movements(ids["漏水"])
    assert (moved.verb, moved.late_reason) == ("受理", "3")
    assert "● 在期" in words_of(page.head)
    window.close()
