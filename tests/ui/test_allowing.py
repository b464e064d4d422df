"""What one person may not do alone is done with another one's own password, once; and all of it stands in the audit."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyzipper
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.audit import ENTRY, Doing
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.lookup import BY_PHONE, LookedUp
from baiyun_desktop.ui.approval_page import ApprovalPage
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.exporting import Export, export
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.lookup_page import LookupPage
from baiyun_desktop.ui.places import places_of
from baiyun_desktop.ui.reveal import Covered, ask
from baiyun_desktop.ui.window import MainWindow
from sync.outside import SystemClock, SystemIds
from tests.replica.staff import FIRST
from tests.ui.allowing import COUNTER, noted, opened, staff
from tests.ui.desk import PROGRAM, Courier, Desk, idle, press, type_into

ZIP_PASSWORD = "zip-pass-2026"


class District:
    """Answers as a district does, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    def look_up(self, by: str, value: str, reason: str) -> LookedUp:
        self.asked.append((by, value, reason))
        return LookedUp(found=1, centre="星光社区居委会", name="王*平", person="e" * 32)


@pytest.fixture
def district() -> District:
    return District()


@pytest.fixture
def window(desk: Desk, qtbot: QtBot, district: District) -> Iterator[MainWindow]:
    staff(desk)
    made = opened(desk, qtbot, district.look_up)
    yield made
    made.discard()
    made.close()
    made.deleteLater()


def test_an_unmasked_list_leaves_under_a_password_with_the_streets_word_given_here(
    window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    desk.replica.door.step("residence_reg", desk.registrations["王公平"], "登记", stated_date="2026-11-02")
    page = window.go("residence_active")
    assert isinstance(page, ListPage)
    page.ask_export()
    dialog = page.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: idle(window))
    dialog.unmasked.setChecked(True)
    qtbot.waitUntil(lambda: idle(window) and not dialog.go.isEnabled())
    assert "需要另一位有权限的人员批准" in dialog.stands.text()
    type_into(dialog.reason, "上级核查")
    type_into(dialog.password, ZIP_PASSWORD)
    dialog.here_button.click()
    qtbot.waitUntil(lambda: dialog.here is not None)
    here = dialog.here
    assert here is not None
    type_into(here.officer, "lifang")
    for typed in ("wrong", FIRST):
        type_into(here.password, typed)
        press(here.password, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: idle(window))
        if typed == "wrong":
            assert "密码不对" in here.said.text()
    qtbot.waitUntil(lambda: dialog.go.isEnabled())
    assert "李芳" in dialog.stands.text()
    wishes: list[Export] = []
    dialog.wanted.disconnect()
    dialog.wanted.connect(wishes.append)
    dialog.go.click()
    page.export_to(tmp_path / "台账.zip", wishes[0])
    qtbot.waitUntil(lambda: window.status.message == "已导出 台账.zip")
    with pyzipper.AESZipFile(tmp_path / "台账.zip") as book:
        book.setpassword(ZIP_PASSWORD.encode())
        rows = load_workbook(io.BytesIO(book.read("台账.xlsx"))).active.iter_rows(values_only=True)
    assert any("13812345678" in str(cell) for row in rows for cell in row)
    assert noted(desk) == [
        ("张敏", "登录"), ("张敏", "申请"), ("李芳", "密码错误"), ("李芳", "批准"), ("张敏", "导出")
    ]  # fmt: skip
    page.export_to(tmp_path / "再来.zip", wishes[0])  # the word was for once
    qtbot.waitUntil(lambda: "需要另一位" in window.status.message)
    assert not (tmp_path / "再来.zip").exists()


def test_ones_own_request_waits_for_somebody_else(window: MainWindow, qtbot: QtBot, desk: Desk) -> None:
    page = window.go("residence_active")
    assert isinstance(page, ListPage)
    page.ask_export()
    dialog = page.dialog
    assert dialog is not None
    dialog.unmasked.setChecked(True)
    qtbot.waitUntil(lambda: idle(window) and dialog.ask_button.isVisible())
    type_into(dialog.reason, "上级核查")
    dialog.ask_button.click()
    qtbot.waitUntil(lambda: "申请已发出" in window.status.message)
    waiting = window.go("approvals")
    assert isinstance(waiting, ApprovalPage)
    qtbot.waitUntil(lambda: bool(waiting.buttons))
    assert [button.text() for button in waiting.buttons] == ["当面批准…"]
    work, all_of_it = desk.replica.work_status().unsent, desk.replica.status().unsent
    assert all_of_it == work + 2  # the log-in's entry and the request's, which are nobody's work
    window.refresh_status()
    assert window.status.sync_text.startswith(f"{work} 条待上传")


def test_what_the_role_is_not_for_is_neither_offered_nor_done(
    window: MainWindow, qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    post = desk.replica.read.get("post", COUNTER)
    assert post is not None
    desk.replica.door.save([Draft.of(post, role="HALL_MEMBER")])
    page = window.go("residence_active")
    assert isinstance(page, ListPage)
    qtbot.waitUntil(lambda: idle(window))
    offered = [one.text() for one in page.findChildren(QPushButton) if one.isVisible()]
    assert not {"导出台账…", "新建"} & set(offered), offered
    page.new()
    assert "不新建" in window.status.message and window.page is page
    with pytest.raises(DoorRefusal, match="不能导出"):
        export(window.shell.desk, Export(page.spec), tmp_path / "台账.xlsx")
    about = Covered("person", desk.people["王公平"], ("phone",), "手机")
    assert ask(window.shell, page, about, lambda: pytest.fail("shown")) is None
    assert "不看完整号码" in window.status.message
    assert ("张敏", "查看") not in noted(desk) and "import" not in [place.key for place in places_of(window.shell.desk)]


def test_somebody_elsewhere_is_asked_for_by_a_whole_number(
    window: MainWindow, qtbot: QtBot, desk: Desk, district: District
) -> None:
    page = window.go("lookup")
    assert isinstance(page, LookupPage)
    type_into(page.number, "138 1234 5678")
    press(page.number, Qt.Key.Key_Return)
    press(page.reason, Qt.Key.Key_Return)
    assert district.asked == [] and "完整号码和事由" in page.said.text()
    type_into(page.reason, "办理登记")
    press(page.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and "王*平" in page.said.text())
    assert district.asked == [(BY_PHONE, "138 1234 5678", "办理登记")]
    assert desk.courier.asked > 0 and not page.open_button.isVisible()
    assert ("张敏", "查询") not in noted(desk)  # the district notes it before it answers


def test_the_auditors_window_lists_the_entries(tmp_path: Path, qtbot: QtBot) -> None:
    clock = SystemClock()
    who = DeskIdentity(replica="d" * 32, post="审计管理员", officer="赵审", areas=("audit",))
    with Replica.create(tmp_path / "a.baiyun", new_key(), PROGRAM, who, clock, SystemIds(clock)) as replica:
        replica.audit.note(Doing.REVEAL, kind="person", fields=("phone",), reason="核对身份", officer="张敏")
        window = MainWindow(DeskContext(replica, PROGRAM, Courier(), who))
        with qtbot.waitExposed(window):
            window.show()
        page = window.go("audit")
        assert isinstance(page, ListPage) and page.spec.kind == ENTRY
        qtbot.waitUntil(lambda: idle(window) and page.table.rows.line(0) is not None)
        line = page.table.rows.line(0)
        assert line is not None and {"张敏", "查看", "核对身份"} <= set(line.cells)
        window.discard()
        window.close()
        window.deleteLater()
