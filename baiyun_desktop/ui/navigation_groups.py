"""Which headings of the navigation stand open: a mandate with many lists keeps those of other matters folded away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from baiyun_desktop.ui.screens import Place


def in_groups(places: Sequence[Place]) -> list[tuple[str, list[Place]]]:
    """The places in order, those of one heading that follow one another together; "" for what stands by itself."""
    return [(group, list(found)) for group, found in groupby(places, key=lambda place: place.group)]


def first_open(places: Sequence[Place]) -> set[str]:
    """The heading that stands open when a day begins: the first one."""
    return {place.group for place in places if place.group and place.group == _first(places)}


def _first(places: Sequence[Place]) -> str:
    return next((place.group for place in places if place.group), "")
