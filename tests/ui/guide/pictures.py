"""Takes the guide's pictures from the real window: `python -m tests.ui.guide.pictures` writes them anew.

Everybody on them is made up. They are taken once in a while and looked at, since no test can say whether one is clear.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.ui import opening
from baiyun_desktop.ui.figures_page import FiguresPage
from baiyun_desktop.ui.guide.book import folder
from baiyun_desktop.ui.periods import PERIODS
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.window import MainWindow
from tests.modules.migrants.made_up_year import FIRST, LAST, Year
from tests.ui.desk import Desk, id_number, idle, make_desk

WIDTH_PX = 670
WINDOW_PX = (1100, 640)
BESIDE_PX, HEAD_PX = 640, 216
SOME_LINES = 4
SHARED = {
    "live_addr": "宝山社区12号楼3单元502室",
    "dwelling": "租赁房屋",
    "arrive_date": "2026-10-09",
    "inflow_reason": "务工",
}
FAMILY = (("张建国", "15263019880315001", "13847250011"), ("乌云其其格", "15263019900722022", "13847250012"))


def family(window: MainWindow, desk: Desk) -> tuple[QWidget, QRect]:
    """A couple half typed into the family sheet."""
    page = window.new("residence_reg", {})
    assert isinstance(page, SheetPage)
    for path, words in SHARED.items():
        editor = page.shared[path].focusProxy()
        editor.setText(words)  # type: ignore[union-attr]
        editor.textEdited.emit(words)  # type: ignore[union-attr]
    for line, (name, number, phone) in zip(page.lines, FAMILY, strict=False):
        for path, words in (("name", name), ("id_no", id_number(number)), ("phone", phone)):
            cell = line.cells[f"person.{path}"]
            cell.setText(words)
            cell.textEdited.emit(words)
    page.lines[2].cells["person.name"].setFocus()
    return page, page.rect()


def permit(window: MainWindow, desk: Desk) -> tuple[QWidget, QRect]:
    """An application that lacks something, with the steps and why they cannot be taken yet."""
    record = desk.replica.ids.new()
    person, reg = desk.people["王公平"], desk.registrations["王公平"]
    draft = Draft.create("residence_permit", record, person=person, reg=reg, reside_since="2026-01-05", basis=["1"])
    desk.replica.door.save([draft])
    page = window.open("residence_permit", record)
    assert isinstance(page, RecordPage)
    return page, QRect(0, 0, BESIDE_PX, HEAD_PX)


def figures(window: MainWindow, desk: Desk) -> tuple[QWidget, QRect]:
    """The figures of a made-up quarter, by province, with the caret at what stands at its end."""
    Year(desk.replica).fill()
    page = window.go("figures")
    assert isinstance(page, FiguresPage)
    page.period.setCurrentIndex(len(PERIODS))
    for edit, day in ((page.first, FIRST), (page.last, LAST)):
        edit.setText(day.isoformat())
    page.refresh()
    while not idle(window) or page.table.rowCount() < SOME_LINES:
        time.sleep(0.02)
    page.table.setFocus()
    page.table.setCurrentCell(0, 5)
    return page, page.rect()


def take(name: str, show: Callable[[MainWindow, Desk], tuple[QWidget, QRect]], window: MainWindow, desk: Desk) -> None:
    """What the page shows, in the width that the guide has."""
    widget, part = show(window, desk)
    end = time.monotonic() + 1.0
    while time.monotonic() < end or not idle(window):
        time.sleep(0.02)
    taken = widget.grab(part).toImage()
    small = taken.scaledToWidth(min(WIDTH_PX, taken.width()), Qt.TransformationMode.SmoothTransformation)
    small = small.convertToFormat(small.Format.Format_RGB888)
    assert small.save(str(folder() / "pictures" / f"{name}.png"), "PNG", 0)


def main() -> None:
    """All pictures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = opening.application(theme_name="light")
    with tempfile.TemporaryDirectory() as place:
        desk = make_desk(Path(place))
        desk.add("王公平", "15020619880315002", "13812345678")
        window = MainWindow(desk.context())
        window.resize(*WINDOW_PX)
        window.show()
        for name, show in (("family", family), ("permit", permit), ("figures", figures)):
            take(name, show, window, desk)
        window.discard()
        window.close()
        app.processEvents()
        desk.replica.close()


if __name__ == "__main__":
    main()
