"""Which typefaces papers and screens fall back on, so that Chinese is legible also on a bare machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from baiyun_desktop.kernel.resource import resource

if TYPE_CHECKING:
    from typst import Fonts

SERIF = ("Noto Serif SC", "Baiyun Rare Han Serif", "Noto Sans SC", "Baiyun Rare Han")
SANS = ("Noto Sans SC", "Baiyun Rare Han", "Noto Serif SC", "Baiyun Rare Han Serif")
OFFICIAL_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK")
OFFICIAL_BODY = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong")
OFFICIAL_HEAD = ("SimHei", "黑体", "STHeiti")
RARE_OF_SYSTEM = ("SimSun-ExtB", "SimSun-ExtG", "TH-Sung-P2", "HanaMinB")


@dataclass(frozen=True, slots=True)
class Faces:
    """The families that a paper is set in, the first that has a character wins."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    head: tuple[str, ...]


def font_paths() -> list[Path]:
    """The font files for screens: an open sans serif face and ours for the rare characters it lacks."""
    return [_packaged("NotoSansSC-Regular.otf"), resource("fonts", "BaiyunRareHan.otf")]


def paper_font_paths() -> list[Path]:
    """The font files for papers: those of the screens, and their serif siblings."""
    serif = [_packaged("NotoSerifSC-Regular.otf"), resource("fonts", "BaiyunRareHanSerif.otf")]
    return [*font_paths(), *serif]


def faces(families: frozenset[str]) -> Faces:
    """The official faces among the families that there are, each with the open ones behind it."""
    rare = _among(RARE_OF_SYSTEM, families)
    return Faces(
        title=_among(OFFICIAL_TITLE, families) + SERIF + rare,
        body=_among(OFFICIAL_BODY, families) + SERIF + rare,
        head=_among(OFFICIAL_HEAD, families) + SANS + rare,
    )


@lru_cache(maxsize=2)
def typefaces(*, system: bool = True) -> tuple[Fonts, Faces]:
    """The typesetter's fonts, looked up once a process, and the faces chosen among them."""
    from typst import Fonts

    folders = sorted({str(path.parent) for path in paper_font_paths()})
    found = Fonts(include_system_fonts=system, font_paths=folders)
    return found, faces(frozenset(found.families()))


def _among(wanted: tuple[str, ...], families: frozenset[str]) -> tuple[str, ...]:
    """One face of those wanted is enough; the rest would be the same under other names."""
    return tuple(name for name in wanted if name in families)[:1]


def _packaged(name: str) -> Path:
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.__file__).parent / name
