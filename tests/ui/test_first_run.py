"""The first run by keyboard alone: closed or killed at any step it goes on there, and nothing is done twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica import drives
from baiyun_desktop.replica.accounts_homes import begun_homes
from baiyun_desktop.replica.first_run import Step, begun
from baiyun_desktop.replica.reaching import Reached
from baiyun_desktop.ui.first_run import FirstRun
from baiyun_desktop.ui.first_run_key import KeyPage
from baiyun_desktop.ui.first_run_pages import AddressPage, CodePage, PostPage
from sync.enrolment import Code
from tests.keys.ring import use_ring
from tests.replica import staff
from tests.ui.desk import focused, press
from tests.ui.first_runs import CODE, POST, REACHED, pc, settled, types

SECRET = "steppe wind 77"


def killed(window: FirstRun) -> None:
    """As a power cut leaves it: nobody is asked, the file is not closed in order but for its lock."""
    if window.setup.replica is not None:
        window.setup.replica.close()
    window._timer.stop()
    first = window.pages[Step.ADDRESS]
    assert isinstance(first, AddressPage)
    first._later.stop()
    window.hide()


def nameless(window: FirstRun) -> list[QWidget]:
    found = []
    for widget in window.page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            face = QAccessible.queryAccessibleInterface(widget)
            if face is None or not face.text(QAccessible.Text.Name):
                found.append(widget)
    return found


def test_killed_at_each_step_it_goes_on_there(tmp_path: Path, qtbot: QtBot) -> None:
    made = pc(tmp_path)
    staff.post(made.town, POST)
    staff.officer(made.town, "b" * 32, "王芳", "wangfang", must_change=True)
    made.lost = 1
    window = made.start(qtbot)
    types(qtbot, window, "nowhere")
    assert window.step is Step.ADDRESS and "核对" in window.message.text()
    assert isinstance(window.page, AddressPage) and focused() is window.page.address
    window.page.address.setText("10.1.2.3")
    killed(window)  # before the step was taken, and before its typing was written down
    window = made.start(qtbot)
    assert isinstance(window.page, AddressPage)
    window.page.address.selectAll()  # it may have been written down, where the typing took its time
    types(qtbot, window, "10.1.2.3")
    assert window.step is Step.CODE
    types(qtbot, window, str(Code("7K3M9QXT4H", bytes(range(1, 11)))))
    page = window.page
    assert isinstance(page, CodePage) and "指纹" in page.verdict.text() and window.message.text() == "", "said once"
    killed(window)

    window = made.start(qtbot)
    page = window.page
    assert isinstance(page, CodePage) and page.theirs.text() == REACHED.words
    types(qtbot, window, CODE)  # whose answer is lost on the line
    assert window.step is Step.CODE and "同一个码" in window.message.text()
    killed(window)
    assert CODE not in (made.home.folder / "first-run.json").read_text("utf-8")

    window = made.start(qtbot)
    page = window.page
    assert isinstance(page, CodePage) and CODE[-4:] in page.said.text() and page.code.text() == ""
    types(qtbot, window, CODE.lower().replace("-", " "))
    assert isinstance(window.page, PostPage) and window.page.post.text() == POST
    assert "宝山社区" in window.page.areas.text()
    types(qtbot, window, "")
    assert window.step is Step.KEY
    killed(window)  # nothing keeps the key yet, so the district is asked for the same answer again

    window = made.start(qtbot)
    assert window.step is Step.CODE
    types(qtbot, window, CODE, "")
    assert isinstance(window.page, KeyPage)
    types(qtbot, window, "short", "short")
    assert window.step is Step.KEY and "8 位" in window.message.text() and not made.home.enrolled
    window.page.again.clear()
    assert focused() is window.page.secret
    types(qtbot, window, SECRET, SECRET)
    settled(qtbot, window, lambda: window.step is Step.OFFICER)
    assert not nameless(window)
    killed(window)

    window = made.start(qtbot, SECRET)
    assert window.step is Step.OFFICER
    types(qtbot, window, "wrong")
    assert "密码不对" in window.message.text()
    types(qtbot, window, staff.FIRST)
    types(qtbot, window, staff.CHOSEN, staff.CHOSEN)
    assert window.step is Step.IMPORT, window.message.text()
    killed(window)

    window = made.start(qtbot, SECRET)
    assert window.step is Step.IMPORT
    press(focused(), Qt.Key.Key_Up)
    types(qtbot, window, "")
    assert window.result() and window.go_to == "import"
    assert window.setup.finish(made.home) is None
    assert begun(made.home) is None and made.home.enrolled
    assert len(made.desks) == 1, "one desk, whatever was sent again"
    killed(window)


def test_a_key_store_keeps_the_answer_at_once_and_a_further_post_comes_next(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_ring(monkeypatch)
    made = pc(tmp_path)
    window = made.start(qtbot)
    types(qtbot, window, "10.1.2.3:8443")
    types(qtbot, window, CODE)
    assert isinstance(window.page, PostPage) and made.home.enrolled
    window.page.further.setFocus()
    press(focused(), Qt.Key.Key_Space)
    killed(window)

    window = made.start(qtbot)
    assert isinstance(window.page, PostPage) and window.page.further.isChecked()
    types(qtbot, window, "")
    assert isinstance(window.page, KeyPage) and window.page.by_system.isChecked()
    assert not window.page.secret.isVisible()
    press(focused(), Qt.Key.Key_Down)
    assert window.page.by_passphrase.isChecked() and window.page.secret.isVisible()
    types(qtbot, window, "", SECRET, SECRET)
    assert made.home.needs_passphrase
    settled(qtbot, window, lambda: window.step is Step.IMPORT)  # nobody logs in at this post
    assert "跳过" in window.message.text()
    types(qtbot, window, "")
    assert window.result() and window.go_to == ""
    further = window.setup.finish(made.home)
    assert further is not None and begun_homes(made.home) == [further]
    state = begun(further)
    assert state is not None and (state.step, state.address) == (Step.ADDRESS, "10.1.2.3:8443")
    assert not window.no_more.isVisibleTo(window)
    killed(window)

    made.home = further
    window = made.start(qtbot, further=True)
    window.no_more.setFocus()
    press(focused(), Qt.Key.Key_Return)
    assert not window.isVisible() and begun(further) is None, "it is not asked about again"


def test_waiting_is_stopped_by_escape_and_a_network_drive_is_refused(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pc(tmp_path)
    gate = threading.Event()
    answers = made.reach

    def slow(typed: str) -> Reached:
        gate.wait(30)
        return answers(typed)

    monkeypatch.setattr(made, "reach", slow)
    window = made.start(qtbot)
    assert isinstance(window.page, AddressPage)
    window.page.address.setText("10.1.2.3")
    press(focused(), Qt.Key.Key_Return)
    assert window.bar.isVisible() and not window.next.isEnabled() and focused() is window.bar
    press(focused(), Qt.Key.Key_Return)
    assert window.bar.isVisible(), "a second Return neither stops it nor asks twice"
    press(focused(), Qt.Key.Key_Escape)
    assert window.isVisible() and not window.bar.isVisible() and "停止" in window.message.text()
    assert isinstance(focused(), QLineEdit)
    gate.set()
    types(qtbot, window, "")
    assert window.step is Step.CODE
    monkeypatch.setattr(drives, "network_mount", lambda _path, _mounts: "cifs")
    types(qtbot, window, CODE)
    assert window.step is Step.CODE and "网络盘" in window.message.text() and "本机硬盘" in window.message.text()
    assert made.desks == {}, "the code is not used up"
    window.reject()
    assert not window.isVisible() and begun(made.home) is not None
