"""The page for backups and keys, by keyboard on a real encrypted desk: chosen, made, tried, stopped, and a new passphrase."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.keys.errors import WrongPassphrase
from baiyun_desktop.replica import safety as safety_of_desk
from baiyun_desktop.replica.backup import backups_in
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.nightly import Upkeep, load_plan
from baiyun_desktop.replica.safety import Safety
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.safety_page import SafetyPage
from baiyun_desktop.ui.window import MainWindow
from sync.enrolment import Enrolment
from tests.replica.desk import PROGRAM
from tests.replica.enrolled import SECRET, enrol_desk
from tests.replica.offices import BAOSHAN
from tests.replica.straight import StraightLine, carrier_of
from tests.ui.desk import Courier, focused, press, type_into

NEW = "steppe wind 77"
RETURN = Qt.Key.Key_Return


def nameless(page: QWidget) -> list[QWidget]:
    takes = [w for w in page.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [w for w in takes if not w.accessibleName()]


def test_a_folder_is_taken_tried_and_missed_and_the_passphrase_changed(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = enrol_desk(tmp_path)
    stick = tmp_path / "stick"
    with desk.open() as replica:
        safety = Safety(desk.home, replica, Upkeep(desk.home, replica))
        window = MainWindow(DeskContext(replica, PROGRAM, Courier(), replica.identity, safety=safety))
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        page = window.go("safety")
        assert isinstance(page, SafetyPage)

        def settled() -> None:
            qtbot.waitUntil(lambda: not window.shell.work.busy and page._job is None)

        settled()
        assert "还没有选择备份文件夹" in page.state.text() and not page.now.isEnabled()
        assert "区里能把钥匙还给" in page.district.text()
        assert focused() is page.folder and not nameless(page)
        page.diagnostic.save_to(tmp_path / "no" / "out.zip")
        qtbot.waitUntil(lambda: "诊断文件没有写成" in window.status.message)
        page.diagnostic.save_to(tmp_path / "out.zip")
        qtbot.waitUntil(lambda: "已保存 out.zip" in window.status.message)
        assert {"desk.json", "log.txt", "versions.json"} <= set(zipfile.ZipFile(tmp_path / "out.zip").namelist())

        type_into(page.folder, str(stick))
        press(page.folder, RETURN)
        settled()
        assert "找不到文件夹" in page.message.text() and load_plan(desk.home).folder == ""
        type_into_anew(page, str(desk.home.folder))
        settled()
        assert "存放数据本身" in page.message.text() and load_plan(desk.home).folder == ""

        stick.mkdir()
        type_into_anew(page, str(stick))
        settled()
        plan = load_plan(desk.home)
        assert (plan.folder, plan.trouble, len(backups_in(stick))) == (str(stick), "", 1)
        assert page.last.text() == instant_text(plan.done_at) and instant_text(plan.done_at) in page.copies.text()
        assert "每晚 2 点" in page.state.text() and "试开无误" in page.message.text()
        assert page.disk.isVisible(), "the stick of this test is on the desk's own disk"

        press(page.test, RETURN)
        settled()
        assert "有 3 个人员" in page.message.text() and load_plan(desk.home).tested_at
        (made,) = backups_in(stick)
        with made.file.open("r+b") as copy:
            copy.write(b"\0" * 4096)
        press(page.test, RETURN)
        settled()
        assert "已损坏" in page.message.text()

        desk.clock.ms += 60_000
        press(page.now, RETURN)
        settled()
        assert len(backups_in(stick)) == 2
        monkeypatch.setattr(safety_of_desk, "_one_disk", lambda _a, _b: False)
        shutil.rmtree(stick)
        press(page.now, RETURN)
        settled()
        assert "请插上" in page.message.text() and len(load_plan(desk.home).trouble) > 10
        page.refresh()
        settled()
        assert "请插上" in page.state.text() and "没有看到" in page.copies.text() and not page.disk.isVisible()

        page.old.setFocus()
        for typed in ("wrong, wrong", NEW, NEW):
            type_into(focused(), typed)
            press(focused(), RETURN)
        qtbot.waitUntil(lambda: "口令不对" in page.key_message.text())
        assert focused() is page.old
        page.new.clear()
        page.again.clear()
        for typed in (SECRET, NEW, NEW):
            type_into(focused(), typed)
            press(focused(), RETURN)
        qtbot.waitUntil(lambda: "已更换" in page.key_message.text())
        assert not page.old.text() + page.new.text() + page.again.text()
        window.close()
    with pytest.raises(WrongPassphrase):
        desk.open(SECRET)
    desk.open(NEW).close()


def test_what_a_file_that_was_here_before_had_not_sent_is_sent_from_the_page(tmp_path: Path, qtbot: QtBot) -> None:
    desk, old = enrol_desk(tmp_path), DeskHome(tmp_path / "old")

    def enrol(address: str, code: str, nonce: str) -> Enrolment:
        replica = desk.ids.new()
        desk.town.district.add_desk(replica, [BAOSHAN])
        return Enrolment(replica, 1, "token", "宝山社区·窗口", "王芳", [BAOSHAN], [], address, "ca")

    old.enrol("https://127.0.0.1:1", "CODE", SECRET, PROGRAM, enrol, desk.clock, desk.ids)
    with desk.open(home=old) as lost:
        desk.round(lost)
        for name in ("王四", "王五"):
            desk.save(lost, name)
    lost.path.with_suffix(".lifeboat").rename(desk.home.folder / lost.path.with_suffix(".lifeboat").name)
    with desk.open() as replica:
        carrier = carrier_of(desk.town.district, replica)
        line = cast(StraightLine, carrier._line)
        safety = Safety(desk.home, replica, Upkeep(desk.home, replica), lambda: carrier.send_lifeboats(desk.home))
        window = MainWindow(DeskContext(replica, PROGRAM, Courier(), replica.identity, safety=safety))
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        page = window.go("safety")
        assert isinstance(page, SafetyPage)
        line.on = False
        page.send.setFocus()
        press(page.send, RETURN)
        qtbot.waitUntil(page.send.isEnabled)
        assert "内容已存在本机" in page.boat_message.text()
        line.on = True
        for words in ("新送到 2 项操作，3 项区里已有。", "新送到 0 项操作，5 项区里已有。"):
            press(page.send, RETURN)
            qtbot.waitUntil(page.send.isEnabled)
            assert page.boat_message.text() == words
        assert desk.holds_all(replica)
        window.close()


def type_into_anew(page: SafetyPage, words: str) -> None:
    page.folder.setFocus()
    page.folder.selectAll()
    type_into(page.folder, words)
    press(page.folder, RETURN)
