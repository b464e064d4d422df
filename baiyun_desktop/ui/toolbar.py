"""The one row on top: back, the search box, and at the right what concerns the window itself."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.lock_button import OfficerButton
from baiyun_desktop.ui.parts import button, row, text
from baiyun_desktop.ui.search_box import SearchBox
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language, say


class Toolbar(QFrame):
    """Says what was pressed; the window does it."""

    back = Signal()
    theme_wanted = Signal(str)
    language_wanted = Signal(str)
    help_wanted = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self._shell = shell
        self.search = SearchBox(shell)
        if shell.desk.replica.duties:  # administrators have nobody to look for
            self.search.hide()
        self._back = button(
            "", self.back.emit, look="flat", picture="back", tip=say("shell.back_help"), name=say("shell.back")
        )
        self._back.setFixedWidth(34)
        self._post = text(_post(shell), "muted")
        self.officer = OfficerButton(shell)
        things: list[QWidget | int | None] = [self._back, 4, self.search, None, self._post, self.officer, 8]
        self._line: QPushButton | None = None
        line = shell.desk.line
        if line is not None:
            self._line = button("", self._turn, name=say("line.name"))
            self._line.setCheckable(True)
            self._show_line()
            things.append(self._line)
        if shell.desk.second_desk is not None:
            things.append(button(say("shell.second_desk"), shell.desk.second_desk, picture="desk"))
        self._theme = button("", lambda: self.theme_wanted.emit("dark" if current().name == "light" else "light"), look="flat",
                             picture="moon", name=say("shell.theme_dark"))  # fmt: skip
        self._theme.setFixedWidth(34)
        self._show_theme()
        guide = button(
            "", self.help_wanted.emit, look="flat", picture="help", tip=say("guide.open_help"), name=say("guide.open")
        )
        guide.setFixedWidth(34)
        things += [self._language(), self._theme, guide]
        self.setLayout(row(*things, margins=(12, 7, 12, 7)))
        self._show_officer()

    def _language(self) -> QPushButton:
        other = "en" if language() == "zh" else "zh"
        return button("EN" if other == "en" else "中", lambda: self.language_wanted.emit(other), look="flat",
                      tip=say("shell.language_help"), name=say("shell.language"))  # fmt: skip

    def _show_theme(self) -> None:
        other = "dark" if current().name == "light" else "light"
        self._theme.setIcon(icon("moon" if other == "dark" else "sun", "muted"))
        self._theme.setToolTip(say(f"shell.theme_{other}"))
        self._theme.setAccessibleName(say(f"shell.theme_{other}"))

    def _turn(self) -> None:
        line = self._shell.desk.line
        assert line is not None
        line.turn(not line.on)
        self._show_line()

    def _show_line(self) -> None:
        line, shown = self._shell.desk.line, self._line
        assert line is not None and shown is not None
        shown.setChecked(line.on)
        shown.setText(say("line.on" if line.on else "line.off"))
        shown.setIcon(icon("line-on" if line.on else "line-off", "good" if line.on else "bad"))
        shown.setIconSize(QSize(16, 16))
        shown.setToolTip(say("line.cut" if line.on else "line.restore"))

    def _show_officer(self) -> None:
        self.officer.refresh()
        self.officer.setVisible(self.officer.wanted)
        self._post.setVisible(not self.officer.wanted)

    def refresh(self) -> None:
        """The line may have been switched by a story, and another officer may sit here."""
        self._show_theme()
        self._show_officer()
        if self._line is not None:
            self._show_line()


def _post(shell: Shell) -> str:
    identity = shell.desk.identity
    return " · ".join(part for part in (identity.post, identity.officer) if part)
