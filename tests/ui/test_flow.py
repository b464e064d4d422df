"""Buttons go on in the next line, pairs stand below each other, and a page scrolls to the caret where a window is small."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui.flow import Flow
from baiyun_desktop.ui.parts import column, scrolled
from baiyun_desktop.ui.reflow import PAIR_PX, Pairs


def test_what_does_not_fit_goes_on_in_the_next_line(qtbot: QtBot) -> None:
    root, buttons = QWidget(), [QPushButton(f"登记草稿 {n}") for n in range(6)]
    qtbot.addWidget(root)
    flow = Flow(buttons, gap=10, indent=30)
    root.setLayout(flow)
    wide = sum(b.sizeHint().width() for b in buttons) + 10 * len(buttons)
    assert flow.heightForWidth(wide) < flow.heightForWidth(wide // 2) < flow.heightForWidth(wide // 4)
    root.resize(wide // 2, 300)
    root.show()
    qtbot.waitUntil(lambda: buttons[-1].y() > buttons[0].y())
    begins = [b for b, before in zip(buttons[1:], buttons, strict=False) if b.y() > before.y()]
    assert begins and all(b.x() == 30 for b in begins)
    assert all(b.geometry().right() < root.width() for b in buttons)


def test_pairs_stand_in_as_many_columns_as_there_is_room_for_and_keep_their_order(qtbot: QtBot) -> None:
    grid = QGridLayout()
    grid.addWidget(QLabel("全家共用"), 0, 0, 1, 6)
    pairs = [(QLabel(f"第{n}项"), QLineEdit()) for n in range(5)]
    for at, (label, editor) in enumerate(pairs):
        grid.addWidget(label, at // 3 + 1, at % 3 * 2)
        grid.addWidget(editor, at // 3 + 1, at % 3 * 2 + 1)
    card = Pairs(grid, 3)
    qtbot.addWidget(card)
    card.resize(PAIR_PX * 3 + 20, 300)
    card.show()
    qtbot.waitUntil(lambda: pairs[2][1].y() == pairs[0][1].y())
    for columns in (2, 1, 3):
        card.resize(PAIR_PX * columns + 20, 300)
        qtbot.waitUntil(lambda columns=columns: _lines(pairs) == -(-5 // columns))  # type: ignore[misc]
        assert all(label.y() < 300 and label.x() < editor.x() for label, editor in pairs)
        places = [(editor.y(), editor.x()) for _, editor in pairs]
        assert places == sorted(places)


def _lines(pairs: list[tuple[QLabel, QLineEdit]]) -> int:
    return len({editor.y() for _, editor in pairs})


def test_a_page_scrolls_to_where_enter_took_the_caret(qtbot: QtBot) -> None:
    inside, edits = QWidget(), [QLineEdit() for _ in range(30)]
    inside.setLayout(column(*edits))
    area = scrolled(inside)
    qtbot.addWidget(area)
    area.resize(300, 200)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    edits[0].setFocus()
    qtbot.waitUntil(edits[0].hasFocus)
    edits[-1].setFocus()
    qtbot.waitUntil(lambda: not edits[-1].visibleRegion().isEmpty() and edits[0].visibleRegion().isEmpty())
