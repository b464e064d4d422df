"""The two sets of colours, light and dark: quiet greys, one accent, three signals."""

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
    muted="#5f6c79",
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
    muted="#98a4b0",
    faint="#6a7580",
    accent="#74aedb",
    accent_text="#10202d",
    accent_soft="#2b4256",
    good="#7fc6a0",
    good_soft="#22382e",
    warn="#e0b464",
    warn_soft="#3b3222",
    bad="#ea8f86",
    bad_soft="#44292b",
)
BY_NAME = {"light": LIGHT, "dark": DARK}


class _Now:
    colours = LIGHT


def current() -> Colours:
    """The colours in use."""
    return _Now.colours


def use(name: str) -> Colours:
    """Use "light" or "dark" from now on; `theme.apply_theme` is what dresses the windows."""
    _Now.colours = BY_NAME[name]
    return _Now.colours
