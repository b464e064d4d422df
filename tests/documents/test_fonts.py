"""The fonts that come with the program are there, lawful, small, and have the characters of people's names."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from baiyun_desktop.documents.fonts import OFFICIAL_BODY, SERIF, faces, font_paths, paper_font_paths, typefaces
from tests.documents.sample import LONG_MONGOL, RARE

OURS = [path for path in paper_font_paths() if path.name.startswith("Baiyun")]


def _drawn(families: tuple[str, ...], words: str) -> bool:
    """Whether these families alone have every character; as an archival file a page may not lack any."""
    page = f"#set text(font: {tuple(families)}, fallback: false)\n#sys.inputs.words".replace("'", '"')
    try:
        typst.compile(
            page.encode(), font_paths=typefaces(system=False)[0], sys_inputs={"words": words}, pdf_standards=["a-2u"]
        )
    except typst.TypstError:
        return False
    return True


@pytest.mark.parametrize("families", [SERIF[:2], ("Noto Sans SC", "Baiyun Rare Han")], ids=["serif", "sans"])
def test_screens_and_papers_each_have_every_rare_character(families: tuple[str, ...]) -> None:
    assert _drawn(families, RARE + LONG_MONGOL)
    assert not _drawn(families[:1], RARE)
    assert not _drawn(families, "\U000323b1")


def test_every_file_is_there() -> None:
    assert all(path.is_file() for path in paper_font_paths())
    assert set(font_paths()) < set(paper_font_paths())
    assert len(OURS) == 2 and sum(path.stat().st_size for path in OURS) < 1_500_000


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_subsets_are_named_as_ours_and_carry_their_licence(path: Path) -> None:
    data = path.read_bytes()
    for said in ("Baiyun Rare Han", "Adobe", "SIL Open Font License"):
        assert said.encode("utf-16-be") in data
    for reserved in ("Noto", "Source"):
        assert not [name for name in (reserved.encode(), reserved.encode("utf-16-be")) if name in data]
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
