"""The organisations a new district starts with, out of the published division codes."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from typing import Any

from baiyun_desktop.kernel.merging import EVERYWHERE
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.registry import areas

Seed = tuple[str, str, dict[str, Any]]
"""(kind, id, values) of one record."""


def organisations(district: str = "150206", *, grids: int = 0) -> list[Seed]:
    """The district, its streets, communities and, where a number of them is given, that many grids a community.

    Ids follow from the codes, so that seeding again makes nothing twice. Raises KeyError for an unknown district.
    """
    named = {row["code"]: row["name"] for row in _rows("areas_1502.csv")}
    found = [_node(district, named[district], parent=None, level=areas.DISTRICT)]
    for row in _rows("streets_15.csv"):
        if row["areaCode"] == district:
            found.append(_node(row["code"], row["name"], parent=district, level=areas.STREET))
    for row in _rows("villages_1502.csv"):
        if row["areaCode"] == district:
            found.append(_node(row["code"], row["name"], parent=row["streetCode"], level=areas.COMMUNITY))
            found += [_grid(row["code"], _short(row["name"]), number) for number in range(1, grids + 1)]
    return found


def organisation_id(code: str) -> str:
    """The id of a seeded organisation: 32 hex digits out of its code."""
    return hashlib.blake2b(f"organisation/{code}".encode(), digest_size=16).hexdigest()


def _node(code: str, name: str, *, parent: str | None, level: str) -> Seed:
    values = {"area": EVERYWHERE, "code": code, "name": name, "short_name": _short(name), "level": level}
    if parent is not None:
        values["parent_code"] = parent
    return "organisation", organisation_id(code), values


def _grid(community: str, short: str, number: int) -> Seed:
    return _node(f"{community}{number:03d}", f"{short}第{number}网格", parent=community, level=areas.GRID)


def _short(name: str) -> str:
    """宝山社区居委会 -> 宝山, as it stands in document numbers."""
    for end in ("居委会", "社区", "街道", "矿区"):
        if len(name) > len(end) + 1:
            name = name.removesuffix(end)
    return name


def _rows(file: str) -> Iterator[dict[str, str]]:
    with resource("divisions", file).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)
