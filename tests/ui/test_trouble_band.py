"""A disk that is full or held by another program: what was typed stays on screen, and a button tries again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import CTRL, Desk, focused, idle, press, type_into
from tests.ui.test_form import fill, opened

HOLDER = """
import sys
from pathlib import Path
from baiyun_desktop.replica.engine import open_raw
raw = open_raw(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
raw.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def full_disk(desk: Desk) -> Iterator[None]:
    """The file may grow by no page."""
    store = desk.replica.store
    with store.aside() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes the pages that are there for the least
    yield
    with store.aside() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1000000")


@contextmanager
def held_by_another(desk: Desk) -> Iterator[None]:
    """A second process, such as a scanner or a backup, has the file for itself."""
    with desk.replica.store.aside() as conn:
        conn.exec_driver_sql("PRAGMA busy_timeout = 50")
    command = [sys.executable, "-c", HOLDER, str(desk.replica.path), desk.replica.store.key.hex()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        yield
        holder.communicate()


@pytest.mark.parametrize(("hindered", "words"), [(full_disk, "磁盘已满"), (held_by_another, "别的程序占用")])
def test_a_save_that_the_disk_does_not_take_is_tried_again_by_a_button(
    window: MainWindow, qtbot: QtBot, desk: Desk, hindered: object, words: str
) -> None:
    page = opened(window, qtbot, "person", desk.people["王公平"])
    long = "字" * 2000
    fill(page, "remark", long)
    fill(page, "work_unit", "ABC")
    band = window.support.hindrance
    with hindered(desk):  # type: ignore[operator]
        press(focused(), Qt.Key.Key_S, CTRL)
        qtbot.waitUntil(lambda: idle(window) and band.isVisible() and band.retry.isVisible())
        assert words in band.words and "还在屏幕上" in band.words
        assert page.unsaved() and page.body.rows["work_unit"].field.value() == "ABC"
        stored = desk.replica.read.get("person", desk.people["王公平"])
        assert stored is not None and stored.work_unit is None
    band.retry.click()
    qtbot.waitUntil(lambda: idle(window) and not page.unsaved())
    stored = desk.replica.read.get("person", desk.people["王公平"])
    assert stored is not None and (stored.work_unit, stored.remark) == ("ABC", long)
    qtbot.waitUntil(lambda: not band.isVisible())


def test_a_family_stays_on_its_sheet(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    page.focus_line(0, "person.name")
    type_into(focused(), "赵甲")
    page.shared["live_addr"].setFocus()
    type_into(focused(), "宝山社区" * 1000)
    with full_disk(desk):
        page.save(step=False)
        qtbot.waitUntil(lambda: idle(window) and window.support.hindrance.retry.isVisible())
        assert [line.blank for line in page.lines][:1] == [False]
    window.support.hindrance.retry.click()
    qtbot.waitUntil(lambda: idle(window) and page.lines[0].blank and not page._saving)
