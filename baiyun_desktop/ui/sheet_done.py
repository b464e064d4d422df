"""What a sheet says above its lines once it was saved: whom it wrote, each to be opened, and what still waits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from baiyun_desktop.ui.parts import button, column, frame, row, text
from baiyun_desktop.ui.sheet_save import LineResult
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


def summary(shell: Shell, kind: str, done: Sequence[LineResult]) -> QWidget:
    """Those just saved, with their numbers."""
    box = column(text(say("sheet.last"), "heading"), gap=2, margins=(16, 10, 12, 10))
    for result in done:
        words = " · ".join(part for part in (result.number or say("form.saved"), result.note) if part)
        opener = button(say("worklist.open"), partial(shell.open, kind, result.record), look="flat",
                        name=f"{say('worklist.open')} {result.title}")  # fmt: skip
        box.addLayout(row(text(result.title), text(words, "help"), None, opener, gap=10))
    return frame(box, strip="accent")


def left_strip(words: str) -> QWidget:
    """Why some of it could not be written."""
    return frame(row(text(words, tone="warn", wrap=True), margins=(14, 8, 14, 8)), strip="warn")
