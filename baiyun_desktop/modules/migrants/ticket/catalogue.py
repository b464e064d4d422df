"""The items that a new district starts with, out of a table that its offices then keep up themselves."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from typing import Any

from baiyun_desktop.kernel.merging import EVERYWHERE
from baiyun_desktop.kernel.module import Seed
from baiyun_desktop.kernel.resource import resource

_PLAIN = ("code", "name", "family", "dept", "basis", "conditions", "time_limit", "fee", "script")


def items() -> list[Seed]:
    """All items, each followed by its materials. Ids follow from the codes, so that seeding again makes nothing twice."""
    with resource("services", "items.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [seed for row in csv.DictReader(lines) for seed in _item(row)]


def item_id(code: str) -> str:
    """The id of a seeded item: 32 hex digits out of its code."""
    return _id(f"service_item/{code}")


def _item(row: dict[str, str]) -> Iterator[Seed]:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN if row[name]}
    yield "service_item", item_id(row["code"]), {"area": EVERYWHERE, **values, "modes": row["modes"].split("|")}
    for number, text in enumerate(filter(None, row["materials"].split("|")), start=1):
        name, _, rest = text.partition(":")
        form, _, shared = rest.partition(":")
        material: dict[str, Any] = {"item": item_id(row["code"]), "place": f"{number}", "name": name}
        material |= {"form": form} if form else {}
        material |= {"shared": True} if shared else {}
        yield "service_material", _id(f"service_material/{row['code']}/{number}"), material


def _id(of: str) -> str:
    return hashlib.blake2b(of.encode(), digest_size=16).hexdigest()
