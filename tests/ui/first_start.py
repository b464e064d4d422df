"""A first start in a process of its own, with a minimised window, for the tests of the second start."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMainWindow

from baiyun_desktop.ui.instance import SingleInstance
from baiyun_desktop.ui.opening import application


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    app = application()
    instance = SingleInstance.claim(Path(sys.argv[1]))
    if instance is None:
        say("raised the other")
        return
    window = QMainWindow()
    window.showMinimized()
    instance.wanted.connect(lambda: say("minimised" if window.isMinimized() else "up"))
    QTimer.singleShot(0, lambda: say("first"))
    app.exec()
