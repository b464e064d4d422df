"""The sets of colours: light and dark in quiet greys, and two of high contrast for eyes that need it."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """Named by use, so that a screen never asks whether it is dark."""

    name: str
    window: str  # behind everything
    panel: str  # cards, tables, inputs
    stripe: str  # each second row
    hover: str
    line: str  # hairlines between things
    frame: str  # round an input
    text: str
    muted: str  # help, units, what is not the matter
    faint: str  # disabled
    accent: str
    accent_text: str  # on accent
    accent_soft: str  # selected row, current place
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str

    def tokens(self) -> dict[str, str]:
        """Colour by name, for the style sheet."""
        return asdict(self)

    def signal(self, tone: str) -> str:
        """The colour of words of a tone: good, warn, bad, else as any text."""
        return {"good": self.good, "warn": self.warn, "bad": self.bad, "plain": self.muted}.get(tone, self.text)


LIGHT = Colours(
    name="light",
    window="#f3f5f7",
    panel="#ffffff",
    stripe="#f7f9fa",
    hover="#eef2f5",
    line="#e2e6ea",
    frame="#c4ccd4",
    text="#1f2a35",
    muted="#596672",
    faint="#98a3ad",
    accent="#24689a",
    accent_text="#ffffff",
    accent_soft="#dbe9f4",
    good="#2b7350",
    good_soft="#e0f1e8",
    warn="#8f5d0a",
    warn_soft="#fcf0d6",
    bad="#ad3330",
    bad_soft="#fae4e2",
)

DARK = Colours(
    name="dark",
    window="#1a1e23",
    panel="#22272d",
    stripe="#262c33",
    hover="#2c333b",
    line="#323a43",
    frame="#4a545f",
    text="#dbe1e7",
    muted="#a0acb8",
    faint="#6a7580",
    accent="#74aedb",
    accent_text="#10202d",
    accent_soft="#283d50",
    good="#7fc6a0",
    good_soft="#22382e",
    warn="#e0b464",
    warn_soft="#3b3222",
    bad="#ea8f86",
    bad_soft="#44292b",
)
CONTRAST_LIGHT = Colours(
    name="contrast_light",
    window="#ffffff",
    panel="#ffffff",
    stripe="#f2f2f2",
    hover="#e6e6e6",
    line="#595959",
    frame="#000000",
    text="#000000",
    muted="#1f1f1f",
    faint="#595959",
    accent="#00378a",
    accent_text="#ffffff",
    accent_soft="#cfe3ff",
    good="#00491f",
    good_soft="#e1f5e8",
    warn="#5a3600",
    warn_soft="#fff0cc",
    bad="#8a0000",
    bad_soft="#ffe5e3",
)
"""Words 7:1 and more on whatever is behind them, edges 3:1 (WCAG 2.2, 1.4.6 and 1.4.11)."""

CONTRAST_DARK = Colours(
    name="contrast_dark",
    window="#000000",
    panel="#000000",
    stripe="#141414",
    hover="#262626",
    line="#a6a6a6",
    frame="#ffffff",
    text="#ffffff",
    muted="#ececec",
    faint="#a6a6a6",
    accent="#ffd83d",
    accent_text="#000000",
    accent_soft="#3a3a00",
    good="#7dffb0",
    good_soft="#0b2a17",
    warn="#ffc65c",
    warn_soft="#332100",
    bad="#ff9f98",
    bad_soft="#3d0d0a",
)
BY_NAME = {colours.name: colours for colours in (LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK)}


class _Now:
    colours = LIGHT


def current() -> Colours:
    """The colours in use."""
    return _Now.colours


def use(name: str) -> Colours:
    """Use a set by its name from now on; `theme.apply_theme` is what dresses the windows."""
    _Now.colours = BY_NAME[name]
    return _Now.colours
