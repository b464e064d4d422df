"""The fonts that come with the program are there, lawful, small, and have the characters of people's names."""

from __future__ import annotations

from fontTools.ttLib import TTFont

from baiyun_desktop.documents.fonts import OFFICIAL_BODY, SERIF, faces, font_paths, paper_font_paths, typefaces
from tests.documents.sample import LONG_MONGOL, RARE


def _characters(path: str) -> set[int]:
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


def test_screens_and_papers_each_have_every_rare_character() -> None:
    for paths in (font_paths(), paper_font_paths(), paper_font_paths()[2:]):
        assert all(path.is_file() for path in paths)
        covered = set().union(*(_characters(str(path)) for path in paths))
        assert {ord(c) for c in RARE + LONG_MONGOL} <= covered


def test_our_subsets_are_named_as_ours_and_carry_their_licence() -> None:
    ours = [path for path in paper_font_paths() if path.name.startswith("Baiyun")]
    assert sum(path.stat().st_size for path in ours) < 1_500_000
    for path in ours:
        with TTFont(path) as font:
            names = {number: str(font["name"].getDebugName(number)) for number in (0, 1, 4, 6, 13)}
        assert names[1].startswith("Baiyun Rare Han") and "Adobe" in names[0] and "Open Font License" in names[13]
        assert not [said for number, said in names.items() if number in {1, 4, 6} and ("Noto" in said or "Source" in said)]
        assert "SIL OPEN FONT LICENSE" in (path.parent / "OFL.txt").read_text(encoding="utf-8")
        assert path.name in (path.parent / "SOURCES.md").read_text(encoding="utf-8")


def test_the_typesetter_finds_them_without_the_systems() -> None:
    found, chosen = typefaces(system=False)
    assert set(SERIF) <= set(found.families())
    assert chosen.body == SERIF


def test_official_faces_come_first_where_the_system_has_them() -> None:
    chosen = faces(frozenset({"方正小标宋简体", "FangSong", "仿宋", "SimHei", "SimSun-ExtB"}))
    assert chosen.title == ("方正小标宋简体", *SERIF, "SimSun-ExtB")
    assert chosen.body[0] == "FangSong" and chosen.body[0] in OFFICIAL_BODY
    assert chosen.head[0] == "SimHei"
