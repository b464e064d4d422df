"""A record's values as a list, a search hit or a copied line may show them: masked by what its fields declare, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import Mask, Shown, masked
from baiyun_desktop.kernel.record import RecordInfo

CHILD_AGE = 14
"""Years; below it a number is hidden whole (PIPL art. 28)."""


def is_minor(values: Mapping[str, Any], today: date) -> bool:
    """Whether the person of these values is under 14; an unknown birth date is nobody's."""
    born = values.get("birth_date")
    last = today.replace(year=today.year - CHILD_AGE, day=min(today.day, 28) if today.month == 2 else today.day)
    return bool(born) and str(born) > last.isoformat()


def covered(info: RecordInfo, values: Mapping[str, Any], today: date, shown: Shown = Shown.LIST) -> dict[str, Any]:
    """The values with their masks put on; what has none is as it was."""
    minor = is_minor(values, today)
    return {name: one_covered(info.by_name.get(name), value, shown, minor=minor) for name, value in values.items()}


def one_covered(field: FieldInfo | None, value: Any, shown: Shown = Shown.LIST, *, minor: bool = False) -> Any:
    """One value with its mask put on."""
    if field is None or field.mask is None or value is None or value == "":
        return value
    if isinstance(value, list):
        return [masked(field.mask, str(one), shown=shown) for one in value]
    return masked(field.mask, str(value), shown=shown, minor=minor and field.mask is Mask.ID)
