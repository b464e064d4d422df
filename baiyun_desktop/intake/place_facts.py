"""Where a row's person lives: the address, its door, and the grid that the row or its sheet names."""

from __future__ import annotations

import re

from baiyun_desktop.intake.facts import NOTHING, Facts, Origin
from baiyun_desktop.intake.finding import Oddity
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.intake.recognise import SHEET_GRID
from baiyun_desktop.registry import address


def read_place(facts: Facts, origin: Origin) -> None:
    """The address, or estate and door where a form has two columns for it."""
    text, estate, door = (facts.row.text(m) for m in (Meaning.ADDRESS, Meaning.ESTATE, Meaning.DOOR))
    if Meaning.NAME not in facts.row.columns:  # a list of buildings: the estate is the building's name
        text = text if not estate or estate in text else f"{estate} {text}".strip()
    elif door or text in NOTHING:
        text = estate + door or text
    if text in NOTHING:
        entry = facts.row.entries.get(Meaning.ADDRESS)
        if entry is None or not entry.ditto:
            facts.find(Oddity.NO_ADDRESS, Meaning.ADDRESS)
        return
    facts.place = address.parse(text)
    facts.values[Meaning.ADDRESS] = facts.place.text
    if not facts.place.door and Meaning.NAME in facts.values:
        facts.find(Oddity.NO_DOOR, Meaning.ADDRESS, text)
    said = facts.place.community
    if said and origin.community_name and said != origin.community_name:
        facts.find(Oddity.ELSEWHERE, Meaning.ADDRESS, text, origin.community_name)


def read_area(facts: Facts, origin: Origin, sheet_grid: str) -> None:
    """The grid as an area key; the community where the row names none that is known."""
    text = facts.row.text(Meaning.GRID)
    facts.area = origin.community
    if re.fullmatch(r"\d{15}", text) and not text.startswith(origin.community):
        facts.find(Oddity.ELSEWHERE, Meaning.GRID, text, origin.community_name or origin.community)
    elif text or sheet_grid:
        grid = _grid_code(text or sheet_grid, origin)
        if grid is not None:
            facts.area = grid
        else:
            facts.find(Oddity.UNKNOWN_GRID, Meaning.GRID, text or sheet_grid)


def _grid_code(text: str, origin: Origin) -> str | None:
    """A grid's code from its code, its name, or its number within the community."""
    if text in origin.grids:
        return origin.grids[text]
    short = SHEET_GRID.search(text) or re.fullmatch(r"0*(\d{1,3})", text)
    number = next((int(group) for group in short.groups() if group), None) if short else None
    code = text if number is None else f"{origin.community}{number:03d}"
    known = code in origin.grids.values() if origin.grids else re.fullmatch(r"\d{15}", code) is not None
    return code if known else None
