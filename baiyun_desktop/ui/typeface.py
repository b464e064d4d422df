"""Chinese shown right also on a machine without Chinese fonts: the system's face if it has one, else ours."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from baiyun_desktop.documents.fonts import font_paths

PREFERRED = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)
RARE = "Baiyun Rare Han"
"""Ours: the rare characters of names that common faces lack."""
BASE_PX = 13
LARGE_PX = 18
TITLE_PX = 16
SMALL_PX = 12


def dress(app: QApplication) -> str:
    """Give the application a face that has Chinese, with one for rare characters behind it; return the face's name."""
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    ours = _register(rare_only=bool(chinese))
    family = (
        next((name for name in PREFERRED if name in chinese), None) or (chinese or ours or [app.font().family()])[0]
    )
    font = QFont(family)
    font.setFamilies([family, *[name for name in ours if name != family]])
    font.setPixelSize(BASE_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    return family


def _register(*, rare_only: bool) -> list[str]:
    families: list[str] = []
    for path in font_paths():
        number = QFontDatabase.addApplicationFont(str(path))
        found = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        families += [name for name in found if not rare_only or name == RARE]
    return families
