"""Opening a desk's window: fonts, theme and context, the same for the program and for a story."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtWidgets import QApplication

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.safety import Safety
from baiyun_desktop.ui import theme, typeface
from baiyun_desktop.ui.desk import CourierControl, DeskContext, LineSwitch
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.window import MainWindow

SWITCH_S = 0.0005
"""How long a thread may keep Python to itself. The window's thread hands it over at each call of Qt; with the usual 5 ms
beside a courier at work, a form of some hundred calls would wait for it a hundred times."""


def application(arguments: Sequence[str] = ("baiyun-desktop",), theme_name: str = "light") -> QApplication:
    """The one application of this process, dressed."""
    sys.setswitchinterval(SWITCH_S)
    app = cast("QApplication | None", QApplication.instance()) or QApplication(list(arguments))
    app.setApplicationName("baiyun-desktop")
    app.setApplicationDisplayName("白云")
    typeface.dress(app)
    theme.apply_theme(app, theme_name)
    return app


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
