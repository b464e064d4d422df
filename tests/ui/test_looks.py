"""Colours, high contrast, size and language are chosen once and are there the next day; all colours can be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from baiyun_desktop.ui import colours, looks, opening
from baiyun_desktop.ui.window import MainWindow
from tests.ui.gallery.checks import HIGH_RATIO, TEXT_RATIO, ratio

WORDS_ON = {
    "text": ("window", "panel", "stripe", "hover", "accent_soft", "warn_soft", "bad_soft", "good_soft"),
    "muted": ("window", "panel", "stripe", "hover", "accent_soft"),
    "accent": ("window", "panel", "accent_soft"),
    "accent_text": ("accent",),
    "good": ("window", "panel", "good_soft"),
    "warn": ("window", "panel", "warn_soft"),
    "bad": ("window", "panel", "bad_soft"),
}
EDGE_RATIO = 3.0


@pytest.mark.parametrize("name", looks.THEMES)
def test_words_stand_out_from_whatever_is_behind_them(name: str) -> None:
    """WCAG 2.2: 1.4.3, and in high contrast 1.4.6 and, for edges of what can be used, 1.4.11."""
    chosen, high = colours.BY_NAME[name].tokens(), name.startswith("contrast")
    for ink, grounds in WORDS_ON.items():
        for ground in grounds:
            found = ratio(QColor(chosen[ink]), QColor(chosen[ground]))
            assert found >= (HIGH_RATIO if high else TEXT_RATIO), f"{ink} on {ground}: {found:.2f}"
    for edge in ("accent", "frame") if high else ("accent",):
        assert ratio(QColor(chosen[edge]), QColor(chosen["panel"])) >= EDGE_RATIO, edge


def test_what_was_chosen_is_there_the_next_day(tmp_path: Path) -> None:
    path = tmp_path / "looks.ini"
    first = looks.Looks(path)
    assert (first.theme, first.language, first.zoom) == ("light", "zh", 100)
    first.choose(theme="contrast_dark", language="en", zoom=150)
    first.choose(zoom=125)
    again = looks.Looks(path)
    assert (again.theme, again.language, again.zoom) == ("contrast_dark", "en", 125)
    path.write_text("[look]\ntheme=pink\nlanguage=fr\nzoom=9000\n", "utf-8")
    spoilt = looks.Looks(path)
    assert (spoilt.theme, spoilt.language, spoilt.zoom) == ("light", "zh", 100)


def test_the_window_offers_all_colours_and_sizes_and_remembers(
    window: MainWindow, clothes: QApplication, tmp_path: Path
) -> None:
    kept = looks.use(tmp_path / "looks.ini")
    try:
        button = window.toolbar.look
        button.menu().aboutToShow.emit()
        offered = {action.text(): action for action in button.menu().actions() if action.text()}
        assert len(offered) == len(looks.THEMES) + len(looks.ZOOMS)
        assert [words for words, action in offered.items() if action.isChecked()] == ["浅色", "字号 100%"]
        offered["高对比（黑底白字）"].trigger()
        assert colours.current() is colours.CONTRAST_DARK and kept.theme == "contrast_dark"
        offered["字号 150%"].trigger()
        assert kept.zoom == 150 and "150%" in window.status.message
        window.close()
        assert kept.get(f"window/{window.shell.desk.identity.post}")
    finally:
        looks.use(None)


def test_the_scale_is_told_to_qt_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(opening.SCALE, "1.25")
    with opening.zoomed(200):
        assert os.environ[opening.SCALE] == "2.5"
    assert os.environ[opening.SCALE] == "1.25"
    monkeypatch.delenv(opening.SCALE)
    with opening.zoomed(100):
        assert opening.SCALE not in os.environ
    with opening.zoomed(150):
        assert os.environ[opening.SCALE] == "1.5"
    assert opening.SCALE not in os.environ
