"""Which way Chinese is typed: Qt's wheels speak to ibus alone, and office desktops type through fcitx."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping, MutableMapping
from pathlib import Path

ONE, SEVERAL = "QT_IM_MODULE", "QT_IM_MODULES"
"""What tells Qt of an input method; the second, of newer versions, goes before the first."""
IBUS = "ibus"
_FCITX = frozenset(("fcitx", "fcitx5"))
_OWN = frozenset(("wayland", "none", "simple"))
"""Not a plugin's: the compositor's way, or none by choice."""
_PLUGIN = re.compile(r"lib(\w+?)platforminputcontextplugin\.so")


def carried(plugins: Path) -> frozenset[str]:
    """The input methods for which this Qt has a plugin, by the folder of its plugins."""
    found = (_PLUGIN.fullmatch(path.name) for path in plugins.glob("platforminputcontexts/lib*.so"))
    return frozenset(match[1] for match in found if match is not None)


def asked(environ: Mapping[str, str]) -> str:
    """The input method that the desktop types with, as far as it says so; else empty."""
    said = [*environ.get(SEVERAL, "").split(";"), environ.get(ONE, "")]
    named = [name for name in said if name and name != "xim"]
    if named:
        return "" if named[0] in _OWN else named[0]
    if environ.get("XDG_SESSION_TYPE") == "wayland":
        return ""  # there the compositor has a way of its own, unless somebody says otherwise
    return environ.get("XMODIFIERS", "").partition("@im=")[2]


def prepare(environ: MutableMapping[str, str], plugins: Path) -> None:
    """To be called before there is an application: has Qt speak to fcitx by the ibus front end that fcitx brings.

    Its own plugin is of the system's Qt, not of ours. What Qt can do by itself stays as it is.
    """
    if not sys.platform.startswith("linux"):
        return
    can, named = carried(plugins), environ.get(SEVERAL, environ.get(ONE, "")).split(";")
    wanted = asked(environ)
    if IBUS in can and not can.intersection(named) and (wanted in _FCITX or wanted == IBUS):
        environ.pop(SEVERAL, None)
        environ[ONE] = IBUS


def out_of_reach(environ: Mapping[str, str], wanted: str, config: Path) -> bool:
    """Whether somebody types with fcitx or ibus, and nothing listens where Qt will look for it.

    `wanted` is what `asked` said before `prepare`, `config` the folder of the user's settings.
    """
    if wanted not in (*_FCITX, IBUS) or environ.get("IBUS_ADDRESS") or environ.get("IBUS_USE_PORTAL"):
        return False
    return not any(config.glob("ibus/bus/*-unix-*"))


def is_known(wanted: str, can: Collection[str]) -> bool:
    """Whether Chinese can be typed that way at all; nothing said is nothing wrong."""
    return not wanted or wanted in can or wanted in _FCITX
