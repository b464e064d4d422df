"""Says on start that no Chinese can be typed, and what an administrator does about it: a clerk would look for the fault here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QStandardPaths

from baiyun_desktop.support import input_method
from baiyun_desktop.ui.words import say


class _Typing:
    """One per process, like its environment."""

    wanted = ""


def prepare() -> None:
    """Before there is an application."""
    _Typing.wanted = input_method.asked(os.environ)
    input_method.prepare(os.environ, _plugins())


def trouble(wanted: str | None = None) -> str:
    """What stands in the way of typing Chinese on this PC, in words; empty where nothing seems to."""
    if not sys.platform.startswith("linux"):
        return ""
    method = _Typing.wanted if wanted is None else wanted
    config = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation))
    if not input_method.is_known(method, input_method.carried(_plugins())):
        return say("typing.unknown", name=method)
    if input_method.out_of_reach(os.environ, method, config):
        return say("typing.out_of_reach", name=method)
    return ""


def _plugins() -> Path:
    return Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
