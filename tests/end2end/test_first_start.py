"""The window's own start, from a PC with nothing on it to two posts, through a roll-back, to a wipe when it is closed."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop import app
from baiyun_desktop.replica import drives
from baiyun_desktop.replica.accounts_homes import begun_homes, homes_of
from baiyun_desktop.replica.first_run import Step
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.ui.first_run import FirstRun
from baiyun_desktop.ui.first_run_pages import PostPage
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.words import say
from baiyun_desktop.updates.slots import ROOT_SAID_BY, Slots

pytestmark = pytest.mark.apart

COUNTER, GRID, AREA = "宝山社区·窗口", "宝山社区·网格", "150206001006"
SECRET, OWN = "steppe wind 77", "chosen by herself 7"
Script = Generator[Callable[[], object], None, None]
"""What a person does; it yields what he waits for."""


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistrictProcess]:
    with DistrictProcess(tmp_path_factory.mktemp("district") / "d") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskHome:
    monkeypatch.setenv("BAIYUN_HOME", str(tmp_path / "home"))
    return DeskHome(tmp_path / "home")


class Person:
    """Does one thing after the other as soon as what he waits for is there; what he trips over is told by `start`."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._until: Callable[[], object] = lambda: True
        self.tripped: BaseException | None = None
        self.done = False
        self._timer = QTimer(interval=20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        if self.done or not self._until():
            return
        try:
            self._until = next(self._script)
        except StopIteration:
            self._end(None)
        except BaseException as error:  # noqa: BLE001 - inside Qt's loop nobody would hear of it
            self._end(error)

    def _end(self, error: BaseException | None) -> None:
        self.done, self.tripped = True, error
        self._timer.stop()
        if error is not None:
            QApplication.closeAllWindows()


def start(script: Script) -> int:
    """One start of the program, to its end."""
    person = Person(script)
    status = app._run(app._parser().parse_args([]))
    if person.tripped is not None:
        raise person.tripped
    assert person.done
    return status


def shown(kind: type[QWidget]) -> list[QWidget]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def wizard() -> FirstRun:
    (found,) = shown(FirstRun)
    assert isinstance(found, FirstRun)
    return found


def window(of: str = COUNTER) -> MainWindow:
    found = shown(MainWindow)
    return next(w for w in found if isinstance(w, MainWindow) and w.shell.desk.identity.post == of)


def at(step: Step) -> Callable[[], bool]:
    return lambda: bool(shown(FirstRun)) and wizard().step is step and wizard()._errand is None


def typed(*lines: str) -> None:
    for line in lines:
        QTest.keyClicks(wizard().focusWidget(), line)
        QTest.keyClick(wizard().focusWidget(), Qt.Key.Key_Return)


def enrols(code: str, address: str = "") -> Script:
    """The first three pages and the passphrase."""
    yield at(Step.ADDRESS)
    typed(address)
    yield at(Step.CODE)
    typed(code)
    yield at(Step.POST)
    page = wizard().page
    assert isinstance(page, PostPage)
    page.further.setChecked(bool(address))
    typed("")
    yield at(Step.KEY)
    typed(SECRET, SECRET)


def test_from_nothing_to_two_posts_and_away_again(
    district: DistrictProcess, home: DeskHome, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = str(district.folder)
    district.run("posts", "add", folder, COUNTER, "--organisation", AREA, "--role", "社区工作者")
    first = district.run("officers", "add", folder, "王芳", "wangfang", "--post", COUNTER).splitlines()[0]
    codes = [district.code(COUNTER, [AREA], "王芳"), district.code(GRID, [AREA], "")]

    def on_the_first_day() -> Script:
        yield from enrols(codes[0], district.url)
        yield at(Step.OFFICER)
        typed(first)
        yield at(Step.OFFICER)
        typed(OWN, OWN)
        yield at(Step.IMPORT)
        QTest.keyClick(wizard().focusWidget(), Qt.Key.Key_Up)
        typed("")
        yield at(Step.ADDRESS)  # the further post, which is put off
        wizard().reject()
        yield lambda: shown(MainWindow)
        made = window()
        assert made.page.title == say("place.import")
        assert made.gate is not None and not made.gate.locked, "she has just proved herself"
        assert made.shell.desk.replica.officer == "王芳"
        made.close()

    assert start(on_the_first_day()) == 0
    assert [h.folder for h in homes_of(home)] == [home.folder] and len(begun_homes(home)) == 1

    install = tmp_path / "install"
    install.mkdir()
    (install / "current.json").write_text(json.dumps({"current": "0.1.0", "rolled_back_from": "0.2.0"}))
    monkeypatch.setenv(ROOT_SAID_BY, str(install))

    def after_a_roll_back() -> Script:
        yield lambda: shown(QInputDialog)
        (asked,) = shown(QInputDialog)
        edit = asked.findChild(QLineEdit)
        assert isinstance(edit, QLineEdit)
        edit.setText(SECRET)
        assert isinstance(asked, QInputDialog)
        asked.accept()
        yield from enrols(codes[1])
        yield at(Step.IMPORT)  # nobody logs in at this post
        typed("")
        yield lambda: shown(MainWindow)
        made = window()
        assert made.gate is not None and made.gate.locked, "whoever starts it another day proves himself"
        assert "0.2.0" in made.status.message
        (other,) = made.shell.desk.other_posts()
        assert other[0] == GRID
        other[1]()
        yield lambda: len(shown(MainWindow)) == 2
        district.run("revoke", folder, made.shell.desk.identity.replica, "--yes")
        made.shell.desk.courier.round_now()
        yield lambda: any(isinstance(box, QMessageBox) for box in shown(QMessageBox))
        (told,) = shown(QMessageBox)
        assert isinstance(told, QMessageBox) and told.text() == say("ending.over")
        told.accept()
        yield lambda: len(shown(MainWindow)) == 1
        window(GRID).close()

    assert start(after_a_roll_back()) == 0
    assert Slots(install).pointer().rolled_back_from == ""
    assert not home.enrolled and not [*home.folder.glob("*.baiyun")], "the first post is wiped"
    assert begun_homes(home) == [] and len(homes_of(home)) == 1, "the other is there"


def test_a_network_drive_is_refused_before_anything_is_made(
    home: DeskHome, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drives, "network_mount", lambda _path, _mounts: "cifs")
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, words: said.append(words))
    assert app._run(app._parser().parse_args([])) == 1
    assert "网络盘" in said[0]
    assert [path.name for path in home.folder.iterdir()] == ["logs"]
