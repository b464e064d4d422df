"""What was typed and not saved is there again after a kill, as it was typed, until it is saved or discarded on purpose."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.unsaved import KeptForm
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, PROGRAM, Desk, focused, id_number, idle, make_desk, press, type_into
from tests.ui.test_form import fill, opened


def started(desk: Desk, qtbot: QtBot) -> MainWindow:
    """The next start on the same file."""
    made = MainWindow(desk.context())
    qtbot.addWidget(made, before_close_func=lambda w: w.discard())
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    qtbot.waitUntil(lambda: idle(made))
    return made


def kept(window: MainWindow, desk: Desk) -> list[KeptForm]:
    """What the file has once all is written."""
    window.support.keeper.keep_now()
    assert window.support.keeper.writer.settled(30)
    return desk.replica.unsaved.all()


def died(window: MainWindow) -> None:
    """As after a kill: the disk has what it has, and the window is gone without a word."""
    window.support.keeper.keep_now()
    window.support.keeper.stop(())
    window.support.stop = lambda discarded: None  # type: ignore[method-assign]
    window.discard()
    window.close()


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[tuple[Desk, str, str]]:
    """A desk whose window was killed while somebody typed; the person's form, and what the process said last."""
    desk = make_desk(tmp_path)
    person = desk.add("王公平", "15020619880315002", "13812345678")
    path, key = desk.replica.path, desk.replica.store.key
    desk.replica.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.victim_typing", str(path), key.hex(), person],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = Desk(Replica.open(path, key, PROGRAM, desk.replica.clock, desk.replica.ids))
    yield again, person, done.stdout
    again.replica.close()


def test_after_a_kill_each_form_is_open_as_it_was_typed(killed: tuple[Desk, str, str], qtbot: QtBot) -> None:
    desk, person, said = killed
    assert said.startswith("kept ")
    seen = desk.replica.read.get("person", person)
    assert seen is not None
    desk.replica.door.save([Draft.of(seen, edu="30")])
    window = started(desk, qtbot)
    assert window.support.restored.words == "上次没有保存的 2 份，已按原样打开："
    assert window.support.restored.isVisible()
    page = window.page
    assert isinstance(page, RecordPage) and page.record == person
    typed = {"work_unit": "白云铁矿", "edu": "xyz", "former_name": "wang xia"}
    assert {name: page.body.rows[name].field.edit.text() for name in typed} == typed  # type: ignore[attr-defined]
    caret = focused()
    assert isinstance(caret, QLineEdit) and caret is page.body.rows["former_name"].field.focusProxy()
    assert caret.cursorPosition() == len("wang xi")
    assert page.draft().base == seen.base, "what was saved meanwhile was not seen by who typed this"
    sheet = next(p for p in window._trail if isinstance(p, SheetPage))
    assert sheet.shared["live_addr"].value() == "宝山社区9号楼1单元101室"
    lines = [line.cells["person.name"].text() for line in sheet.lines]
    assert lines[:2] == ["赵铁柱", "赵小"]
    assert sheet.lines[0].cells["person.id_no"].text() == id_number("15020619790101001")
    assert dict(sheet.lines[0].linked())["birth_date"] == "1979-01-01"


def test_saving_clears_it(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    fill(page, "work_unit", "ABC")
    assert [form.body["record"] for form in kept(window, desk)] == [desk.people["王公平"]]
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and not page.unsaved())
    assert kept(window, desk) == []


def test_it_is_written_by_itself_and_at_once_when_the_field_is_left(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    fill(page, "work_unit", "ABC")
    qtbot.waitUntil(lambda: len(desk.replica.unsaved.all()) == 1)
    type_into(focused(), "D")
    page.body.focus("former_name")
    assert window.support.keeper._dirty == {}
    assert window.support.keeper.writer.settled(30)
    assert desk.replica.unsaved.all()[0].body["fields"]["work_unit"] == {"text": "ABCD"}


def test_a_new_form_whose_save_had_reached_the_disk_is_not_typed_in_twice(
    window: MainWindow, qtbot: QtBot, desk: Desk
) -> None:
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    fill(page, "name", "李四光")
    (form,) = kept(window, desk)
    press(focused(), Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: idle(window) and not page.unsaved())
    assert page.record == form.body["new_id"]
    assert kept(window, desk) == []
    desk.replica.unsaved.write([form], ())  # the power went between the save and this table
    died(window)
    again = started(desk, qtbot)
    assert again.support.restored.count == 0 and not again.support.restored.isVisible()
    assert kept(again, desk) == []


def test_discarding_is_asked_and_then_final(
    window: MainWindow, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.new("person", {})
    assert isinstance(page, RecordPage)
    fill(page, "name", "李四光")
    died(window)
    again = started(desk, qtbot)
    band = again.support.restored
    assert band.count == 1 and isinstance(again.page, RecordPage)
    monkeypatch.setattr(band, "sure", lambda title: False)
    band.discard.click()
    assert band.count == 1 and len(kept(again, desk)) == 1
    monkeypatch.setattr(band, "sure", lambda title: True)
    band.discard.click()
    assert band.count == 0 and not band.isVisible() and not isinstance(again.page, RecordPage)
    assert kept(again, desk) == []


def test_what_cannot_be_shown_any_more_stays_and_can_be_copied(desk: Desk, qtbot: QtBot) -> None:
    body = {
        "page": "record", "title": "王某", "kind": "person", "record": "0" * 32, "new_id": "", "given": {},
        "seen": None, "fields": {"work_unit": {"text": "白云铁矿"}}, "implied": {}, "caret": None,
    }  # fmt: skip
    broken = {"page": "sheet", "title": "旧版", "sheet": "family", "lines": 7}
    desk.replica.unsaved.write([KeptForm("gone", 1, body), KeptForm("broken", 2, broken)], ())
    window = started(desk, qtbot)
    assert window.support.restored.count == 2
    assert len(kept(window, desk)) == 2
    window.support.restored._go("gone")
    assert QApplication.clipboard().text() == "白云铁矿"
    assert window.status.message.startswith("这份的记录已不在本机")


def test_leaving_on_purpose_lets_it_go(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    fill(page, "work_unit", "ABC")
    assert len(kept(window, desk)) == 1
    window.discard()
    window.close()
    assert desk.replica.unsaved.all() == []
