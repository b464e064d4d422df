"""Errors that nobody foresaw, from any thread: told once in plain words, with what helps an administrator and no values."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPlainTextEdit, QWidget

from baiyun_desktop.support.report import Told, lines_of
from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.words import say

log = logging.getLogger(__name__)
WIDTH_PX = 560


class QtComplaint(Exception):
    """Qt said that something is wrong inside it."""


class TroubleDialog(QDialog):
    """Comes up without taking the caret: who is typing goes on typing, and no Enter meant for a field presses a button."""

    def __init__(
        self, error: BaseException, save: Callable[[Path], None], parent: QWidget | None, *, kept: bool = True
    ) -> None:
        """`kept` says that what is typed is kept: before there is a window nothing is."""
        super().__init__(parent)
        self._save = save
        self.setWindowTitle(say("trouble.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH_PX)
        self.details = QPlainTextEdit("\n".join(lines_of(error)))
        self.details.setReadOnly(True)
        self.details.setAccessibleName(say("trouble.details"))
        self.details.setMinimumHeight(150)
        self.details.hide()
        self.said = text("", "help", wrap=True)
        self._more = button(say("trouble.details"), self._show_details, look="flat")
        self._close = button(say("trouble.go_on" if kept else "trouble.close"), self.close, look="primary")
        self.setLayout(
            column(
                text(say("trouble.what"), "heading", wrap=True),
                text(say("trouble.kept" if kept else "trouble.not_begun"), wrap=True),
                text(say("trouble.do" if kept else "trouble.do_at_start"), wrap=True),
                self.details,
                self.said,
                row(
                    self._more,
                    button(say("trouble.copy"), self._copy, look="flat"),
                    button(say("trouble.save"), self._ask_where, look="flat"),
                    None,
                    self._close,
                ),
                gap=10,
                margins=(20, 18, 20, 14),
            )
        )

    def _show_details(self) -> None:
        self.details.setVisible(self.details.isHidden())
        self.adjustSize()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.details.toPlainText())
        self.said.setText(say("trouble.copied"))

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say("trouble.save"), "baiyun-diagnostic.zip", "ZIP (*.zip)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Writes the diagnostic; whatever stands in its way is said here."""
        try:
            self._save(path)
        except Exception as error:  # noqa: BLE001 - a helper for errors must not make another dialog
            self.said.setText(say("trouble.not_saved", why=type(error).__name__))
        else:
            self.said.setText(say("trouble.saved", name=path.name))

    def again(self, times: int) -> None:
        """The same happened again."""
        self.said.setText(say("trouble.again", n=times))


class Troubles(QObject):
    """Hears of errors in any thread and tells of each once in ten minutes, one dialog at a time.

    `expected` takes what is no bug (a full disk, a refusal) and returns whether it did.
    """

    _heard = Signal(object)

    def __init__(
        self, window: QWidget | None, save: Callable[[Path], None], expected: Callable[[BaseException], bool]
    ) -> None:
        """`window` is None for the time before there is one."""
        super().__init__(window)
        self._window, self._save, self._expected = window, save, expected
        self._told = Told()
        self._before: tuple[Any, Any, Any] | None = None
        self.dialog: TroubleDialog | None = None
        self._heard.connect(self.tell)

    def install(self) -> None:
        """From now on: the window's slots, threads, and Qt itself."""
        before = qInstallMessageHandler(self._of_qt)
        self._before = sys.excepthook, threading.excepthook, before
        sys.excepthook, threading.excepthook = self._of_window, self._of_thread

    def uninstall(self) -> None:
        """As it was."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, handler = self._before
            qInstallMessageHandler(handler)
            self._before = None

    def _of_window(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.hear(error)

    def _of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.hear(args.exc_value)

    def _of_qt(self, kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            log.error("Qt: %s", words)
            self._pass_on(QtComplaint())
        elif kind is QtMsgType.QtWarningMsg:
            log.warning("Qt: %s", words)

    def hear(self, error: BaseException) -> None:
        """May be called in any thread; never raises, for it is called where nothing catches any more."""
        with suppress(Exception):
            log.error("not foreseen", exc_info=(type(error), error, error.__traceback__))
        self._pass_on(error)

    def _pass_on(self, error: BaseException) -> None:
        with suppress(RuntimeError):  # the window is gone
            self._heard.emit(error)

    @Slot(object)
    def tell(self, error: BaseException) -> None:
        """In the window's thread."""
        if self._expected(error):
            return
        worth = self._told.worth_telling(error, time.monotonic())
        if self.dialog is not None:
            self.dialog.again(self._told.times(error))
        elif worth:
            over = QApplication.activeModalWidget() or self._window  # behind a modal one nobody could press a button
            self.dialog = TroubleDialog(error, self._save, over, kept=self._window is not None)
            self.dialog.destroyed.connect(self._closed)
            self.dialog.show()

    def _closed(self) -> None:
        self.dialog = None
