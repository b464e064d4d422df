"""Opening a desk's window: fonts, theme and context, the same for the program and for a story."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from PySide6.QtWidgets import QApplication

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.safety import Safety
from baiyun_desktop.ui import looks, theme, typeface, typing_check, words
from baiyun_desktop.ui.desk import CourierControl, DeskContext, LineSwitch
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.window import MainWindow

SCALE = "QT_SCALE_FACTOR"
SWITCH_S = 0.0005
"""How long a thread may keep Python to itself. The window's thread hands it over at each call of Qt; with the usual 5 ms
beside a courier at work, a form of some hundred calls would wait for it a hundred times."""


def application(arguments: Sequence[str] = ("baiyun-desktop",), theme_name: str = "") -> QApplication:
    """The one application of this process, dressed as it was chosen (see `looks`) unless a theme is named."""
    sys.setswitchinterval(SWITCH_S)
    app = cast("QApplication | None", QApplication.instance())
    if app is None:
        typing_check.prepare()
        with zoomed(looks.current().zoom):
            app = QApplication(list(arguments))
    app.setApplicationName("baiyun-desktop")
    app.setApplicationDisplayName("白云")
    typeface.dress(app)
    theme.apply_theme(app, theme_name or looks.current().theme)
    words.set_language(looks.current().language)
    return app


@contextmanager
def zoomed(percent: int) -> Iterator[None]:
    """Inside, Qt hears of a scale on top of the system's; what this program starts later hears nothing of it."""
    before = os.environ.get(SCALE)
    if percent != 100:
        os.environ[SCALE] = str(float(before or 1) * percent / 100)
    yield
    if before is None:
        os.environ.pop(SCALE, None)
    else:
        os.environ[SCALE] = before


def open_desk(
    replica: Replica,
    program: Program,
    courier: CourierControl,
    screens: Sequence[Screens],
    *,
    line: LineSwitch | None = None,
    second_desk: Callable[[], None] | None = None,
    other_posts: Callable[[], Sequence[tuple[str, Callable[[], None]]]] = tuple,
    accounts: Accounts | None = None,
    safety: Safety | None = None,
) -> MainWindow:
    """A window on a desk, not yet shown; `accounts` of who has logged in already."""
    context = DeskContext(
        replica=replica,
        program=program,
        courier=courier,
        identity=replica.identity,
        line=line,
        screens=tuple(screens),
        look_up=courier.look_up if isinstance(courier, Carrier) else None,
        rescued=courier.rescued if isinstance(courier, Carrier) else None,
        second_desk=second_desk,
        accounts=accounts or Accounts(replica),
        other_posts=other_posts,
        safety=safety,
    )
    return MainWindow(context)
