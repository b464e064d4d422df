"""What can be worked out from a value while it is typed, and what is odd about it; the registry's pure rules know."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.registry import citizen_id
from baiyun_desktop.registry.person import from_id
from baiyun_desktop.ui.days import today

ID_NUMBER = "id_no"


def filled_by(field: str, value: Any) -> dict[str, Any] | None:
    """The other fields that follow from this one; None where nothing ever follows from such a field."""
    return from_id(value, today=today()) if field == ID_NUMBER else None


def finding_of(field: str, typed: str) -> str:
    """What is odd about a value, in words; empty where nothing is."""
    if field != ID_NUMBER or not typed.strip():
        return ""
    found = citizen_id.parse(typed, today=today()).findings
    return "、".join(finding.value for finding in found)
