"""Each window, page and dialog of a clerk's desk, brought up one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFrame, QWidget

from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.lookup import LookedUp
from baiyun_desktop.replica.setting_up import SettingUp
from baiyun_desktop.ui.approval_here import ApproveHere
from baiyun_desktop.ui.columns_dialog import ColumnsDialog
from baiyun_desktop.ui.contests_page import ContestsPage
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.export_dialog import ExportDialog
from baiyun_desktop.ui.file_lost import FileLost
from baiyun_desktop.ui.first_run import FirstRun
from baiyun_desktop.ui.import_page import ImportPage
from baiyun_desktop.ui.key_recovery import KeyRecovery
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.narrow_dialog import NarrowDialog
from baiyun_desktop.ui.paper_register import PaperRegister
from baiyun_desktop.ui.paper_window import PaperWindow
from baiyun_desktop.ui.password import PasswordSheet
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.reveal import CallWindow, ReasonDialog
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.trouble import TroubleDialog
from baiyun_desktop.ui.upgrade_note import UpgradeNote
from baiyun_desktop.ui.window import MainWindow
from sync.district.engine import open_engine
from tests.end2end.offices import BAOSHAN, Offices
from tests.end2end.offices import PROGRAM as WHOLE
from tests.ui.allowing import staff
from tests.ui.desk import PROGRAM, Courier, Desk, id_number, idle
from tests.ui.first_runs import pc
from tests.ui.test_contest_page import apart

from .admin import pages
from .people import busy_desk, sent_back

Scene = tuple[str, QWidget]
LEDGER = Path(__file__).parents[2] / "data" / "ledgers" / "宝山社区_流动人口台账.xlsx"
PAUSE_S, WAIT_S, CALM = 0.1, 30.0, 12
"""A page asks, shows what was answered, and is laid out at the turns of the event loop after that."""
SHARED = {"live_addr": "宝山社区12号楼3单元502室", "dwelling": "租赁房屋", "arrive_date": "2026-10-09"}
FAMILY = (("张建国", "15263019880315001", "13847250011"), ("乌云其其格", "15263019900722022", "13847250012"))


def settle(window: MainWindow) -> None:
    """Until nothing is asked any more and what was asked is on screen."""
    end, least, calm = time.monotonic() + WAIT_S, time.monotonic() + PAUSE_S, 0
    while (calm < CALM or time.monotonic() < least) and time.monotonic() < end:
        calm = calm + 1 if idle(window) else 0
        time.sleep(0.01)


def window_on(context: DeskContext, stack: ExitStack, size: tuple[int, int]) -> MainWindow:
    """A main window as large as it may be, which goes with the stack."""
    window = MainWindow(context)
    stack.callback(window.deleteLater)
    stack.callback(window.close)
    stack.callback(window.discard)
    window.resize(*size)
    window.show()
    settle(window)
    return window


def counter(folder: Path, size: tuple[int, int], stack: ExitStack) -> tuple[MainWindow, Desk]:
    """A clerk's own window on a desk at work."""
    desk = busy_desk(folder)
    stack.callback(desk.replica.close)
    sent_back(desk)
    return window_on(replace(desk.context(), look_up=lambda *_: LookedUp(found=0)), stack, size), desk


def places(folder: Path, size: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """All places of the navigation; of the lists that are empty the first."""
    window, _ = counter(folder, size, stack)
    empty = 0
    for place in window._places:
        page = window.go(place)
        settle(window)
        empty += isinstance(page, ListPage) and not page.table.rows.rowCount()
        if not isinstance(page, ListPage) or page.table.rows.rowCount() or empty == 1:
            yield place, window


def records(folder: Path, size: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """Forms filled and empty, and the family sheet."""
    window, desk = counter(folder, size, stack)
    permit = next(iter(desk.replica.read.list("residence_permit").rows)).id
    ticket = next(iter(desk.replica.read.list("service_ticket").rows)).id
    known = (("person", desk.people["王公平"]), ("residence_reg", desk.registrations["王公平"]),
             ("residence_permit", permit), ("service_ticket", ticket))  # fmt: skip
    for kind, record in known:
        page = window.open(kind, record)
        settle(window)
        yield f"record {kind}", window
        if isinstance(page, RecordPage) and kind == "residence_permit":
            page.begin("材料齐")
            settle(window)
            yield "record with a step", window
    yield "family sheet", family(window)
    for kind in forms():
        page = window.new(kind, {})
        settle(window)
        yield f"new {kind}", window
    window.discard()


def forms() -> list[str]:
    """Kinds that somebody fills in on a form of their own."""
    kinds = [kind for module in PROGRAM.modules for kind in PROGRAM.kinds.values()
             if PROGRAM.module_of.get(kind.name) == module.name]  # fmt: skip
    return [k.name for k in kinds if any(f.asked.name in ("FIRST", "STEP", "OPTIONAL") for f in k.fields)]


def family(window: MainWindow) -> MainWindow:
    """A couple half typed in."""
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    for path, words in SHARED.items():
        editor = page.shared[path].focusProxy()
        editor.setText(words)  # type: ignore[union-attr]
        editor.textEdited.emit(words)  # type: ignore[union-attr]
    for line, (name, number, phone) in zip(page.lines, FAMILY, strict=False):
        for path, words in (("name", name), ("id_no", id_number(number)), ("phone", phone)):
            line.cells[f"person.{path}"].setText(words)
            line.cells[f"person.{path}"].textEdited.emit(words)
            line.cells[f"person.{path}"].setCursorPosition(0)
    page.shared["live_addr"].setFocus()
    page.lines[2].cells["person.name"].setFocus()
    for popup in window.findChildren(QFrame):
        if popup.property("popup"):
            popup.hide()
    settle(window)
    return window


def imported(folder: Path, size: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """A ledger read and not yet taken in."""
    window, _ = counter(folder, size, stack)
    page = window.go("import")
    assert isinstance(page, ImportPage)
    page.read_file(LEDGER)
    end = time.monotonic() + WAIT_S
    while not page.preview.isVisible() and time.monotonic() < end:
        settle(window)
    yield "import preview", window


def dialogs(folder: Path, size: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """What comes up over the window."""
    window, desk = counter(folder, size, stack)
    registered, shell = desk.registrations["王公平"], window.shell
    listed = window.go("residence_active")
    assert isinstance(listed, ListPage)
    paper = PaperWindow(shell, "王公平", window, paper=PROGRAM.papers["residence_receipt"], kind="residence_reg",
                        record=registered)  # fmt: skip
    made: list[tuple[str, Callable[[], QWidget]]] = [
        ("paper", lambda: paper),
        ("paper register", lambda: PaperRegister(shell, registered, "王公平", window)),
        ("export", lambda: ExportDialog(shell, listed.spec, window)),
        ("columns", lambda: ColumnsDialog(shell, listed.look, window)),
        ("condition", lambda: NarrowDialog(shell, listed.spec, listed.look.fields, window)),
        ("list on paper", lambda: _on_paper(listed)),
        ("reveal", lambda: ReasonDialog(window, "王公平 · 手机号码", ["核对身份", "电话通知", "本人要求"])),
        ("call", lambda: CallWindow(window, "王公平", "13812345678")),
        ("approve here", lambda: ApproveHere(shell, "a" * 32, window)),
        ("trouble", lambda: TroubleDialog(RuntimeError("boom"), lambda _: None, window)),
        ("upgrade", _upgrade),
        ("key lost", lambda: KeyRecovery(str, lambda *_: None, (), why="这台电脑的钥匙不在了。",
                                         waiting=None, passphrase=True, parent=window)),
        ("file lost", lambda: FileLost(lambda *_: ("", ""), (3, 1), why="数据文件打不开了。", passphrase=True, parent=window)),  # type: ignore[arg-type,return-value]
    ]  # fmt: skip
    for name, make in made:
        dialog = make()
        dialog.show()
        for _ in range(8):
            settle(window)
        yield name, dialog
        dialog.hide()
    window.show_guide()
    settle(window)
    guide = next(w for w in QApplication.topLevelWidgets() if w.isVisible() and w.parent() is window)
    yield "guide", guide
    guide.hide()


def _on_paper(listed: ListPage) -> QWidget:
    listed.print_list()
    assert listed.printed is not None
    return listed.printed


def _upgrade() -> QWidget:
    note = UpgradeNote()
    note.setModal(False)
    return note


def gate(folder: Path, size: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """Who sits here, with a password, and another one."""
    desk = busy_desk(folder, 3)
    stack.callback(desk.replica.close)
    staff(desk)
    window = window_on(replace(desk.context(), accounts=Accounts(desk.replica)), stack, size)
    assert window.gate is not None and window.gate.sheet is not None
    sheet = window.gate.sheet
    yield "locked", window
    yield "log in", sheet
    sheet.call()
    settle(window)
    yield "password forgotten", sheet
    yield "another password", _shown(PasswordSheet(window.shell, Accounts(desk.replica), window), window)


def _shown(dialog: QWidget, window: MainWindow) -> QWidget:
    dialog.show()
    settle(window)
    return dialog


def contests(folder: Path, size: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """Two offices that disagree."""
    offices = Offices(open_engine(f"sqlite:///{folder / 'district.db'}"), folder)
    stack.callback(offices.close)
    pair = offices.open("宝山甲", BAOSHAN), offices.open("宝山乙", BAOSHAN)
    apart(offices, pair, "王公平", {"work_unit": "白云铁矿运输部", "phone": "13811111111"},
          {"work_unit": "包钢集团白云鄂博铁矿选矿车间", "phone": "13922222222"})  # fmt: skip
    context = DeskContext(pair[0].replica, WHOLE, Courier(), pair[0].replica.identity)
    window = window_on(context, stack, size)
    page = window.go("contests")
    assert isinstance(page, ContestsPage)
    settle(window)
    yield "contest", window


def first_run(folder: Path, _: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """The pages that set a PC up."""
    made = pc(folder)
    setup = SettingUp(
        made.home, PROGRAM, made.enrol, made.carrier, made.town.clock, None, replica=None, reach=made.reach
    )  # type: ignore[arg-type]
    window = FirstRun(setup)
    stack.callback(window.deleteLater)
    window.show()
    window._shown = False  # only looked at: no page asks for what the one before it would have brought
    for step in window.pages:
        window.turn(step)
        for _i in range(5):
            QApplication.processEvents()
        yield f"first run {step.value}", window
    window._timer.stop()
    window.hide()


def admin(folder: Path, size: tuple[int, int], stack: ExitStack) -> Iterator[Scene]:
    """The three administrators' pages and sheets."""
    for name, widget, window in pages(folder, lambda context: window_on(context, stack, size), stack):
        for _ in range(3):
            settle(window)
        yield name, widget


EVERY = (places, records, imported, dialogs, gate, contests, first_run, admin)
