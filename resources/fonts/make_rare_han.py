"""Makes the rare-character fonts of this folder, so that anyone can check what is in them and make them again.

Run once where Debian's package fonts-noto-cjk is installed:  python make_rare_han.py FOLDER_WITH_THE_TTC_FILES
It takes every Han character that Noto Sans/Serif CJK SC has and the packaged Noto Sans/Serif SC lacks, but for the
look-alikes that Unicode carries for round trips (the serif font leaves out all of those).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2F7FF), (0x30000, 0x323AF))
MADE = (("Sans", "Baiyun Rare Han", "BaiyunRareHan"), ("Serif", "Baiyun Rare Han Serif", "BaiyunRareHanSerif"))
EPOCH = 3_786_912_000  # 2024-01-01 in seconds since 1904: the same input gives the same file


def han(font: TTFont) -> set[int]:
    """The Han characters that a font can draw."""
    return {code for code in font.getBestCmap() if any(first <= code <= last for first, last in HAN)}


def rename(font: TTFont, family: str, file_name: str) -> None:
    """Gives the subset a family of its own, as the OFL asks of a changed font, and keeps copyright and licence."""
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in {0, 13, 14} and record.platformID == 3]
    said = {1: family, 2: "Regular", 3: f"1.0;{file_name}", 4: family, 5: "Version 1.0", 6: f"{file_name}-Regular"}
    said[10] = "Rare Han characters, a subset made for Baiyun Desktop; see SOURCES.md beside it."
    for number, text in said.items():
        table.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames[0] = f"{file_name}-Regular"
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = family, family
    top.Notice = table.getDebugName(0)
    for part in top.FDArray:
        part.FontName = f"{file_name}-{part.FontName.rsplit('-', 1)[-1]}"


def make(style: str, family: str, file_name: str, folder: Path) -> None:
    """One subset font, written beside this file."""
    packaged = Path(pylopdf_fonts_zh_cn.__file__).parent / f"Noto{style}SC-Regular.otf"
    fonts = TTCollection(folder / f"Noto{style}CJK-Regular.ttc").fonts
    source = next(font for font in fonts if font["name"].getDebugName(1) == f"Noto {style} CJK SC")
    wanted = han(source) - han(TTFont(packaged))
    if (
        style == "Serif"
    ):  # a look-alike in the middle of a serif line is legible in the other font; the file stays small
        wanted -= set(range(0xF900, 0xFB00))
    options = subset.Options(
        layout_features=[], hinting=False, desubroutinize=False, name_IDs=["*"], notdef_outline=True
    )
    options.drop_tables += ["VORG", "vmtx", "vhea", "BASE", "GPOS", "GSUB", "GDEF", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(source)
    rename(source, family, file_name)
    source["head"].modified = source["head"].created = EPOCH
    source.recalcTimestamp = False
    out = Path(__file__).parent / f"{file_name}.otf"
    source.save(out)
    sys.stdout.write(f"{out.name}: {len(wanted)} characters, {out.stat().st_size} bytes\n")


if __name__ == "__main__":
    for each in MADE:
        make(*each, Path(sys.argv[1]))
