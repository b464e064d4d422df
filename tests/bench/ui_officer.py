"""An officer at the window of the bench: presses keys and waits until what they ask for is painted."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidgetItem, QWidget

from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.suggest import Choice, Suggest
from baiyun_desktop.ui.window import MainWindow

from .ui_watch import Heartbeat, Painted, Took, wait

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SETTLE_MS = 150
DOWN_MAX = 25
DIGITS = 9


@dataclass
class Log:
    """What was measured: the name of the deed with each of its times."""

    took: dict[str, list[Took]] = field(default_factory=dict)

    def add(self, name: str, took: Took) -> None:
        self.took.setdefault(name, []).append(took)

    def ms(self, begins: str) -> list[float]:
        """Times by the clock of all deeds whose name begins so."""
        return [t.ms for name, times in self.took.items() if name.startswith(begins) for t in times]


class Officer:
    """Works in one window."""

    def __init__(self, window: MainWindow, places: Sequence[str], log: Log, heart: Heartbeat, seed: int) -> None:
        self.window = window
        self._places = places
        self._log = log
        self._heart = heart
        self._random = random.Random(seed)
        offered = window.toolbar.search.findChild(Suggest)
        assert isinstance(offered, Suggest)
        self._offered = offered

    # --- search -------------------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Types into the one search box, a character after the other, each once the hits before it are there."""
        box = self.window.toolbar.search
        QTest.keyClick(self.window, Qt.Key.Key_K, CTRL)
        QTest.keyClick(box, Qt.Key.Key_Delete)
        for char in text:
            hits = Painted(self.window, partial(self._offers_other_than, self._offered.choices))
            self._note("search", hits, partial(_type, box, char))
        QTest.keyClick(box, Qt.Key.Key_Escape)

    def _offers_other_than(self, before: Sequence[Choice]) -> bool:
        return self._offered.choices is not before

    # --- lists --------------------------------------------------------------------------------------------------

    def open_list(self, name: str) -> ListPage:
        """A list that this window has not shown yet, by its digit or a click, until its first rows are painted."""

        def shown() -> bool:
            page = self.window.page
            return isinstance(page, ListPage) and page.spec.name == name and page.table.rows.rowCount() > 0

        self._note(f"list {name}", Painted(self.window, shown), self._way_to(name))
        page = self.window.page
        assert isinstance(page, ListPage)
        return page

    def _way_to(self, name: str) -> Callable[[], None]:
        """Alt and a digit; beyond the ninth place a click, its heading opened before."""
        number = self._places.index(name) + 1
        if number <= DIGITS:
            return partial(QTest.keyClick, self.window, Qt.Key(Qt.Key.Key_0 + number), ALT)
        places = self.window.navigation
        items = [places.item(n) for n in range(places.count())]
        at = next(n for n, item in enumerate(items) if item.data(Qt.ItemDataRole.UserRole) == name)
        if items[at].isHidden():
            above = (item for item in reversed(items[:at]) if item.data(Qt.ItemDataRole.UserRole) is None)
            self._click(next(above))
            wait(SETTLE_MS)
        return partial(self._click, items[at])

    def _click(self, item: QListWidgetItem) -> None:
        places = self.window.navigation
        places.scrollToItem(item)
        spot = places.visualItemRect(item).center()
        QTest.mouseClick(places.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)

    # --- forms --------------------------------------------------------------------------------------------------

    def open_record(self, page: ListPage) -> None:
        """Some lines down and Enter: the record's form; then back to the list."""
        self._down(page)
        self._form(f"form {page.kind.name}", partial(QTest.keyClick, page.table, Qt.Key.Key_Return))
        self._back(page)

    def open_new(self, page: ListPage) -> None:
        """Ctrl+N: an empty form, or the sheet that stands for it; then back to the list."""
        self._form(f"form new {page.kind.name}", partial(QTest.keyClick, page.table, Qt.Key.Key_N, CTRL))
        self._back(page)

    def _form(self, name: str, press: Callable[[], None]) -> None:
        before = self.window.page
        self._note(name, Painted(self.window, lambda: self.window.page is not before), press)

    def _note(self, name: str, painted: Painted, press: Callable[[], None]) -> None:
        self._heart.deed = name
        try:
            self._log.add(name, painted.after(press))
        except TimeoutError as error:
            raise TimeoutError(f"{name}: {error}") from error

    def _down(self, page: ListPage) -> None:
        for _ in range(self._random.randrange(1, DOWN_MAX)):
            QTest.keyClick(page.table, Qt.Key.Key_Down)
        wait(SETTLE_MS)

    def _back(self, page: ListPage) -> None:
        wait(SETTLE_MS)  # what belongs to the record arrives beside its form
        QTest.keyClick(self.window, Qt.Key.Key_Left, ALT)
        if self.window.page is not page:
            raise RuntimeError("Alt+Left does not lead back to the list")
        wait(SETTLE_MS)


def _type(into: QWidget, char: str) -> None:
    if char.isascii():
        QTest.keyClicks(into, char)
        return
    event = QInputMethodEvent()
    event.setCommitString(char)
    QApplication.sendEvent(into, event)


def words_of(replica: Replica, seed: int, people: int) -> list[str]:
    """What officers type to find some people: name, pinyin, initials, the tails of numbers, a door, two words."""
    draw = random.Random(seed)
    with replica.reading() as conn:
        last = conn.exec_driver_sql("SELECT count(*) FROM person").scalar_one()
        found: list[str] = []
        for _ in range(people):
            row = conn.exec_driver_sql(
                "SELECT name, name_py, id_no, phone, live_addr FROM person LIMIT 1 OFFSET ?", (draw.randrange(last),)
            )
            name, sound, number, phone, address = row.one()
            door = "-".join(part for part in _numbers(address))
            syllables = sound.split()
            found += [name, "".join(syllables), "".join(s[0] for s in syllables), number[-6:].lower(), phone[-4:], door]
            found.append(f"{name[0]} {door}")
    return [words for words in found if words]


def _numbers(address: str) -> Sequence[str]:
    return "".join(char if char.isdigit() else " " for char in address).split()
